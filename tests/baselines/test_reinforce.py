import math
import statistics
from types import SimpleNamespace
from typing import get_args

import pytest
import torch

from rlvr.agents import TransformersAgent
from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.baselines.experience import Experience
from rlvr.baselines.learner import OptimizerConfig
from rlvr.baselines.losses import KLConfig
from rlvr.baselines.reinforce import Baseline, Reinforce, ReinforceConfig
from rlvr.baselines.rollout import collect, make_envs
from rlvr.baselines.rollout.batches import DataConfig
from tests.baselines.planted import answer, episode, turn

TOKENIZER = tiny_tokenizer("0123456789")
BASELINES = get_args(Baseline)
SPREAD_NEEDED = ("rloo", "opo")


def successor(config, seed=0, **kwargs):
    """R1-Zero at toy scale: one answer token, correctness alone."""
    model = tiny_model(seed, width=32, layers=1, heads=2, vocab_size=len(TOKENIZER), context=64)
    envs = make_envs("tests.toys:toy/Successor-v0", kwargs, config.groups * config.group_size)
    return Reinforce(model, TOKENIZER, envs, config, seed=seed)


def config(baseline="rloo", **changes):
    settings = {
        "steps": 60,
        "groups": 10,
        "group_size": 32,
        "max_new_tokens": 1,
        "optimizer": OptimizerConfig(lr=1e-2),
        "data": DataConfig(skip_flat_groups=baseline in SPREAD_NEEDED),
        "baseline": baseline,
    }
    return ReinforceConfig(**{**settings, **changes})


def small(baseline="rloo", **changes):
    return config(baseline, **{"groups": 4, "group_size": 8, "steps": 6, **changes})


def planted():
    """Two groups of answers of different lengths; one has two turns with the environment between, one is masked."""
    turns = episode(turn([1, 2], [5, 6], reward=0.25), turn([1, 2, 5, 6, 7], [9], reward=0.5))
    return [
        [answer(2, 1.0), answer(1, 0.0), turns],
        [answer(4, 0.0), answer(1, 1.0), answer(3, 0.0, masked=True)],
    ]


REWARDS = [[1.0, 0.0, 0.75], [0.0, 1.0, 0.0]]
LENGTHS = [[2, 1, 3], [4, 1, 3]]


def whitened(values, epsilon=1e-8):
    deviation = math.sqrt(statistics.variance(values) + epsilon)
    return [(value - statistics.fmean(values)) / deviation for value in values]


def expected(baseline):
    """The advantage of each episode, from the papers' formulas."""
    if baseline == "none":
        return REWARDS
    if baseline == "batch_mean":
        mean = statistics.fmean(REWARDS[0] + REWARDS[1])
        return [[reward - mean for reward in group] for group in REWARDS]
    if baseline == "rloo":
        return [[reward - (sum(group) - reward) / 2 for reward in group] for group in REWARDS]
    if baseline == "opo":
        means = [
            sum(n * r for n, r in zip(ns, group, strict=True)) / sum(ns)
            for ns, group in zip(LENGTHS, REWARDS, strict=True)
        ]
        return [[reward - mean for reward in group] for group, mean in zip(REWARDS, means, strict=True)]
    centred = [[reward - statistics.fmean(group) for reward in group] for group in REWARDS]
    tokens = [  # Of the answers that are trained on: the last one is masked, and counts in its group's mean alone.
        value
        for ns, group in zip([LENGTHS[0], [*LENGTHS[1][:2], 0]], centred, strict=True)
        for n, value in zip(ns, group, strict=True)
        for _ in range(n)
    ]
    deviation = math.sqrt(statistics.variance(tokens) + 1e-8)
    return [[(value - statistics.fmean(tokens)) / deviation for value in group] for group in centred]


def over_tokens(table):
    """What the tokens of the trained episodes get: the masked one is the last of all."""
    pairs = [(n, value) for ns, group in zip(LENGTHS, table, strict=True) for n, value in zip(ns, group, strict=True)]
    return [value for n, value in pairs[:-1] for _ in range(n)]


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_policy_learns_from_correctness_alone(seed):
    reinforce = successor(config(), seed)
    rewards = [reinforce.step()[0]["reward"] for _ in range(60)]
    assert sum(rewards[:2]) / 2 <= 0.2
    assert sum(rewards[-5:]) / 5 >= 0.8


