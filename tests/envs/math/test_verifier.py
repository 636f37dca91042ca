from __future__ import annotations

import asyncio
import inspect
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlvr
from rlvr.core import Check, Completion, Status, Verdict
from rlvr.envs.math import verifier
from rlvr.envs.math.verifier import CPU_SECONDS, compare, plan, read_reference, stage

UNLIMITED = settings(deadline=None, max_examples=200)


def status(*arguments, **options):
    verdict = plan(*arguments, **options)
    assert isinstance(verdict, Verdict)
    assert verdict.score == (1.0 if verdict.status is Status.CORRECT else 0.0)
    return verdict.status


@UNLIMITED
@given(st.fractions(), st.fractions())
def test_numbers_are_decided_at_once_and_exactly(answer, gold):
    expected = Status.CORRECT if answer == gold else Status.WRONG
    assert status(rf"\boxed{{{answer}}}", str(gold)) is expected
    assert status(f"<answer>{gold}</answer>", str(gold)) is Status.CORRECT


def test_a_verdict_says_what_was_found_and_how():
    assert plan(r"\boxed{1,234}", "1234") == Verdict(Status.CORRECT, 1.0, "1,234", "boxed")
    assert plan("#### 5", "1234") == Verdict(Status.WRONG, 0.0, "5", "hash")


OPEN = (r"\arctan\frac12+\arctan\frac13", r"\frac\pi4")
"""An answer and a gold that exact algebra cannot tell apart."""


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [
        ("x", "5", Status.WRONG),
        ("5", "x", Status.WRONG),
        (r"\text{42}", "42", Status.CORRECT),
        ("p - q", "p-q", Status.CORRECT),
        ("1e3", "1000", Status.CORRECT),
        ("1+x", "x + 1", Status.CORRECT),
        (r"\sqrt{72}", r"6\sqrt{2}", Status.CORRECT),
        ("9" * 500, "9", Status.WRONG),
        (r"\frac{1}{0}", "0", Status.WRONG),
        (r"\left(", "0", Status.WRONG),
        ("9^{9^{9^9}}", "42", Status.TIMEOUT),
        ("(10^8)!", "42", Status.TIMEOUT),
    ],
)
def test_almost_everything_is_decided_in_the_caller_s_process(answer, gold, expected):
    assert status(rf"\boxed{{{answer}}}", gold) is expected
    assert compare(answer, gold).status is expected


@pytest.mark.parametrize("strict", [False, True])
def test_what_exact_algebra_leaves_open_is_left_to_a_worker(strict):
    answer, gold = OPEN
    check = plan(rf"\boxed{{{answer}}}", gold, strict=strict, problem="Compute.")
    options = {"strict": strict, "problem": "Compute." if strict else None, "extraction": "boxed"}
    assert isinstance(check, Check)
    assert (check.function, check.arguments, check.options) == ("rlvr.envs.math.verifier:compare", OPEN, options)
    assert check.pure
    assert check.cpu_seconds == CPU_SECONDS
    check.key()  # JSON data


def test_what_the_worker_runs_gives_the_verdict_that_the_plan_would_have():
    assert compare(*OPEN, extraction="boxed") == Verdict(Status.CORRECT, 1.0, OPEN[0], "boxed")
    assert compare("42", r"\text{42}", extraction="boxed") == Verdict(Status.CORRECT, 1.0, "42", "boxed")
    assert compare("x+1", "1-x", extraction="hash") == Verdict(Status.WRONG, 0.0, "x+1", "hash")


def test_too_large_and_not_readable_and_not_worked_out_have_reasons():
    reasons = {
        plan(rf"\boxed{{{answer}}}", "42", strict=True).reason for answer in ("(10^8)!", r"\left(", "1/0", r"6\cdot7")
    }
    assert len(reasons) == 4
    assert all(reasons)


