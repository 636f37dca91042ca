"""What `docs/envs/instructions.md` says of the constraints is what they are."""

from __future__ import annotations

import re

from benchmarks.instructions_page import PAGE, written
from rlvr.envs.instructions.conflicts import COMPOSABLE, UNCLEAR
from rlvr.envs.instructions.constraints import CONSTRAINTS, Constraint
from rlvr.envs.instructions.prose import TOPICS
from rlvr.envs.instructions.text import count_words
from rlvr.envs.instructions.unwritable import UNWRITABLE

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_tables_are_as_the_module_writes_them():
    assert written(TEXT) == TEXT, "Run `python -m benchmarks.instructions_page`."


def test_each_constraint_has_one_row_of_three_cells_and_a_mark_if_it_is_drawn():
    rows = re.findall(r"^\| `([a-z_]+:[a-zA-Z0-9_-]+)`( \(d\))? \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)
    assert sorted(name for name, *_ in rows) == sorted(CONSTRAINTS)
    assert {name for name, mark, *_ in rows if mark} == set(COMPOSABLE)


def test_where_the_modes_do_not_differ_the_page_says_so_and_nowhere_else():
    agreeing = {name for name, constraint in CONSTRAINTS.items() if type(constraint).reference is Constraint.reference}
    assert agreeing == {name for name, constraint in CONSTRAINTS.items() if not constraint.differs}


def test_the_counts_are_those_of_the_code():
    assert f"{len(COMPOSABLE)} constraints are drawn" in TEXT
    assert f"has {len(UNWRITABLE)} pairs that contradict" in TEXT
    assert f"(`conflicts.py`) {len(UNCLEAR)} that a text can meet" in TEXT
    assert f"({len(TOPICS)} of them)" in TEXT


def test_words_are_counted_as_the_page_says():
    texts = ("it's", "well-known", "3.5", "—", "•", "🙂", "水曜")
    assert [count_words(text) for text in texts] == [1, 1, 1, 0, 0, 0, 2]
