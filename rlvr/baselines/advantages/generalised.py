"""Generalised advantage estimation on tokens, with a lambda of its own for actor and critic.

- `gae`: advantages for the actor and returns for the critic.
- `length_adaptive_lambda`: VAPO's lambda for the actor.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr.baselines.advantages.checks import check_finite, check_fraction, check_same_shape, check_token_rewards


def gae(
    rewards: Tensor,
    values: Tensor,
    mask: Tensor,
    *,
    gamma: float = 1.0,
    actor_lambda: float | Tensor = 1.0,
    critic_lambda: float | Tensor | None = None,
    bootstrap: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """`delta_t = r_t + gamma V_u - V_t`, `A_t = delta_t + gamma lambda A_u`, where u is the next sampled token.

    GAE, Schulman et al. 2015 (arXiv 1506.02438), equation 16. A token of the environment carries `(V_u, A_u)` through
    unchanged, as in verl and NeMo RL: it is no action, and its value says nothing. (Multiplied by the mask, as in
    OpenRLHF, its value would be 0 and the difference wrong at the border of each turn.) Separate lambdas: VC-PPO,
    Yuan et al. 2025 (arXiv 2503.01491), decoupled GAE, with 1 for the critic and 0.95 for the actor; with lambda 1
    the critic learns the Monte-Carlo return, in which a reward at the end does not fade over a long answer.

    Args:
        rewards: `[B, T]`, on sampled tokens.
        values: `[B, T]`, of the state before each token.
        mask: `[B, T]`, 1 where the model sampled the token.
        gamma: Discount a sampled token, in [0, 1].
        actor_lambda: In [0, 1], one for all or `[B]`.
        critic_lambda: The same for the returns; None takes the actor's.
        bootstrap: `[B]`, the value of the state after the last sampled token, where a limit cut the episode off that
            could have gone on; 0 for one that ended. None is 0 for all.

    Returns:
        Advantages `[B, T]` (not whitened: `whiten` does that), and returns `[B, T]`, the critic's advantages
        plus values. Both are 0 where the mask is.

    Raises:
        ValueError: A shape is wrong, a reward lies where `mask` is 0, a sampled token's value is not finite, or gamma
            or a lambda is out of range.
    """
    kept = check_token_rewards(rewards, mask)
    check_same_shape("values", values, "mask", mask)
    check_finite("values", values[kept])
    check_fraction("gamma", gamma)
    rows, tokens = rewards.shape
    if bootstrap is None:
        bootstrap = rewards.new_zeros(rows)
    elif bootstrap.shape != (rows,):
        raise ValueError(f"Expected bootstrap [rows = {rows}], actually: {tuple(bootstrap.shape)}.")
    check_finite("bootstrap", bootstrap)
    actor = _lambda_of_rows("actor_lambda", actor_lambda, rewards)
    critic = actor if critic_lambda is None else _lambda_of_rows("critic_lambda", critic_lambda, rewards)

    values = values.detach().to(rewards.dtype)
    decay = gamma * torch.stack([actor, critic])  # [2, B]
    advantages = rewards.new_zeros(2, rows, tokens)
    carried = rewards.new_zeros(2, rows)
    following = bootstrap.detach().to(rewards.dtype)  # [B]
    for t in reversed(range(tokens)):
        sampled = kept[:, t]
        delta = rewards[:, t] + gamma * following - values[:, t]
        carried = torch.where(sampled, delta + decay * carried, carried)
        following = torch.where(sampled, values[:, t], following)
        advantages[:, :, t] = torch.where(sampled, carried, 0.0)
    return advantages[0], torch.where(kept, advantages[1] + values, 0.0)


def _lambda_of_rows(name: str, value: float | Tensor, rewards: Tensor) -> Tensor:
    check_fraction(name, value)
    tensor = torch.as_tensor(value, dtype=rewards.dtype, device=rewards.device)
    if tensor.shape not in ((), rewards.shape[:1]):
        raise ValueError(
            f"Expected {name} as a number or [rows = {rewards.shape[0]}], actually: {tuple(tensor.shape)}."
        )
    return tensor.expand(rewards.shape[0])


def length_adaptive_lambda(lengths: Tensor, *, alpha: float = 0.05, clamp: bool = True) -> Tensor:
    """`lambda = 1 - 1 / (alpha length)`: the longer the answer, the further the actor looks.

    VAPO, Yue et al. 2025 (arXiv 2504.05118), length-adaptive GAE: the coefficients of the differences then sum to
    `alpha length`.

    Args:
        lengths: `[B]`, sampled tokens of each row.
        alpha: Above 0; 0.05 in the paper.
        clamp: Whether `alpha length` counts as at least 1, as in NeMo RL: lambda is 0 for answers of up to `1 / alpha`
            tokens. Without, it is as the paper writes it, negative for them, and `gae` refuses those.

    Returns:
        `[B]` in float64, for `actor_lambda`.

    Raises:
        ValueError: The shape is wrong, alpha is not above 0, or, without `clamp`, a length is not.
    """
    if lengths.ndim != 1:
        raise ValueError(f"Expected lengths [rows], actually: {tuple(lengths.shape)}.")
    if not alpha > 0:
        raise ValueError(f"Expected alpha to be above 0, actually: {alpha}.")
    span = alpha * lengths.to(torch.float64)
    if clamp:
        span = span.clamp(min=1.0)
    elif (span <= 0).any():
        raise ValueError(f"Expected lengths above 0, actually: {lengths.min().item()}.")
    return 1.0 - 1.0 / span
