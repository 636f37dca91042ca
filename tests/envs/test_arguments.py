"""What the constructors of environments refuse: the name, the value, and what a task source is called with."""

import pytest

from rlvr.envs.arguments import check_flags, check_texts, instruction_or, source_options


def test_what_is_no_text_and_no_flag_is_refused_by_name():
    check_texts(source="a", split="")
    check_flags(strict=True, loose=False)
    with pytest.raises(ValueError, match=r"^Expected split to be a str, actually: None\.$"):
        check_texts(source="a", split=None)
    with pytest.raises(ValueError, match=r"^Expected loose to be True or False, actually: 1\.$"):
        check_flags(strict=True, loose=1)


def test_an_instruction_that_is_not_said_is_the_default():
    assert instruction_or("Do it.", None) == "Do it."
    assert instruction_or("Do it.", "") == ""
    with pytest.raises(ValueError, match=r'"" for none, or None for the default, actually: 5\.$'):
        instruction_or("Do it.", 5)


def options(source, data=None, families=None, level=1):
    return source_options(source, "train", data, families=(families, None), level=(level, 1))


def test_a_source_is_called_with_what_goes_with_it():
    assert options("generated", families="runs", level=2) == {"split": "train", "families": "runs", "level": 2}
    assert options("file") == {"split": "train"}
    assert options("file", "rows.jsonl") == {"split": "train", "data": "rows.jsonl"}


@pytest.mark.parametrize(
    ("source", "arguments", "reason"),
    [
        ("generated", {"data": "/tmp"}, "Expected no data for generated tasks, actually: data='/tmp'."),
        ("generated", {"data": 5}, "Expected data to be a str, a path, or None, actually: 5."),
        ("file", {"level": 2}, "Expected families and level with source=\"generated\" only, actually: source='file', "),
        ("file", {"level": True}, "level=True"),
        ("file", {"level": 1.0}, "level=1.0"),
        ("file", {"families": ()}, "families=()"),
    ],
)
def test_what_does_not_go_with_a_source_is_refused(source, arguments, reason):
    with pytest.raises(ValueError) as refusal:
        options(source, **arguments)
    assert reason in str(refusal.value)
