import math

import pytest
import torch

from rlvr.baselines.losses import clipped_surrogate, negative_log_likelihood


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss", "gradient", "clipped"),
    [
        # Equation 7 of PPO by hand, clip to [0.8, 1.28]; the gradient is d loss / d logprob = -ratio * advantage.
        (1.0, 2.0, -2.0, -2.0, False),
        (1.5, 2.0, -2.56, 0.0, True),  # good and already likelier: no push
        (0.5, 2.0, -1.0, -1.0, False),  # good but unlikelier: push back up
        (0.5, -2.0, 1.6, 0.0, True),  # bad and already unlikelier: no push
        (1.5, -2.0, 3.0, 3.0, False),  # bad but likelier: push down
        (1.25, 1.0, -1.25, -1.25, False),  # inside clip-higher, outside the symmetric bound
    ],
)
def test_clip_matches_the_numbers_worked_out_by_hand(ratio, advantage, loss, gradient, clipped):
    logprob = torch.tensor([-1.0 + math.log(ratio)], dtype=torch.float64, requires_grad=True)
    old = torch.tensor([-1.0], dtype=torch.float64)
    value, cut = clipped_surrogate(
        logprob, old, torch.tensor([advantage], dtype=torch.float64), clip_low=0.2, clip_high=0.28
    )
    value.sum().backward()
    assert value.item() == pytest.approx(loss, rel=1e-12)
    assert logprob.grad.item() == pytest.approx(gradient, rel=1e-12, abs=1e-12)
    assert cut.item() is clipped


def test_on_policy_the_gradient_is_reinforce():
    logprobs = torch.tensor([-0.5, -2.0, -3.0], dtype=torch.float64, requires_grad=True)
    advantages = torch.tensor([1.0, -0.5, 0.25], dtype=torch.float64)
    clipped_surrogate(logprobs, logprobs.detach(), advantages)[0].sum().backward()
    torch.testing.assert_close(logprobs.grad, -advantages, rtol=1e-12, atol=0)


def test_negative_log_likelihood_is_what_it_says():
    assert negative_log_likelihood(torch.tensor([-0.5, 0.0])).tolist() == [0.5, 0.0]
