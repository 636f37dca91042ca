import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.advantages import vine
from tests.baselines.advantages.tokens import NUMBERS, same


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def test_every_token_of_a_step_has_its_gain_in_value():
    # Values .5, .25, .75; the last step earns 1 and ends: -.25, .5, .25.
    advantages = vine(
        tensor([[0.5, 0.25, 0.75]]), tensor([[0.0, 0.0, 1.0]]), torch.tensor([[0, 0, 1, 2, 2]]), torch.ones(1, 5)
    )
    assert advantages.tolist() == [[-0.25, -0.25, 0.5, 0.25, 0.25]]


def test_rewards_inside_of_the_row_and_the_discount_count():
    advantages = vine(tensor([[0.5, 0.25]]), tensor([[0.1, 1.0]]), torch.tensor([[0, 1]]), torch.ones(1, 2), gamma=0.9)
    same(advantages, [[0.1 + 0.9 * 0.25 - 0.5, 1.0 - 0.25]])


def test_rows_may_have_fewer_steps_than_others():
    # The second row ends with step 0: what stands in the column of step 1 is not read.
    advantages = vine(
        tensor([[0.5, 0.25], [0.5, math.nan]]),
        tensor([[0.0, 1.0], [1.0, 0.0]]),
        torch.tensor([[0, 1], [0, 0]]),
        torch.ones(2, 2),
    )
    assert advantages.tolist() == [[-0.25, 0.75], [0.5, 0.5]]


def test_the_environment_s_tokens_get_nothing_and_their_step_is_not_read():
    advantages = vine(
        tensor([[0.5, 0.25]]), tensor([[0.0, 1.0]]), torch.tensor([[0, 99, 1, -1]]), torch.tensor([[1, 0, 1, 0]])
    )
    assert advantages.tolist() == [[-0.25, 0.0, 0.75, 0.0]]


def test_a_row_without_sampled_tokens_gets_nothing():
    nothing = torch.zeros(1, 2)
    assert vine(nothing * math.nan, nothing, nothing.long(), nothing).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rewards": tensor([[0.0, 1.0]]), "steps": torch.tensor([[0, 0]])}, "one after it, which would be lost"),
        ({"steps": torch.tensor([[0, 2]])}, r"steps in 0\.\.1, .* actually: 0\.\.2"),
        ({"steps": torch.tensor([[-1, 0]])}, r"steps in 0\.\.1, .* actually: -1\.\.0"),
        ({"steps": torch.zeros(1, 2)}, "steps as integers, actually: torch.float32"),
        ({"steps": torch.zeros(1, 3, dtype=torch.long)}, r"steps of the shape of mask, \(1, 2\)"),
        ({"values": torch.zeros(1, 3)}, r"values of the shape of rewards, \(1, 2\), actually: \(1, 3\)"),
        ({"values": torch.full((1, 2), math.nan)}, "values to be finite, actually: nan"),
        ({"gamma": 2.0}, r"gamma in \[0, 1\], actually: 2\.0"),
        ({"values": torch.zeros(2, 2), "rewards": torch.zeros(2, 2)}, r"rewards \[rows = 1, steps >= 1\]"),
    ],
)
def test_what_does_not_fit_is_refused(options, message):
    given = {
        "values": torch.zeros(1, 2),
        "rewards": torch.zeros(1, 2),
        "steps": torch.tensor([[0, 1]]),
        "mask": torch.ones(1, 2),
        **options,
    }
    with pytest.raises(ValueError, match=message):
        vine(**given)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=6))
def test_the_gains_of_all_steps_sum_to_what_the_start_did_not_expect(steps):
    values, rewards = (tensor([list(column)]) for column in zip(*steps, strict=True))
    advantages = vine(values, rewards, torch.arange(len(steps))[None], torch.ones(1, len(steps)))
    assert advantages.sum().item() == pytest.approx(rewards.sum().item() - values[0, 0].item(), abs=1e-9)
