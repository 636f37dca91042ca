"""The reference model of a KL penalty: the policy as it was, or as it has been on average.

No second model is built. The reference is a copy of the weights that learn, which take the policy's place while it is
asked: so it works for any model, in shards (each process keeps the copy of its own), and for a LoRA adapter costs
no more than the adapter. Frozen before an adapter has learned, it is the base model.

- `ReferenceConfig`: frozen, a moving average, or reset to the policy now and then.
- `Reference`: the weights; `score(learner, rows)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from rlvr.baselines.config import require_at_least
from rlvr.baselines.learner.distributed import full, local, reshard, shard_like
from rlvr.baselines.learner.forward import HALF
from rlvr.baselines.learner.sequences import TokenSequence

if TYPE_CHECKING:
    from rlvr.baselines.learner.learner import Learner


@dataclass(frozen=True)
class ReferenceConfig:
    """How the reference follows the policy; by default, not at all."""

    ema_decay: float = 1.0
    """The share of itself that it keeps at each update (Polyak averaging); 1.0 never moves."""
    ema_every: int = 1
    """Batches between those updates."""
    reset_every: int = 0
    """Batches after which it becomes the policy, and the optimizer begins anew (ProRL, Liu et al. 2025, arXiv
    2505.24864, section 2.3.2); 0 is never."""
    offload: bool = False
    """Keep it in the CPU's memory between uses."""

    def __post_init__(self) -> None:
        """Refuse what would be no average."""
        require_at_least("reference", self, ema_decay=0.0, ema_every=1, reset_every=0)
        if self.ema_decay > 1.0:
            raise ValueError(f"Expected reference.ema_decay to be at most 1, actually: {self.ema_decay}.")


class Reference:
    """The policy's weights at an earlier time."""

    def __init__(self, model: Any, config: ReferenceConfig) -> None:
        """Remember the weights as they are now. If the model is to be sharded, the learner must have done it.

        Raises:
            ValueError: A moving average of half-precision weights is asked for.
        """
        self.config = config
        self.batches = 0
        reshard(model)
        self._policy = [parameter for parameter in model.parameters() if parameter.requires_grad]
        half = {str(parameter.dtype) for parameter in self._policy if parameter.dtype in HALF}
        if half and config.ema_decay < 1.0:
            raise ValueError(
                f"Expected float32 weights with reference.ema_decay {config.ema_decay}, actually: {sorted(half)}. "
                "Small updates would be rounded away and the average stand still. Load the policy in float32 (with "
                "optimizer.autocast), or have the reference follow by reference.reset_every."
            )
        self._weights = [
            local(parameter).to("cpu" if config.offload else parameter.device, copy=True) for parameter in self._policy
        ]

    def score(
        self, learner: Learner, rows: Sequence[TokenSequence], *, temperature: float = 1.0
    ) -> list[dict[str, list[float]]]:
        """`logprobs` of the rows' masked tokens, as `Learner.score` gives them."""
        with self._in_place():
            return learner.score(rows, temperature=temperature)

    @torch.no_grad()
    def follow(self, learner: Learner) -> None:
        """Take note of a batch that was learned from."""
        self.batches += 1
        config = self.config
        if config.reset_every and self.batches % config.reset_every == 0:
            for weight, parameter in zip(self._weights, self._policy, strict=True):
                weight.copy_(local(parameter))
            learner.forget_moments()
        elif config.ema_decay < 1.0 and self.batches % config.ema_every == 0:
            for weight, parameter in zip(self._weights, self._policy, strict=True):
                weight.lerp_(local(parameter).to(weight.device), 1.0 - config.ema_decay)

    @torch.no_grad()
    def restore(self) -> None:
        """Have the policy go back to these weights."""
        for weight, parameter in zip(self._weights, self._policy, strict=True):
            local(parameter).copy_(weight)

    @contextmanager
    def _in_place(self) -> Iterator[None]:
        """Put the weights where the policy's are, which are put aside."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    @torch.no_grad()
    def _swap(self) -> None:
        # By value: shards are views of buffers that FSDP keeps, so the tensors themselves must stay.
        for weight, parameter in zip(self._weights, self._policy, strict=True):
            policy = local(parameter).clone()
            local(parameter).copy_(weight)
            weight.copy_(policy)

    def state_dict(self) -> dict[str, Any]:
        """The weights, whole, and the count of batches; all processes must call it."""
        with self._in_place():
            weights = [full(parameter.detach()).clone() for parameter in self._policy]
        return {"batches": self.batches, "weights": weights}

    @torch.no_grad()
    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint, with any number of processes."""
        self.batches = state["batches"]
        for weight, parameter, saved in zip(self._weights, self._policy, state["weights"], strict=True):
            weight.copy_(local(shard_like(saved, parameter)))
