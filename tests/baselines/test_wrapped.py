"""Wrapped environments in rollouts, learners and logs."""

import json

import gymnasium as gym
import pytest
import torch

from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.baselines.experience import Experience
from rlvr.baselines.grpo import GRPO, GRPOConfig
from rlvr.baselines.rollout import collect, make_envs
from rlvr.baselines.rollout.batches import DataConfig
from rlvr.baselines.run.episodes import record, replay
from rlvr.core import Completion
from rlvr.envs.wrapping import wrapping
from rlvr.wrappers.base import report_progress, reward_terms

TOKENIZER = tiny_tokenizer("0123456789")
TOY = "tests.toys:toy/Successor-v0"
SHORTEST = {"name": "Shortest", "entry_point": "tests.wrappers.terms:Shortest", "kwargs": {}}
FIXED = {"entry_point": "tests.wrappers.terms:Fixed", "kwargs": {"amount": 0.1}}


class Says:
    """An agent that gives answers of growing length."""

    def act(self, conversations):
        return [Completion("7" * (n % 4 + 1), token_ids=(7,) * (n % 4 + 1)) for n in range(len(conversations))]


def test_group_terms_are_settled_where_groups_are_gathered():
    envs = make_envs(TOY, {}, 8, [FIXED, SHORTEST])
    groups = collect(envs, Says(), seed=0, first_episode=0, group_size=4)
    for group in groups:
        terms = [episode.turns[-1].info["reward_terms"] for episode in group]
        assert [one["shortest"] for one in terms] == [0.25, 0.0, 0.0, 0.0]
        assert all(
            episode.reward == pytest.approx(sum(one.values())) for episode, one in zip(group, terms, strict=True)
        )
        assert all(one["fixed"] == 0.1 for one in terms)


def test_a_group_with_a_failed_verifier_is_left_as_it_is():
    envs = make_envs(TOY, {"broken": True}, 4, [SHORTEST])
    (group,) = collect(envs, Says(), seed=0, first_episode=0, group_size=4)
    assert [episode.turns[-1].info["reward_terms"]["shortest"] for episode in group] == [0.0] * 4


def test_logs_of_wrapped_environments_replay_but_for_what_needs_the_group(tmp_path):
    wrappers = [FIXED, SHORTEST]
    envs = make_envs(TOY, {}, 4, wrappers)
    (group,) = collect(envs, Says(), seed=0, first_episode=0, group_size=4)
    path = tmp_path / "episodes.jsonl"
    lines = [record(episode, env_id=TOY, kwargs={}, wrappers=wrappers) for episode in group]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert [differences for _, differences in replay(path)] == [[]] * 4
    lines[0]["turns"][0]["reward_terms"]["fixed"] = 0.2
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert [len(differences) for _, differences in replay(path)] == [2, 0, 0, 0]


def grpo(wrappers=(), **changes):
    config = GRPOConfig(steps=4, groups=2, group_size=4, mini_batches=1, max_new_tokens=2, **changes)
    model = tiny_model(0, width=32, layers=1, heads=2, vocab_size=len(TOKENIZER), context=64)
    return GRPO(model, TOKENIZER, make_envs(TOY, {}, 8, wrappers), config, seed=0)


def planted(groups, advantages):
    """Experience with these advantages, on policy."""
    experience = Experience(groups)
    for one in experience.all:
        one.fill("old", one.column("sampled"))
    experience.fill_episodes("advantages", advantages)
    return experience


def test_masked_episodes_move_nothing_and_are_counted():
    algorithm = grpo()
    groups = collect(algorithm.envs, algorithm.agent, seed=0, first_episode=0, group_size=4)
    advantages = torch.linspace(-1, 1, 4).repeat(2, 1).double()
    seen = []

    def step(rows, *_, **__):
        seen.append(rows)
        return dict.fromkeys(("clipped", "kl", "entropy", "mismatch", "ratio_max", "ratio_min"), 0.0)

    algorithm.learner.step = step
    algorithm.learn(planted(groups, advantages))
    for episode in groups[0]:
        episode.turns[-1].info["masked"] = True
    algorithm.learn(planted(groups, advantages))
    assert len(seen[0]) == 8 and len(seen[1]) == 4
    tokens = sum(episode.length for episode in groups[1])
    assert {weight for row in seen[1] for weight in row.columns["weights"]} == {1.0 / tokens}
    assert [row.columns["advantages"][-1] for row in seen[1]] == pytest.approx(advantages[1].tolist())


def test_the_learner_tells_wrappers_how_far_training_has_come():
    algorithm = grpo([FIXED])
    told = []
    for _ in range(4):
        algorithm.step()
        told.append(reward_terms(algorithm.envs[0])[0].progress)
    assert told == [0.0, 0.25, 0.5, 0.75]


def test_differences_of_rounding_make_no_group_worth_training_on(monkeypatch):
    algorithm = grpo()
    collected = collect(algorithm.envs, algorithm.agent, seed=0, first_episode=0, group_size=4)
    rewards = iter([0.0, -8e-17, 0.0, 0.0] * 2)
    monkeypatch.setattr("rlvr.core.Episode.reward", property(lambda self: next(rewards, 0.0)))
    monkeypatch.setattr("rlvr.baselines.rollout.batches.collect", lambda *_, **__: collected)
    assert algorithm.step()[0]["trained_groups"] == 0.0


COUNTED = {"name": "SoftOverlong", "kwargs": {"limit": 4, "buffer": 4, "counter": "rlvr.wrappers.counting:words"}}


class Writes:
    """An agent whose texts know no tokens."""

    def act(self, conversations):
        return ["three words here"] * len(conversations)


