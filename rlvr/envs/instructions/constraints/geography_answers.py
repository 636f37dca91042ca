"""`custom:european_capitals_sort`, `custom:reverse_newline`: capitals from north to south, countries from Z to A."""

from __future__ import annotations

import re
import string
from itertools import pairwise

from rlvr.envs.instructions.constraints.whole_answers import WholeAnswer, ascii_of, plain_lines
from rlvr.seeding import Stream

CAPITALS = tuple(
    (
        "Reykjavik Helsinki Oslo Tallinn Stockholm Riga Moscow Copenhagen Vilnius Minsk Dublin Berlin Amsterdam Warsaw"
        " London Brussels Kyiv Prague Luxembourg Paris Vienna Bratislava Budapest Vaduz Chisinau Bern Ljubljana Zagreb"
    ).split()
)
"""Capitals of European countries north of 45 degrees, from 64.1 (Reykjavik) to 45.8 (Zagreb)."""

_OTHER_CAPITALS = {"kiev": "kyiv", "luxembourg city": "luxembourg", "berne": "bern", "kishinev": "chisinau"}
_CAPITALS_LOW = [name.lower() for name in CAPITALS]
_PUBLISHED_CAPITALS = [name for name in CAPITALS if name != "Kyiv"]

COUNTRIES = tuple(
    tuple(names.split("; "))
    for names in (
        "Algeria|Angola|Benin|Botswana|Burkina Faso|Burundi"
        "|Cabo Verde; Cape Verde; Cabo Verde Cape Verde; Cape Verde Cabo Verde"
        "|Cameroon|Central African Republic; CAR|Chad|Comoros; Union of the Comoros"
        "|Democratic Republic of the Congo; Democratic Republic of Congo; DR Congo; DRC; Congo Kinshasa; Congo DRC"
        "; Congo DR; Congo Democratic Republic; Congo Democratic Republic of; Congo Democratic Republic of the"
        "; Democratic Republic of the Congo DRC; Democratic Republic of the Congo Kinshasa"
        "|Republic of the Congo; Republic of Congo; Congo; Congo Brazzaville; Congo Republic; Congo Republic of"
        "; Congo Republic of the; Republic of the Congo Brazzaville"
        "|Djibouti|Egypt|Equatorial Guinea|Eritrea|Eswatini; Swaziland; Eswatini Swaziland; Eswatini formerly Swaziland"
        "|Ethiopia|Gabon|Gambia; Gambia The|Ghana|Guinea|Guinea Bissau"
        "|Ivory Coast; Cote d Ivoire; Cote dIvoire; Cote d Ivoire Ivory Coast; Ivory Coast Cote d Ivoire"
        "|Kenya|Lesotho|Liberia|Libya|Madagascar|Malawi|Mali|Mauritania|Mauritius|Morocco|Mozambique|Namibia|Niger"
        "|Nigeria|Rwanda|Sao Tome and Principe; Sao Tome Principe|Senegal|Seychelles|Sierra Leone|Somalia|South Africa"
        "|South Sudan|Sudan|Tanzania|Togo|Tunisia|Uganda|Zambia|Zimbabwe"
    ).split("|")
)
"""The 54 members of the United Nations in Africa: each with the ways in which its name is written."""

_NAMES = {name.lower(): names[0] for names in COUNTRIES for name in names}
_ALL = frozenset(_NAMES.values())
_DISPUTED = frozenset(("western sahara", "sahrawi arab democratic republic", "somaliland"))
_LETTERS = re.compile(r"[^a-z]+")
_LONGEST_LINE = 80
_EDGES = string.punctuation + " "