def test_the_stage_that_decides():
    assert stage("0.5", r"\frac12") == "number"
    assert stage(r"\text{East}", "east") == "text"
    assert stage("x+1", "1+x") == "algebra"
    assert stage(*OPEN) == "sympy"


@pytest.mark.parametrize("convention", ["auto", "boxed", "answer", "hash", "phrase", "whole"])
def test_the_convention_says_where_the_answer_is_looked_for(convention):
    texts = {
        "boxed": r"\boxed{1+x}",
        "answer": "<answer>1+x</answer>",
        "hash": "#### 1+x",
        "phrase": "The answer is 1+x.",
    }
    for mode, text in texts.items():
        verdict = plan(text, "x+1", convention=convention)
        if convention in ("auto", mode):
            assert (verdict.status, verdict.extraction) == (Status.CORRECT, mode)
        elif convention != "whole":
            assert verdict.status is Status.UNPARSABLE
    assert plan("1+x", "x+1", convention="whole") == Verdict(Status.CORRECT, 1.0, "1+x", "whole")


def test_a_gold_that_cannot_be_read_as_mathematics_still_accepts_itself():
    for gold in (r"\mystery{3}", "((((", r"\begin{cases} 1 \\ 2 \end{cases}", "1, 2, \\ldots"):
        assert status(rf"<answer>{gold}</answer>", gold) is Status.CORRECT
        assert status("<answer>3</answer>", gold) is Status.WRONG


def test_a_batch_is_judged_in_any_order_and_through_every_door():
    pairs = [
        (rf"\boxed{{{answer}}}", gold)
        for answer, gold in [("1+x", "x+1"), OPEN, ("2", "3"), ("1,2", "2,1"), OPEN[::-1]]
    ]
    expected = [Status.CORRECT, Status.CORRECT, Status.WRONG, Status.CORRECT, Status.CORRECT]

    def statuses(order):
        completions, references = [pairs[at][0] for at in order], [pairs[at][1] for at in order]
        return [verdict.status for verdict in rlvr.verify_many("math", completions, references)]

    for order in ([0, 1, 2, 3, 4], [4, 2, 0, 3, 1], [1, 1, 2, 2, 1]):
        wanted = [expected[at] for at in order]
        assert statuses(order) == wanted
        assert [rlvr.verify("math", *pairs[at]).status for at in order] == wanted
        with ThreadPoolExecutor(2) as threads:
            assert threads.submit(statuses, order).result() == wanted

        async def in_a_loop(order=order):
            return statuses(order)

        assert asyncio.run(in_a_loop()) == wanted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\boxed{42}", Status.CORRECT),
        (r"\boxed{42} and then som", Status.CORRECT),
        (r"<think>hm</think> \boxed{42} and", Status.CORRECT),
        ("<answer>42</answer>", Status.CORRECT),
        ("#### 42\n", Status.CORRECT),
        ("The answer is 42. So", Status.CORRECT),
        (r"\boxed{43} and then som", Status.WRONG),
        (r"\boxed{42", Status.TRUNCATED),
        ("<answer>42", Status.TRUNCATED),
        ("#### 42", Status.TRUNCATED),
        ("The answer is 42", Status.TRUNCATED),
        ("The answer is 42.", Status.TRUNCATED),
        (r"<think>\boxed{42}", Status.TRUNCATED),
        ("", Status.TRUNCATED),
        (r"\boxed{" + "4" * 2000 + "}", Status.UNPARSABLE),
    ],
)
def test_a_cut_sample_is_truncated_unless_an_answer_stands(text, expected):
    assert status(text, "42", finish_reason="length") is expected
    assert status(Completion(text, finish_reason="length"), "42") is expected


