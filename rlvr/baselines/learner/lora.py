"""LoRA: a few small matrices learn, beside weights that stay (Hu et al. 2021, arXiv 2106.09685). Needs `peft`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rlvr.baselines.config import require_at_least
from rlvr.baselines.learner.randomness import seeded


@dataclass(frozen=True)
class LoRAConfig:
    """Adapters, and where they go."""

    rank: int = 0
    """Of each pair of matrices, such as 16; 0 is no adapters."""
    alpha: float = 32.0
    """What the adapters add is scaled by alpha / rank."""
    dropout: float = 0.0
    """Of the adapters' inputs. Above 0, sampler and trainer disagree by it."""
    targets: tuple[str, ...] = ("all-linear",)
    """Names of the linear layers that get one, such as `q_proj`; `all-linear` is all but the LM head."""

    def __post_init__(self) -> None:
        """Refuse what peft would."""
        require_at_least("lora", self, rank=0, alpha=0.0, dropout=0.0)
        if self.dropout >= 1.0:
            raise ValueError(f"Expected lora.dropout to be below 1, actually: {self.dropout}.")
        if not self.targets:
            raise ValueError('Expected lora.targets to name layers, actually: (). ("all-linear",) is all of them.')


def with_lora(model: Any, config: LoRAConfig, *, seed: int = 0) -> Any:
    """The model with adapters that begin as nothing, its own weights frozen; give a value head afterwards.

    Args:
        model: A transformers causal LM; it is changed in place.
        config: The adapters.
        seed: Of their initial weights; no global random state is touched.

    Raises:
        ImportError: peft is not installed.
        ValueError: No layer has such a name.
    """
    try:
        import peft  # Takes seconds.
    except ImportError as error:
        raise ImportError('LoRA needs peft: pip install "rlvr[lora]".') from error
    targets: Any = config.targets[0] if config.targets == ("all-linear",) else list(config.targets)
    adapters = peft.LoraConfig(
        task_type="CAUSAL_LM",
        r=config.rank,
        lora_alpha=config.alpha,
        lora_dropout=config.dropout,
        target_modules=targets,
    )
    with seeded(seed, next(model.parameters()).device):
        return peft.get_peft_model(model, adapters)
