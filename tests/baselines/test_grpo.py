import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.baselines.experience import Experience
from rlvr.baselines.grpo import GRPO, GRPOConfig
from rlvr.baselines.learner import OptimizerConfig
from rlvr.baselines.learner.distributed import World
from rlvr.baselines.learner.reference import ReferenceConfig
from rlvr.baselines.losses import KLConfig, LossConfig, OffPolicyConfig
from rlvr.baselines.rollout import VerifierFailure, make_envs
from rlvr.baselines.rollout.batches import DataConfig
from rlvr.baselines.weighing import AggregationConfig
from rlvr.core import Status, Verdict
from tests.baselines.planted import answer

TOKENIZER = tiny_tokenizer("0123456789")


def successor(config, seed=0, **kwargs):
    """R1-Zero at toy scale: one answer token, correctness alone."""
    model = tiny_model(seed, width=32, layers=1, heads=2, vocab_size=len(TOKENIZER), context=64)
    envs = make_envs("tests.toys:toy/Successor-v0", kwargs, config.groups * config.group_size)
    return GRPO(model, TOKENIZER, envs, config, seed=seed)


def config(**changes):
    settings = {
        "steps": 60,
        "groups": 10,
        "group_size": 32,
        "mini_batches": 1,
        "max_new_tokens": 1,
        "optimizer": OptimizerConfig(lr=1e-2),
    }
    return GRPOConfig(**{**settings, **changes})


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_policy_learns_from_correctness_alone(seed):
    grpo = successor(config(), seed)
    rewards = [grpo.step()[0]["reward"] for _ in range(60)]
    assert sum(rewards[:2]) / 2 <= 0.2
    assert sum(rewards[-5:]) / 5 >= 0.8


def test_the_same_seed_gives_the_same_numbers_and_resuming_gives_them_too():
    small = config(groups=4, group_size=8, steps=6)

    def numbers(metrics):
        return {name: value for name, value in metrics.items() if "second" not in name}

    straight, again = successor(small), successor(small)
    expected = [numbers(straight.step()[0]) for _ in range(6)]
    first = [numbers(again.step()[0]) for _ in range(3)]
    resumed = successor(small, seed=0)
    resumed.agent.model.load_state_dict(again.agent.model.state_dict())
    resumed.load_state_dict(again.state_dict())
    assert first + [numbers(resumed.step()[0]) for _ in range(3)] == expected


def test_flat_groups_are_left_out_or_weigh_nothing():
    for skip in (True, False):
        grpo = successor(config(groups=2, group_size=4, data=DataConfig(skip_flat_groups=skip)), max_turns=1)
        for env in grpo.envs:
            env.unwrapped.check = lambda task, action: Verdict(Status.WRONG)
        before = [parameter.clone() for parameter in grpo.agent.model.parameters()]
        metrics, _ = grpo.step()
        assert metrics["trained_groups"] == (0 if skip else 2)
        assert all(torch.equal(a, b) for a, b in zip(before, grpo.agent.model.parameters(), strict=True))


def test_equal_rewards_make_a_flat_group_even_where_their_mean_is_rounded():
    grpo = successor(config(groups=1, group_size=3))
    tenth = 0.1  # The mean of three of them differs from it in the last bit.
    for env in grpo.envs:
        env.unwrapped.check = lambda task, action: Verdict(Status.PARTIAL, tenth)
    assert sum([tenth] * 3) / 3 != tenth
    assert grpo.step()[0]["trained_groups"] == 0.0


def test_an_error_leaves_its_group_out_of_the_gradient_and_is_counted():
    """Training with one spoiled group moves the weights to where the other groups alone move them, to the bit."""
    grpo, without = successor(config(groups=3)), successor(config(groups=3))
    grpo.envs[33].unwrapped.broken = True  # in group 1, of 32 episodes
    before = [parameter.clone() for parameter in grpo.agent.model.parameters()]
    metrics, groups = grpo.step()
    assert metrics["error_episodes"] == 1.0
    others = [group for group in (groups[0], groups[2]) if len({episode.reward for episode in group}) > 1]
    assert metrics["trained_groups"] == len(others) > 0
    experience = Experience(others)
    for row in experience.rows():
        row.columns["old"] = row.columns["sampled"]
    without.estimate(experience)
    without.learn(experience)
    after = list(grpo.agent.model.parameters())
    assert all(torch.equal(a, b) for a, b in zip(after, without.agent.model.parameters(), strict=True))
    assert any(not torch.equal(a, b) for a, b in zip(after, before, strict=True))


