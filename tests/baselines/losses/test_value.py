import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.losses import value_loss

COLUMNS = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).uniform(-3, 3, (12, 3)).tolist())


@pytest.mark.parametrize("clip", [None, 0.2, 1.0])
@given(COLUMNS)
def test_the_larger_of_both_squares_halved(clip, columns):
    values, old, returns = (torch.tensor(column, dtype=torch.float64) for column in zip(*columns, strict=True))
    values.requires_grad_()
    losses, clipped = value_loss(values, old, returns, clip=clip)
    losses.sum().backward()
    for t, (value, before, target) in enumerate(columns):
        loss, slope, cut = 0.5 * (value - target) ** 2, value - target, False
        if clip is not None:
            near = min(max(value, before - clip), before + clip)
            if (near - target) ** 2 > (value - target) ** 2:
                loss, slope, cut = 0.5 * (near - target) ** 2, 0.0, True
        np.testing.assert_allclose([losses[t].item(), values.grad[t].item()], [loss, slope], rtol=1e-9, atol=1e-12)
        assert clipped[t].item() is cut


def test_a_value_that_moves_away_from_its_return_is_pushed_back_however_far_it_moved():
    values = torch.tensor([2.0], requires_grad=True)
    loss, clipped = value_loss(values, torch.tensor([0.0]), torch.tensor([-1.0]), clip=0.2)
    loss.sum().backward()
    assert loss.item() == 4.5 and values.grad.item() == 3.0 and not clipped.item()
