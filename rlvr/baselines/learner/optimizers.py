"""Optimizers and the course of their rates.

- `OptimizerConfig`: what every algorithm's configuration says about a step.
- `make_optimizers`: AdamW, or Muon for the blocks' matrices beside it.
- `rate_share`: warm-up, then linear, cosine or constant.
- `load_moments`: an optimizer's state from a checkpoint, onto any number of processes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch

from rlvr.baselines.config import require_at_least
from rlvr.baselines.learner.distributed import shard_like


@dataclass(frozen=True)
class OptimizerConfig:
    """How a model's parameters move, and how a step is computed."""

    kind: Literal["adamw", "muon"] = "adamw"
    """`muon` moves the blocks' matrices by Muon (Jordan 2024) and everything else by AdamW."""
    lr: float = 1e-6
    """Peak learning rate of AdamW."""
    matrix_lr: float = 0.02
    """Peak learning rate of Muon, for the matrices."""
    value_lr: float | None = None
    """Peak learning rate of a value head on the policy's trunk; `lr` if not given."""
    betas: tuple[float, float] = (0.9, 0.95)
    """AdamW's moment decays."""
    weight_decay: float = 0.0
    """Decoupled weight decay."""
    schedule: Literal["linear", "cosine", "constant"] = "linear"
    """How the rate goes from its peak to its share at the last step; `constant` stays at the peak."""
    warmup_steps: int = 0
    """Steps over which the rate rises linearly from 0."""
    final_lr_share: float = 0.1
    """The rate falls to this share of its peak at the last step."""
    max_grad_norm: float = 1.0
    """Gradients are scaled down to this L2 norm; `inf` leaves them as they are."""
    micro_batch_tokens: int | None = None
    """Positions in one forward pass, padding included: what memory allows. By default 16384 on a GPU and 2048 on a CPU:
    a small model's activations then fit into its caches (a fifth less time than with 16384)."""
    layout: Literal["padded", "packed", "shared"] = "padded"
    """`packed` puts rows in line without padding. It pays where attention skips what is masked (flash attention); with
    others, each row is compared with all others in its line, only to be masked. `shared` computes a prompt once a
    step, on each process, for all answers to it (with dropout, they have it alike): it pays where prompts are long
    beside answers, or groups large."""
    max_logits: int = 2**26
    """Numbers of tokens x vocabulary held at once; beyond it, in chunks that the backward pass computes again."""
    gradient_checkpointing: bool = False
    """Keep only the blocks' inputs and compute the rest again in the backward pass: less memory, a third more time."""
    autocast: bool = False
    """Compute in bfloat16 while weights, gradients and moments stay float32. Weights that are bfloat16 themselves lose
    every update below 1/256 of a weight: fine for LoRA, not for small rates."""
    parallel: Literal["ddp", "fsdp"] = "ddp"
    """Under torchrun: every process has all weights, or a share of them (FSDP2)."""

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        require_at_least("optimizer", self, lr=0.0, matrix_lr=0.0, weight_decay=0.0, warmup_steps=0)
        require_at_least("optimizer", self, final_lr_share=0.0, max_logits=1)
        if not self.max_grad_norm > 0.0:  # Elsewhere 0 means no clipping; here it would be no gradient.
            raise ValueError(
                f"Expected optimizer.max_grad_norm to be above 0, actually: {self.max_grad_norm}. "
                "A large one, such as 1e9, clips nothing."
            )
        if self.micro_batch_tokens is not None:
            require_at_least("optimizer", self, micro_batch_tokens=1)
        if self.layout == "shared" and (self.gradient_checkpointing or self.parallel == "fsdp"):
            raise ValueError(
                'Expected optimizer.layout to be "padded" or "packed" with gradient_checkpointing or parallel="fsdp", '
                'actually: "shared", which keeps what is computed of a prompt until its answers are.'
            )
        if self.value_lr is not None:
            require_at_least("optimizer", self, value_lr=0.0)


def make_optimizers(model: Any, config: OptimizerConfig) -> list[torch.optim.Optimizer]:
    """AdamW first; parameters that take no gradient are left out."""
    matrices: list[torch.nn.Parameter] = []
    heads: list[torch.nn.Parameter] = []
    others: list[torch.nn.Parameter] = []
    # Muon is for hidden matrices; embeddings and heads are tables of vectors.
    tables = [one for one in model.modules() if isinstance(one, torch.nn.Embedding)]
    tables += [one for one in (model.get_output_embeddings(), getattr(model, "value_head", None)) if one is not None]
    rows = {id(parameter) for table in tables for parameter in table.parameters()}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if config.kind == "muon" and parameter.ndim == 2 and id(parameter) not in rows:
            matrices.append(parameter)
        elif "value_head" in name and config.value_lr is not None:
            heads.append(parameter)
        else:
            others.append(parameter)
    groups: list[dict[str, Any]] = [{"params": others}]
    if heads:
        groups.append({"params": heads, "lr": config.value_lr})
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(groups, lr=config.lr, betas=config.betas, weight_decay=config.weight_decay)
    ]
    if matrices:
        optimizers.append(torch.optim.Muon(matrices, lr=config.matrix_lr, weight_decay=config.weight_decay))
    return optimizers


def rate_share(config: OptimizerConfig, total_steps: int) -> Callable[[int], float]:
    """The share of the peak rate at each optimizer step, counted from 0."""

    def share(step: int) -> float:
        if step < config.warmup_steps:
            return (step + 1) / (config.warmup_steps + 1)
        progress = min(1.0, (step - config.warmup_steps) / max(1, total_steps - config.warmup_steps))
        fallen = {"linear": progress, "cosine": (1.0 - math.cos(math.pi * progress)) / 2.0, "constant": 0.0}
        return 1.0 - (1.0 - config.final_lr_share) * fallen[config.schedule]

    return share


def load_moments(optimizer: torch.optim.Optimizer, state: Mapping[str, Any]) -> None:
    """Take over an optimizer's `state_dict()` of whole tensors, each process its share."""
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    moments = {
        i: {name: shard_like(value, parameters[i]) for name, value in one.items()} for i, one in state["state"].items()
    }
    optimizer.load_state_dict({**state, "state": moments})