class EuropeanCapitals(WholeAnswer):
    """The 28 capitals north of 45 degrees, from the northernmost on, with commas."""

    id = "custom:european_capitals_sort"
    phrasings = (
        "Give me the names of all capital cities of european countries whose latitude is higher than than 45 degrees?"
        " List the capital cities without country names, separated by commas, sorted by latitude, from highest to"
        " lowest.",
        "Which capital cities of European countries lie north of 45 degrees? Write only their names, separated by"
        " commas, in order of latitude from the highest to the lowest.",
    )
    differs = "`reference` leaves Kyiv out, and takes one spelling of each name."

    def check(self, response: str) -> bool:
        """All of them in order, in the usual spellings, and no other."""
        if len(response) > _LONGEST_LINE * len(CAPITALS):
            return False
        names = [name.strip().lower() for name in ascii_of(response).strip().rstrip(".,").split(",")]
        names[-1] = names[-1].removeprefix("and ")
        return [_OTHER_CAPITALS.get(name, name) for name in names] == _CAPITALS_LOW

    def reference(self, response: str) -> bool:
        """The published list to the letter, accents apart."""
        names = [name.strip() for name in ascii_of(response).split(",") if name.strip()]
        return names == _PUBLISHED_CAPITALS

    def answer(self, stream: Stream) -> str:
        """With or without accents."""
        names = ", ".join(CAPITALS)
        return names if stream.below(2) else names.replace("Reykjavik", "Reykjavík").replace("Chisinau", "Chișinău")

    def spoil(self, text: str, stream: Stream) -> str:
        """With two neighbours exchanged, or without one of them."""
        names = text.strip().rstrip(".,").split(",")
        place = stream.below(len(names) - 1)
        if stream.below(2):
            names[place], names[place + 1] = names[place + 1], names[place]
        else:
            del names[place]
        return ",".join(names)


class AfricanCountries(WholeAnswer):
    """All countries of Africa, one a line, from Z to A."""

    id = "custom:reverse_newline"
    phrasings = (
        "List the countries of Africa in reverse alphabetical order, each on a new line.",
        "Write the names of all countries of Africa from Z to A, each on a line of its own.",
    )
    differs = (
        "`reference` asks for Zimbabwe and 51 lines or more from there on in reverse order of characters, whatever they"
        " say; `strict` knows the 54 countries by their usual names."
    )

    def check(self, response: str) -> bool:
        """Every country once, each earlier in the alphabet than the one before; one line before them is free."""
        lines = [line for line in plain_lines(response) if line.strip()]
        if len(lines) > 2 * len(_ALL) or any(len(line) > _LONGEST_LINE for line in lines[1:]):
            return False
        keys = [_key(line) for line in lines[1:]]
        if lines and len(lines[0]) <= _LONGEST_LINE and _key(lines[0]) in _NAMES:
            keys.insert(0, _key(lines[0]))
        named = [_NAMES[key] for key in keys if key in _NAMES]
        known = all(key in _NAMES or key in _DISPUTED for key in keys)
        return known and len(named) == len(_ALL) and set(named) == _ALL and all(a > b for a, b in pairwise(keys))

    def reference(self, response: str) -> bool:
        """From the first line with `Zimbabwe` on, at least 52 lines that are sorted."""
        lines = [stripped for line in response.split("\n") if (stripped := line.strip(_EDGES))]
        begin = next((number for number, line in enumerate(lines) if "Zimbabwe" in line), len(lines))
        names = [ascii_of(line) for line in lines[begin:]]
        return len(names) >= 52 and all(one >= other for one, other in pairwise(names))

    def answer(self, stream: Stream) -> str:
        """As a plain list or with bullets."""
        mark = stream.choice(("", "- ", "* "))
        return "\n".join(f"{mark}{name}" for name in sorted(_ALL, reverse=True))

    def spoil(self, text: str, stream: Stream) -> str:
        """With two neighbours exchanged, or without one of them."""
        lines = text.splitlines()
        place = stream.integer(1, len(lines) - 2)
        if stream.below(2):
            lines[place], lines[place + 1] = lines[place + 1], lines[place]
        else:
            del lines[place]
        return "\n".join(lines)


def _key(line: str) -> str:
    """What a line is sorted by: its letters in small, without accents, marks, numbers and a leading article."""
    return _LETTERS.sub(" ", ascii_of(line).lower()).strip().removeprefix("the ")
