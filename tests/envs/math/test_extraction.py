from __future__ import annotations

import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rlvr.core import Completion
from rlvr.envs import answer_part
from rlvr.envs.answer_part import WINDOW
from rlvr.envs.math import extraction, phrases
from rlvr.envs.math.extraction import CONVENTIONS, MAX_ANSWER, all_boxes, extract
from tests.envs.math.adversarial import completions

FILES = {module.__file__ for module in (answer_part, extraction, phrases)}
UNLIMITED = settings(deadline=None, max_examples=200)

# Pieces that markers are made of, and things that stand between them.
SOUP = st.lists(
    st.sampled_from(
        [
            *("\\boxed{", "\\fbox{", "\\boxed {", "\\boxed", "{", "}", "\\{", "\\}", "\\\\", "\\frac{1}{2}"),
            *("<answer>", "</answer>", "<think>", "</think>", "####", "The answer is ", "the final answer is: "),
            *("42", " ", "\n", ".", ". ", "3.5", "$", "x", "*", "Step 3", "**Answer:**", "\\(", "\\)", "\\[", "\\]"),
            *("<|im_end|>", "<|im_start|>", "<|", "correct option is ", "therefore", " or ", "%"),
        ]
    ),
    max_size=25,
).map("".join)
# No text without these marks an answer, ends one, or changes what a mark means.
MARKERS = ("answer", "option", "choice")
PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\\{}<#$*`"), max_size=40).filter(
    lambda text: not any(word in text.lower() for word in MARKERS)
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
        (r"$\boxed 7$", "7", "boxed"),
        (r"$\fbox \frac12 = 0.5$ is $x$", r"\frac12 = 0.5", "boxed"),
        (r"\boxed 3/4.", "3/4", "boxed"),
        (r"\boxed 7 apples and $x$", "7", "boxed"),
        (r"\boxed{42}, in \boxed 5 form", "42", "boxed"),
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
        ("#### Answer\n42", "42", "phrase"),
        ("#### 42\n#### Step 3: check", "42", "hash"),
        ("#### 42 ####", "42", "hash"),
        ("#### **42**", "42", "hash"),
        ("#### 1. Find x\nso the answer is 5.", "5", "phrase"),
        ("#### Solution\nIt is 42.", "Solution", "hash"),
        ("The answer is 42.\n#### x", "x", "hash"),
    ],
)
def test_the_first_convention_that_is_met_gives_the_answer(completion, answer, mode):
    found = extract(completion)
    assert (found.answer, found.mode, found.unclosed) == (answer, mode, False)


NO_ANSWERS = r"""
;42;\boxed{42;\boxed{};\boxed;in \boxed form, $x$;\boxed form;<answer>42;42</answer>;<answer> </answer>
<answer>\boxed{4</answer>;####;#### Step 3;#### A. b\boxed{;option B;B;The answer;Answer:;my answers: is
The answer is;the answer is .;The answer is \boxed{42;The answer is \(42;The answer is \[42;the answer is $$42
the incorrect option is B;a question-and-answer: 42
"""


@pytest.mark.parametrize("completion", ["#### \n5", *NO_ANSWERS.replace("\n", ";").split(";")])
def test_what_is_not_marked_or_not_closed_is_no_answer(completion):
    assert extract(completion) == (None, None, False, True)


HASH_ANSWERS = [
    "42 apples",
    "$18",
    "-3",
    r"\frac12",
    "(B)",
    "B) 42",
    "x = 5",
    "pi / 2",
    "Evelyn",
    "Evelyn!",
    "Total = 5",
]


@pytest.mark.parametrize("answer", HASH_ANSWERS)
def test_what_follows_a_hash_is_an_answer_unless_it_reads_as_a_heading(answer):
    assert extract(f"#### {answer}")[:2] == (answer, "hash")


@pytest.mark.parametrize("heading", ["Step 3", "The total is 42", "1. Find x", "New York", "Case 1: x > 0"])
def test_a_heading_is_passed_over(heading):
    assert extract(f"#### {heading}").answer is None
    assert extract(f"#### {heading}", convention="hash").answer is None
    assert extract(f"#### 42\n#### {heading}\n7")[:2] == ("42", "hash")
    assert extract(f"So the answer is 42.\n\n#### {heading}\n7")[:2] == ("42", "phrase")


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


def test_the_whole_answer_part_is_the_answer_if_that_is_asked_for():
    assert extract(" x + 1\n", convention="whole") == ("x + 1", "whole", False, False)
    assert extract(r"<think>\boxed{1}</think> \boxed{2} ", convention="whole").answer == r"\boxed{2}"
    assert extract("42<|im_end|>7", convention="whole") == ("42", "whole", False, True)
    assert extract(" \n", convention="whole").mode is None
    assert extract("x" * (MAX_ANSWER + 1), convention="whole")[:2] == (None, "whole")
    assert type(extract(Completion("42"), convention="whole").answer) is str
    assert extract("42").mode is None


