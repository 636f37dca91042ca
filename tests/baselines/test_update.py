"""The loss of a batch against NumPy, written out token by token."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from rlvr.baselines.experience import Experience
from rlvr.baselines.grpo import GRPOConfig
from rlvr.baselines.learner.sequences import Outputs, Tokens
from rlvr.baselines.losses import EntropyConfig, KLConfig, LossConfig, OffPolicyConfig
from rlvr.baselines.update import Update
from rlvr.baselines.weighing import AggregationConfig
from tests.baselines.planted import answer

SAMPLED = [[-0.5, -1.0], [-0.2, -0.9, -1.4], [-0.7], [-0.3, -0.4]]
OLD = [[-0.6, -0.8], [-0.25, -0.5, -1.4], [-0.75], [-0.1, -0.45]]
NEW = [[-0.1, -1.4], [-0.2, -0.4, -1.9], [-0.8], [-0.6, -0.1]]
REF = [[-0.4, -0.9], [-0.5, -0.5, -1.0], [-0.9], [-0.2, -0.2]]
ENTROPY = [[0.3, 0.9], [0.8, 0.1, 0.4], [0.6], [0.2, 0.7]]
ADVANTAGES = [[1.0, -1.0], [0.5, -0.5]]


class Planted:
    """A learner whose model says what is planted; it keeps the loss of each step."""

    def __init__(self, steps=0):
        self.steps = steps
        self.losses = []
        self.gradients = []
        self.entropy_modes = []

    def score(self, rows, **_):
        return [{"logprobs": NEW[self._number(row)]} for row in rows]

    def step(self, rows, loss, *, temperature, entropy):
        self.entropy_modes.append(entropy)
        numbers = [self._number(row) for row in rows]
        logprobs = flat([NEW[i] for i in numbers]).requires_grad_()
        counts = [row.count for row in rows]
        tokens = Tokens(
            sequence=torch.repeat_interleave(torch.arange(len(rows)), torch.tensor(counts)),
            count=len(rows),
            columns={name: flat([row.columns[name] for row in rows]) for name in rows[0].columns},
        )
        values, scalars = loss(Outputs(logprobs, flat([ENTROPY[i] for i in numbers])), tokens)
        total = values.sum()
        total.backward()
        self.steps += 1
        self.losses.append(float(total.detach()))
        self.gradients.append(logprobs.grad.numpy())
        return {
            "loss": self.losses[-1],
            "grad_norm": 0.0,
            "lr": 0.0,
            **{k: float(v.detach()) for k, v in scalars.items()},
        }

    @staticmethod
    def _number(row):
        return SAMPLED.index(row.columns["sampled"])


def flat(values):
    return torch.tensor([one for row in values for one in row], dtype=torch.float64)


def experience(masked=()):
    episodes = [answer(len(logprobs), 1.0, logprobs=logprobs, masked=i in masked) for i, logprobs in enumerate(SAMPLED)]
    batch = Experience([episodes[:2], episodes[2:]])
    for i, one in enumerate(batch.all):
        one.fill("old", OLD[i])
        one.fill("ref", REF[i])
        one.fill("entropy", ENTROPY[i])
    batch.fill_episodes("advantages", torch.tensor(ADVANTAGES, dtype=torch.float64))
    return batch


def learn(*, masked=(), **changes):
    learner = Planted()
    config = replace(GRPOConfig(mini_batches=1, max_new_tokens=4, old_logprobs="trainer"), **changes)
    metrics = Update(config, learner).learn(experience(masked))
    return learner, metrics


def surrogate(i, t, low=0.2, high=0.28):
    ratio = np.exp(NEW[i][t] - OLD[i][t])
    advantage = ADVANTAGES[i // 2][i % 2]
    return -min(ratio * advantage, np.clip(ratio, 1 - low, 1 + high) * advantage)


def by_hand(weight, value=surrogate, rows=range(4)):
    return sum(weight(i) * value(i, t) for i in rows for t in range(len(NEW[i])))


TOKENS = 8


@pytest.mark.parametrize(
    ("kind", "weight"),
    [
        ("token_mean", lambda i: 1 / TOKENS),
        ("sequence_mean_token_mean", lambda i: 1 / (4 * len(NEW[i]))),
        ("sequence_mean_token_sum", lambda i: 1 / 4),
        ("constant", lambda i: 1 / (4 * 4)),
        ("constant_sum", lambda i: 1 / 4),
        ("prompt_mean", lambda i: 1 / (2 * [5, 5, 3, 3][i])),
        ("token_sum", lambda i: 1.0),
    ],
)
def test_the_loss_is_the_weighted_sum_over_the_batch(kind, weight):
    learner, metrics = learn(aggregation=AggregationConfig(kind=kind))
    assert learner.losses == [pytest.approx(by_hand(weight), rel=1e-12)] and metrics["loss"] == learner.losses[0]


def test_masked_episodes_leave_the_denominators_unless_they_are_to_count():
    rows = [0, 2, 3]
    learner, _ = learn(masked=[1], aggregation=AggregationConfig(kind="sequence_mean_token_mean"))
    assert learner.losses == [pytest.approx(by_hand(lambda i: 1 / (3 * len(NEW[i])), rows=rows), rel=1e-12)]
    counting = AggregationConfig(kind="sequence_mean_token_mean", count_empty=True)
    learner, _ = learn(masked=[1], aggregation=counting)
    assert learner.losses == [pytest.approx(by_hand(lambda i: 1 / (4 * len(NEW[i])), rows=rows), rel=1e-12)]


def test_each_mini_batch_has_a_denominator_of_its_own_and_epochs_repeat_them():
    learner, _ = learn(mini_batches=2, epochs=2)
    halves = [by_hand(lambda i: 1 / 5, rows=[0, 1]), by_hand(lambda i: 1 / 3, rows=[2, 3])]
    assert learner.losses == pytest.approx(halves * 2, rel=1e-12)


@pytest.mark.parametrize("kind", ["k1", "k2", "k3"])
def test_a_kl_penalty_in_the_loss_is_added_to_every_token(kind):
    def value(i, t):
        away = NEW[i][t] - REF[i][t]
        estimate = {"k1": away, "k2": away**2 / 2, "k3": np.exp(-away) - 1 + away}[kind]
        return surrogate(i, t) + 0.3 * estimate

    learner, metrics = learn(kl=KLConfig(coefficient=0.3, estimator=kind))
    assert learner.losses == [pytest.approx(by_hand(lambda i: 1 / TOKENS, value), rel=1e-12)]
    assert metrics["kl_reference"] * 0.3 == pytest.approx(
        by_hand(lambda i: 1 / TOKENS, lambda i, t: value(i, t) - surrogate(i, t))
    )


def test_a_kl_penalty_in_the_reward_is_not_in_the_loss_too():
    learner, _ = learn(kl=KLConfig(coefficient=0.3, estimator="k1", where="reward"))
    assert learner.losses == [pytest.approx(by_hand(lambda i: 1 / TOKENS), rel=1e-12)]


def test_the_entropy_bonus_is_taken_from_every_token_and_asks_for_a_gradient():
    learner, metrics = learn(entropy=EntropyConfig(coefficient=0.1))
    expected = by_hand(lambda i: 1 / TOKENS, lambda i, t: surrogate(i, t) - 0.1 * ENTROPY[i][t])
    assert learner.losses == [pytest.approx(expected, rel=1e-12)] and learner.entropy_modes == ["graph"]
    assert metrics["entropy"] == pytest.approx(np.mean([one for row in ENTROPY for one in row]))
    assert learn()[0].entropy_modes == ["detached"]


def test_the_adaptive_bonus_is_paid_where_the_entropy_is_low_and_moves():
    mean = float(np.mean([one for row in ENTROPY for one in row]))
    for target, paid in ((mean + 0.01, 0.1), (mean - 0.01, 0.0)):
        learner, metrics = learn(entropy=EntropyConfig(coefficient=0.1, adaptive=True, target=target))
        expected = by_hand(lambda i: 1 / TOKENS, lambda i, t, paid=paid: surrogate(i, t) - paid * ENTROPY[i][t])
        assert learner.losses == [pytest.approx(expected, rel=1e-12)] and metrics["entropy_coefficient"] == paid


def test_only_the_tokens_of_highest_entropy_learn_and_all_are_counted():
    learner, _ = learn(entropy=EntropyConfig(top_fraction=0.5))
    threshold = sorted((one for row in ENTROPY for one in row), reverse=True)[3]
    expected = by_hand(lambda i: 1 / TOKENS, lambda i, t: surrogate(i, t) * (ENTROPY[i][t] >= threshold))
    assert learner.losses == [pytest.approx(expected, rel=1e-12)]


def test_truncated_importance_weights_multiply_the_loss():
    learner, metrics = learn(off_policy=OffPolicyConfig(weight="token", weight_high=1.05))
    weights = [
        [min(1.05, np.exp(o - s)) for o, s in zip(*pair, strict=True)] for pair in zip(OLD, SAMPLED, strict=True)
    ]
    expected = by_hand(lambda i: 1 / TOKENS, lambda i, t: surrogate(i, t) * weights[i][t])
    assert learner.losses == [pytest.approx(expected, rel=1e-12)] and metrics["rejected"] == 0.0
    assert metrics["importance"] == pytest.approx(np.mean([one for row in weights for one in row]))


@pytest.mark.parametrize("counted", [True, False])
def test_rejected_tokens_learn_nothing_and_count_or_do_not(counted):
    learner, metrics = learn(
        off_policy=OffPolicyConfig(reject="token", reject_low=0.9, reject_high=1.1),
        aggregation=AggregationConfig(count_rejected=counted),
    )
    kept = [
        [0.9 <= np.exp(o - s) <= 1.1 for o, s in zip(*pair, strict=True)] for pair in zip(OLD, SAMPLED, strict=True)
    ]
    count = sum(map(sum, kept))
    assert 0 < count < TOKENS and metrics["rejected"] == pytest.approx(1 - count / TOKENS)
    expected = by_hand(lambda i: 1 / (TOKENS if counted else count), lambda i, t: surrogate(i, t) * kept[i][t])
    assert learner.losses == [pytest.approx(expected, rel=1e-12)]


@pytest.mark.parametrize(
    ("kind", "weight"),
    [
        ("token_mean", lambda i: 1 / TOKENS),
        ("sequence_mean_token_mean", lambda i: 1 / (4 * len(NEW[i]))),
        ("sequence_mean_token_sum", lambda i: 1 / 4),
        ("prompt_mean", lambda i: 1 / (2 * [5, 5, 3, 3][i])),
    ],
)
@pytest.mark.parametrize("level", ["token", "geometric"])
def test_every_denominator_counts_tokens_that_were_rejected(kind, weight, level):
    """AReaL: dropping half of the tokens halves the step instead of doubling the weight of the rest."""
    bounds = {"reject_low": 0.9, "reject_high": 1.1}
    learner, _ = learn(
        off_policy=OffPolicyConfig(reject=level, **bounds),
        aggregation=AggregationConfig(kind=kind, count_rejected=True),
    )

    def value(i, t):
        difference = np.subtract(OLD[i], SAMPLED[i])
        kept = 0.9 <= np.exp(difference[t] if level == "token" else difference.mean()) <= 1.1
        return kept * surrogate(i, t)

    assert learner.losses == [pytest.approx(by_hand(weight, value), rel=1e-12)]


@pytest.mark.parametrize("counted", [True, False])
def test_rejected_tokens_leave_the_other_terms_with_the_denominator(counted):
    learner, _ = learn(
        off_policy=OffPolicyConfig(reject="token", reject_low=0.9, reject_high=1.1),
        aggregation=AggregationConfig(count_rejected=counted),
        kl=KLConfig(coefficient=0.3, estimator="k2"),
        entropy=EntropyConfig(coefficient=0.1),
    )

    def value(i, t):
        kept = 0.9 <= np.exp(OLD[i][t] - SAMPLED[i][t]) <= 1.1
        others = 0.3 * (NEW[i][t] - REF[i][t]) ** 2 / 2 - 0.1 * ENTROPY[i][t]
        return kept * surrogate(i, t) + (counted or kept) * others

    count = sum(0.9 <= np.exp(OLD[i][t] - SAMPLED[i][t]) <= 1.1 for i in range(4) for t in range(len(NEW[i])))
    expected = by_hand(lambda i: 1 / (TOKENS if counted else count), value)
    assert learner.losses == [pytest.approx(expected, rel=1e-12)]


@pytest.mark.parametrize("counted", [True, False])
def test_rejected_sequences_keep_the_other_terms_as_long_as_they_count(counted):
    bounds = {"reject_low": 0.9, "reject_high": 1.1}
    learner, _ = learn(
        off_policy=OffPolicyConfig(reject="geometric", **bounds),
        aggregation=AggregationConfig(count_rejected=counted),
        kl=KLConfig(coefficient=0.3, estimator="k2"),
    )
    kept = [0.9 <= np.exp(np.mean(np.subtract(*pair))) <= 1.1 for pair in zip(OLD, SAMPLED, strict=True)]
    assert 0 < sum(kept) < 4
    count = sum(len(row) for row, keep in zip(NEW, kept, strict=True) if counted or keep)

    def value(i, t):
        return kept[i] * surrogate(i, t) + (counted or kept[i]) * 0.3 * (NEW[i][t] - REF[i][t]) ** 2 / 2

    assert learner.losses == [pytest.approx(by_hand(lambda i: 1 / count, value), rel=1e-12)]


def test_bad_sequences_that_the_policy_has_left_are_masked():
    learner, _ = learn(off_policy=OffPolicyConfig(opsm_delta=0.05))
    left = [np.mean(np.subtract(s, n)) > 0.05 for s, n in zip(SAMPLED, NEW, strict=True)]
    bad = [ADVANTAGES[i // 2][i % 2] < 0 for i in range(4)]
    assert [a and b for a, b in zip(left, bad, strict=True)] == [False, False, False, False]
    learner, _ = learn(off_policy=OffPolicyConfig(opsm_delta=1e-9))
    expected = by_hand(
        lambda i: 1 / TOKENS,
        lambda i, t: 0.0 if bad[i] and np.mean(np.subtract(SAMPLED[i], NEW[i])) > 0 else surrogate(i, t),
    )
    assert learner.losses == [pytest.approx(expected, rel=1e-12)]


def test_kl_cov_holds_the_token_with_the_highest_covariance():
    config = EntropyConfig(covariance="kl", covariance_fraction=0.125, covariance_coefficient=0.7)
    learner, _ = learn(entropy=config)
    new = np.array([one for row in NEW for one in row])
    old = np.array([one for row in OLD for one in row])
    advantages = np.array([ADVANTAGES[i // 2][i % 2] for i in range(4) for _ in NEW[i]])
    covariances = (new - new.mean()) * (advantages - advantages.mean())
    held = int(covariances.argmax())
    expected = by_hand(lambda i: 1 / TOKENS) + 0.7 * abs(new[held] - old[held]) / TOKENS
    assert learner.losses == [pytest.approx(expected, rel=1e-12)]


def test_clip_cov_drops_a_candidate_and_keeps_it_in_the_denominator():
    config = EntropyConfig(covariance="clip", covariance_fraction=0.125, covariance_low=0.0, covariance_high=100.0)
    learner, _ = learn(entropy=config, loss=LossConfig(clip_low=0.9, clip_high=9.0))
    values = [[surrogate(i, t, 0.9, 9.0) / TOKENS for t in range(len(NEW[i]))] for i in range(4)]
    total = sum(map(sum, values))
    assert any(learner.losses == [pytest.approx(total - one, rel=1e-12)] for row in values for one in row)


def test_clip_cov_chooses_anew_in_every_epoch_among_the_uncertain_tokens():
    entropy = EntropyConfig(
        covariance="clip",
        covariance_fraction=0.125,
        covariance_low=-100.0,
        covariance_high=100.0,
        top_fraction=0.75,
    )
    batch = experience()
    config = GRPOConfig(epochs=6, mini_batches=1, max_new_tokens=4, old_logprobs="trainer", entropy=entropy)
    Update(config, Planted()).learn(batch)
    assert batch.flat("uncertain").sum() == 6.0 and batch.flat("chosen").sum() == TOKENS - 1


@pytest.mark.parametrize("kind", ["gspo", "gmpo", "kimi"])
def test_losses_of_sequences_see_whole_sequences(kind):
    learner, _ = learn(
        loss=LossConfig(kind=kind, **({} if kind == "kimi" else {"clip_low": 0.5, "clip_high": 0.5})),
        aggregation=AggregationConfig(kind="sequence_mean_token_mean"),
    )
    total = 0.0
    for i in range(4):
        advantage = ADVANTAGES[i // 2][i % 2]
        difference = np.subtract(NEW[i], OLD[i])
        if kind == "gspo":
            ratio = np.exp(difference.mean())
            total += -min(ratio * advantage, np.clip(ratio, 0.5, 1.5) * advantage) / 4
        elif kind == "gmpo":
            sign = np.sign(advantage)
            bounded = sign * np.minimum(sign * difference, sign * np.clip(difference, -0.5, 0.5))
            total += -np.exp(bounded.mean()) * advantage / 4
        else:  # A token's weight, one over the sequence's length, is outside of both sums.
            total += (-advantage * np.sum(NEW[i]) + 0.1 / 2 * difference.sum() ** 2) / len(difference) / 4
    assert learner.losses == [pytest.approx(total, rel=1e-12)]


def test_metrics_say_how_far_the_policy_has_moved():
    _, metrics = learn()
    ratios = np.exp(np.subtract([one for row in NEW for one in row], [one for row in OLD for one in row]))
    assert metrics["ratio_max"] == pytest.approx(ratios.max()) and metrics["ratio_min"] == pytest.approx(ratios.min())
    assert metrics["kl"] == pytest.approx(np.mean(ratios - 1 - np.log(ratios)))
    gap = np.subtract([one for row in NEW for one in row], [one for row in SAMPLED for one in row])
    assert metrics["mismatch"] == pytest.approx(np.abs(gap).mean())


AGES = [0, 2, 3, 3]


@pytest.mark.parametrize(
    "correction", [OffPolicyConfig(), OffPolicyConfig(weight="token", reject="token", reject_low=0.8)]
)
def test_interpolated_logprobs_lie_between_the_samplers_and_the_present_ones_by_age(correction):
    learner = Planted(steps=7)
    batch = experience()
    for one, age in zip(batch.all, AGES, strict=True):
        object.__setattr__(one.episode, "policy_version", 7 - age)
    # Each group is a mini-batch, and the second pass begins two optimizer steps after the first.
    config = GRPOConfig(mini_batches=2, epochs=2, max_new_tokens=4, old_logprobs="interpolated", off_policy=correction)
    metrics = Update(config, learner).learn(batch)
    losses, rejected, importance = [], [], []
    for moved, rows in enumerate([(0, 1), (2, 3), (0, 1), (2, 3)]):
        total, out, weights = 0.0, [], []
        for i in rows:
            share = AGES[i] / (AGES[i] + moved) if AGES[i] + moved else 0.0
            for t, new in enumerate(NEW[i]):
                old = SAMPLED[i][t] + share * (new - SAMPLED[i][t])
                ratio = np.exp(new - old)
                advantage = ADVANTAGES[i // 2][i % 2]
                value = -min(ratio * advantage, np.clip(ratio, 0.8, 1.28) * advantage)
                weight = np.exp(old - SAMPLED[i][t])
                out.append(not 0.8 <= weight <= 5.0)
                weights.append(0.0 if out[-1] else min(weight, 2.0))
                total += value * (weights[-1] if correction.corrects else 1.0)
        losses.append(total / len(out))
        rejected.append(np.mean(out))
        importance.append(np.mean(weights))
    assert learner.losses == pytest.approx(losses, rel=1e-12)
    assert ("rejected" in metrics) is correction.corrects
    if correction.corrects:
        assert metrics["rejected"] == pytest.approx(np.mean(rejected)) and np.any(rejected)
        assert metrics["importance"] == pytest.approx(np.mean(importance))


def test_interpolated_logprobs_of_fresh_samples_are_the_samplers():
    config = GRPOConfig(mini_batches=1, max_new_tokens=4)
    losses = []
    for kind in ("sampler", "interpolated"):
        learner, batch = Planted(), experience()
        for i, one in enumerate(batch.all):
            one.fill("old", SAMPLED[i])
        Update(replace(config, old_logprobs=kind), learner).learn(batch)
        losses.append(learner.losses)
    assert losses[0] == losses[1]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"entropy": EntropyConfig(covariance="clip")},
            r"covariance looks at a mini-batch before its step",
        ),
        (
            {
                "off_policy": OffPolicyConfig(reject="token"),
                "aggregation": AggregationConfig(count_rejected=False),
            },
            r"count_rejected=false needs to know what is rejected before the step",
        ),
    ],
)
def test_what_has_to_be_known_before_the_step_is_refused_with_interpolated_logprobs(more, message):
    with pytest.raises(ValueError, match=message):
        GRPOConfig(old_logprobs="interpolated", **more)


def test_a_correction_without_the_trainers_logprobs_is_refused():
    with pytest.raises(ValueError, match=r'grpo\.old_logprobs is "sampler". Set it to "trainer"'):
        GRPOConfig(off_policy=OffPolicyConfig(weight="token"))
