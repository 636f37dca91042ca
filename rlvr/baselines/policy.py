"""Policies: where a run's model comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from rlvr.agents.tiny import tiny_model, tiny_tokenizer


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


def load_policy(config: PolicyConfig, *, seed: int) -> tuple[Any, Any]:
    """The model and its tokenizer; `seed` is of the tiny model's weights."""
    device = ("cuda" if torch.cuda.is_available() else "cpu") if config.device == "auto" else config.device
    dtype = getattr(torch, config.dtype)
    if config.path == "tiny":
        model = tiny_model(seed, width=config.width, layers=config.layers)
        return model.to(device, dtype), tiny_tokenizer()
    return load_saved(config.path, device=device, dtype=dtype)


def load_saved(path: str, *, device: str = "cpu", dtype: torch.dtype = torch.float32) -> tuple[Any, Any]:
    """A model and tokenizer that `save_pretrained` wrote, or a hub name."""
    model = AutoModelForCausalLM.from_pretrained(path, dtype=dtype).to(device)
    return model, AutoTokenizer.from_pretrained(path)