@pytest.mark.parametrize(
    ("completion", "boxes"),
    [
        ("", []),
        (r"\boxed{}", []),
        (r"\boxed{7}", ["7"]),
        (r"\fbox{7} \boxed{\frac{1}{2}} \boxed{7}", ["7", r"\frac{1}{2}", "7"]),
        (r"\boxed{\boxed{42}}", ["42"]),
        (r"\boxed{1 \boxed{2} \fbox{3}}", ["2", "3"]),
        (r"\boxed{x \boxed{}}", [r"x \boxed{}"]),
        (r"\boxed{1} \boxed{} \boxed{2", ["1"]),
        (r"\boxed{\boxed{1}", ["1"]),
        (r"$\boxed 7$ \boxed 8$", ["8"]),
        (r"\boxed{1}<think>\boxed{2}</think>\boxed{3}", ["3"]),
        (r"\boxed{1}<think>", []),
    ],
)
def test_all_boxes_come_in_order(completion, boxes):
    assert all_boxes(completion) == boxes


def test_all_boxes_know_of_an_opened_think():
    assert all_boxes(r"\boxed{1}", opened_think=True) == []
    assert all_boxes(r"\boxed{1}</think>\boxed{2}", opened_think=True) == ["2"]


@UNLIMITED
@given(SOUP, st.booleans())
def test_the_last_of_all_boxes_is_the_one_that_is_extracted(text, opened):
    boxes = all_boxes(text, opened_think=opened)
    assert extract(text, convention="boxed", opened_think=opened).answer == (boxes[-1] if boxes else None)


def test_one_convention_can_be_asked_for():
    text = "<answer>2</answer>\n#### 3\nThe answer is 4.\n\\boxed{1}"
    assert [extract(text, convention=name).answer for name in CONVENTIONS] == ["1", "2", "3", "4", text]
    assert extract("#### 3", convention="boxed").mode is None


@pytest.mark.parametrize(
    ("convention", "completion"),
    [
        ("answer", r"<answer>it is \boxed{5}</answer>"),
        ("answer", r"<answer>$\boxed 5$</answer>"),
        ("hash", r"#### so \boxed{5}"),
        ("phrase", r"The answer is $\boxed{5}$."),
    ],
)
def test_a_box_inside_another_mark_is_taken_out_of_it(convention, completion):
    assert extract(completion, convention=convention)[:2] == ("5", convention)
    assert extract(completion)[:2] == ("5", "boxed")


def test_an_unknown_convention_is_named_with_those_there_are():
    with pytest.raises(ValueError, match=r"Unknown convention 'box'\. Perhaps you meant 'boxed'"):
        extract("", convention="box")
    with pytest.raises(ValueError, match="There are: answer, auto, boxed, hash, phrase, whole"):
        extract("", convention="xml")
    with pytest.raises(ValueError, match=r"Unknown convention \['boxed'\]"):
        extract("", convention=["boxed"])


def test_a_heading_is_the_answer_if_hash_is_asked_for():
    assert extract("#### Solution\nThe answer is 42.", convention="hash").answer == "Solution"


def test_an_answer_above_the_limit_is_none_but_its_mode_is_reported():
    for length, found in ((MAX_ANSWER, True), (MAX_ANSWER + 1, False)):
        result = extract(r"\boxed{" + "1" * length + "}")
        assert result.mode == "boxed"
        assert (result.answer is not None) is found


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
@example("####\\boxed{\\boxed}")
def test_extraction_is_idempotent(text):
    forms = {"boxed": r"\boxed{%s}", "answer": "<answer>%s</answer>", "hash": "#### %s", "whole": " %s\n"}
    for mode, form in forms.items():
        found = extract(text, convention=mode)
        # What follows `####` is taken out of emphasis and of one box; what stands in a box is not.
        marked = found.answer is not None and ("box" in found.answer or found.answer != found.answer.strip("*`"))
        if found.answer is not None and not (mode == "hash" and marked):
            assert extract(form % found.answer, convention=mode).answer == found.answer
    # A sentence cannot hold all that mathematics over lines can, nor begin with mathematics that is not its answer.
    answer = extract(text, convention="phrase").answer
    if answer is not None and not any(mark in answer for mark in ("\n", "$", "\\", ".", "*", "therefore")):
        assert extract(f"The answer is {answer}.\n", convention="phrase").answer == answer


@UNLIMITED
@given(PLAIN, PLAIN, PLAIN)
def test_a_text_without_markers_comes_back_unchanged_from_any_mark(before, text, after):
    stripped = text.strip()
    for mark in (rf"{before}\boxed{{{text}}}{after}", f"{before}<answer>{text}</answer>{after}"):
        assert extract(mark).answer == (stripped or None)
    assert extract(before + text + after).answer is None


