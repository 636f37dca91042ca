import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rlvr.baselines.advantages import group_relative


def test_grpo_matches_the_numbers_worked_out_by_hand():
    rewards = torch.tensor([[1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]], dtype=torch.float64)
    # Row 1: mean 1/4, unbiased variance (9/16 + 3/16) / 3 = 1/4. Row 2: mean 1/2, variance (4/4) / 3 = 1/3.
    expected = [[1.5, -0.5, -0.5, -0.5], [math.sqrt(3) / 2] * 2 + [-math.sqrt(3) / 2] * 2]
    assert group_relative(rewards, epsilon=0.0).tolist() == [pytest.approx(row, rel=1e-12) for row in expected]


def test_epsilon_is_added_to_the_standard_deviation():
    rewards = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    deviation = math.sqrt(0.5)
    assert group_relative(rewards, epsilon=0.1)[0, 0].item() == pytest.approx(0.5 / (deviation + 0.1), rel=1e-12)


def test_dr_grpo_only_centres():
    rewards = torch.tensor([[1.0, 0.0, 0.5]], dtype=torch.float64)
    assert group_relative(rewards, normalise_std=False).tolist() == [[0.5, -0.5, 0.0]]


def test_a_flat_group_has_advantage_zero():
    assert group_relative(torch.full((1, 4), 0.7, dtype=torch.float64)).abs().max() < 1e-9


def test_a_group_of_one_is_refused():
    with pytest.raises(ValueError, match=r"actually: \(3, 1\)"):
        group_relative(torch.zeros(3, 1))


@given(hnp.arrays(np.float64, (3, 5), elements=st.floats(-2, 2)), st.floats(0.5, 3.0), st.floats(-5, 5))
def test_advantages_are_centred_and_ignore_shifts(rewards, scale, shift):
    base = group_relative(torch.from_numpy(rewards))
    assert base.sum(1).abs().max() < 1e-6
    moved = group_relative(torch.from_numpy(rewards) + shift, normalise_std=False)
    torch.testing.assert_close(moved, group_relative(torch.from_numpy(rewards), normalise_std=False), atol=1e-9, rtol=0)
    scaled = group_relative(torch.from_numpy(rewards) * scale, normalise_std=False)
    torch.testing.assert_close(scaled, scale * group_relative(torch.from_numpy(rewards), normalise_std=False))
