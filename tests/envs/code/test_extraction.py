"""Where the program stands in a completion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.code.extraction import CONVENTIONS, MOST_ANSWER, Extraction, extract

DOCSTRING = 'def f():\n    """\n    ```\n    f()\n    ```\n    """\n'


@pytest.mark.parametrize(
    ("completion", "program"),
    [
        ("```python\nx = 1\n```", "x = 1\n"),
        ("Here:\n\n```python\nx = 1\n```\nThat is it.", "x = 1\n"),
        ("```\nx = 1\n```", "x = 1\n"),
        ("```py\nx = 1\n```", "x = 1\n"),
        ("```Python3\nx = 1\n```", "x = 1\n"),
        ("``` python\nx = 1\n```", "x = 1\n"),
        ("```python \nx = 1\n``` \n", "x = 1\n"),
        ('```python title="x.py"\nx = 1\n```', "x = 1\n"),
        ("```python:main.py\nx = 1\n```", "x = 1\n"),
        ("```{.python .numberLines}\nx = 1\n```", "x = 1\n"),
        ("```{python}\nx = 1\n```", "x = 1\n"),
        ("~~~python\nx = 1\n~~~", "x = 1\n"),
        ("````python\nx = 1\n````", "x = 1\n"),
        ("```python\nx = 1\n`````", "x = 1\n"),
        ("```python\n\n```", "\n"),
        ("```python\n```", ""),
        ("```python\r\nx = 1\r\n```\r\n", "x = 1\r\n"),
    ],
)
def test_a_fenced_block_is_found_however_it_is_fenced_and_tagged(completion, program):
    assert extract(completion) == Extraction(program, "fenced", True)


@pytest.mark.parametrize(
    ("completion", "program"),
    [
        ("```python\nfirst\n```\nno:\n```python\nsecond\n```", "second\n"),
        ("```python\ncode\n```\n```text\nits output\n```", "code\n"),
        ("```bash\npip install x\n```\n```python\ncode\n```\n```json\n{}\n```", "code\n"),
        ("```python-repl\n>>> 1\n```", None),
        ("```pycon\n>>> 1\n```", None),
        ("```text\nx\n```", None),
        ("There is none.", None),
        ("", None),
        ("`x = 1`", None),
        ("``x = 1``", None),
        ("```x = 1```", None),  # Inline code: an info string has no backtick.
        ("```x``` is inline\n```python\ncode\n```", "code\n"),
    ],
)
def test_the_last_block_that_may_be_python_counts(completion, program):
    assert extract(completion).program == program


@pytest.mark.parametrize(
    ("completion", "program"),
    [
        ("````python\ns = '''\n```\n'''\n````", "s = '''\n```\n'''\n"),  # A longer fence holds a shorter one.
        ("~~~python\ns = '''\n```\n'''\n~~~", "s = '''\n```\n'''\n"),
        ("```python\ns = '''\n~~~\n'''\n```", "s = '''\n~~~\n'''\n"),
        ("```python\ns = '''\n```python\n'''\n```", "s = '''\n```python\n'''\n"),  # A tag opens; it closes nothing.
        ("````markdown\n```python\ninner\n```\n````", None),
        ("````markdown\n```python\ninner\n```\n````\n```python\nouter\n```", "outer\n"),
        # The fences of a docstring are deeper than the block's own.
        ('```python\ndef f():\n    """\n    ```\n    f()\n    ```\n    """\n```', DOCSTRING),
    ],
)
def test_fences_inside_of_blocks(completion, program):
    assert extract(completion).program == program


@pytest.mark.parametrize(
    ("completion", "program"),
    [
        ("1. So:\n\n   ```python\n   def f():\n       return 1\n   ```", "def f():\n    return 1\n"),
        ("- So:\n    ```python\n    x = 1\n\n    y = 2\n    ```", "x = 1\n\ny = 2\n"),
        ("\t```python\n\tx = 1\n\t```", "x = 1\n"),
        ("  ```python\nx = 1\n y = 2\n  ```", "x = 1\ny = 2\n"),  # CommonMark: what is less deep loses what it has.
        ("```python\nx = 1\n  ```", "x = 1\n"),
    ],
)
def test_an_indented_block_loses_the_indentation_of_its_fence(completion, program):
    found = extract(completion)
    assert found.program.rstrip(" \t") == program and found.closed


@pytest.mark.parametrize(
    ("completion", "program", "closed"),
    [
        ("```python\nx = 1", "x = 1", False),
        ("```python\nx = 1\n``", "x = 1\n``", False),
        ("```python\nx = 1\n~~~", "x = 1\n~~~", False),
        ("```python", "", False),
        ("```python\nx = 1\n```\n```python\ny =", "y =", False),
        ("```python\nx = 1\n```\n```text\nso", "x = 1\n", True),
        ("```python\nx = 1<|im_end|>", "x = 1", True),
    ],
)
def test_a_block_that_is_never_closed_runs_to_the_end_and_may_have_been_cut(completion, program, closed):
    assert extract(completion) == Extraction(program, "fenced", closed)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_nothing_inside_a_think_counts(convention):
    block = "```python\nx = 1\n```"
    assert extract(f"<think>{block}", convention=convention).program is None
    assert extract(block, convention=convention, opened_think=True).program is None
    bare = extract(f"{block}</think>y = 2", convention=convention).program
    assert bare == (None if convention == "fenced" else "y = 2")
    for opened in (False, True):
        start = "" if opened else "<think>"
        text = f"{start}{block}</think>\n```python\ny = 2\n```"
        found = extract(text, convention=convention, opened_think=opened)
        assert "x = 1" not in found.program and "y = 2" in found.program


@pytest.mark.parametrize("marker", ["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|im_start|>", "<｜User｜>"])
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_what_follows_a_role_marker_is_another_s(marker, convention):
    text = "x = 1\n" if convention in ("whole", "continuation") else "```python\nx = 1\n```\n"
    found = extract(f"{text}{marker}user\n```python\ny = 2\n```", convention=convention)
    assert found.program == "x = 1\n" and found.closed


def test_conventions_say_what_the_program_is():
    fenced, bare, indented = "So:\n```python\nx = 1\n```", "x = 1\n", "\n    return 1\n"
    assert extract(fenced, convention="whole") == Extraction(fenced, "whole", False)
    assert extract(fenced, convention="auto") == Extraction("x = 1\n", "fenced", True)
    assert extract(bare, convention="auto") == Extraction(bare, "whole", False)
    assert extract(bare, convention="continuation") == Extraction(bare, "continuation", False)
    assert extract(indented, convention="auto") == Extraction(indented, "continuation", False)
    assert extract(f"<think>a</think>{indented}", convention="auto") == Extraction(indented, "continuation", False)
    assert extract(bare) == Extraction(None, None, False)
    assert extract(" \n", convention="whole").program is None
    assert extract("```text\nx\n```", convention="auto").convention == "whole"


def test_a_long_program_is_found_whole_and_what_is_far_too_long_is_not():
    program = "x = 1\n" * 10_000
    assert extract(f"So:\n```python\n{program}```\n").program == program
    assert extract("```python\n" + "x = 1\n" * MOST_ANSWER + "```").program == ""


@given(st.text(alphabet="ab \t\r\n`~<>|/thinkpy{}.", max_size=200), st.sampled_from(CONVENTIONS), st.booleans())
def test_any_text_has_a_program_that_stands_in_it_or_none(text, convention, opened_think):
    found = extract(text, convention=convention, opened_think=opened_think)
    if found.program is not None:
        for line in found.program.split("\n"):
            assert line in text


@given(st.text(alphabet=st.characters(exclude_characters="`~<\n\r", codec="utf-8"), max_size=40), st.text(max_size=20))
def test_what_stands_in_a_block_comes_back_to_the_character(line, prose):
    prose = prose.replace("`", "").replace("~", "").replace("<", "")
    assert extract(f"{prose}\n```python\n{line}\n{line}\n```\n").program == f"{line}\n{line}\n"


@pytest.mark.parametrize(
    "text", ["`" * 100_000, "```\n" * 50_000, "~~~ ```\n" * 30_000, " " * 200_000, "\t```" * 50_000]
)
def test_odd_texts_are_gone_through_once(text):
    extract(text, convention="auto")


def test_a_block_without_a_tag_after_the_program_shows_what_it_prints():
    text = "```python\nprint(1)\n```\nIt prints\n```\n1\n```\n"
    assert extract(text).program == "print(1)\n"
    assert extract(text.replace("python", "")).program == "1\n"
