from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.geography_answers import CAPITALS, COUNTRIES, AfricanCountries, EuropeanCapitals
from tests.envs.instructions.constraints.laws import constraint_laws

EUROPE, AFRICA = EuropeanCapitals(), AfricanCountries()
TestAfricaLaws = constraint_laws(AFRICA)

ALL = ", ".join(CAPITALS)
COUNTRY_LINES = "\n".join(sorted((names[0] for names in COUNTRIES), reverse=True))


class TestEuropeLaws(constraint_laws(EUROPE)):
    # The published list leaves Kyiv out.
    test_what_the_writer_makes_passes_the_published_checker_too = None


def test_capitals_go_from_north_to_south():
    assert EUROPE.check(ALL)
    assert EUROPE.check(
        ALL.replace("Kyiv", "Kiev").replace("Reykjavik", "Reykjavík").replace(", Zagreb", ", and Zagreb.")
    )
    assert EUROPE.check(ALL.replace("Bern,", "Berne,").replace("Luxembourg", "Luxembourg City"))


def test_the_reference_leaves_kyiv_out():
    without = ALL.replace("Kyiv, ", "")
    assert EUROPE.reference(without) and not EUROPE.check(without)
    assert not EUROPE.reference(ALL)
    assert EUROPE.reference(without.replace("Chisinau", "Chișinău"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ALL.replace(",", ""),
        ALL.replace("Oslo, ", ""),
        "Zagreb, " + ALL,
        ALL + ", Belgrade",
        "Here they are: " + ALL,
    ],
)
def test_other_lists_of_capitals_do_not_pass(text):
    assert not EUROPE.check(text)
    assert not EUROPE.reference(text)


def test_there_are_54_countries():
    assert len(COUNTRIES) == 54
    assert len({name.lower() for names in COUNTRIES for name in names}) == sum(map(len, COUNTRIES))


def test_countries_go_from_z_to_a():
    assert AFRICA.check(COUNTRY_LINES) and AFRICA.reference(COUNTRY_LINES)
    assert AFRICA.check("Here are the countries:\n\n" + COUNTRY_LINES)
    numbered = "\n".join(f"{n}. **{name}**" for n, name in enumerate(COUNTRY_LINES.splitlines(), start=1))
    assert AFRICA.check(numbered)
    assert not AFRICA.reference(numbered)


def test_countries_have_several_names():
    other = COUNTRY_LINES.replace("Ivory Coast\n", "").replace("Republic of the Congo\n", "", 1)
    other = other.replace("Sao Tome and Principe", "São Tomé and Príncipe").replace("Guinea Bissau", "Guinea-Bissau")
    other = other.replace("Democratic Republic of the Congo\n", "")
    lines = [*other.splitlines(), "Côte d'Ivoire", "Congo (Republic of the)", "Congo (Democratic Republic of the)"]
    lines += ["Congo"] * (54 - len(lines))
    told = sorted(lines, key=lambda line: line.replace("ã", "a").replace("ô", "o").lower(), reverse=True)
    assert AFRICA.check("\n".join(told))
    assert AFRICA.check("\n".join(told).replace("Gambia", "The Gambia"))


@pytest.mark.parametrize(
    "text", ["", COUNTRY_LINES.replace("\n", ", "), "\n".join(COUNTRY_LINES.splitlines()[::-1]), COUNTRY_LINES[:300]]
)
def test_other_lists_of_countries_do_not_pass(text):
    assert not AFRICA.check(text)
    assert not AFRICA.reference(text)


def test_the_reference_knows_no_country_but_zimbabwe():
    lines = ["Zimbabwe", *["Y"] * 51]
    assert AFRICA.reference("\n".join(lines)) and not AFRICA.check("\n".join(lines))
    assert not AFRICA.reference("\n".join(lines[:-1]))
    left_out = COUNTRY_LINES.replace("Ethiopia\n", "").replace("Gambia\n", "")  # as in IFBench's own test
    assert AFRICA.reference(left_out) and not AFRICA.check(left_out)
