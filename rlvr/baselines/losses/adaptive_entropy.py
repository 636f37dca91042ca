"""The weight of the entropy bonus, moved towards a target entropy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlvr.baselines.losses.entropy import EntropyConfig


class EntropyCoefficient:
    """The coefficient of each step; constant unless the configuration is adaptive.

    Skywork-OR1, He et al. 2025 (arXiv 2505.22312), adaptive entropy control: with the entropy e_k of the batch and the
    coefficient c_k, step k pays `c_k if e_k <= target else 0`, and c moves up by delta where e_k <= target, else down.
    c stays in [minimum, maximum] (TRL's bounds).
    """

    def __init__(self, config: EntropyConfig) -> None:
        """Start at `config.coefficient`."""
        self.config = config
        self.value = config.coefficient

    def step(self, entropy: float) -> float:
        """The coefficient to use on a batch whose tokens have this mean entropy (nats); then move."""
        config = self.config
        if not config.adaptive:
            return self.value
        low = entropy <= config.target
        used = self.value if low else 0.0
        moved = self.value + (config.delta if low else -config.delta)
        self.value = min(max(moved, config.minimum), config.maximum)
        return used

    def state_dict(self) -> dict[str, Any]:
        """Where the coefficient stands."""
        return {"value": self.value}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from there."""
        self.value = float(state["value"])
