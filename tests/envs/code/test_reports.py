"""What a model and a log are told of a failure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.code import reports
from rlvr.envs.code.reports import Failure, report, summary
from rlvr.envs.sandbox import Cause, Ended
from rlvr.envs.sandbox.guest.values import encode

TEST = {"call": "f", "args": [1, {"$tuple": [2, "x"]}], "kwargs": {"k": None}, "expected": [3]}
STDIN = {"stdin": "1 2\n", "stdout": "3\n"}
DONE = Ended(Cause.EXIT)
RAISED = {"raised": ["ValueError", "Exception"], "message": "bad", "trace": "line 2, in f"}


def test_a_call_is_written_as_python_has_it():
    assert reports.asked(TEST) == "`f(1, (2, 'x'), k=None)`"
    assert reports.asked({"call": "f", "args": ["`a`"]}) == "`` f('`a`') ``"  # Its fence is longer than any in it.
    many = reports.asked({"call": "f", "args": list(range(50))})
    assert many == "`f(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ... 40 more)`"


def test_what_was_returned_and_expected_is_shown():
    assert reports.of_value(TEST, {1}).text == "`f(1, (2, 'x'), k=None)` returned `{1}`, expected `[3]`."
    within = {"call": "f", "args": [], "expected": 0.5, "within": 0.1}
    assert (
        reports.of_value(within, 2.0).text == "`f()` returned `2.0`, expected a number less than 0.1 away from `0.5`."
    )
    truth = {"call": "f", "args": [], "expected": False, "truth": True}
    assert reports.of_value(truth, [1]).text == "`f()` returned `[1]`, expected something that is false."
    assert reports.of_checker(TEST, [4]).text == "`f(1, (2, 'x'), k=None)` returned `[4]`, which is not right."


def test_what_was_read_and_written_is_shown_in_blocks():
    text = reports.of_output(STDIN, "4\n").text
    assert text == "With the input\n```\n1 2\n```\nthe program wrote\n```\n4\n```\nexpected\n```\n3\n```"
    text = reports.of_output(STDIN, "4\n", expected=False).text
    assert text == "With the input\n```\n1 2\n```\nthe program wrote\n```\n4\n```\nwhich is not right."
    empty = reports.of_output({"stdin": " \n", "stdout": "3\n"}, "\n").text
    assert empty == "Without input the program wrote nothing, expected\n```\n3\n```"
    assert reports.of_output({"stdin": "", "stdout": ""}, "").text.endswith("wrote nothing, expected nothing.")
    fenced = reports.of_output(STDIN, "```\nx\n````\n").text
    assert "the program wrote\n`````\n```\nx\n````\n`````\nexpected" in fenced


def test_exceptions_are_shown_with_their_message_and_place():
    failure = reports.of_exception(TEST, RAISED, ["f"])
    assert failure.text == "`f(1, (2, 'x'), k=None)` raised ValueError: bad (line 2, in f)"
    assert (failure.kind, failure.limit) == ("ValueError", False)
    assert reports.of_exception(TEST, {"raised": ["MemoryError"]}, ["f"]).limit
    missing = reports.of_exception(TEST, {"raised": ["KeyError"], "message": "'f'"}, ["g"])
    assert (missing.text, missing.kind) == ("The program does not define `f`.", "undefined function")
    script = reports.of_script_end(STDIN, RAISED, DONE, "so far\n")
    assert script.text.endswith("failed: ValueError: bad (line 2, in f)\nIt printed\n```\nso far\n```")


@pytest.mark.parametrize("answer", [{}, {"raised": 5}, {"raised": []}, {"raised": [None], "message": 3, "trace": []}])
def test_a_forged_failure_is_told_too(answer):
    assert reports.of_exception(TEST, answer, []).text.endswith("raised an exception")
    assert reports.of_script_end(STDIN, answer, DONE, "").kind == "an exception"


@pytest.mark.parametrize(
    ("cause", "words", "limit"),
    [
        (Cause.CPU, "used up its CPU time.", True),
        (Cause.WALL, "did not come to an end in time.", True),
        (Cause.CRASH, "crashed.", True),
        (Cause.OUTPUT, "printed or returned too much.", False),
        (Cause.EXIT, "ended the process.", False),
    ],
)
def test_how_a_run_ended_is_told_in_words(cause, words, limit):
    ended = Ended(cause)
    for failure in (
        reports.of_end(TEST, ended),
        reports.of_loading(None, ended),
        reports.of_checker_end(TEST, ended),
        reports.of_script_end(STDIN, None, ended, ""),
        reports.of_assert({"assert": "x"}, {"raised": ["RuntimeError"], "message": "the program has ended"}, ended),
    ):
        assert failure.text.endswith(words) and failure.limit is limit
    assert reports.of_loading({"defined": []}, ended) is None


def test_exit_codes_are_shown():
    assert reports.of_script_end(STDIN, {"ended": 0}, DONE, "") is None
    assert reports.of_script_end(STDIN, {"ended": 3}, DONE, "").text.endswith("ended with exit code 3.")


def test_equal_failures_are_told_once_and_what_they_share_was_printed_once():
    failures = [(n, Failure(f"text {n % 5}", printed="out\n")) for n in range(7)]
    told = "text 0\n\ntext 1\n\ntext 2\n\n2 more failed.\n\nThe program printed\n```\nout\n```"
    assert report(failures) == told
    assert report([(1, Failure("a")), (2, Failure("a"))]) == "a"
    assert reports.with_output(None, "x") is None
    assert reports.with_output(Failure("a"), " \n") == Failure("a")


def test_a_summary_shows_nothing_of_the_test():
    assert summary((3, reports.of_value(TEST, "secret")), 9) == "Test 3 of 9: wrong answer."


def test_addresses_are_left_out_since_they_differ_from_run_to_run():
    answer = {"raised": ["ValueError"], "message": "<function f at 0x7f00aabbccdd>"}
    assert "<function f at 0x...>" in reports.of_exception(TEST, answer, ["f"]).text
    assert "at 0x..." in reports.of_output(STDIN, "<object object at 0x7f00>").text


LONG = 5_000


@given(
    st.recursive(st.text(max_size=20) | st.integers() | st.floats(), lambda inner: st.lists(inner, max_size=5)),
    st.text(max_size=100),
    st.integers(1, LONG),
)
def test_whatever_a_program_does_the_report_is_bounded(value, text, times):
    text *= times
    answer = {"raised": [text], "message": text, "trace": text}
    test = {"call": "f", "args": [encode(value), text] * 10, "expected": text}
    stdin = {"stdin": text, "stdout": text}
    code = {"assert": f"assert f({text!r})"}
    failures = [
        reports.of_value(test, [value, text]),
        reports.of_exception(test, answer, ["f"]),
        reports.of_output(stdin, text),
        reports.of_script_end(stdin, answer, DONE, text),
        reports.of_assert(code, answer, DONE),
    ]
    for failure in failures:
        whole = reports.with_output(failure, text)
        assert len(report([(1, whole)] * 20)) < 8_000
        assert len(failure.kind) < 200


def test_values_that_cannot_be_shown_are_named():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert "a list too large to be shown" in reports.of_value(TEST, deep).text
    assert "a int too large to be shown" in reports.of_value(TEST, 10**10_000).text
