"""Flat tokens for the tests of losses, and how values and gradients are compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from hypothesis import strategies as st


@dataclass
class Tokens:
    """The tokens of a micro-batch, float64."""

    logprobs: np.ndarray
    old: np.ndarray
    advantages: np.ndarray
    weights: np.ndarray  # of the losses, so that a gradient that leaks from token to token shows
    sequence: np.ndarray
    count: int

    def tensors(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return torch.tensor(self.logprobs, requires_grad=True), torch.tensor(self.old), torch.tensor(self.advantages)

    def rows(self) -> tuple[torch.Tensor, int]:
        return torch.tensor(self.sequence), self.count


@st.composite
def tokens(draw, *, spread=3.0, constant_advantages=False) -> Tokens:
    """Hypothesis draws the shape, a generator the numbers: none of them stands on an edge of a clip."""
    lengths = draw(st.lists(st.integers(0, 6), min_size=1, max_size=5).filter(any))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sequence = np.repeat(np.arange(len(lengths)), lengths)
    total = len(sequence)
    old = random.uniform(-6.0, -0.01, total)
    scale = draw(st.sampled_from([1e-3, 0.1, 0.5, 1.0])) * spread  # Close policies too, where narrow clips are felt.
    logprobs = np.minimum(old + random.uniform(-scale, scale, total), -1e-3)
    choices = random.normal(size=len(lengths) if constant_advantages else total)
    choices[random.random(choices.shape) < 0.1] = 0.0
    advantages = choices[sequence] if constant_advantages else choices
    return Tokens(logprobs, old, advantages, random.uniform(0.1, 2.0, total), sequence, len(lengths))


def check(values: torch.Tensor, logprobs: torch.Tensor, expected: list[tuple[float, float]], weights: np.ndarray):
    """`values` and the gradient of their weighted sum are `expected`: a value and a derivative for each token."""
    (gradient,) = torch.autograd.grad((values * torch.tensor(weights)).sum(), logprobs)
    np.testing.assert_allclose(values.detach().numpy(), [value for value, _ in expected], rtol=1e-9, atol=1e-12)
    slopes = [slope for _, slope in expected] * weights
    np.testing.assert_allclose(gradient.numpy(), slopes, rtol=1e-9, atol=1e-12)


def numeric_gradient(function: Callable[[np.ndarray], float], at: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Central differences."""
    gradient = np.zeros_like(at)
    for i in range(len(at)):
        move = np.zeros_like(at)
        move[i] = step
        gradient[i] = (function(at + move) - function(at - move)) / (2 * step)
    return gradient
