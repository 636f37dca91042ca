"""What advantage estimators refuse, before they compute anything."""

from __future__ import annotations

import torch
from torch import Tensor


def check_rewards(rewards: Tensor, *, least: int = 1) -> None:
    """Refuse rewards that are not finite floats `[G, S]` with `S >= least`.

    Raises:
        ValueError: The shape, the type or a value is wrong. One NaN would poison every advantage of a batch.
    """
    if rewards.ndim != 2 or rewards.shape[0] < 1 or rewards.shape[1] < least:
        raise ValueError(f"Expected rewards [groups, group_size >= {least}], actually: {tuple(rewards.shape)}.")
    check_finite("rewards", rewards)


def check_finite(name: str, values: Tensor) -> None:
    """Refuse anything but finite floating point.

    Raises:
        ValueError: Integers, or an infinite or undefined value.
    """
    if not values.is_floating_point():
        raise ValueError(f"Expected {name} in floating point, such as float64, actually: {values.dtype}.")
    finite = values.isfinite()
    if not finite.all():
        raise ValueError(f"Expected {name} to be finite, actually: {values[~finite][0].item()} among them.")


def check_same_shape(name: str, values: Tensor, other: str, reference: Tensor) -> None:
    """Refuse `values` of another shape than `reference`.

    Raises:
        ValueError: The shapes differ.
    """
    if values.shape != reference.shape:
        raise ValueError(
            f"Expected {name} of the shape of {other}, {tuple(reference.shape)}, actually: {tuple(values.shape)}."
        )


def check_lengths(lengths: Tensor, rewards: Tensor) -> None:
    """Refuse lengths that are not counts of tokens, one for each reward.

    Raises:
        ValueError: The shape is not that of the rewards, or a length is below 0 or undefined.
    """
    check_same_shape("lengths", lengths, "rewards", rewards)
    if not (lengths >= 0).all():
        raise ValueError(f"Expected lengths to be at least 0, actually: {lengths.min().item()}.")


def check_epsilon(epsilon: float) -> None:
    """Refuse a negative epsilon.

    Raises:
        ValueError: `epsilon < 0`.
    """
    if not epsilon >= 0:
        raise ValueError(f"Expected epsilon to be at least 0, actually: {epsilon}.")


def check_fraction(name: str, value: float | Tensor) -> None:
    """Refuse a discount or a lambda outside of [0, 1].

    Raises:
        ValueError: A value is below 0, above 1, or undefined.
    """
    values = torch.as_tensor(value)
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"Expected {name} in [0, 1], actually: {value}.")


def check_mask(mask: Tensor) -> Tensor:
    """The mask as booleans.

    Args:
        mask: `[B, T]`, booleans or numbers that are 0 or 1.

    Raises:
        ValueError: The shape is wrong, or a value is neither 0 nor 1.
    """
    if mask.ndim != 2:
        raise ValueError(f"Expected mask [rows, tokens], actually: {tuple(mask.shape)}.")
    kept = mask.bool()
    if not (mask == kept).all():
        raise ValueError(f"Expected mask to hold 0 and 1, actually: {mask[mask != kept][0].item()} among them.")
    return kept


def check_token_rewards(rewards: Tensor, mask: Tensor) -> Tensor:
    """The mask as booleans, once every reward is known to lie on a sampled token.

    An estimator steps over the tokens of the environment, so a reward there would be lost without a trace.

    Raises:
        ValueError: A shape, a type or a value is wrong, or a reward lies where the mask is 0.
    """
    kept = check_mask(mask)
    check_same_shape("rewards", rewards, "mask", mask)
    check_finite("rewards", rewards)
    stray = (rewards != 0) & ~kept
    if stray.any():
        row, token = (int(index) for index in stray.nonzero()[0])
        raise ValueError(
            f"Expected rewards on sampled tokens only (place_rewards puts them there), actually: "
            f"{rewards[row, token].item()} on token {token} of row {row}, where mask is 0."
        )
    return kept
