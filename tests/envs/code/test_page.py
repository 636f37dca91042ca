"""What `docs/envs/code.md` says of the families is what they are."""

import re
from pathlib import Path

import pytest

from rlvr.envs.code.families import FAMILIES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "envs" / "code.md"
ROW = re.compile(r"^\| ([a-z ]+) \| `([a-z]+)`((?: \([a-z]+\))*) \| (\d+) \| (.+) \| ([\d,]+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def rows():
    return {(name, int(level)): row for row in ROW.findall(PAGE.read_text()) for _, name, _, level, *_ in [row]}


@pytest.mark.parametrize("name", FAMILIES)
def test_each_level_of_a_family_has_its_row(name, rows):
    family = FAMILIES[name]
    marks = " (in)" * (not family.entry_point) + " (c)" * (family.checker is not None)
    for level, asks in enumerate(family.levels, start=1):
        assert rows[name, level] == (family.topic, name, marks, str(level), asks, f"{family.size(level):,}")


def test_no_row_is_of_a_family_that_is_gone(rows):
    assert rows.keys() == {(name, level) for name in FAMILIES for level in range(1, len(FAMILIES[name].levels) + 1)}


def test_the_counts_are_those_of_the_families():
    mutants = sum(len(family.mutants) for family in FAMILIES.values())
    assert f"{len(FAMILIES)} families, {mutants} mutants" in PAGE.read_text()
