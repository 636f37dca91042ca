"""What one run of a program may use, and how it ended.

- `Limits`: CPU time, wall time, memory, output.
- `Cause`, `Ended`: why and how a run ended.
- `SandboxFailed`: the sandbox could not run it; says nothing about the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SandboxFailed(Exception):
    """The sandbox could not run a program: its zygote was lost, the kernel refused, or the machine was too busy."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use.

    Raises:
        ValueError: A limit is no positive integer.
    """

    cpu_seconds: int = 5
    """CPU time. A run that sleeps instead is ended after twice as long, not counting what it waits for a CPU."""
    memory_bytes: int = 512 << 20
    """Address space on top of what the interpreter has."""
    output_bytes: int = 1 << 20
    """What it may print; more ends the run."""
    descriptors: int = 64
    """Open files, sockets and pipes."""

    def __post_init__(self) -> None:
        """Refuse limits under which nothing could run."""
        for name in ("cpu_seconds", "memory_bytes", "output_bytes", "descriptors"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ValueError(f"Expected {name} to be an integer of at least 1, actually: {value!r}.")

    @property
    def wall_seconds(self) -> float:
        """Wall time, what it waits for a CPU left out."""
        return 2.0 * self.cpu_seconds


class Cause(StrEnum):
    """Why a run ended."""

    EXIT = "exit"
    """By itself, or because its answers had been read."""
    CPU = "cpu"
    """It used up its CPU time."""
    WALL = "wall"
    """It did nothing for too long: it slept, or waited for what never comes."""
    OUTPUT = "output"
    """It printed or answered more than it may."""
    CRASH = "crash"
    """It crashed: a fault in C code, or a C stack that overflowed."""

    @property
    def is_limit(self) -> bool:
        """Whether it hit a limit of the check."""
        return self in (Cause.CPU, Cause.WALL, Cause.CRASH)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    cause: Cause
    cpu_seconds: float = 0.0
    """CPU time that it used."""
    detail: str = ""
    """A few words for a person."""
