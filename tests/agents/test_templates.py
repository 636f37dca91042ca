import pytest

from rlvr.agents.templates import Change, after, render, rewrites_history, show
from tests.chat_templates import speaking

NOTHING = frozenset()


@pytest.mark.parametrize(
    ("name", "user", "tool"),
    [
        ("tiny", NOTHING, NOTHING),
        ("chatml", NOTHING, NOTHING),
        ("endless", NOTHING, NOTHING),
        ("thinking", {"thoughts"}, NOTHING),
        ("last", {"thoughts"}, {"thoughts"}),
        ("opening", {"thoughts"}, {"thoughts"}),
        ("headers", {"space"}, {"space"}),
        ("two", NOTHING, None),
        ("deaf", NOTHING, None),
    ],
)
def test_what_templates_change_of_earlier_answers_is_told_by_who_replies(name, user, tool):
    assert rewrites_history(speaking(name)) == user
    if tool is not None:
        assert rewrites_history(speaking(name), "tool") == tool


def test_what_a_prompt_says_of_thinking_and_later_prompts_do_not_is_a_change_of_every_answer():
    tokenizer, options = speaking("thinking"), {"enable_thinking": False}
    assert rewrites_history(tokenizer, options=options) == {"answers", "thoughts"}
    assert rewrites_history(tokenizer, "tool", options=options) == {"answers", "thoughts"}


def test_a_template_that_changes_only_the_answer_before_the_last_is_found_out():
    # It keeps the reasoning of the last answer: asked about one reply, it has changed nothing.
    tokenizer = speaking("last")
    conversation = [
        {"role": "user", "content": "Q"},
        {"role": "assistant", "content": "<think>hm</think>a"},
        {"role": "user", "content": "On."},
        {"role": "assistant", "content": "b"},
        {"role": "user", "content": "And?"},
    ]
    assert show(tokenizer, conversation[:3], 1).change is Change.NONE
    assert show(tokenizer, conversation, 3).change is Change.TEXT


def test_a_role_that_a_template_refuses_or_leaves_out_is_an_error_with_a_remedy():
    with pytest.raises(ValueError, match=r'refuses the roles user, assistant, tool .*role="user"'):
        rewrites_history(speaking("two"), "tool")
    with pytest.raises(ValueError, match=r"leaves out the message of the role 'tool'.*role=\"user\""):
        rewrites_history(speaking("deaf"), "tool")


def test_a_message_with_nothing_to_look_for_is_not_missed():
    from rlvr.agents.templates import require_shown

    require_shown("<|end|>", [{"role": "user", "content": "?!"}, {"role": "user", "content": [{"type": "image"}]}])


def test_a_quoted_reply_counts_as_shown():
    from rlvr.agents.templates import require_shown

    require_shown(r'"line\nTraceback: no \"x\""', [{"role": "tool", "content": 'line\nTraceback: no "x"'}])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("tiny", "<|end|>"), ("chatml", "<|im_end|>\n"), ("lines", "\n<|im_end|>\n"), ("endless", "")],
)
def test_what_closes_an_answer_is_what_the_template_writes_when_nobody_is_to_go_on(name, expected):
    conversation = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "a"}]
    assert after(speaking(name), conversation, 1, prompt=False) == expected


def test_variables_reach_the_template():
    question = [{"role": "user", "content": "Q"}]
    assert render(speaking("thinking"), question).endswith("assistant\n")
    assert render(speaking("thinking"), question, {"enable_thinking": False}).endswith("<think>\n\n</think>\n\n")
