"""The door: `rlvr.verify("structured", ...)`."""

from __future__ import annotations

import pytest

from rlvr import verify, verify_many
from rlvr.core import Check, Completion, Status
from rlvr.envs.structured.verifier import MOST_ANSWER, plan

JSON = {"kind": "json", "schema": {"type": "object", "required": ["a"]}, "value": {"a": 1}}
DATE = {"kind": "date", "format": "DD.MM.YYYY", "dates": ["2024-03-07"]}
CALL = {
    "kind": "call",
    "functions": [{"name": "f", "parameters": {"type": "object", "properties": {"x": {"type": "integer"}}}}],
    "calls": [{"name": "f", "arguments": {"x": 1}}],
}
ROWS = [
    (JSON, '{"a": 1.0}', '{"a": 2}', '{"b": 1}'),
    ({"kind": "json", "schema": {"type": "array"}}, "[1, 2]", None, '{"a": 1}'),
    (CALL, '{"name": "f", "arguments": {"x": 1}}', '{"name": "f", "arguments": {}}', '{"name": "g", "arguments": {}}'),
    ({"kind": "regex", "match": ["ab", "aab"], "refuse": ["b"]}, "a+b", "a*b", "a+b("),
    ({"kind": "table", "columns": ["a"], "rows": [["1"]]}, "|a|\n|-|\n|1|", "| a |\n|-|\n| 2 |", "| b |\n|-|\n| 1 |"),
    ({"kind": "table", "columns": ["a"]}, "| a |\n| - |\n| 7 |", None, "| b |\n| - |"),
    ({"kind": "csv", "columns": ["a", "b"], "rows": [["1", "x,y"]]}, 'a,b\r\n1,"x,y"\r\n', "a,b\n1,xy", "a,b\n1,x,y"),
    ({"kind": "csv", "columns": ["a", "b"], "separator": ";"}, "a;b\n1;2\n3;4", None, "a,b\n1,2"),
    ({"kind": "xml", "document": "<a><b>1</b></a>"}, "<a>\n  <b>1</b>\n</a>", "<a><b>2</b></a>", "<a><c>1</c></a>"),
    (DATE, "07.03.2024", "08.03.2024", "2024-03-07"),
    ({"kind": "date", "format": "YYYY-MM-DD"}, "1999-12-31", None, "1999-13-31"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "right", "other", "misshapen"), ROWS)
def test_each_kind_of_row_is_judged(row, right, other, misshapen):
    for form in ("%s", "Here:\n```\n%s\n```\nDone.", "<think>hm</think>~~~json\n%s\n~~~"):
        assert verify("structured", form % right, row).status is Status.CORRECT
        assert verify("structured", form % misshapen, row, reward="fraction").score == 0.0
        if other is not None:
            wrong = verify("structured", form % other, row)
            assert wrong.status is Status.WRONG and wrong.parts["form"] == 1.0 and wrong.parts["values"] < 1.0
            assert 0.5 <= verify("structured", form % other, row, reward="fraction").score < 1.0


def test_the_last_block_is_the_answer_and_what_is_no_text_of_the_kind_is_unparsable():
    two = "```\n07.03.2024\n```\nor\n```text\n08.03.2024\n```"
    assert verify("structured", two, DATE).answer == "08.03.2024"
    for nothing in ("", "   \n", "```\n```", "<think>07.03.2024", "I do not know."):
        assert verify("structured", nothing, DATE).status is Status.UNPARSABLE
    assert verify("structured", "07.03.2024", DATE, opened_think=True).status is Status.UNPARSABLE
    assert verify("structured", "</think>07.03.2024", DATE, opened_think=True).status is Status.CORRECT


def test_a_sample_that_was_cut_is_judged_only_if_its_block_is_closed():
    closed, open_ = "```\n07.03.2024\n```", "```\n07.03.2024"
    assert plan(closed, DATE, finish_reason="length").status is Status.CORRECT
    assert plan(open_, DATE, finish_reason="length").status is Status.TRUNCATED
    assert plan(Completion("07.03.2024", finish_reason="length"), DATE).status is Status.TRUNCATED
    assert plan(open_, DATE).status is Status.CORRECT