@pytest.mark.parametrize("baseline", ["none", "batch_mean", "rloo", "opo", "reinforce++_baseline"])
def test_advantages_worked_out_by_hand(baseline):
    reinforce = successor(small(baseline, groups=2, group_size=3))
    experience = Experience(planted())
    assert reinforce.estimate(experience) == {}
    assert experience.flat("advantages").tolist() == pytest.approx(over_tokens(expected(baseline)), rel=1e-9)


def test_a_group_without_any_token_is_left_out_where_lengths_weigh():
    reinforce = successor(small("opo", groups=2, group_size=2))
    sound = [answer(2, 1.0), answer(1, 0.0)]
    experience = Experience([[answer(0, 0.0), answer(0, 0.0)], sound])
    assert reinforce.estimate(experience) == {}
    assert experience.flat("advantages").tolist() == pytest.approx([1 / 3, 1 / 3, -2 / 3])


@pytest.mark.parametrize("discount", [1.0, 0.5])
def test_reinforce_plus_plus_whitens_discounted_returns_less_the_penalty_of_each_token(discount):
    reinforce = successor(small("reinforce++", groups=2, group_size=3, discount=discount))
    experience = Experience(planted())
    penalties = [0.01 * i for i in range(11)]  # of the 2 + 1 + 3 and 4 + 1 tokens that are trained on
    experience.fill_flat("penalty", torch.tensor(penalties, dtype=torch.float64))
    reinforce.estimate(experience)
    paid = [[0.0, 1.0], [0.0], [0.0, 0.25, 0.5], [0.0, 0.0, 0.0, 0.0], [1.0]]
    left = iter(penalties)
    rewards = [[reward - next(left) for reward in row] for row in paid]
    returns = [
        math.fsum(discount ** (u - t) * row[u] for u in range(t, len(row))) for row in rewards for t in range(len(row))
    ]
    assert experience.flat("advantages").tolist() == pytest.approx(whitened(returns), rel=1e-9)


def test_a_penalty_in_the_reward_reaches_the_baselines_of_whole_answers():
    reinforce = successor(small("rloo", groups=1, group_size=2))
    experience = Experience([[answer(2, 1.0), answer(1, 0.0)]])
    experience.fill_flat("penalty", torch.tensor([0.25, 0.5, 0.125], dtype=torch.float64))
    reinforce.estimate(experience)
    assert experience.flat("advantages").tolist() == [0.375, 0.375, -0.375]  # .25 and -.125, each less the other


def test_remax_subtracts_the_reward_of_the_greedy_answer_to_the_same_task():
    reinforce = successor(small("remax", groups=20, group_size=2))
    for _ in range(8):
        reinforce.step()  # Until some of the greedy answers are right.
    greedy = TransformersAgent(reinforce.agent.model, TOKENIZER, temperature=0.0, max_new_tokens=1)
    groups = collect(reinforce.envs, reinforce.agent, seed=0, group_size=2)
    expected = []
    for group in groups:
        [said] = greedy.act([[message for message in group[0].messages if message["role"] == "user"]])
        digit = group[0].messages[0]["content"]
        expected.append(float(said == str((int(digit) + 1) % 10)))
    experience = Experience(groups)
    metrics = reinforce.estimate(experience)
    rewards = [[one.reward for one in group] for group in groups]
    wanted = [reward - base for group, base in zip(rewards, expected, strict=True) for reward in group]
    assert experience.flat("advantages").tolist() == wanted
    assert 0.0 < metrics["greedy_reward"] == sum(expected) / len(expected) < 1.0


def test_a_group_whose_greedy_answer_could_not_be_judged_is_left_out_and_counted():
    reinforce = successor(small("remax", groups=3, group_size=2))
    groups = collect(reinforce.envs, reinforce.agent, seed=0, group_size=2)
    reinforce.envs[1].unwrapped.broken = True  # It asks the second group's task.
    experience = Experience(groups)
    metrics = reinforce.estimate(experience)
    assert experience.groups == [groups[0], groups[2]]
    assert metrics["trained_groups"] == 2.0 and metrics["greedy_error_episodes"] == 1.0
    assert sum(reinforce.batches.errors.state_dict()["recent"]) == 1
    for env in reinforce.envs:
        env.unwrapped.broken = True
    nothing = Experience(groups)
    assert reinforce.estimate(nothing)["trained_groups"] == 0.0 and reinforce.learn(nothing) == {}


def test_each_process_answers_its_share_greedily(monkeypatch):
    reinforce = successor(small("remax", groups=4, group_size=2))
    asked = []
    monkeypatch.setattr(
        "rlvr.baselines.reinforce.collect", lambda envs, agent, *, numbers, **_: asked.extend(numbers) or []
    )
    numbers = [(i, 10 + i) for i in range(4)]
    for rank in range(2):
        reinforce.batches.world = SimpleNamespace(rank=rank, size=2, in_turn=list)
        reinforce._answer_greedily(numbers)
    assert asked == [*numbers[::2], *numbers[1::2]]


