import pytest

from rlvr.agents import ScriptedAgent
from rlvr.baselines.examples.hints import HintingAgent, check_hint, with_logprobs, without_hint
from rlvr.baselines.rollout import collect, make_envs
from rlvr.core import Completion, Task
from tests.baselines.planted import episode, turn
from tests.chat_templates import end, speaking
from tests.planted_replies import Objecting, Reciting

HINT = "{prompt} (It is {reference}, as in f{x}.)"


def asked(task, *messages):
    """What the agent behind the hint is asked."""
    seen = []
    agent = HintingAgent(ScriptedAgent(lambda conversation: seen.append(conversation) or "x"), HINT)
    env = Objecting()
    env.task = task
    agent.see([env])
    agent.act([messages])
    [conversation] = seen
    return conversation


def test_the_hint_stands_in_the_message_that_asks_and_nothing_else_changes():
    said = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "A worked example?"},
        {"role": "assistant", "content": "Its answer."},
        {"role": "user", "content": "Q?"},
        {"role": "assistant", "content": Completion("a")},
        {"role": "user", "content": "No 1."},
    ]
    hinted = asked(Task("t", "Q?", "done"), *said)
    assert hinted == [*said[:3], {"role": "user", "content": "Q? (It is done, as in f{x}.)"}, *said[4:]]
    assert said[3]["content"] == "Q?"
    assert asked(Task("t", "Q?", "done"), *said[:4]) == hinted[:4]


def test_a_gold_that_is_no_text_is_shown_as_json_and_braces_of_a_prompt_mean_nothing():
    [hinted] = asked(Task("t", "", {"é": [1, "a"]}), {"role": "user", "content": "{reference}{prompt}{}"})
    assert hinted["content"] == '{reference}{prompt}{} (It is {"é": [1, "a"]}, as in f{x}.)'


@pytest.mark.parametrize("hint", ["The answer is {reference}.", "{prompt} Try again.", "Hm."])
def test_a_hint_without_a_place_for_task_and_gold_is_refused(hint):
    with pytest.raises(ValueError, match=r"Expected a hint with a place for \{"):
        check_hint(hint)


def test_an_environment_s_task_is_seen_through_wrappers():
    envs = make_envs("tests.toys:toy/Successor-v0", {}, 3, [{"name": "ScaleReward", "kwargs": {"factor": 2.0}}])
    agent = HintingAgent(ScriptedAgent(lambda said: said[0]["content"].split()[3].rstrip(",")), HINT)
    groups = collect(envs, agent, seed=0)
    assert [group[0].verdict["status"] for group in groups] == ["correct"] * 3
    assert all("It is" not in str(group[0].messages) for group in groups)


def test_without_its_hint_an_episode_of_many_turns_is_what_it_would_have_been_token_by_token():
    tokenizer = speaking("chatml")
    answers = ["ab" + end("chatml"), "done" + end("chatml")]
    [[plain]] = collect([Objecting()], Reciting(tokenizer, answers), seed=0)
    [[hinted]] = collect([Objecting()], HintingAgent(Reciting(tokenizer, answers), HINT), seed=0)
    assert plain.turns != hinted.turns
    assert without_hint(hinted, plain.turns[0].prompt_ids) == plain


def test_where_the_history_was_written_anew_a_hint_cannot_be_taken_back():
    one = episode(turn([1, 2, 3], [4]), turn([1, 9, 4], [5]))
    assert without_hint(one, [1, 3]) is None


def test_log_probabilities_are_laid_out_over_the_turns():
    one = with_logprobs(episode(turn([1], [4, 5]), turn([1, 4, 5, 6], [7])), [-1.0, -2.0, -3.0])
    assert [each.output_logprobs for each in one.turns] == [(-1.0, -2.0), (-3.0,)]
    with pytest.raises(ValueError, match=r"Expected 2 log-probabilities, .*actually: 3"):
        with_logprobs(episode(turn([1], [4, 5])), [-1.0, -2.0, -3.0])
