"""What bounds the work on one answer, and what can go wrong in it.

- `Budget`: counts work, and stops it when there was too much.
- `TooComplicated`, and of it `OutOfSteps`: a number, or the work, grew beyond the limits.
- `Undefined`: the expression has no value, such as 1/0.
- `MAX_BITS`: the size of the largest integer.
"""

from __future__ import annotations

MAX_BITS = 40_000
"""No integer grows beyond this many bits (12,000 digits)."""


class TooComplicated(Exception):
    """The work or a number grew beyond the limits."""


class OutOfSteps(TooComplicated):
    """The budget is used up; with a larger one it might be decided."""


class Undefined(ArithmeticError):
    """The expression has no value: a division by zero, or the logarithm of zero."""


class Budget:
    """A count of steps that only goes down; a step takes in the order of a microsecond."""

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        """Allow so many steps."""
        self.left = steps

    def spend(self, steps: int) -> None:
        """Use up steps.

        Raises:
            OutOfSteps: There are no more.
        """
        self.left -= steps
        if self.left < 0:
            raise OutOfSteps("Comparing it takes more steps than allowed.")


def expect_bits(bits: float) -> None:
    """Refuse an integer of so many bits, before it is made.

    Raises:
        TooComplicated: It is larger than `MAX_BITS`.
    """
    if bits > MAX_BITS:
        raise TooComplicated(f"It holds a number of more than {MAX_BITS} bits.")