def test_remax_refuses_terms_that_wait_for_the_group():
    settings = small("remax", groups=1, group_size=2)
    envs = make_envs("tests.toys:toy/Successor-v0", {}, 2, [{"name": "KimiLength"}])
    with pytest.raises(ValueError, match="compares the members of a group, and the greedy answer"):
        Reinforce(tiny_model(0, width=32, layers=1), TOKENIZER, envs, settings)


def test_the_greedy_answers_leave_the_sampling_as_it_was():
    reinforce = successor(small("remax"))
    experience = Experience(collect(reinforce.envs, reinforce.agent, seed=0, group_size=8))
    before = reinforce.agent.generator.get_state()
    reinforce.estimate(experience)
    assert torch.equal(reinforce.agent.generator.get_state(), before)


@pytest.mark.parametrize("baseline", BASELINES)
def test_every_baseline_moves_the_policy_and_resumes_bit_for_bit(baseline):
    kl = KLConfig(coefficient=0.05, where="reward", estimator="k1")

    def numbers(metrics):
        return {name: value for name, value in metrics.items() if "second" not in name}

    def made():
        return successor(small(baseline, kl=kl))

    straight, again = made(), made()
    before = [parameter.clone() for parameter in straight.agent.model.parameters()]
    expected = [numbers(straight.step()[0]) for _ in range(6)]
    assert all(math.isfinite(value) for metrics in expected for value in metrics.values())
    assert any(not torch.equal(a, b) for a, b in zip(before, straight.agent.model.parameters(), strict=True))
    first = [numbers(again.step()[0]) for _ in range(3)]
    resumed = made()
    resumed.agent.model.load_state_dict(again.agent.model.state_dict())
    resumed.load_state_dict(again.state_dict())
    assert first + [numbers(resumed.step()[0]) for _ in range(3)] == expected


def test_one_step_a_batch_has_the_gradient_of_the_advantage_times_the_log_probability():
    reinforce = successor(small("none", max_new_tokens=2, groups=2, group_size=2))
    groups = collect(reinforce.envs, reinforce.agent, seed=0, group_size=2)
    experience = Experience(groups)
    for row in experience.rows():
        row.columns["old"] = row.columns["sampled"]
    planted = torch.tensor([[1.0, -1.0], [0.5, -0.25]], dtype=torch.float64)
    experience.fill_episodes("advantages", planted)
    model = reinforce.agent.model
    tokens = sum(one.tokens for one in experience.trained)
    loss = torch.zeros(())
    for one, advantage in zip(experience.trained, planted.flatten().tolist(), strict=True):
        [row] = one.rows
        logprobs = model(input_ids=torch.tensor([row.ids])).logits[0].log_softmax(-1)
        for t, bit in enumerate(row.mask):
            if bit:
                loss = loss - advantage / tokens * logprobs[t - 1, row.ids[t]]
    gradients = torch.autograd.grad(loss, list(model.parameters()))
    norm = math.sqrt(sum(float(one.square().sum()) for one in gradients))
    metrics = reinforce.learn(experience)
    assert metrics["grad_norm"] == pytest.approx(norm, rel=1e-4)
    assert metrics["loss"] == pytest.approx(loss.item(), rel=1e-5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"group_size": 1}, "reinforce.group_size to be at least 2, actually: 1"),
        ({"baseline": "opo", "group_size": 1}, "reinforce.group_size to be at least 2, actually: 1"),
        ({"discount": 1.5}, r"reinforce.discount to be in \[0, 1\], actually: 1.5"),
        ({"discount": 0.9}, "reinforce.discount to be 1.0 with reinforce.baseline 'rloo', .*, actually: 0.9"),
        ({"epsilon": -1.0}, "reinforce.epsilon to be at least 0.0, actually: -1.0"),
        ({"baseline": "batch_mean", "data": DataConfig()}, "reinforce.data.skip_flat_groups leaves them out"),
    ],
)
def test_what_could_not_train_is_refused_early(changes, message):
    with pytest.raises(ValueError, match=message):
        config(**changes)


@pytest.mark.parametrize("baseline", ["none", "batch_mean", "remax", "reinforce++"])
def test_baselines_that_compare_no_group_take_groups_of_one(baseline):
    metrics, _ = successor(small(baseline, groups=8, group_size=1)).step()
    assert metrics["trained_groups"] == 8.0
