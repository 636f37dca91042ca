"""The learner: one optimizer step from any number of rows.

The loss is a sum. Its denominator is folded into the rows' weights by whoever makes them, so the gradient is the same
for every way of cutting the rows into micro-batches.

- `OptimizerConfig`: what every algorithm's configuration says about optimization.
- `Learner`: model, optimizer and schedule; `step(rows, loss)`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from rlvr.baselines.config import require_at_least
from rlvr.baselines.sequences import Batch, TokenSequence, micro_batches, pad

TokenLoss = Callable[[Tensor, Batch], tuple[Tensor, dict[str, Tensor]]]
"""Log-probabilities `[N]` of the masked tokens and the batch to (loss of each `[N]`, sums to report)."""


@dataclass(frozen=True)
class OptimizerConfig:
    """How a model's parameters move."""

    kind: Literal["adamw", "muon"] = "adamw"
    """`muon` moves the blocks' matrices by Muon (Jordan 2024) and everything else by AdamW."""
    lr: float = 1e-6
    """Peak learning rate of AdamW."""
    matrix_lr: float = 0.02
    """Peak learning rate of Muon, for the matrices."""
    betas: tuple[float, float] = (0.9, 0.95)
    """AdamW's moment decays."""
    weight_decay: float = 0.0
    """Decoupled weight decay of AdamW."""
    warmup_steps: int = 0
    """Steps over which the rate rises linearly from 0."""
    final_lr_share: float = 0.1
    """The rate falls linearly to this share of its peak at the last step."""
    max_grad_norm: float = 1.0
    """Gradients are scaled down to this L2 norm."""
    micro_batch_tokens: int = 16384
    """Padded positions in one forward pass: what memory allows."""

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        require_at_least("optimizer", self, lr=0.0, matrix_lr=0.0, weight_decay=0.0, warmup_steps=0)
        require_at_least("optimizer", self, final_lr_share=0.0, max_grad_norm=0.0, micro_batch_tokens=1)


class Learner:
    """Moves a model by gradients of summed token losses."""

    def __init__(self, model: Any, *, config: OptimizerConfig, total_steps: int, pad_id: int) -> None:
        """Take the model; the schedule spans `total_steps`."""
        self.model = model
        self.config = config
        self.pad_id = pad_id
        self.steps = 0
        self.optimizers = _optimizers(model, config)
        self.schedules = [
            torch.optim.lr_scheduler.LambdaLR(optimizer, _schedule(config, total_steps))
            for optimizer in self.optimizers
        ]

    def logprobs(self, batch: Batch, temperature: float = 1.0) -> Tensor:
        """Log-probabilities of the masked tokens, `[N]`, row by row, each given everything before it."""
        logits = self.model(input_ids=batch.ids[:, :-1], use_cache=False).logits  # [B, T - 1, V]
        targets = batch.mask[:, 1:]
        chosen = logits[targets]  # [N, V]
        if chosen.dtype in (torch.bfloat16, torch.float16):
            chosen = chosen.float()  # Half precision cannot sum a vocabulary's worth of exponentials.
        chosen = chosen / temperature
        logprobs: Tensor = chosen.log_softmax(-1).gather(1, batch.ids[:, 1:][targets][:, None])[:, 0]
        return logprobs

    def step(self, rows: list[TokenSequence], loss: TokenLoss, *, temperature: float = 1.0) -> dict[str, float]:
        """One optimizer step on the sum of `weights`-carrying token losses.

        Returns:
            The loss, the gradient norm before clipping, the learning rate, and the sums that `loss` reported.

        Raises:
            FloatingPointError: The loss or the gradient is not finite; the model is left as it was.
        """
        self.model.train()
        totals: dict[str, float] = defaultdict(float)
        for piece in micro_batches(rows, self.config.micro_batch_tokens):
            batch = pad(piece, pad_id=self.pad_id, device=self.model.device)
            values, sums = loss(self.logprobs(batch, temperature), batch)
            total = values.sum()
            total.backward()  # type: ignore[no-untyped-call]
            totals["loss"] += float(total.detach())
            for name, value in sums.items():
                totals[name] += float(value)
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.max_grad_norm)
        if not torch.isfinite(norm) or totals["loss"] != totals["loss"]:
            self._forget_gradients()
            raise FloatingPointError(
                f"Loss {totals['loss']} and gradient norm {float(norm)} at optimizer step {self.steps}: "
                "lower the learning rate, or resume from the last checkpoint with another seed."
            )
        for optimizer, schedule in zip(self.optimizers, self.schedules, strict=True):
            optimizer.step()
            schedule.step()
        self._forget_gradients()
        self.steps += 1
        totals["grad_norm"] = float(norm)
        totals["lr"] = float(self.schedules[0].get_last_lr()[0])
        return dict(totals)

    def _forget_gradients(self) -> None:
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)

    def state_dict(self) -> dict[str, Any]:
        """Optimizers, schedules and the step count; the model is saved beside them."""
        return {
            "steps": self.steps,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "schedules": [schedule.state_dict() for schedule in self.schedules],
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.steps = state["steps"]
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        for schedule, saved in zip(self.schedules, state["schedules"], strict=True):
            schedule.load_state_dict(saved)


def _optimizers(model: Any, config: OptimizerConfig) -> list[torch.optim.Optimizer]:
    matrices: list[torch.nn.Parameter] = []
    others: list[torch.nn.Parameter] = []
    for name, parameter in model.named_parameters():
        # Muon is for hidden matrices; embeddings and heads are tables of vectors.
        is_hidden = parameter.ndim == 2 and "embed" not in name and "lm_head" not in name
        (matrices if config.kind == "muon" and is_hidden else others).append(parameter)
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(others, lr=config.lr, betas=config.betas, weight_decay=config.weight_decay)
    ]
    if matrices:
        optimizers.append(torch.optim.Muon(matrices, lr=config.matrix_lr, weight_decay=config.weight_decay))
    return optimizers


def _schedule(config: OptimizerConfig, total_steps: int) -> Callable[[int], float]:
    def share(step: int) -> float:
        if step < config.warmup_steps:
            return (step + 1) / (config.warmup_steps + 1)
        progress = (step - config.warmup_steps) / max(1, total_steps - config.warmup_steps)
        return 1.0 - (1.0 - config.final_lr_share) * min(1.0, progress)

    return share
