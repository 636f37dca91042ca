"""What counts as a CSV, a Markdown table, a date: odd cases, and other readers."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.structured.families import FAMILIES
from rlvr.envs.structured.families.dates import _TO, parsed, rendered
from rlvr.envs.structured.families.separated import fields
from rlvr.envs.structured.families.tables import cells

TABLE = {"kind": "table", "columns": ["a", "b"], "rows": [["1", "x | y"], ["2", ""]]}
RIGHT = "| a | b |\n|---|:-:|\n| 1 | x \\| y |\n| 2 | |"


@given(
    st.lists(st.lists(st.text(alphabet='ab "\n,;', max_size=6), min_size=2, max_size=2), min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_what_the_standard_library_writes_is_read_back(rows, separator, end):
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator=end).writerows(rows)
    assert fields(written.getvalue().removesuffix(end), separator) == rows


@pytest.mark.parametrize("text", ['a"b', '"a"b', '"a', '"a" ,b', ' "a"', 'a,"b""', '"'])
def test_a_quotation_mark_where_rfc_4180_has_none_is_refused(text):
    with pytest.raises(ValueError, match="quotation mark"):
        fields(text, ",")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (RIGHT, 1.0),
        (RIGHT.replace("\n", "\r\n"), 1.0),
        (f"Here is the table:\n\n{RIGHT}\n\nThat | is all.", 1.0),
        ("a | b\n-|-\n1 | x \\| y\n2 | |", 1.0),
        (f"| c |\n|---|\n| 9 |\n\n{RIGHT}", 1.0),  # the last table counts
        ("| a | b |\n|---|---|\n| --- | --- |\n| 1 | 2 |", 0.0),  # a row of dashes is a row
    ],
)
def test_a_table_is_read_as_markdown_has_it(text, values):
    outcome = FAMILIES["table"].judge(text, TABLE)
    assert outcome.form
    assert (outcome.values == 1.0) is (values == 1.0)


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("a | b\n1 | 2", False),
        ("| a | b |\n|---|\n| 1 | 2 |", False),
        ("a, b\n---\n1, 2", False),
        ("| a | b |\n|---|---|\n| 1 |", True),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", True),
        ("| b | a |\n|---|---|\n| 1 | 2 |", True),
        ("| A | b |\n|---|---|\n| 1 | 2 |", True),
    ],
)
def test_tables_of_another_form_are_refused(text, readable):
    outcome = FAMILIES["table"].judge(text, TABLE)
    assert not outcome.form and outcome.readable is readable


def test_bars_in_cells_are_escaped():
    assert cells(r"| a \| b | | c |") == ["a | b", "", "c"]


@given(st.dates(), st.sampled_from([one for level in _TO for one in level]))
def test_a_date_is_read_back_from_every_format(day, format):
    assert parsed(rendered(day, format), format) == day


@pytest.mark.parametrize("text", ["30.02.2024", "7.03.2024", "07.13.2024", "07.03.24", "07.03.2024 ", "٠٧.03.2024"])
def test_what_is_no_date_of_the_format_is_none(text):
    assert parsed(text, "DD.MM.YYYY") is None


def test_the_day_of_the_week_is_a_value_and_no_form():
    row = {"kind": "date", "format": "Weekday, D Mon YYYY", "dates": ["2024-03-07"]}
    judged = FAMILIES["date"].judge
    assert judged("Thursday, 7 Mar 2024", row).values == 1.0
    assert judged("Friday, 7 Mar 2024", row) == (True, 0.0, "1 of 1 values are not right.", True)
    assert rendered(date(2024, 3, 7), row["format"]) == "Thursday, 7 Mar 2024"
