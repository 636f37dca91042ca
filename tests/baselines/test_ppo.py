import math

import numpy as np
import pytest
import torch

from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.baselines.experience import Experience
from rlvr.baselines.learner import OptimizerConfig
from rlvr.baselines.ppo import PPO, PPOConfig
from rlvr.baselines.rollout import make_envs
from rlvr.baselines.rollout.batches import DataConfig
from rlvr.baselines.values.critic import CriticConfig
from rlvr.core import Status, Verdict
from tests.baselines.planted import answer, episode, turn

TOKENIZER = tiny_tokenizer("0123456789")
TRUNKS = ("own", "policy")
VERDICTS = (Verdict(Status.WRONG), Verdict(Status.CORRECT, 1.0))


def successor(config, seed=0, **kwargs):
    """R1-Zero at toy scale: one answer token, correctness alone."""
    model = tiny_model(seed, width=32, layers=1, heads=2, vocab_size=len(TOKENIZER), context=64)
    envs = make_envs("tests.toys:toy/Successor-v0", kwargs, config.groups * config.group_size)
    return PPO(model, TOKENIZER, envs, config, seed=seed)


def config(*, trunk="own", critic=None, **changes):
    fast = OptimizerConfig(lr=1e-2)
    settings = {
        "steps": 50,
        "groups": 256,
        "mini_batches": 1,
        "max_new_tokens": 1,
        "optimizer": fast,
        "critic": CriticConfig(trunk=trunk, optimizer=fast, **(critic or {})),
    }
    return PPOConfig(**{**settings, **changes})


def small(**changes):
    return config(**{"groups": 16, "steps": 6, "max_new_tokens": 2, **changes})


def favoured(config):
    """Three in four answers are right, whatever they are."""
    ppo = successor(config)
    for number, env in enumerate(ppo.envs):
        env.unwrapped.check = lambda task, action, right=number % 4 > 0: VERDICTS[right]
    return ppo


