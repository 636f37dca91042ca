"""On-policy distillation: a teacher's log-probabilities as the advantages of a student's own tokens."""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr.baselines.advantages.checks import check_finite, check_mask, check_same_shape


def on_policy_distillation(
    teacher: Tensor, student: Tensor, mask: Tensor, *, outcome: Tensor | None = None, weight: float = 1.0
) -> Tensor:
    """`A_t = log p_teacher(t) - log p_student(t)`, plus `weight` times the outcome advantage of the row.

    MiMo-V2-Flash, Xiaomi 2026 (arXiv 2601.02780), multi-teacher on-policy distillation, equation 8; each row takes
    the teacher of its domain. Its expectation over the student's samples is minus the reverse KL divergence.

    Args:
        teacher: `[B, T]`, log-probabilities of the sampled tokens under the teacher, in nats.
        student: `[B, T]`, under the policy that sampled.
        mask: `[B, T]`, 1 where the model sampled the token.
        outcome: `[B]`, advantages of the rows from verified rewards, to be added.
        weight: Of `outcome`.

    Returns:
        `[B, T]`, 0 where the mask is.

    Raises:
        ValueError: A shape is wrong, or a log-probability of a sampled token is not finite.
    """
    kept = check_mask(mask)
    for name, logprobs in (("teacher", teacher), ("student", student)):
        check_same_shape(name, logprobs, "mask", mask)
        check_finite(name, logprobs[kept])
    advantages = teacher.detach() - student.detach()
    if outcome is not None:
        if outcome.shape != mask.shape[:1]:
            raise ValueError(f"Expected outcome [rows = {mask.shape[0]}], actually: {tuple(outcome.shape)}.")
        check_finite("outcome", outcome)
        advantages = advantages + weight * outcome[:, None]
    return torch.where(kept, advantages, 0.0)