def test_half_a_reward_is_for_the_form_and_half_for_the_share_of_values():
    row = {"kind": "csv", "columns": ["a", "b"], "rows": [["1", "2"], ["3", "4"]]}
    verdict = verify("structured", "a,b\n1,2\n3,5", row, reward="fraction")
    assert (verdict.status, verdict.score, verdict.parts) == (Status.PARTIAL, 0.875, {"form": 1.0, "values": 0.75})
    assert verify("structured", "a,b", row, reward="fraction").score == 0.5
    everything = verify("structured", ".*", {"kind": "regex", "match": ["a"], "refuse": ["b"]}, reward="fraction")
    assert everything.parts == {"form": 1.0, "values": 0.0}


def test_what_may_hang_runs_in_a_worker_that_is_killed():
    row = {"kind": "regex", "match": ["a"], "refuse": ["a" * 60 + "!"]}
    assert isinstance(plan("(a+)+", row), Check)
    schema = {"kind": "json", "schema": {"type": "string", "pattern": "^(a+)+$"}}
    verdicts = verify_many("structured", ["(a|aa)+", f'"{"a" * 60}!"', '"aaa"'], [row, schema, schema])
    assert [verdict.status for verdict in verdicts] == [Status.TIMEOUT, Status.TIMEOUT, Status.CORRECT]


@pytest.mark.parametrize(
    "text", ["[" * 60_000, "9" * 60_000, '"\\u' * 20_000, "(" * 60_000, "a{9}" * 200, "<" * 60_000]
)
@pytest.mark.parametrize("row", [JSON, CALL, {"kind": "regex", "match": ["a"], "refuse": ["b"]}])
def test_long_nonsense_is_no_failure_of_the_verifier(text, row):
    assert verify("structured", text, row).status in (Status.UNPARSABLE, Status.WRONG, Status.TIMEOUT)


def test_an_answer_that_is_too_long_is_not_read():
    verdict = verify("structured", f'"{"a" * MOST_ANSWER}"', JSON)
    assert verdict.status is Status.UNPARSABLE and str(MOST_ANSWER) in verdict.reason


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "kind of structured output"),
        ({"kind": "jsn", "schema": {}}, "'json'"),
        ({"kind": "json"}, "'schema'"),
        ({"kind": "json", "schema": {}, "vlue": 1}, "Perhaps you meant 'value'"),
        ({"kind": "json", "schema": {"type": "string"}, "value": 1}, "valid against"),
        ({"kind": "call", "functions": []}, "'functions'"),
        ({**CALL, "calls": []}, "'calls'"),
        ({**CALL, "calls": [{"name": "g", "arguments": {}}]}, "Unknown function 'g'"),
        ({**CALL, "calls": [{"name": "f", "arguments": {"x": "1"}}]}, "not valid"),
        ({"kind": "regex", "match": []}, "'match'"),
        ({"kind": "regex", "match": ["a"], "refuse": ["a"]}, "both"),
        ({"kind": "regex", "match": ["a"], "pattern": "b"}, "'pattern'"),
        ({"kind": "table", "columns": ["a"], "rows": [["1", "2"]]}, "'rows'"),
        ({"kind": "csv", "columns": ["a"], "separator": ":"}, "'separator'"),
        ({"kind": "csv", "columns": ["a"], "separator": []}, "'separator'"),
        ({"kind": "xml", "document": "<a>"}, "'document'"),
        ({"kind": "xml", "document": "<a>x<b/></a>"}, "one with both"),
        ({"kind": "date", "format": "DD.MM"}, "'format'"),
        ({"kind": "date", "format": "DD.MM.YYYY at noon"}, "'format'"),
        ({"kind": "date", "format": "DD.MM.YYYY", "dates": ["07.03.2024"]}, "'dates'"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_field(row, words):
    with pytest.raises(ValueError, match=words):
        plan("x", row)


@pytest.mark.parametrize("depth", [500, 990, 1_000, 1_010, 100_000])
def test_a_row_that_is_nested_too_deep_is_refused(depth):
    columns = []
    for _ in range(depth):
        columns = [columns]
    with pytest.raises(ValueError, match=r"nested too deep|'columns'"):
        plan("x", {"kind": "csv", "columns": columns})


def test_options_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="reward"):
        plan("x", DATE, reward="half")
    with pytest.raises(ValueError, match="finish_reason"):
        plan("x", DATE, finish_reason="cut")
    with pytest.raises(ValueError, match="a mapping"):
        plan("x", "date")
