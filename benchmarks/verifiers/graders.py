"""The contenders, behind one interface: `prepare(gold)` once, then `grade(gold, answer)` as often as wanted.

Each is set up as its documentation recommends, and so that it is not held back: golds are parsed beforehand where the
library can take a parsed one, and its own time limits are off, because the process it runs in has one (`limits.py`).
A contender that is not installed is left out by name.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any


class GaveUpError(Exception):
    """The grader says that it could not decide."""


class Grader(ABC):
    """One way to grade."""

    def prepare(self, gold: str) -> None:  # noqa: B027  # most libraries have nothing to prepare
        """What can be done with a gold before any answer is there. Not measured."""

    @abstractmethod
    def grade(self, gold: str, answer: str) -> bool:
        """Whether the answer is accepted.

        Raises:
            Exception: Whatever the library raises; counted as trouble, and not as accepted.
        """


class EqualText(Grader):
    """The floor: the same text, white space apart."""

    def grade(self, gold: str, answer: str) -> bool:
        """Compare without white space."""
        return "".join(gold.split()) == "".join(answer.split())


class Rlvr(Grader):
    """This library, in the mode of `rlvr.verify` or in the strict one of its environments."""

    def __init__(self, *, strict: bool) -> None:
        """Import the verifier."""
        from rlvr.envs.math.verifier import compare

        self._compare: Callable[..., Any] = compare
        self._options: dict[str, Any] = {"strict": True} if strict else {}

    def prepare(self, gold: str) -> None:
        """The verifier reads a gold once and keeps what it read."""
        self._compare("0", gold, **self._options)

    def grade(self, gold: str, answer: str) -> bool:
        """Without a pool and without a cache of verdicts."""
        status = str(self._compare(answer, gold, **self._options).status)
        if status not in ("correct", "wrong", "unparsable"):
            raise GaveUpError(status)
        return status == "correct"


class MathVerify(Grader):
    """Math-Verify: the answer between dollar signs, unless it has marks of mathematics already."""

    def __init__(self, *, set_relations: bool) -> None:
        """Import the library; `set_relations` has it compare intervals with inequalities, as it does not by default."""
        library = importlib.import_module("math_verify")
        self._parse: Callable[..., Any] = library.parse
        self._verify: Callable[..., bool] = library.verify
        self._options = {"allow_set_relation_comp": True} if set_relations else {}
        self._golds: dict[str, Any] = {}
        logging.disable(logging.WARNING)  # It warns once that its time limits are off.

    def _read(self, text: str) -> Any:
        marked = re.search(r"\$|\\\(|\\\[", text.replace(r"\$", ""))
        return self._parse(text if marked else f"${text}$", parsing_timeout=None)

    def prepare(self, gold: str) -> None:
        """Parse the gold."""
        if gold not in self._golds:
            self._golds[gold] = self._read(gold)

    def grade(self, gold: str, answer: str) -> bool:
        """Parse the answer, then verify."""
        return bool(self._verify(self._golds[gold], self._read(answer), timeout_seconds=None, **self._options))


class MathRuler(Grader):
    """mathruler: the grader of PRM800K (Lightman et al. 2023), also used by DeepScaleR and rLLM."""

    def __init__(self) -> None:
        """Import the library."""
        self._grade: Callable[[str, str], bool] = importlib.import_module("mathruler.grader").grade_answer

    def grade(self, gold: str, answer: str) -> bool:
        """It takes texts only."""
        return bool(self._grade(answer, gold))


CONTENDERS: dict[str, tuple[str, Callable[[], Grader]]] = {
    "rlvr": ("rlvr", lambda: Rlvr(strict=False)),
    "rlvr, strict": ("rlvr", lambda: Rlvr(strict=True)),
    "Math-Verify": ("math-verify", lambda: MathVerify(set_relations=False)),
    "Math-Verify, set relations": ("math-verify", lambda: MathVerify(set_relations=True)),
    "mathruler": ("mathruler", MathRuler),
    "equal text": ("", EqualText),
}
"""By the name that is shown: the distribution to install, and how the grader is made."""
OURS, STRICT, REFERENCE = "rlvr", "rlvr, strict", "Math-Verify"


def make(name: str) -> Grader:
    """The contender of that name.

    Raises:
        ImportError: It is not installed.
        ValueError: There is none of that name.
    """
    if name not in CONTENDERS:
        raise ValueError(f"Expected a contender among {sorted(CONTENDERS)}, actually: {name!r}.")
    return CONTENDERS[name][1]()


def version(name: str) -> str:
    """The installed version, or nothing for what is no library."""
    distribution = CONTENDERS[name][0]
    return importlib.metadata.version(distribution) if distribution else ""
