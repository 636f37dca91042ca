"""Rows of tokens that the tests of token-level estimators share."""

import numpy as np
import torch
from hypothesis import strategies as st

NUMBERS = st.floats(-2, 2).map(lambda value: round(value, 6))


@st.composite
def rows(draw, most=8):
    """Rewards on sampled tokens, values anywhere, and the mask: float64 `[2, T]`, some tokens sampled in each row."""
    length = draw(st.integers(2, most))
    mask, rewards, values = [], [], []
    for _ in range(2):
        kept = draw(st.lists(st.booleans(), min_size=length, max_size=length))
        kept[draw(st.integers(0, length - 1))] = True
        mask.append(kept)
        rewards.append([draw(NUMBERS) if one else 0.0 for one in kept])
        values.append([draw(NUMBERS) for _ in kept])
    return (torch.tensor(rewards, dtype=torch.float64), torch.tensor(values, dtype=torch.float64), torch.tensor(mask))


def sampled(tensor, mask, row):
    """The sampled tokens of a row as a list: the row with the environment's tokens removed."""
    return tensor[row][mask[row]].tolist()


def same(actual, expected):
    """Equal to 1e-9 relative."""
    np.testing.assert_allclose(actual.numpy(), np.asarray(expected), rtol=1e-9, atol=1e-12)
