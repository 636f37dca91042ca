"""Environment ids: the table behind `gym.make("rlvr/...")`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import gymnasium as gym


@dataclass(frozen=True, slots=True)
class Entry:
    """One registered id."""

    id: str
    """`rlvr/Name-vN`, as `gym.make` takes it."""
    summary: str
    """One line for `rlvr list`."""
    entry_point: str
    vector_entry_point: str
    kwargs: dict[str, Any] = field(default_factory=dict)


def _entry(family: str, env_class: str, name: str, summary: str, **kwargs: Any) -> Entry:
    return Entry(
        id=f"rlvr/{name}",
        summary=summary,
        entry_point=f"rlvr.envs.{family}.env:{env_class}",
        vector_entry_point=f"rlvr.envs.{family}.env:make_vector",
        kwargs=kwargs,
    )


_math = partial(_entry, "math", "MathEnv")
_code = partial(_entry, "code", "CodeEnv")
_structured = partial(_entry, "structured", "StructuredEnv")
_instructions = partial(_entry, "instructions", "InstructionsEnv")


ENVIRONMENTS: tuple[Entry, ...] = (
    _math("Math-v0", "generated arithmetic and algebra with levels and exact golds"),
    _math("GSM8K-v0", "grade-school word problems (Cobbe et al. 2021)", source="gsm8k", split="train"),
    _math("MATH500-v0", "500 competition problems of MATH (Lightman et al. 2023)", source="math500", split="test"),
    _math("AIME-v0", "AIME 2024 and 2025, integer answers", source="aime", split="2024"),
    _math("SVAMP-v0", "word problems with varied structure (Patel et al. 2021)", source="svamp", split="test"),
    _code("Code-v0", "generated programming tasks with levels, judged by hidden tests"),
    _code("HumanEval-v0", "164 Python functions to complete (Chen et al. 2021)", source="humaneval", split="test"),
    _code("MBPP-v0", "974 short Python functions (Austin et al. 2021)", source="mbpp", split="train"),
    _instructions("Instructions-v0", "something to write under one to five checkable constraints"),
    _instructions(
        "IFEval-v0", "541 prompts with 25 kinds of instructions (Zhou et al. 2023)", source="ifeval", split="test"
    ),
    _instructions(
        "IFBench-v0", "300 prompts with 58 further kinds (Pyatkin et al. 2025)", source="ifbench", split="test"
    ),
    _structured("Structured-v0", "generated JSON, calls, regexes, tables, CSV, XML and dates with right values"),
)


def register_environments() -> None:
    """Register every id with Gymnasium; ids that are registered already are left as they are."""
    for entry in ENVIRONMENTS:
        if entry.id not in gym.registry:
            gym.register(
                id=entry.id,
                entry_point=entry.entry_point,
                vector_entry_point=entry.vector_entry_point,
                kwargs=dict(entry.kwargs),
            )
