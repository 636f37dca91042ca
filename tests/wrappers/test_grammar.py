r"""Tag grammars. Each table is worked out by hand from the source that it names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.wrappers.grammar import GRAMMARS, Grammar, compile_grammar, has_box, has_code, split_think

# DeepSeek-R1, arXiv:2501.12948, table 1: "<think> reasoning process here </think> <answer> answer here </answer>".
# The cases that look odd are what the regular expressions in use let pass, or wrongly refuse.
R1 = [
    ("<think>a</think><answer>b</answer>", True),
    ("<think>\na\n</think>\n<answer>\nb\n</answer>", True),
    ("\n <think>a</think>\t<answer>b</answer> \n", True),
    ("<think>a < b and <b>bold</b></think><answer>x > y</answer>", True),
    ("<think>a</think><answer>b</answer>\n", True),  # White space at the end, not "$ before a newline".
    ("<think>a</think><answer>b</answer>\nand more", False),
    ("<think>\na\n</think>\n<answer>\nb\n</answer>\nI win.", False),  # open-r1: MULTILINE, $ before the newline.
    ("so <think>a</think><answer>b</answer>", False),
    ("<think>a</think> so <answer>b</answer>", False),
    ("<think>a</think><answer>b</answer><answer>c</answer>", False),
    ("<think>a</think><think>c</think><answer>b</answer>", False),
    ("<think>a<think>c</think></think><answer>b</answer>", False),  # Nested.
    ("<think>a<answer>c</answer></think><answer>b</answer>", False),  # An answer in the think.
    ("<think>a</think><answer><answer>b</answer></answer>", False),
    ("<think>a</think><answer>b</answer></answer>", False),
    ("<think>a<answer>b</answer></think>", False),
    ("<answer>b</answer><think>a</think>", False),
    ("<think>a</think><answer>b", False),
    ("<think>a<answer>b</answer>", False),
    ("a</think><answer>b</answer>", False),
    ("<think>a</think>", False),
    ("<answer>b</answer>", False),
    ("<think></think><answer>b</answer>", False),  # Nothing was thought.
    ("<think> \n</think><answer>b</answer>", False),
    ("<think>a</think><answer></answer>", False),
    ("<Think>a</Think><answer>b</answer>", False),
    ("<think >a</think ><answer>b</answer>", False),
    ("<<think>a</think><answer>b</answer>", False),
    ("<think>the tag </think> ends it</think><answer>b</answer>", False),
    ("<think>a</think><answer>b</answer><|im_end|>", False),
    ("", False),
    ("7", False),
]


@pytest.mark.parametrize(("text", "holds"), R1)
def test_r1_is_a_think_and_an_answer_and_nothing_else(text, holds):
    assert compile_grammar("r1").matches(text) is holds


# Qwen 3 writes an empty think where it does not think (arXiv:2505.09388, table 9), so an empty one is one here.
THINK = [
    ("<think>a</think>b", True),
    ("<think>\n\n</think>\n\nb", True),
    (" <think>a</think> <answer>b</answer>", True),  # Other tags are text.
    ("<think>a</think>", False),
    ("<think>a</think> \n", False),
    ("b", False),
    ("b<think>a</think>b", False),
    ("<think>a</think>b<think>c</think>", False),
    ("<think>a</think>b<think>", False),  # TRL's pattern refuses this one, and lets the next pass.
    ("<think>a</think>b</think>c", False),
    ("<think>a", False),
]


@pytest.mark.parametrize(("text", "holds"), THINK)
def test_think_is_one_think_and_a_rest_that_is_not_empty(text, holds):
    assert compile_grammar("think").matches(text) is holds


# Magistral, arXiv:2506.10910, 2.2.1: starts with <think>, exactly one set of tags; for mathematics the final answer in
# \boxed{} in the answer part; for code at least one block of backticks with the language.
MAGISTRAL = [
    (r"<think>a</think>It is \boxed{7}.", True, False),
    (r"<think>a</think>It is $\boxed{\frac{1}{2}}$.", True, False),
    (r"<think>\boxed{7}</think>It is 7.", False, False),
    (r"<think>a</think>It is \boxed{7", False, False),
    (r"<think>a</think>It is \boxed{}.", False, False),
    (r"<think>a</think>It is \boxed.", False, False),
    (r"It is \boxed{7}.", False, False),
    (r"<think>a</think><think>b</think>\boxed{7}", False, False),
    (r"Well. <think>a</think>\boxed{7}", False, False),
    ("<think>a</think>So:\n```python\nprint(7)\n```\n", False, True),
    ("<think>a</think>```c++\nint x;\n```", False, True),
    ("<think>a</think>````python\nx\n````", False, True),
    ("<think>a</think>```\nprint(7)\n```", False, False),  # No language.
    ("<think>a</think>```python\nprint(7)\n", False, False),  # Never closed.
    ("<think>a</think>```python\n\n```", False, False),  # Nothing in it.
    ("<think>a</think>```python print(7)```", False, False),  # No block: on one line.
    ("<think>```python\nx\n```</think>print(7)", False, False),
    ("<think>a</think>```\nx\n```\n```python\ny\n```", False, True),
    ("<think>a</think>```python\n\\boxed{7}\n```", True, True),
]


@pytest.mark.parametrize(("text", "mathematics", "code"), MAGISTRAL)
def test_magistral_asks_for_one_think_and_for_a_box_or_a_block_after_it(text, mathematics, code):
    assert compile_grammar("magistral").matches(text) is mathematics
    assert compile_grammar("magistral-code").matches(text) is code


OWN = [
    ("<plan>? <think> <answer>", "<plan>p</plan><think>t</think><answer>a</answer>", True),
    ("<plan>? <think> <answer>", "<think>t</think><answer>a</answer>", True),
    ("<plan>? <think> <answer>", "<plan>p</plan><plan>p</plan><think>t</think><answer>a</answer>", False),
    ("<plan>? <think> <answer>", "<think>t</think><plan>p</plan><answer>a</answer>", False),
    ("<step>+ <answer>", "<step>1</step><step>2</step> <answer>a</answer>", True),
    ("<step>+ <answer>", "<answer>a</answer>", False),
    ("<step>* <answer>", "<answer>a</answer>", True),
    ("<step>* <answer>", "<step>1</step><step>2</step><answer>a</answer><step>3</step>", False),
    ("<a> text? <b> text </b>? </a>", "<a>x<b>y</b></a>", True),  # Blocks inside of blocks.
    ("<a> text? <b> text </b>? </a>", "<a><b>y</b></a>", True),
    ("<a> text? <b> text </b>? </a>", "<a>x</a>", True),
    ("<a> text? <b> text </b>? </a>", "<a><b>y</b>z</a>", False),
    ("<a> text? <b> text </b>? </a>", "<b>y</b><a></a>", False),
    ("<a> <b> </a>", "<a><b>y</b></a>", True),  # <b> is short, for </a> closes around it.
    ("<a> <a> text </a> </a>", "<a><a>x</a></a>", True),
    ("<a> <a> text </a> </a>", "<a>x</a>", False),
    ("<a></a> text", "<a> </a>x", True),  # A block with nothing in it.
    ("<a></a> text", "<a>y</a>x", False),
    ("<a> </a>* text?", "", True),
    ("<a> </a>* text?", "x", True),
    ("<a> </a>* text?", "<a></a><a></a>", True),
    ("<tool_call>* text", "<tool_call>f</tool_call> done", True),
    ("<think>text</think><answer>boxed</answer>", r"<think>a</think><answer>\boxed{1}</answer>", True),
    ("<think>text</think><answer>boxed</answer>", r"<think>\boxed{1}</think><answer>1</answer>", False),
    ("boxed", r"so \boxed{1}", True),
    ("boxed", "so 1", False),
    ("text", " ", False),
    ("code?", "", True),
    ("code?", "x", False),
]


@pytest.mark.parametrize(("grammar", "text", "holds"), OWN)
def test_a_grammar_of_ones_own_means_what_it_says(grammar, text, holds):
    assert compile_grammar(grammar).matches(text) is holds


@pytest.mark.parametrize(
    ("grammar", "match"),
    [
        ("", "one of r1, think, magistral, magistral-code"),
        (" ", "at least one item, actually: ' '"),
        ("r-1", "Perhaps you meant 'r1'"),
        ("<think", "actually: '<think'"),
        ("<think> txt </think>", "actually: 'txt </think>'"),
        ("<think>?? <answer>", r"actually: '\? <answer>'"),
        ("<think x=1>", "Expected a tag such as"),
        ("text* <a>", r"actually: '\* <a>'"),
        ("textual", "one of r1"),
        ("</think> text", "Expected <think> before </think>, actually: none"),
        ("<a>? text </a>", "Expected <a> before </a>"),  # <a>? is always short.
        ("text text", "Expected a tag between two texts"),
        ("text <a>? text", "Expected a tag between two texts"),
        ("<a> text? </a>* text boxed", "Expected a tag between two texts"),
    ],
)
def test_what_is_no_grammar_is_refused_with_the_place(grammar, match):
    with pytest.raises(ValueError, match=match):
        compile_grammar(grammar)


@given(st.text("ab <>/think\n", max_size=30), st.sampled_from(sorted(GRAMMARS)))
def test_a_think_that_the_prompt_opened_is_as_one_that_was_written(text, name):
    grammar = compile_grammar(name)
    assert grammar.matches(text, opened_think=True) is grammar.matches("<think>" + text)


tags = st.lists(st.sampled_from(["<a>", "</a>", "<b>", "</b>", "x", " "]), max_size=8).map("".join)


def slow(text):
    """`<a>? <b>+ text?`, by splitting: an oracle that knows nothing of automata."""
    text = text.strip()
    if text.startswith("<a>"):
        inside, closed, text = text[3:].partition("</a>")
        if not closed or "<" in inside or not inside.strip():
            return False
    blocks = 0
    while (text := text.strip()).startswith("<b>"):
        inside, closed, text = text[3:].partition("</b>")
        if not closed or "<" in inside or not inside.strip():
            return False
        blocks += 1
    return blocks > 0 and "<" not in text


@given(tags)
def test_the_automaton_agrees_with_a_reading_by_hand(text):
    assert compile_grammar("<a>? <b>+ text?").matches(text) is slow(text)


@pytest.mark.parametrize(
    "piece", ["<think>", "</think><think>", "<", "<think>a</think>", "a\n", "```python\n", "\\boxed{"]
)
@pytest.mark.parametrize("name", sorted(GRAMMARS))
def test_long_texts_of_any_kind_are_read_once(name, piece):
    # Two million characters: reading them twice for each tag would take hours, and no clock has to be asked.
    Grammar(GRAMMARS[name] + " <x>*").matches("<think>a</think>" + piece * (2_000_000 // len(piece)))


def test_a_box_and_a_block_are_found_where_they_are_closed_and_not_empty():
    assert has_box(r"\boxed{\text{a}}") and not has_box(r"\boxed{ }") and not has_box(r"\fbox{1}")
    assert has_code("```py\nx\n```") and not has_code("``py\nx\n``") and not has_code("no ```py\nx\n```")
    assert has_code("  ```Python 3\r\nx\n  ```")


SPLITS = [
    ("<think>a</think>b", False, "a", "b"),
    ("a</think>b", False, "a", "b"),  # The prompt opened it and nobody said so.
    ("a</think>b", True, "a", "b"),
    ("b", False, None, "b"),
    ("a", True, "a", ""),  # Cut while it thought.
    ("<think>a", False, "a", ""),
    ("x<think>a</think>b", False, "a", "b"),
    ("<think>a</think>b<think>c", False, "a" + "b" + "c", ""),  # Thinking again: there is no answer.
    ("<think>a</think>b</think>c", False, "ab", "c"),
    ("<think>a<think>b</think>c", True, "ab", "c"),
    ("<think></think>b", False, "", "b"),
    ("a</think>b<think>c</think>d", False, "abc", "d"),
    ("", False, None, ""),
]


@pytest.mark.parametrize(("text", "opened", "thoughts", "answer"), SPLITS)
def test_thoughts_and_answer_are_told_apart_in_any_form(text, opened, thoughts, answer):
    assert split_think(text, opened) == (thoughts, answer)


@pytest.mark.parametrize("grammar", [["<think>"], {"a": 1}, 3, None])
def test_a_grammar_that_is_no_text_is_refused(grammar):
    with pytest.raises(ValueError, match="Expected grammar to be a str"):
        compile_grammar(grammar)