def test_texts_without_tokens_are_counted_again_in_a_replay(tmp_path):
    (group,) = collect(make_envs(TOY, {}, 1, [COUNTED]), Writes(), seed=0, first_episode=0)
    assert group[0].turns[0].info["reward_terms"]["overlong"] == pytest.approx(-0.15)
    path = tmp_path / "episodes.jsonl"
    path.write_text(json.dumps(record(group[0], env_id=TOY, kwargs={}, wrappers=[COUNTED])) + "\n")
    assert [differences for _, differences in replay(path)] == [[]]


class SaysNothing:
    """An agent every second sample of which is empty."""

    def act(self, conversations):
        return [
            Completion("7" * said, token_ids=(7,) * said, logprobs=(-0.5,) * said, prompt_ids=(1, 2))
            for said in (n % 2 for n in range(len(conversations)))
        ]


def test_an_empty_sample_is_no_tokens_long_in_its_group():
    envs = make_envs(TOY, {}, 4, [{"name": "KimiLength"}])
    (group,) = collect(envs, SaysNothing(), seed=0, first_episode=0, group_size=4)
    assert [one.turns[-1].info["reward_terms"]["kimi_length"] for one in group] == [0.0, -0.1, 0.0, -0.1]


def test_a_group_that_is_asked_different_tasks_is_refused():
    envs = [
        env for split in ("train", "test") for env in make_envs("rlvr/Math-v0", {"families": "sum", "split": split}, 1)
    ]
    with pytest.raises(ValueError, match="members of a group to be asked one task"):
        collect(envs, Says(), seed=0, first_episode=0, group_size=2)


def test_where_only_empty_answers_are_left_nothing_is_learned():
    algorithm = grpo()
    (group,) = collect(algorithm.envs[:4], SaysNothing(), seed=0, first_episode=0, group_size=4)
    for episode in group[1::2]:
        episode.turns[-1].info["masked"] = True
    assert algorithm.learn(planted([group], torch.linspace(-1, 1, 4).double()[None])) == {}


@pytest.mark.parametrize(
    ("wrappers", "message"),
    [
        ([{"name": "KimiLenght"}], "Unknown wrapper 'KimiLenght'. Perhaps you meant 'KimiLength'"),
        ([{"name": "settle"}], "Unknown wrapper 'settle'"),
        (["Format"], "Expected a wrapper as"),
        ({"name": "Format"}, "Expected a list of wrappers"),
        ([{"name": "Format", "kwargs": ["r1"]}], '"kwargs" of the wrapper Format to be a dict'),
        ([{"entry_point": "nowhere"}], "Expected a path"),
    ],
)
def test_what_names_no_wrapper_is_refused_with_the_remedy(wrappers, message):
    with pytest.raises(ValueError, match=message):
        wrapping(wrappers)(gym.make(TOY))


CURRICULUM = {"name": "Curriculum", "kwargs": {"levels": [{}, {"max_turns": 2}, {"max_turns": 3}], "window": 4}}


class Solves:
    """An agent that is always right, or never."""

    def __init__(self, right):
        self.right = right

    def see(self, envs):
        self.envs = [env.unwrapped for env in envs]

    def act(self, conversations):
        texts = [env.solution(env.task) if self.right else "x" for env in self.envs]
        return [Completion(text, token_ids=(7,), logprobs=(-0.5,), prompt_ids=(1, 2)) for text in texts]


def test_a_curriculum_has_one_level_for_the_whole_batch_and_is_in_the_checkpoint(tmp_path):
    algorithm = grpo([CURRICULUM])
    seen = []
    for right in (True, True, False, False):
        algorithm.batches.agent = Solves(right)
        _, groups = algorithm.step()
        seen.append({episode.turns[-1].info["level"] for group in groups for episode in group})
    # Eight verdicts a step are two blocks: from 0 to 2 after the first step, back from 2 to 0 after the third.
    assert seen == [{0}, {2}, {2}, {0}]
    state = algorithm.batches.levels.state_dict()
    again = grpo([CURRICULUM])
    again.batches.levels.load_state_dict(state)
    assert again.batches.levels.state_dict() == state
    lines = [record(episode, env_id=TOY, kwargs={}, wrappers=[CURRICULUM]) for group in groups for episode in group]
    assert lines[0]["env"] == {"id": TOY, "kwargs": {}, "wrappers": []}
    path = tmp_path / "episodes.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert [differences for _, differences in replay(path)] == [[]] * 8


def test_terms_that_depend_on_progress_replay_as_they_were(tmp_path):
    growing = {"name": "GrowingTarget", "kwargs": {"start": 1, "end": 30, "weight": 100.0}}
    algorithm = grpo([growing])
    algorithm.agent = Says()
    lines = []
    for _ in range(3):
        groups = collect_with_progress(algorithm, len(lines) / 32)
        lines += [
            record(episode, env_id=TOY, kwargs={}, wrappers=[growing], progress=len(lines) / 32)
            for group in groups
            for episode in group
        ]
    path = tmp_path / "episodes.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert [differences for _, differences in replay(path)] == [[]] * 24
    assert len({line["turns"][0]["reward_terms"]["growing_target"] for line in lines}) > 2


def collect_with_progress(algorithm, fraction):
    for env in algorithm.envs:
        report_progress(env, fraction)
    return collect(algorithm.envs, algorithm.agent, seed=0, first_episode=0, group_size=4)


def test_groups_that_are_masked_whole_are_not_trained_on(monkeypatch):
    algorithm = grpo(data=DataConfig(skip_flat_groups=False))
    collected = collect(algorithm.envs, algorithm.agent, seed=0, first_episode=0, group_size=4)
    for episode in collected[0]:
        episode.turns[-1].info["masked"] = True
    monkeypatch.setattr("rlvr.baselines.rollout.batches.collect", lambda *_, **__: collected)
    assert algorithm.step()[0]["trained_groups"] == 1.0