MARKED = [
    *((rf"\boxed{{{answer}}}", answer) for answer in ("42", r"\frac{1}{2}", r"\{1, 2\}")),
    *(("<answer>42</answer>", "42"), ("$\\boxed 7$", "7")),
    *(("\n#### -3\n", "-3"), ("\n#### x\n", "x"), ("\nThe answer is 3.5. ", "3.5"), ("\nAnswer: (B)\n", "(B)")),
    # The full stop: without it a percent sign behind would go on with the mathematics.
    *((" the final answer is $x$. ", "x"), ("\n**Final Answer**\n\n\\[\nx\n\\].\n", "x")),
]


@UNLIMITED
@given(PLAIN, st.sampled_from(MARKED), PLAIN)
def test_text_without_markers_on_both_sides_changes_nothing(before, marked, after):
    completion, answer = marked
    alone, wrapped = extract(completion), extract(before + completion + after)
    assert alone.answer == wrapped.answer == answer
    assert alone.mode == wrapped.mode


@UNLIMITED
@given(st.lists(st.sampled_from(MARKED), min_size=1, max_size=6), PLAIN)
def test_of_several_answers_of_one_convention_the_last_counts(several, between):
    several = [(text, answer) for text, answer in several if "\\boxed 7" not in text]  # gives way to boxes with braces
    for convention in ("boxed", "answer", "hash", "phrase"):
        of_it = [(text, answer) for text, answer in several if extract(text, convention=convention).answer is not None]
        text = between.join(text for text, _ in of_it)
        assert extract(text, convention=convention).answer == (of_it[-1][1] if of_it else None)


@UNLIMITED
@given(SOUP)
def test_the_short_way_to_a_box_finds_what_the_full_scan_finds(text):
    found = extraction._boxed(text)
    if boxes := extraction._scan(text, 0):
        assert found is not None and found.answer == boxes[-1]
    else:
        assert found == extraction._bare_box(text)


@pytest.mark.parametrize("completion", [pytest.param(text, id=name) for name, text in completions()])
def test_no_adversarial_completion_makes_extraction_fail(completion):
    for convention in ("auto", *CONVENTIONS):
        found = extract(completion, convention=convention)
        assert found.answer is None or 0 < len(found.answer) <= MAX_ANSWER
    all_boxes(completion)


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
    "bare boxes": lambda n: r"\boxed " * n,
    "bare box of letters": lambda n: r"\boxed " + "\\a" * n,
    "headings": lambda n: "#### Step 3\n" * n,
    "headings on one line": lambda n: "#### Step 3 " * n,
    "boxes after hashes": lambda n: r"#### \boxed{" * n,
    "boxes after phrases": lambda n: r"the answer is \boxed{" * n,
    "opened mathematics": lambda n: r"the answer is \( $ " * n,
    "dollars": lambda n: "the answer is $" + "x" * n,
    "dollar signs": lambda n: "the answer is " + "$ " * n,
    "labels": lambda n: "Answer: " * n,
    "label lines": lambda n: "answer\n" * n,
    "label after marks": lambda n: "*" * n + "answer:" + "*" * n,
    "therefore": lambda n: "the answer is" + " therefore" * n,
    "emphasis": lambda n: "the answer is 1" + "**x" * n,
    "role markers": lambda n: "<|im_end|>" * n,
    "bars": lambda n: "<|" * n,
}


def unit(name):
    """How many characters longer a bomb of the next size is."""
    return len(BOMBS[name](2)) - len(BOMBS[name](1))


def lines_run(text):
    """Number of lines that are executed, a measure of work that does not depend on the machine."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        if frame.f_code.co_filename not in FILES:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        extract(text)
        all_boxes(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", BOMBS)
def test_megabytes_come_back(name):
    """Anything quadratic would not: 10^6 characters squared are hours."""
    bomb = BOMBS[name](1_000_000 // unit(name) + 1)
    assert len(bomb) >= 1_000_000
    for convention in ("auto", *CONVENTIONS):
        extract(bomb, convention=convention)
    all_boxes(bomb)


@pytest.mark.parametrize("name", BOMBS)
def test_the_work_is_linear_and_then_constant(name):
    """Counted in executed lines, not in seconds."""
    n = WINDOW // (8 * unit(name))
    one, two, window, beyond = (lines_run(BOMBS[name](size)) for size in (n, 2 * n, 9 * n, 90 * n))
    assert two <= 2 * one + 50
    assert beyond <= 1.2 * window + 50


def test_the_work_of_telling_thinks_from_roles_is_linear():
    one, two = (lines_run("<think><|im_end|></think>" * n) for n in (1_000, 2_000))
    assert two <= 2 * one + 50
