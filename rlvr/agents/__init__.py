"""Who answers: agents turn conversations into completions.

- `Agent`: the protocol, `act(conversations) -> list[Completion]`.
- `ScriptedAgent`: oracle, wrong, random, or any function; needs no torch.
- `HumanAgent`: a person at the terminal.
- `TransformersAgent`: a causal language model of the transformers library, with exact tokens and log-probabilities.
- `rlvr.agents.tiny`: a 0.4 M parameter model and a character tokenizer built from code.
"""

from __future__ import annotations

if __name__ != "rlvr.agents":  # The folder is linked at the repository's root for the eye only.
    raise ImportError(f"Import this package as rlvr.agents, not as {__name__}.")

import importlib
from typing import TYPE_CHECKING, Any

from rlvr.agents.base import Agent, Conversation
from rlvr.agents.human import HumanAgent
from rlvr.agents.scripted import ScriptedAgent

if TYPE_CHECKING:
    from rlvr.agents.transformers_agent import TransformersAgent

__all__ = ["Agent", "Conversation", "HumanAgent", "ScriptedAgent", "TransformersAgent"]


def __getattr__(name: str) -> Any:
    """Import what needs torch when it is first used."""
    if name == "TransformersAgent":
        return importlib.import_module("rlvr.agents.transformers_agent").TransformersAgent
    raise AttributeError(f"module 'rlvr.agents' has no attribute {name!r}; it has {', '.join(__all__)}.")
