import pytest

from rlvr.agents import ScriptedAgent
from rlvr.baselines.rollout import ErrorWindow, VerifierFailure, collect, make_envs
from rlvr.wrappers import TextObservation

ENV = "tests.toys:toy/Successor-v0"


def test_a_group_answers_one_task_and_groups_go_on_through_the_stream():
    groups = collect(make_envs(ENV, {}, 6), ScriptedAgent("oracle"), seed=3, first_episode=10, group_size=2)
    assert [[episode.task for episode in group] for group in groups] == [["3/10"] * 2, ["3/11"] * 2, ["3/12"] * 2]
    assert [group[0].group for group in groups] == [(0, 10), (1, 11), (2, 12)]
    assert all(episode.reward == 1.0 and episode.terminated for group in groups for episode in group)


def test_groups_may_be_asked_any_episodes_and_have_any_numbers():
    numbers = [(5, 12), (7, 3)]
    groups = collect(make_envs(ENV, {}, 4), ScriptedAgent("oracle"), seed=3, numbers=numbers, group_size=2)
    assert [[episode.task for episode in group] for group in groups] == [["3/12"] * 2, ["3/3"] * 2]
    assert [[episode.group for episode in group] for group in groups] == [[(5, 12)] * 2, [(7, 3)] * 2]


def test_numbers_are_one_for_each_group():
    with pytest.raises(ValueError, match="each of the 2 groups, actually: 1"):
        collect(make_envs(ENV, {}, 4), ScriptedAgent("oracle"), seed=0, numbers=[(0, 0)], group_size=2)


def test_without_environments_there_is_nothing_to_collect():
    assert collect([], ScriptedAgent("oracle"), seed=0, numbers=[], group_size=2) == []


def test_episodes_of_different_lengths_share_a_batch():
    answers = iter(range(100))

    class Agent:
        def act(self, conversations):
            sizes.append(len(conversations))
            # Environment 0 is always wrong; the others guess the right digit at their second turn.
            return [
                ScriptedAgent(lambda c: str((int(c[0]["content"]) + 1) % 10)).act([c])[0]
                if len(c) > 1 and next(answers) % 3
                else ScriptedAgent(lambda c: "no").act([c])[0]
                for c in conversations
            ]

    sizes = []
    groups = collect(make_envs(ENV, {"max_turns": 3}, 3), Agent(), seed=0, first_episode=0)
    lengths = [len(group[0].turns) for group in groups]
    assert sizes[0] == 3 and sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == sum(lengths)
    for [episode] in groups:
        assert [message["role"] for message in episode.messages] == ["user", "assistant"] * len(episode.turns)


def test_an_agent_may_answer_with_plain_text():
    class Plain:
        def act(self, conversations):
            return [str((int(conversation[0]["content"]) + 1) % 10) for conversation in conversations]

    [[episode]] = collect(make_envs(ENV, {}, 1), Plain(), seed=0, first_episode=0)
    assert episode.reward == 1.0 and episode.turns[0].output_ids == ()


def test_a_group_size_that_does_not_divide_is_refused():
    with pytest.raises(ValueError, match="divide the 3 environments, actually: 2"):
        collect(make_envs(ENV, {}, 3), ScriptedAgent("oracle"), seed=0, first_episode=0, group_size=2)


def test_an_environment_that_does_not_observe_messages_is_refused_with_the_remedy():
    envs = [TextObservation(env) for env in make_envs(ENV, {}, 1)]
    with pytest.raises(TypeError, match="leave TextObservation out"):
        collect(envs, ScriptedAgent("oracle"), seed=0, first_episode=0)


def test_an_episode_whose_verifier_fails_is_cut_short_and_pays_nothing():
    envs = make_envs(ENV, {}, 4)
    envs[1].unwrapped.broken = True
    groups = collect(envs, ScriptedAgent("oracle"), seed=0, first_episode=0, group_size=2)
    assert [[one.verdict["status"] for one in group] for group in groups] == [["correct", "error"], ["correct"] * 2]
    assert groups[0][1].truncated and not groups[0][1].terminated and groups[0][1].reward == 0.0


def test_more_errors_than_tolerated_stop_training_with_their_cause():
    groups = collect(make_envs(ENV, {"broken": True}, 2), ScriptedAgent("oracle"), seed=0, first_episode=0)
    window = ErrorWindow(size=300, tolerated=0.01)
    assert window.add(groups[:1]) == 1
    with pytest.raises(VerifierFailure, match=r"4 of the last 4 episodes.*planted"):
        for _ in range(3):
            window.add(groups[:1])


def test_the_window_forgets_old_errors_and_survives_a_checkpoint():
    bad = collect(make_envs(ENV, {"broken": True}, 1), ScriptedAgent("oracle"), seed=0, first_episode=0)
    good = collect(make_envs(ENV, {}, 1), ScriptedAgent("oracle"), seed=0, first_episode=0)
    window = ErrorWindow(size=10, tolerated=0.1)
    for _ in range(5):
        window.add(bad)
        for _ in range(10):
            window.add(good)
    window.add(bad)
    resumed = ErrorWindow(size=10, tolerated=0.1)
    resumed.load_state_dict(window.state_dict())
    with pytest.raises(VerifierFailure):
        resumed.add(bad)
