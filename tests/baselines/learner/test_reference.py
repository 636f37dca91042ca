import pytest
import torch

from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.learner.reference import Reference, ReferenceConfig
from tests.token_rows import loss, make_rows, small


def weights_of(model):
    return [one.detach().clone() for one in model.parameters()]


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def learning(config, steps=4):
    """The learner, its reference and the policy's weights before and after each batch."""
    learner = Learner(small(torch.float32, layers=1), OptimizerConfig(lr=1e-2), 9, 0)
    reference = Reference(learner.model, config)
    weights = [weights_of(learner.model)]
    for _ in range(steps):
        learner.step(make_rows(), loss)
        reference.follow(learner)
        weights.append(weights_of(learner.model))
    return learner, reference, weights


@pytest.mark.parametrize("offload", [False, True])
def test_a_frozen_reference_stays_where_the_policy_began(offload):
    learner, reference, weights = learning(ReferenceConfig(offload=offload))
    rows = make_rows()
    expected = Learner(small(torch.float32, layers=1), OptimizerConfig(), 1, 0).score(rows, temperature=0.7)
    assert reference.score(learner, rows, temperature=0.7) == expected != learner.score(rows, temperature=0.7)
    assert same(weights_of(learner.model), weights[-1])


def test_a_moving_average_keeps_its_share_at_each_update():
    _, reference, weights = learning(ReferenceConfig(ema_decay=0.75, ema_every=2))
    for k, weight in enumerate(reference.state_dict()["weights"]):
        first = 0.75 * weights[0][k] + 0.25 * weights[2][k]
        torch.testing.assert_close(weight, 0.75 * first + 0.25 * weights[4][k])


def test_a_reset_makes_it_the_policy_and_the_optimizer_forget():
    learner, reference, weights = learning(ReferenceConfig(reset_every=3), steps=3)
    assert same(reference.state_dict()["weights"], weights[3])
    assert not learner.optimizers[0].state
    learner, reference, weights = learning(ReferenceConfig(reset_every=3), steps=5)
    assert same(reference.state_dict()["weights"], weights[3])
    assert learner.optimizers[0].state


def test_the_policy_comes_back_when_scoring_fails():
    learner, reference, weights = learning(ReferenceConfig())
    with pytest.raises(ValueError, match="temperature"):
        reference.score(learner, make_rows(), temperature=0.0)
    assert same(weights_of(learner.model), weights[-1])
    assert same(reference.state_dict()["weights"], weights[0])


def test_it_resumes_bit_for_bit(tmp_path):
    config = ReferenceConfig(ema_decay=0.9, ema_every=2)
    learner, reference, _ = learning(config, steps=3)
    torch.save(reference.state_dict(), tmp_path / "state.pt")
    again = Reference(small(torch.float32, layers=1), config)
    again.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    again._policy = reference._policy
    for one in (reference, again):
        one.follow(learner)
    assert same(reference.state_dict()["weights"], again.state_dict()["weights"])


def test_what_is_frozen_is_not_copied():
    model = small(layers=2)
    for parameter in model.model.layers[0].parameters():
        parameter.requires_grad_(False)
    copied = len(Reference(model, ReferenceConfig()).state_dict()["weights"])
    assert copied == sum(one.requires_grad for one in model.parameters()) < len(list(model.parameters()))


def test_an_average_that_would_stand_still_is_refused():
    model = small(torch.bfloat16, layers=1)
    with pytest.raises(ValueError, match=r"float32 weights with reference.ema_decay 0.99, actually: .*bfloat16"):
        Reference(model, ReferenceConfig(ema_decay=0.99))
    Reference(model, ReferenceConfig(reset_every=2))


@pytest.mark.parametrize("wrong", [{"ema_decay": 1.1}, {"ema_decay": -0.1}, {"ema_every": 0}, {"reset_every": -1}])
def test_numbers_out_of_range_are_refused(wrong):
    [name] = wrong
    with pytest.raises(ValueError, match=f"reference.{name} to be at"):
        ReferenceConfig(**wrong)
