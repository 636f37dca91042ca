"""Policies: where a run's model comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.agents.transformers_agent import load_pretrained, pick_device
from rlvr.baselines.config import ConfigError, require_at_least


@dataclass(frozen=True)
class PolicyConfig:
    """The model that learns."""

    path: str = "tiny"
    """`tiny` builds a 0.4 M parameter Qwen 3 from code; anything else is a folder or a hub name."""
    dtype: str = "float32"
    """Of the weights, as torch names it."""
    device: str = "auto"
    """`auto` takes the GPU if there is one."""
    width: int = 128
    """Hidden size of the tiny model."""
    layers: int = 2
    """Blocks of the tiny model."""

    def __post_init__(self) -> None:
        """Refuse a type torch does not have."""
        if not isinstance(getattr(torch, self.dtype, None), torch.dtype):
            raise ValueError(f'Expected policy.dtype to be a torch type such as "bfloat16", actually: {self.dtype!r}.')
        require_at_least("policy", self, width=4, layers=1)
        if self.width % 8:
            raise ValueError(f"Expected policy.width to be a multiple of 8, two for each head, actually: {self.width}.")


def load_policy(config: PolicyConfig, *, seed: int) -> tuple[Any, Any]:
    """The model and its tokenizer; `seed` is of the tiny model's weights.

    Raises:
        ConfigError: There is no such device or model.
    """
    dtype = getattr(torch, config.dtype)
    try:
        if config.path == "tiny":
            model: Any = tiny_model(seed, width=config.width, layers=config.layers)
            return model.to(pick_device(config.device), dtype), tiny_tokenizer()
        return load_pretrained(config.path, device=config.device, dtype=dtype)
    except (OSError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"Cannot load policy {config.path!r} onto device {config.device!r}: {reason}") from error