@pytest.mark.parametrize("reason", [None, "stop"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [("#### 42", Status.CORRECT), (r"\boxed{42", Status.UNPARSABLE), (r"<think>\boxed{42}", Status.UNPARSABLE)],
)
def test_a_finished_sample_without_an_answer_is_unparsable(text, expected, reason):
    assert status(text, "42", finish_reason=reason) is expected
    assert status(Completion(text, finish_reason=reason), "42") is expected


def test_an_explicit_finish_reason_goes_before_the_completion_s_own():
    cut = Completion("#### 42", finish_reason="length")
    assert status(cut, "42", finish_reason="stop") is Status.CORRECT


def test_a_think_that_the_prompt_opened_has_to_be_closed():
    assert status(r"\boxed{42}", "42", opened_think=True) is Status.UNPARSABLE
    assert status(r"\boxed{42}", "42", opened_think=True, finish_reason="length") is Status.TRUNCATED
    assert status(r"</think>\boxed{42}", "42", opened_think=True) is Status.CORRECT


def test_reasons_tell_the_kinds_of_unparsable_apart():
    reasons = {plan(text, "42").reason for text in ("", "<think>", r"\boxed{" + "4" * 2000 + "}")}
    assert len(reasons) == 3
    assert all(reasons)


def test_an_unknown_finish_reason_or_convention_is_refused():
    with pytest.raises(ValueError, match='"stop", "length" or None, actually: \'abort\''):
        plan(r"\boxed{42}", "42", finish_reason="abort")
    with pytest.raises(ValueError, match="Unknown convention"):
        plan(r"\boxed{42}", "42", convention="xml")


@pytest.mark.parametrize("gold", ["", "  ", "x" * 1001, None, 0.5, True, ["42"], -(10**1000)])
def test_a_gold_that_cannot_be_read_raises(gold):
    with pytest.raises(ValueError, match="Expected the gold to"):
        read_reference(gold)
    with pytest.raises(ValueError, match="Expected the gold to"):
        plan(r"\boxed{x}", gold)


def test_a_gold_of_more_digits_than_python_spells_raises_with_the_remedy():
    for text in (r"\boxed{x}", r"\boxed{7}"):
        with pytest.raises(ValueError, match="Expected the gold to have 1 to 1000 digits"):
            plan(text, 10**5000)


def test_a_caller_deep_in_calls_of_its_own_leaves_a_nested_gold_to_a_worker():
    def called(depth, gold):
        return called(depth - 1, gold) if depth else plan(r"\boxed{x}", gold)

    nested = "x"
    for number in range(30):
        nested = f"({nested}+{number})"
    here = len(inspect.stack(0))
    # A gold of its own for each depth: one that was read is remembered.
    outcomes = [called(sys.getrecursionlimit() - here - left, f"{nested}-{left}") for left in range(150, 400, 10)]
    assert any(isinstance(outcome, Check) for outcome in outcomes)


def test_golds_read_as_numbers_where_they_are_numbers():
    assert read_reference(" 1,234 ") == 1234
    assert read_reference(7) == 7
    assert read_reference("x") == "x"
    assert status(r"\boxed{7}", 7) is Status.CORRECT


@UNLIMITED
@given(st.text(max_size=60), st.text(min_size=1, max_size=20).filter(str.strip))
def test_no_text_makes_planning_or_comparing_fail(text, gold):
    for completion in (text, rf"\boxed{{{text}}}", f"<answer>{text}</answer>"):
        outcome = plan(completion, gold)
        if isinstance(outcome, Check):
            module, _, function = outcome.function.partition(":")
            assert module == verifier.__name__
            outcome = getattr(verifier, function)(*outcome.arguments, **outcome.options)
        assert isinstance(outcome, Verdict)


def test_a_payload_is_text_to_the_verifier():
    """Answers that made other graders run code: `handle_pi` of verl's prime_math, `parse_expr` of Qwen2.5-Math."""
    for payload in (r"\pi*0 or open('/nonexistent','w')", "__import__('os').system('true')", "9**9**9**9", "(10!)!"):
        verdict = plan(rf"\boxed{{{payload}}}", "42")
        assert isinstance(verdict, Verdict)
        assert verdict.status in (Status.WRONG, Status.TIMEOUT)
        assert compare(payload, "42").status is verdict.status
