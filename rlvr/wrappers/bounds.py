"""The law that correctness comes first, checked when a stack of wrappers is built.

A wrong answer with every bonus has to score below a right one with every penalty. Each term declares what it can come
to, for right and for wrong answers; the outermost constructor adds it all up.

- `Bounds`: what a reward can come to, for right and for wrong answers.
- `CORRECT`: the bounds of an environment without wrappers.
- `require_order(bounds, ...)`: refuse a stack that breaks the law.
- `PRESETS`: what a term's `preset` may be.
"""

from __future__ import annotations

from typing import NamedTuple

PRESETS = ("rlvr", "paper")
"""`"rlvr"`: defaults that keep the law. `"paper"`: the source's own numbers, with a warning if they break it."""


class Bounds(NamedTuple):
    """The least and the most that a reward, or a term of it, can come to."""

    right: tuple[float, float]
    """For right answers."""
    wrong: tuple[float, float]
    """For all others."""

    def plus(self, term: Bounds) -> Bounds:
        """The bounds of the sum with a term."""
        return Bounds(
            (self.right[0] + term.right[0], self.right[1] + term.right[1]),
            (self.wrong[0] + term.wrong[0], self.wrong[1] + term.wrong[1]),
        )

    def hold(self, value: float, *, right: bool) -> bool:
        """Whether a value lies within, up to rounding."""
        low, high = self.right if right else self.wrong
        return low - 1e-9 <= value <= high + 1e-9


CORRECT = Bounds((1.0, 1.0), (0.0, 0.0))
"""The environment's own term, 1.0 or 0.0. What bounds say of wrong answers holds for a score of 0.0. Partial credit is
not in them: it lies between, and with a bonus it may come above a right answer without one."""


class InversionWarning(UserWarning):
    """A stack can score a wrong answer above a right one, and was told that it may."""


def require_order(bounds: Bounds, stack: list[str]) -> None:
    """Refuse a stack in which a wrong answer can reach a right one.

    Raises:
        ValueError: It can; the message has the figures and the remedy.
    """
    most, least = bounds.wrong[1], bounds.right[0]
    if most >= least:
        raise ValueError(
            f"Expected every wrong answer to score below every right one, actually: up to {most:g} against down to "
            f"{least:g} with the terms {', '.join(stack)}. Lower their weights, or pass allow_inversion=True."
        )
