"""What a constraint on a text is: how it is said, drawn, checked, met and spoiled.

- `Constraint`: the base of all. A constraint has an id and parameters as published, and no state.
- `Kwargs`: its parameters, JSON data by name.
- `Phase`: when a writer works on a text, so that later ones keep what earlier ones did.
- `listed(items)`, `times(n)`: how prompts say lists and numbers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, ClassVar

from rlvr.seeding import Stream

Kwargs = Mapping[str, Any]
"""Parameters by their published names: JSON data."""


class Phase(IntEnum):
    """When a writer works on a text: what comes later keeps what came before."""

    WHOLE = 0
    """It writes a text of its own: JSON, CSV, one of three fixed answers, a language."""
    CONTENT = 1
    """It adds or takes words and sentences."""
    COUNT = 2
    """It adds neutral words, sentences or paragraphs up to a number, or takes some away."""
    STRUCTURE = 3
    """It adds lists, sections, tables, highlights, placeholders, titles."""
    MARKS = 4
    """It changes letters and punctuation throughout: case, commas, white space."""
    ENDS = 5
    """It puts something at the very beginning or end."""


class Constraint(ABC):
    """One constraint. Make one instance and register it; see `rlvr.envs.instructions.constraints`.

    `check` says what the words of the constraint mean (mode `strict`). `reference` says what the published checker says
    (mode `reference`), for comparable scores; where they differ, `differs` tells how, in one line for the docs.

    Checks are called with any text: they never raise, and are linear in its length.
    """

    id: ClassVar[str]
    """As published, such as `"keywords:existence"`."""
    source: ClassVar[str]
    """`"IFEval"`, `"IFBench"` or `"IF-RLVR"`."""
    phrasings: ClassVar[tuple[str, ...]]
    """How a prompt may say it: format strings over `said(kwargs)`. Each says all that `check` asks for."""
    parameters: ClassVar[tuple[str, ...]] = ()
    """Names of its parameters, as published."""
    phase: ClassVar[Phase]
    differs: ClassVar[str] = ""
    """Where `strict` and `reference` differ; empty if they never do."""
    approximates: ClassVar[str] = ""
    """What `reference` cannot know without a download, and what it does instead."""

    @abstractmethod
    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Parameters for a generated prompt, of level 1, 2 or 3; empty if it has none."""

    @abstractmethod
    def check(self, response: str, **kwargs: Any) -> bool:
        """Whether a response meets it: what the words mean."""

    def reference(self, response: str, **kwargs: Any) -> bool:
        """Whether the published checker says that a response meets it. It is only asked where the text is not empty."""
        return self.check(response, **kwargs)

    @abstractmethod
    def write(self, text: str, stream: Stream, **kwargs: Any) -> str:
        """A text that meets it, made from `text`: some paragraphs of English prose, or what other writers have made.

        A text that meets it already comes back as it is; else as little as possible is changed, so that several
        constraints can be met by one writer after the other.
        """

    @abstractmethod
    def spoil(self, text: str, stream: Stream, **kwargs: Any) -> str:
        """A text that does not meet it, made from one that does."""

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """The parameters as prompts say them."""
        return {name: _as_said(value) for name, value in kwargs.items()}

    def phrase(self, stream: Stream, kwargs: Kwargs) -> str:
        """One of the phrasings, with the parameters."""
        return stream.choice(self.phrasings).format(**self.said(kwargs))


def _as_said(value: Any) -> str:
    if isinstance(value, list):
        return listed(value)
    return f'"{value}"' if isinstance(value, str) else str(value)


def listed(items: Sequence[Any]) -> str:
    """Quoted, as a sentence lists them: `"a", "b" and "c"`."""
    quoted = [f'"{item}"' for item in items]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def times(number: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
