"""Policies: where a run's model comes from.

- `load_policy`: a new one, or from a folder or a hub, with adapters if asked for.
- `restore`: its weights as a checkpoint has them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.agents.transformers_agent import load_pretrained, pick_device
from rlvr.baselines.config import ConfigError, require_at_least
from rlvr.baselines.learner.lora import LoRAConfig, with_lora


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
    lora: LoRAConfig = field(default_factory=LoRAConfig)
    """Adapters that learn in the place of the model's own weights; none with rank 0."""

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
            model, tokenizer = model.to(pick_device(config.device), dtype), tiny_tokenizer()
        else:
            model, tokenizer = load_pretrained(config.path, device=config.device, dtype=dtype)
        return with_lora(model, config.lora, seed=seed) if config.lora.rank else model, tokenizer
    # Torch without CUDA says so by an AssertionError; a type that is none of numbers with a point, by a TypeError.
    except (AssertionError, ImportError, OSError, RuntimeError, SafetensorError, TypeError, ValueError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ConfigError(f"Cannot load policy {config.path!r} onto device {config.device!r}: {reason}") from error


def restore(model: Any, folder: Path) -> None:
    """Give a policy the weights that a checkpoint has: those of its adapters, if it has any, else all."""
    if getattr(model, "peft_config", None):
        import peft
        from safetensors.torch import load_file

        peft.set_peft_model_state_dict(model, load_file(folder / "adapter_model.safetensors"))
        return
    saved, _ = load_pretrained(folder, device=str(model.device), dtype=model.dtype)
    try:
        model.load_state_dict(saved.state_dict())
    except RuntimeError as error:
        raise ConfigError(
            f"The weights in {folder} are of another model than the configuration's policy: "
            f"{str(error).splitlines()[-1].strip()} Set policy in config.json back."
        ) from error
