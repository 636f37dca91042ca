from __future__ import annotations

import pytest

from rlvr.core import Status, Verdict
from rlvr.envs.math.equivalence.strictness import echoes, is_number, undone
from rlvr.envs.math.reading.parser import read
from rlvr.envs.math.verifier import compare, plan
from tests.counting_calls import counted


def judged(answer: str, gold: str, *, strict: bool = True, problem: str | None = None) -> Verdict:
    verdict = plan(rf"\boxed{{{answer}}}", gold, strict=strict, problem=problem)
    assert isinstance(verdict, Verdict)
    return verdict


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        (r"6\cdot7", "42"),
        (r"6 \times 7", "42"),
        ("40+2", "42"),
        ("43-1", "42"),
        ("84/2+0", "42"),
        ("5!", "120"),
        (r"\sqrt{16}", "4"),
        (r"\sqrt[3]{-8}", "-2"),
        ("2^{10}", "1024"),
        ("7^2", "49"),
        (r"\frac{2+3}{7}", r"\frac57"),
        (r"\frac{\sqrt{4}}{3}", r"\frac23"),
        (r"\binom52", "10"),
        (r"\sum_{k=1}^{10}k", "55"),
        (r"\prod_{k=1}^{5}k", "120"),
        ("|-5|", "5"),
        (r"\lfloor 2.5\rfloor", "2"),
        (r"\gcd(12, 18)", "6"),
        (r"\log_2 8", "3"),
        (r"\log_6 36", "2"),
        (r"\sin 30^\circ", r"\frac12"),
        ("e^0", "1"),
        ("i^2", "-1"),
        ("42=42", "42"),
        (r"6\cdot7=42", "42"),
        ("42=6*7", "42"),
        (r"\frac{6+6\sqrt2}{1+\sqrt2}", "6"),
        ("(1+1, 3)", "(2, 3)"),
        (r"1, \sqrt{4}", "1, 2"),
        ("x=2+3", "x=5"),
        ("x=5!", "120"),
        ("2^{3}x", "8x"),
        ("x^{1+1}", "x^2"),
        (r"3\cdot4\text{ cm}", r"12\text{ cm}"),
        ("x<2+3", "x<5"),
        ("[1,2^2)", "[1,4)"),
        (r"\begin{pmatrix}1+1\\3\end{pmatrix}", r"\begin{pmatrix}2\\3\end{pmatrix}"),
    ],
)
def test_what_is_not_worked_out_is_refused_only_when_strict(answer, gold):
    verdict = judged(answer, gold)
    assert verdict.status is Status.WRONG
    assert "not worked out" in verdict.reason
    assert judged(answer, gold, strict=False).status is Status.CORRECT


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        (r"\frac{3}{-4}", r"-\frac34"),
        (r"-\frac12", "-0.5"),
        ("1.5/2", "0.75"),
        (r"\frac{6}{8}", r"\frac34"),
        (r"3\times10^4", "30000"),
        (r"3\cdot10^{-4}", "0.0003"),
        ("10^4", "10000"),
        (r"1\frac12", r"\frac32"),
        ("5 million", "5000000"),
        (r"50\%", r"\frac12"),
        (r"\$42.00", "42"),
        (r"2\sqrt3", r"\sqrt{12}"),
        ("x^2+1", "1+x^2"),
        ("(x+1)^2", "x^2+2x+1"),
        ("x(x+1)", "x^2+x"),
        ("2^{n+1}", r"2\cdot2^n"),
        ("3+4i", "4i+3"),
        (r"\frac{1+\sqrt5}{2}", r"\frac{\sqrt5+1}{2}"),
        (r"\frac{\pi}{4}", r"\pi/4"),
        (r"\log_2 3", r"\frac{\ln3}{\ln2}"),
        ("n!", "n!"),
        ("x=42", "42"),
        ("(1, 2)", r"\left(1,2\right)"),
        (r"90^\circ", "90"),
        (r"\begin{pmatrix}1\\2\end{pmatrix}", "(1,2)"),
        ("-2<x<3", "(-2,3)"),
        (r"\text{The answer is } 42", "42"),
    ],
)
def test_numbers_and_expressions_in_another_spelling_are_worked_out(answer, gold):
    assert judged(answer, gold).status is Status.CORRECT


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        ("4^5", "2^{10}"),
        (r"10\cdot9!", r"10!\cdot1"),
        ("9!", "9!"),
        (r"\binom{10}{7}", r"\binom{10}{3}"),
        (r"7\cdot6", r"6\cdot7"),
        ("3+2", "2+3"),
    ],
)
def test_what_the_gold_leaves_standing_the_answer_may_leave_standing(answer, gold):
    assert judged(answer, gold).status is Status.CORRECT


def test_what_the_gold_leaves_standing_is_told_apart_by_kind():
    assert judged("5!", "2^{3}\\cdot15").status is Status.WRONG
    assert judged(r"\binom{16}{1}", "2^4").status is Status.WRONG


