from __future__ import annotations

import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rlvr.core import Completion
from rlvr.envs.math import extraction
from rlvr.envs.math.extraction import CONVENTIONS, MAX_ANSWER, WINDOW, extract

UNLIMITED = settings(deadline=None, max_examples=200)

# Pieces that markers are made of, and things that stand between them.
SOUP = st.lists(
    st.sampled_from(
        [
            *("\\boxed{", "\\fbox{", "\\boxed {", "\\boxed", "{", "}", "\\{", "\\}", "\\\\", "\\frac{1}{2}"),
            *("<answer>", "</answer>", "<think>", "</think>", "####", "The answer is ", "the final answer is: "),
            *("42", " ", "\n", ".", ". ", "3.5", "$", "x", "*"),
        ]
    ),
    max_size=25,
).map("".join)
PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\\{}<>#\n*"), max_size=40).filter(
    lambda text: "answer" not in text.lower()
)


@pytest.mark.parametrize(
    ("completion", "answer", "mode"),
    [
        (r"So \boxed{42}.", "42", "boxed"),
        (r"\boxed{7}, no: \boxed{42}", "42", "boxed"),
        (r"\boxed{\frac{1}{2}}", r"\frac{1}{2}", "boxed"),
        (r"\boxed{\{1, 2\}}", r"\{1, 2\}", "boxed"),
        (r"\boxed{\text{a } \}}", r"\text{a } \}", "boxed"),
        (r"\boxed{\begin{pmatrix} 1 \\ 2 \end{pmatrix}}", r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", "boxed"),
        (r"\fbox{42}", "42", "boxed"),
        (r"\boxed{1} \fbox{42}", "42", "boxed"),
        (r"\boxed {42}", "42", "boxed"),
        (r"\\boxed{42}", "42", "boxed"),
        (r"\boxed{\boxed{42}}", "42", "boxed"),
        (r"\boxed{42} and \boxed{43", "42", "boxed"),
        (r"\boxed{42} and \boxed{}", "42", "boxed"),
        (r"} \boxed{42}", "42", "boxed"),
        (r"{ \boxed{42}", "42", "boxed"),
        (r"<answer>\boxed{42}</answer>", "42", "boxed"),
        ("<answer> 42 </answer>", "42", "answer"),
        ("<answer>1</answer> <answer>42</answer>", "42", "answer"),
        ("<answer>1 <answer>42</answer>", "42", "answer"),
        ("<answer>42</answer> done</answer>", "42", "answer"),
        ("<answer>42</answer> <answer>43", "42", "answer"),
        ("48/2 = 24\n#### 1,234", "1,234", "hash"),
        ("#### 1\n#### 42\nDone.", "42", "hash"),
        ("The answer is 42.", "42", "phrase"),
        ("the final answer is: 42", "42", "phrase"),
        ("The Answer Is **3.5**. Or so.", "3.5", "phrase"),
        ("The answer is 3.5.", "3.5", "phrase"),
        ("The answer is $1,234.50.", "$1,234.50", "phrase"),
        ("The answer is:\n42\n", "42", "phrase"),
        ("The answer is 1. No, the answer is 2.", "2", "phrase"),
        ("#### 7\n\\boxed{42}", "42", "boxed"),
        ("The answer is 42.\n#### 43", "43", "hash"),
        ("#### Solution\n6 * 7 = 42, so the answer is 42.", "42", "phrase"),
        ("#### 43\nThe answer is 42.", "43", "hash"),
        ("#### Solution\nIt is 42.", "Solution", "hash"),
        ("The answer is 42.\n#### x", "x", "hash"),
    ],
)
def test_the_first_convention_that_is_met_gives_the_answer(completion, answer, mode):
    found = extract(completion)
    assert (found.answer, found.mode, found.unclosed) == (answer, mode, False)


NO_ANSWERS = r"""
;42;\boxed{42;\boxed{};\boxed 42;<answer>42;42</answer>;<answer> </answer>;<answer>\boxed{4</answer>
####;The answer is;the answer is .;my answers: is;The answer is \boxed{42
"""


@pytest.mark.parametrize("completion", ["#### \n5", *NO_ANSWERS.replace("\n", ";").split(";")])
def test_what_is_not_marked_or_not_closed_is_no_answer(completion):
    assert extract(completion) == (None, None, False, True)


@pytest.mark.parametrize(
    ("completion", "opened_think", "answer", "unclosed"),
    [
        (r"<think>\boxed{1}</think> \boxed{2}", False, "2", False),
        (r"<think>\boxed{1}</think> nothing", False, None, False),
        (r"<think>\boxed{1}", False, None, True),
        (r"\boxed{1} <think> hm", False, None, True),
        (r"<think></think>\boxed{1}<think>", False, None, True),
        (r"<think>a</think>\boxed{1}<think>b</think>\boxed{2}", False, "2", False),
        (r"\boxed{1}", True, None, True),
        (r"\boxed{1}</think>\boxed{2}", True, "2", False),
        (r"hm</think>\boxed{1}", False, "1", False),
        ("<think>the answer is 1.</think> <answer>2</answer>", True, "2", False),
    ],
)
def test_only_what_stands_after_the_last_think_counts(completion, opened_think, answer, unclosed):
    found = extract(completion, opened_think=opened_think)
    assert (found.answer, found.unclosed) == (answer, unclosed)


@pytest.mark.parametrize(
    ("completion", "delimited"),
    [
        (r"\boxed{42}", True),
        ("<answer>42</answer>", True),
        ("#### 42", False),
        ("#### 42\n", True),
        ("The answer is 42", False),
        ("The answer is 42.", False),  # the next token may have been "5"
        ("The answer is 42.\n", True),
        ("The answer is 42\n", True),
        ("The answer is 42. So", True),
        ("The answer is 4. 2", True),
    ],
)
def test_an_answer_is_delimited_if_more_text_could_not_have_changed_it(completion, delimited):
    assert extract(completion).delimited is delimited


def test_one_convention_can_be_asked_for():
    text = "<answer>2</answer>\n#### 3\nThe answer is 4.\n\\boxed{1}"
    assert [extract(text, convention=name).answer for name in CONVENTIONS] == ["1", "2", "3", "4"]
    assert extract("#### 3", convention="boxed").mode is None
    assert extract(r"<answer>it is \boxed{5}</answer>", convention="answer").answer == "5"


def test_an_unknown_convention_is_named_with_those_there_are():
    with pytest.raises(ValueError, match=r"Unknown convention 'box'\. Perhaps you meant 'boxed'"):
        extract("", convention="box")
    with pytest.raises(ValueError, match=r"Unknown convention \['boxed'\]"):
        extract("", convention=["boxed"])


def test_a_heading_is_the_answer_if_hash_is_asked_for():
    assert extract("#### Solution\nThe answer is 42.", convention="hash").answer == "Solution"


def test_an_answer_above_the_limit_is_none_but_its_mode_is_reported():
    for length, found in ((MAX_ANSWER, True), (MAX_ANSWER + 1, False)):
        result = extract(r"\boxed{" + "1" * length + "}")
        assert result.mode == "boxed"
        assert (result.answer is not None) is found


def test_an_answer_is_looked_for_near_the_end_only():
    box = r"\boxed{42}"
    assert extract(box + " " * (WINDOW - len(box))).answer == "42"
    assert extract(box + " " * WINDOW).answer is None


def test_a_completion_reads_as_its_text():
    found = extract(Completion(r"\boxed{42}", token_ids=[1], finish_reason="stop"))
    assert found.answer == "42"
    assert type(found.answer) is str


@UNLIMITED
@given(SOUP, st.sampled_from(["auto", *CONVENTIONS]), st.booleans())
@example("<answer>\\boxed {1}</answer>", "answer", False)
def test_any_text_is_read_without_error(text, convention, opened):
    found = extract(text, convention=convention, opened_think=opened)
    assert found.answer is None or (found.mode in CONVENTIONS and found.answer == found.answer.strip() != "")
    assert not (found.unclosed and found.mode)


@UNLIMITED
@given(SOUP)
def test_extraction_is_idempotent(text):
    for mode, form in (("boxed", r"\boxed{%s}"), ("answer", "<answer>%s</answer>"), ("hash", "#### %s")):
        found = extract(text, convention=mode)
        if found.answer is not None:
            assert extract(form % found.answer, convention=mode).answer == found.answer


@UNLIMITED
@given(PLAIN, PLAIN, PLAIN)
def test_a_text_without_markers_comes_back_unchanged_from_any_mark(before, text, after):
    stripped = text.strip()
    for mark in (rf"{before}\boxed{{{text}}}{after}", f"{before}<answer>{text}</answer>{after}", f"{before}####{text}"):
        assert extract(mark).answer == (stripped or None)
    assert extract(before + text + after).answer is None


@UNLIMITED
@given(SOUP)
def test_the_short_way_to_a_box_finds_what_the_full_scan_finds(text):
    found = extraction._boxed(text)
    assert (found.answer if found else "") == extraction._last_box(text)


BOMBS = {
    "nested braces": lambda n: r"\boxed" + "{" * n + "}" * n,
    "unclosed boxes": lambda n: r"\boxed{" * n,
    "nested boxes": lambda n: r"\boxed{" * n + "1" + "}" * n,
    "many boxes": lambda n: r"\boxed{\a1}" * n,
    "the answer is": lambda n: "the answer is maybe " * n,
    "the": lambda n: "the \t" * n,
    "spaces": lambda n: "the" + " " * n + "answer is" + " " * n,
    "open answers": lambda n: "<answer>" * n + "</answer>",
    "closed answers": lambda n: "<answer>" + "</answer>" * n,
    "hashes": lambda n: "#" * n,
    "thinks": lambda n: "<think></think>" * n,
    "backslashes": lambda n: r"\boxed{" + "\\" * n + "}",
    "full stops": lambda n: "the answer is " + "." * n,
}


def unit(name):
    """How many characters longer a bomb of the next size is."""
    return len(BOMBS[name](2)) - len(BOMBS[name](1))


@pytest.mark.parametrize("name", BOMBS)
def test_megabytes_come_back(name):
    """Anything quadratic would not: 10^6 characters squared are hours."""
    bomb = BOMBS[name](1_000_000 // unit(name) + 1)
    assert len(bomb) >= 1_000_000
    for convention in ("auto", *CONVENTIONS):
        extract(bomb, convention=convention)


@pytest.mark.parametrize("name", BOMBS)
def test_the_work_is_linear_and_then_constant(name):
    """Counted in executed lines of the module, not in seconds."""

    def work(text):
        count = 0

        def trace(frame, event, argument):
            nonlocal count
            if frame.f_code.co_filename != extraction.__file__:
                return None
            count += event == "line"
            return trace

        sys.settrace(trace)
        try:
            extract(text)
        finally:
            sys.settrace(None)
        return count

    n = WINDOW // (8 * unit(name))
    one, two, window, beyond = (work(BOMBS[name](size)) for size in (n, 2 * n, 9 * n, 90 * n))
    assert two <= 2 * one + 50
    assert beyond <= 1.2 * window + 50
