"""Wrapped environments in rollouts, learners and logs."""

import json

import pytest
import torch

from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.baselines.episodes import record, replay
from rlvr.baselines.grpo import GRPO, GRPOConfig
from rlvr.baselines.rollout import collect, make_envs
from rlvr.core import Completion
from rlvr.wrappers.base import reward_terms

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


def test_masked_episodes_move_nothing_and_are_counted():
    algorithm = grpo()
    groups = collect(algorithm.envs, algorithm.agent, seed=0, first_episode=0, group_size=4)
    advantages = torch.linspace(-1, 1, 4).repeat(2, 1).double()
    seen = []
    algorithm.learner.step = lambda rows, *_, **__: seen.append(rows) or {"clipped": 0.0, "kl": 0.0, "mismatch": 0.0}
    algorithm._learn(list(zip(groups, advantages, strict=True)))
    for episode in groups[0]:
        episode.turns[-1].info["masked"] = True
    algorithm._learn(list(zip(groups, advantages, strict=True)))
    assert len(seen[0]) == 8 and len(seen[1]) == 4
    tokens = sum(episode.length for episode in groups[1])
    weights = [row.weights[-1] for row in seen[1]]
    assert weights == pytest.approx([a / tokens for a in advantages[1].tolist()])


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
    monkeypatch.setattr("rlvr.baselines.grpo.collect", lambda *_, **__: collected)
    assert algorithm.step()[0]["trained_groups"] == 0.0