SPREAD = DataConfig(skip_flat_groups=False)
LENGTH = {"name": "LengthPenalty", "kwargs": {"target": 1, "weight": 50}}


def test_gdpo_compares_each_term_of_the_reward_for_itself():
    settings = config(groups=4, max_new_tokens=3, data=SPREAD, advantage="gdpo", term_weights={"length": 0.5})
    model = tiny_model(0, width=32, layers=1, heads=2, vocab_size=len(TOKENIZER), context=64)
    envs = make_envs("tests.toys:toy/Successor-v0", {}, 128, [LENGTH])
    grpo = GRPO(model, TOKENIZER, envs, settings)
    _, groups = grpo.step()
    experience = Experience(groups)
    grpo.estimate(experience)
    rows = []
    for group in groups:
        row = np.zeros(len(group))
        for name, weight in (("correct", 1.0), ("length", 0.5)):
            paid = np.array([one.turns[-1].info["reward_terms"][name] for one in group])
            row += weight * (paid - paid.mean()) / (paid.std(ddof=1) + 1e-6)
        rows.append(row)
    table = np.array(rows)
    assert np.unique(table.round(9)).size > 4  # Both terms differ somewhere.
    expected = (table - table.mean()) / (table.std(ddof=1) + 1e-6)
    actual = [[one.column("advantages")[0] for one in group] for group in experience.played]
    np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"advantage": "grpo", "term_weights": {"length": 1.0}}, "are of grpo.advantage \"gdpo\", actually: 'grpo'"),
        ({"advantage": "gdpo"}, "leaves groups of them out. Set it to false"),
        ({"k": 2}, 'grpo.k, set to 2, does nothing with grpo.advantage "grpo"'),
        (
            {"advantage": "dr_grpo", "epsilon": 0.1},
            'grpo.epsilon, set to 0.1, does nothing with grpo.advantage "dr_grpo"',
        ),
        ({"reference": ReferenceConfig(reset_every=3)}, "reference.reset_every, set to 3, does nothing with kl.coef"),
        ({"aggregation": AggregationConfig(count_rejected=False)}, "count_rejected, set to False, does nothing where"),
        ({"advantage": "gdpo", "term_weights": {"length": math.nan}}, "to be finite, actually: nan of 'length'"),
        ({"advantage": "gdpo", "kl": KLConfig(coefficient=0.1, where="reward")}, 'Set grpo.kl.where to "loss"'),
    ],
)
def test_settings_that_would_do_nothing_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        config(**wrong)


def test_a_weight_of_a_term_that_is_not_paid_is_refused_before_the_first_step():
    with pytest.raises(ValueError, match=r"terms of the reward \(correct\), actually: 'length'"):
        successor(config(advantage="gdpo", data=SPREAD, term_weights={"length": 1.0}))


def test_a_broken_verifier_stops_training():
    grpo = successor(config(groups=3, group_size=8), broken=True)
    with pytest.raises(VerifierFailure, match="planted"):
        grpo.step()


def test_many_turns_train_on_sampled_tokens_only():
    grpo = successor(config(groups=2, group_size=4, max_new_tokens=2), max_turns=3)
    _, groups = grpo.step()
    for episode in (episode for group in groups for episode in group):
        for turn, following in zip(episode.turns, episode.turns[1:], strict=False):
            history = [*turn.prompt_ids, *turn.output_ids]
            assert list(following.prompt_ids[: len(history)]) == history


def test_the_token_loss_is_the_mean_over_the_mini_batch_worked_out_by_hand():
    grpo = successor(config(groups=2, group_size=2, steps=1))
    _, groups = grpo.step()
    fresh = successor(config(groups=2, group_size=2, steps=1))
    planted = torch.tensor([[1.0, -1.0], [0.5, -0.5]], dtype=torch.float64)
    experience = Experience(groups)
    for row in experience.rows():
        row.columns["old"] = row.columns["sampled"]
    experience.fill_episodes("advantages", planted)
    step = fresh.learn(experience)
    # On policy every ratio is 1, so the loss is minus the token-mean of the advantages: one token each.
    tokens = sum(episode.length for group in groups for episode in group)
    expected = -math.fsum(
        advantage * episode.length
        for group, row in zip(groups, planted.tolist(), strict=True)
        for episode, advantage in zip(group, row, strict=True)
    )
    assert step["loss"] == pytest.approx(expected / tokens, abs=1e-6)
    assert step["clipped"] == 0.0 and step["kl"] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"group_size": 1}, "grpo.group_size to be at least 2, actually: 1"),
        ({"temperature": 0.0}, "grpo.temperature to be above 0"),
        ({"mini_batches": 0}, "grpo.mini_batches to be at least 1"),
        ({"advantage": "pass_at_k", "group_size": 4}, "grpo.k to be less than grpo.group_size 4 .*, actually: 4"),
        ({"advantage": "maxrl", "kl": KLConfig(0.1, where="reward")}, 'Set grpo.kl.where to "loss"'),
        ({"mini_batches": 4, "data": DataConfig(lag=2, max_staleness=7)}, "max_staleness to be at least 8, .*: 7"),
    ],
)
def test_what_could_not_train_is_refused_early(changes, message):
    with pytest.raises(ValueError, match=message):
        config(**changes)


