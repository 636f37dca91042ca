import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.fences import Block, blocks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no block", []),
        ("```\na\n```", [("", "a\n", True)]),
        ("```python\na\n```\n\n~~~text\nb\n~~~", [("python", "a\n", True), ("text", "b\n", True)]),
        ("```Python 3\na\n```", [("python", "a\n", True)]),
        ("```{.python}\na\n```", [("python", "a\n", True)]),
        (
            "````md\n```python\na\n```\n````",
            [("md", "```python\na\n```\n", True)],
        ),  # A longer fence holds shorter ones.
        ("```python\na\n~~~", [("python", "a\n~~~", False)]),
        ("```python\na\n``` b", [("python", "a\n``` b", False)]),  # A closing fence has no words behind it.
        ("```python\na", [("python", "a", False)]),
        ("```python", [("python", "", False)]),
        ("```a``` is code\n```\nb\n```", [("", "b\n", True)]),  # Inline code that begins a line.
        ("   ```\na\n   ```", [("", "a\n", True)]),
        ("    ```\na\n    ```", []),  # Four blanks: a block of code by indentation.
        ("```python\r\na\r\n```\r\n", [("python", "a\r\n", True)]),
    ],
)
def test_blocks_are_found_as_markdown_writes_them(text, expected):
    assert [(one.tag, one.text, one.closed) for one in blocks(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("    ```\n    a\n    ```", [("", "a\n", True)]),
        ("\t```py\n\ta\n b\n\t```", [("py", "a\nb\n", True)]),
        ('```\n    """\n    ```\n    """\n```', [("", '    """\n    ```\n    """\n', True)]),
        ("```\na\n   ```", [("", "a\n", True)]),
    ],
)
def test_blocks_anywhere_lose_the_indentation_of_their_fence_and_hold_deeper_ones(text, expected):
    assert [(one.tag, one.text.rstrip(" "), one.closed) for one in blocks(text, anywhere=True)] == expected


@given(st.text(st.sampled_from("`~\n ap"), max_size=60))
def test_blocks_lie_one_behind_the_other_and_hold_what_stands_before_their_end(text):
    last = 0
    for block in blocks(text):
        assert isinstance(block, Block) and last <= block.end <= len(text)
        assert block.text in text[last : block.end]
        last = block.end


def test_what_stands_behind_a_block_begins_at_its_end():
    text = "a\n```python\nb\n```  \nc"
    assert text[next(blocks(text)).end :] == "\nc"