FACTOR = "Factor $x^2 + 2x + 1$ over the integers."


def test_an_expression_of_the_problem_is_an_echo():
    verdict = judged("x^2+2x+1", "(x+1)^2", problem=FACTOR)
    assert (verdict.status, "echo" in verdict.reason) == (Status.WRONG, True)
    assert judged("x^2+2x+1", "(x+1)^2", problem=FACTOR, strict=False).status is Status.CORRECT
    assert judged("x^2+2x+1", "(x+1)^2").status is Status.CORRECT
    assert judged("(1+x)^2", "(x+1)^2", problem=FACTOR).status is Status.CORRECT


def test_what_the_gold_says_is_no_echo_though_the_problem_says_it_too():
    assert judged("x^2+2x+1", "x^2+2x+1", problem=FACTOR).status is Status.CORRECT
    assert judged("$x^2 + 2x+1$.", "x^2+2x+1", problem=FACTOR).status is Status.CORRECT


def test_numbers_and_names_are_no_echoes():
    assert judged("1/2", r"\frac12", problem="Is 1/2 or 1/3 larger?").status is Status.CORRECT
    assert judged("x", "{x}", problem="Solve for x.").status is Status.CORRECT
    assert not echoes("x", read("x"), "Find x.")
    assert echoes("x + 1", read("x + 1"), "Expand x+1.")


def test_two_boxes_with_different_contents_are_refused_only_when_strict():
    for text in (r"\boxed{41} or \boxed{42}", r"\boxed{42}, no, \fbox{41}, no: \boxed{42}"):
        assert plan(text, "42", strict=True).status is Status.WRONG
        assert plan(text, "42").status is Status.CORRECT


@pytest.mark.parametrize(
    "text", [r"\boxed{42} so \boxed{42}", r"\boxed{42.0} so \boxed{42}", r"\boxed{\frac12+41.5}. \boxed{42}"]
)
def test_two_boxes_with_the_same_value_are_one_answer(text):
    assert plan(text, "42", strict=True).status is Status.CORRECT


def test_a_box_in_the_think_is_no_second_answer():
    assert plan(r"<think>\boxed{41}</think>\boxed{42}", "42", strict=True).status is Status.CORRECT


@pytest.mark.parametrize(
    "text",
    ["42", "-42", r"\frac{1}{2}", r"-\frac12", r"\frac{3}{-4}", "1/2", "0.5", "10^4", r"3\times10^{4}", r"1\frac12"],
)
def test_numbers_as_people_write_them(text):
    assert is_number(read(text))
    assert not undone(read(text))


@pytest.mark.parametrize(
    "text", ["--42", "1+1", "2^4", r"3\cdot4", r"\frac{1+1}{2}", r"\sqrt4", "4!", "x", r"\pi", r"3\times10^{4}\times2"]
)
def test_anything_else_is_no_number(text):
    assert not is_number(read(text))


@pytest.mark.parametrize(
    ("answer", "gold", "problem", "right"),
    [
        (r"\frac{3}{20}", "0.15", r"Write $\frac{3}{20}$ as a decimal.", False),
        ("84/2", "42", "Compute 84/2.", False),
        ("6/8", r"\frac34", "Reduce 6/8.", False),
        ("3/4", r"\frac34", "Which is larger, 3/4 or 2/3?", True),
        ("6/8", r"\frac34", "Reduce 12/16.", True),
        ("42", "42", "Is it 42?", True),
    ],
)
def test_a_fraction_copied_from_the_problem_is_an_echo(answer, gold, problem, right):
    verdicts = [
        compare(answer, gold, strict=True, problem=problem),
        plan(rf"\boxed{{{answer}}}", gold, strict=True, problem=problem),
    ]
    assert [verdict.status is Status.CORRECT for verdict in verdicts] == [right, right]


@pytest.mark.parametrize(
    "boxes",
    [
        [f"x^{{{n}}}+{n}" for n in range(700)],
        [f"(x+y+z+w)^7+{n}-{n}" for n in range(700)],
        ["7", r"\sum_{k=1}^{1000}\sqrt{k}\sum_{k=1}^{500}\sqrt{k}"],
    ],
)
def test_many_boxes_are_not_worth_much_work(boxes):
    completion = " ".join(rf"\boxed{{{box}}}" for box in boxes)[-19_000:]
    outcome, calls = counted(plan, completion, "7", strict=True)
    assert outcome.status is Status.WRONG and "Two different answers" in outcome.reason
    assert calls < 250_000


def test_boxes_that_say_the_same_are_one_answer():
    assert plan(r"\boxed{\frac12} and so \boxed{0.5}", "0.5", strict=True).status is Status.CORRECT
    assert plan(r"\boxed{x+1} and so \boxed{1+x}", "x+1", strict=True).status is Status.CORRECT