def weights(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


def equal(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("trunk", TRUNKS)
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_policy_learns_from_correctness_alone(trunk, seed):
    ppo = successor(config(trunk=trunk), seed)
    rewards = [ppo.step()[0]["reward"] for _ in range(50)]
    assert sum(rewards[:2]) / 2 <= 0.2
    assert sum(rewards[-5:]) / 5 >= 0.8


def planted():
    """Three episodes with the critic's values: one answer, three turns with the environment between, a masked one."""
    turns = episode(
        turn([1, 2], [5, 6], reward=0.25),
        turn([1, 2, 5, 6, 7, 8], [9], reward=-0.5),
        turn([1, 2, 5, 6, 7, 8, 9, 7], [4, 3], reward=1.0),
    )
    groups = [[answer(3, 1.0)], [turns], [answer(2, 1.0, masked=True)]]
    rewards = [[0.0, 0.0, 1.0], [0.0, 0.25, -0.5, 0.0, 1.0]]  # of the tokens that were sampled and are trained on
    values = [[0.4, -0.3, 0.8], [0.1, 0.6, -0.2, 0.9, 0.5]]
    return groups, rewards, values


def by_the_sum(rewards, values, gamma, decay):
    """Advantages as the sum of Schulman et al. 2015, equation 16: sampled tokens alone are steps."""
    following = np.array([*values[1:], 0.0])
    deltas = np.array(rewards) + gamma * following - np.array(values)
    count = len(deltas)
    weights = np.array([[(gamma * decay) ** (u - t) if u >= t else 0.0 for u in range(count)] for t in range(count)])
    return weights @ deltas


@pytest.mark.parametrize("whiten", [False, True])
@pytest.mark.parametrize(
    ("gamma", "gae_lambda", "critic_lambda"), [(1.0, 1.0, 1.0), (0.9, 0.8, 1.0), (0.97, 0.5, 0.3), (0.9, None, 1.0)]
)
def test_advantages_and_returns_are_those_of_the_sum_over_sampled_tokens(gamma, gae_lambda, critic_lambda, whiten):
    groups, rewards, values = planted()
    ppo = successor(
        small(
            groups=3,
            gamma=gamma,
            gae_lambda=gae_lambda,
            critic_lambda=critic_lambda,
            whiten=whiten,
            **({} if gae_lambda is not None else {"length_alpha": 0.4}),
        )
    )
    ppo.begin()
    ppo.critic.learner.score = lambda rows, **options: [{"values": row} for row in values]
    experience = Experience(groups)
    metrics = ppo.estimate(experience)
    # VAPO: lambda = 1 - 1 / (alpha length), at least 0: for 3 and 5 sampled tokens.
    decays = [1 - 1 / max(1.0, 0.4 * len(row)) for row in rewards] if gae_lambda is None else [gae_lambda] * 2
    expected = np.concatenate(
        [by_the_sum(r, v, gamma, decay) for r, v, decay in zip(rewards, values, decays, strict=True)]
    )
    returns = np.concatenate([by_the_sum(r, v, gamma, critic_lambda) + v for r, v in zip(rewards, values, strict=True)])
    flat = np.concatenate(values)
    if whiten:
        expected = (expected - expected.mean()) / np.sqrt(expected.var(ddof=1) + 1e-8)
    np.testing.assert_allclose(experience.flat("advantages").numpy(), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(experience.flat("returns").numpy(), returns, rtol=1e-9, atol=1e-12)
    assert metrics["value"] == pytest.approx(flat.mean())
    assert metrics["explained_variance"] == pytest.approx(1 - (returns - flat).var() / returns.var())


@pytest.mark.parametrize("trunk", TRUNKS)
def test_before_anything_is_learned_every_value_is_zero_and_the_advantage_is_the_return(trunk):
    groups, rewards, _ = planted()
    ppo = successor(small(groups=3, trunk=trunk, whiten=False))
    ppo.begin()
    experience = Experience(groups)
    ppo.estimate(experience)
    expected = [math.fsum(row[t:]) for row in rewards for t in range(len(row))]
    assert experience.flat("values").tolist() == [0.0] * 8
    assert experience.flat("advantages").tolist() == pytest.approx(expected)


@pytest.mark.parametrize("trunk", TRUNKS)
def test_the_critic_learns_the_mean_return(trunk):
    ppo = favoured(small(steps=30, trunk=trunk))
    metrics = [ppo.step()[0] for _ in range(30)]
    assert metrics[0]["value"] == 0.0
    assert metrics[-1]["value"] == pytest.approx(0.75, abs=0.1)


def test_while_the_critic_trains_alone_the_policy_stays_as_it_is():
    ppo = favoured(small(critic={"pretrain_steps": 2}))
    before = weights(ppo.agent.model)
    for step in range(3):
        metrics, _ = ppo.step()
        assert ("loss" in metrics) == (step == 2) and metrics["critic_grad_norm"] > 0.0
        assert equal(weights(ppo.agent.model), before) == (step < 2)
    assert ppo.learner.steps == 1 and ppo.critic.learner.steps == 3 * 2


def test_the_rates_of_the_policy_wait_while_the_critic_trains_alone():
    settings = small(steps=5, mini_batches=2, critic={"pretrain_steps": 3})
    assert settings.updates == 4
    ppo = favoured(settings)
    rates = [ppo.step()[0].get("lr") for _ in range(5)]
    assert rates[:3] == [None] * 3 and rates[3] == pytest.approx(1e-2 * (1.0 + 0.775) / 2)  # of its first two of four


def test_the_critic_begins_with_the_policy_as_rl_finds_it():
    ppo = favoured(small())
    with torch.no_grad():
        for parameter in ppo.agent.model.parameters():
            parameter.add_(0.125)  # A cold start.
    ppo.begin()
    critic = weights(ppo.critic.learner.model)
    assert not critic.pop("value_head.weight").any() and not critic.pop("value_head.bias").any()
    assert equal(critic, weights(ppo.agent.model))


def test_the_critic_takes_mini_batches_and_epochs_of_its_own():
    ppo = successor(small(critic={"mini_batches": 4, "epochs": 3}))
    ppo.step()
    assert ppo.learner.steps == 1 and ppo.critic.learner.steps == 12


def test_the_likelihood_of_right_answers_is_a_term_of_the_loss():
    plain, with_term = favoured(small()), favoured(small(positive_likelihood=0.1))
    without, groups = plain.step()
    metrics, _ = with_term.step()
    right = [
        value
        for group in groups
        for one in group
        if one.verdict["status"] == Status.CORRECT
        for value in one.turns[0].output_logprobs
    ]
    # On policy, the model's log-probabilities are the sampler's.
    assert metrics["loss"] - without["loss"] == pytest.approx(-0.1 * sum(right) / len(right), rel=1e-4)


def test_without_a_right_answer_that_term_is_zero():
    plain, with_term = successor(small()), successor(small(positive_likelihood=0.1))
    for ppo in (plain, with_term):
        for env in ppo.envs:
            env.unwrapped.check = lambda task, action: VERDICTS[False]
    assert with_term.step()[0]["loss"] == plain.step()[0]["loss"]


def test_a_shared_trunk_moves_by_the_policy_s_loss_and_the_weighted_value_loss():
    """With the coefficient 0 the value head alone has no gradient, and the policy moves as if it had none."""
    alone = successor(small(trunk="own"))
    shared = successor(small(trunk="policy", critic={"coefficient": 0.0}))
    assert alone.step()[0]["loss"] == shared.step()[0]["loss"]
    trunk = {name: value for name, value in weights(shared.agent.model).items() if not name.startswith("value_head")}
    assert equal(weights(alone.agent.model), trunk)
    head = shared.agent.model.value_head
    assert not head.weight.any() and not head.bias.any()


@pytest.mark.parametrize(
    "changes",
    [{"trunk": "own"}, {"trunk": "policy"}, {"critic": {"pretrain_steps": 4}}, {"positive_likelihood": 0.1}],
    ids=str,
)
def test_resuming_gives_the_same_numbers_bit_for_bit(changes):
    def numbers(metrics):
        return {name: value for name, value in metrics.items() if "second" not in name}

    straight, again = favoured(small(**changes)), favoured(small(**changes))
    expected = [numbers(straight.step()[0]) for _ in range(6)]
    first = [numbers(again.step()[0]) for _ in range(3)]
    resumed = favoured(small(**changes))
    saved = {name: value for name, value in weights(again.agent.model).items() if not name.startswith("value_head")}
    resumed.agent.model.load_state_dict(saved, strict=False)
    resumed.load_state_dict(again.state_dict())
    assert first + [numbers(resumed.step()[0]) for _ in range(3)] == expected
    assert equal(weights(resumed.agent.model), weights(straight.agent.model))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"gamma": 1.1}, r"ppo.gamma to be in \[0, 1\], actually: 1.1"),
        ({"gae_lambda": -0.1}, r"ppo.gae_lambda to be in \[0, 1\], actually: -0.1"),
        ({"critic_lambda": 2.0}, r"ppo.critic_lambda to be in \[0, 1\], actually: 2.0"),
        ({"length_alpha": 0.1}, "ppo.length_alpha, set to 0.1, does nothing with a number for ppo.gae_lambda"),
        ({"critic": {"pretrain_steps": 50}}, "pretrain_steps to be less than ppo.steps 50, actually: 50"),
        ({"critic": {"coefficient": 0.1}}, 'critic.coefficient, set to 0.1, does nothing with critic.trunk "own"'),
        ({"length_alpha": 0.0}, "ppo.length_alpha to be above 0, actually: 0.0"),
        ({"positive_likelihood": -1.0}, "ppo.positive_likelihood to be at least 0.0, actually: -1.0"),
        ({"group_size": 2, "data": DataConfig()}, "ppo.data.skip_flat_groups leaves"),
        ({"critic": {"coefficient": -1.0}}, "critic.coefficient to be at least 0.0, actually: -1.0"),
        ({"critic": {"clip": 0.0}}, "critic.clip to be above 0, actually: 0.0"),
        ({"critic": {"pretrain_steps": -1}}, "critic.pretrain_steps to be at least 0, actually: -1"),
    ],
)
def test_what_could_not_train_is_refused_early(changes, message):
    with pytest.raises(ValueError, match=message):
        config(**changes)
