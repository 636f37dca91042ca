"""What `docs/envs/structured.md` says of the families is what they are."""

from __future__ import annotations

import re
from pathlib import Path

from rlvr.envs.structured.families import FAMILIES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "envs" / "structured.md"


def test_the_table_of_families_says_their_levels_and_sizes():
    rows = re.findall(
        r"^\| `(\w+)` \| (\d) \| (.+) \| (≥ )?([0-9,]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    said = {
        (name, int(level)): (text, not bound, int(size.replace(",", ""))) for name, level, text, bound, size in rows
    }
    assert said == {
        (family.name, level): (text, family.exact, family.size(level))
        for family in FAMILIES.values()
        for level, text in enumerate(family.levels, start=1)
    }