def test_groups_that_are_just_not_too_old_are_trained_on():
    grpo = successor(config(groups=4, group_size=8, mini_batches=4, data=DataConfig(lag=2, max_staleness=8)))
    assert [grpo.step()[0]["stale_groups"] for _ in range(4)] == [0.0] * 4


def test_more_processes_than_groups_are_refused():
    small = config(groups=2, group_size=4)
    with pytest.raises(ValueError, match=r"grpo.groups to be at least 3, one for each process, actually: 2"):
        GRPO(tiny_model(0, width=32, layers=1), TOKENIZER, [], small, world=World(2, 3))


def test_another_number_of_processes_goes_on_from_a_checkpoint():
    small = config(groups=4, group_size=8, steps=6)
    first = successor(small)
    first.step()
    state = first.state_dict()
    fresh = successor(small).agent.generator.get_state()
    # Of two processes; of fewer than there are now.
    for generators, expected in ((state["generators"] * 2, state["generators"][0]), ([], fresh)):
        resumed = successor(small)
        resumed.load_state_dict({**state, "generators": generators})
        assert resumed.step_count == 1 and torch.equal(resumed.agent.generator.get_state(), expected)


def test_with_one_optimizer_step_a_batch_interpolated_logprobs_are_those_that_the_trainer_computes():
    """However old the samples are: the way from them ends where the batch begins."""
    policies = []
    for kind in ("trainer", "interpolated"):
        torch.set_num_threads(1)
        grpo = successor(
            config(
                data=DataConfig(lag=2, skip_flat_groups=False),
                old_logprobs=kind,
                off_policy=OffPolicyConfig(weight="token", weight_high=5.0, reject="token", reject_low=0.0),
            )
        )
        grpo.agent.model.double()
        metrics = [grpo.step()[0] for _ in range(5)]
        assert metrics[-1]["staleness_max"] == 2.0
        assert metrics[-1]["ratio_max"] == pytest.approx(1.0) and metrics[-1]["importance"] != pytest.approx(
            1.0, abs=1e-3
        )
        policies.append((metrics[-1]["importance"], list(grpo.agent.model.parameters())))
    (first, computed), (second, estimated) = policies
    assert first == pytest.approx(second)
    for one, other in zip(computed, estimated, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("half", ["autocast", "weights"])
def test_gspo_in_half_precision_needs_the_trainers_logprobs(half):
    model = tiny_model(0, width=32, layers=1, heads=2, vocab_size=len(TOKENIZER), context=64)
    fast = OptimizerConfig(lr=1e-2, autocast=half == "autocast")
    if half == "weights":
        model.bfloat16()
    settings = config(groups=2, group_size=4, loss=LossConfig(kind="gspo"), optimizer=fast)
    envs = make_envs("tests.toys:toy/Successor-v0", {}, 8)
    with pytest.raises(ValueError, match=r'sampler and trainer differ by more. Set grpo.old_logprobs to "trainer"'):
        GRPO(model, TOKENIZER, envs, settings)
    grpo = GRPO(model, TOKENIZER, envs, replace(settings, old_logprobs="trainer", data=SPREAD))
    assert grpo.step()[0]["clipped"] == 0.0


def test_the_penalty_in_the_reward_is_of_masked_answers_too():
    """Equal answers, equally rewarded and equally far from the reference: none is better than the others."""
    kl = KLConfig(coefficient=0.1, where="reward", estimator="k1")
    grpo = successor(config(groups=1, group_size=3, data=SPREAD, kl=kl))
    grpo.begin()
    with torch.no_grad():
        grpo.agent.model.model.norm.weight.mul_(1.5)
    answers = [answer(2, 1.0), answer(2, 1.0, masked=True), answer(2, 1.0)]
    experience = Experience([answers])
    grpo._score(experience)
    grpo.estimate(experience)
    assert experience.rewards.unique().numel() == 1 and experience.rewards[0, 0] != 1.0
    assert experience.flat("advantages").tolist() == [0.0] * 4
