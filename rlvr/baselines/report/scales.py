"""Numbers for people: axes with round ticks, and values as they are written.

- `ticks`, `tick_labels`: where an axis is marked, and how.
- `number`: three significant digits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def ticks(low: float, high: float, *, count: int = 5, whole: bool = False, outward: bool = False) -> list[float]:
    """Neighbouring multiples of 1, 2 or 5 times a power of ten.

    Args:
        low: Where the data begin.
        high: Where they end.
        count: How many steps there may be between `low` and `high`.
        whole: Whether only whole numbers make sense, as for counts.
        outward: Whether the first and last tick enclose the range, rather than lie inside it.

    Raises:
        ValueError: The range is empty.
    """
    if not low < high:
        raise ValueError(f"Expected low to be below high, actually: {low} and {high}.")
    least = (high - low) / count
    power = math.floor(math.log10(least))
    exponent, factor = next(
        (exponent, factor)
        for exponent in (max(power, 0) if whole else power, power + 1)
        for factor in (1, 2, 5)
        if factor * 10.0**exponent >= least * (1 - 1e-9)
    )
    step = factor * 10.0**exponent
    begin, end = (math.floor, math.ceil) if outward else (math.ceil, math.floor)
    dust = 1e-9 if outward else -1e-9  # 0.3 / 0.1 is not 3.
    steps = range(begin(low / step + dust), end(high / step - dust) + 1)
    return [round(i * step, max(0, -exponent)) for i in steps]


def number(value: float) -> str:
    """Three significant digits, thousands separated, a true minus sign; the very small and large as powers of ten.

    Example:
        >>> number(0.94), number(33), number(12345.6), number(-0.00002)
        ('0.940', '33.0', '12,346', '−2.0e-5')
    """
    size = abs(value)
    if size == 0.0:
        return "0"
    if size < 1e-3 or size >= 1e7:
        mantissa, _, exponent = f"{size:.1e}".partition("e")
        text = f"{mantissa}e{int(exponent)}"
    else:
        leading = math.floor(math.log10(float(f"{size:.2e}")))  # Rounded first: 9.999 is written 10.0.
        text = f"{size:,.{max(0, 2 - leading)}f}"
    return f"−{text}" if value < 0 else text


def tick_labels(values: Sequence[float]) -> list[str]:
    """Tick values, all with the decimals that their distance asks for."""
    step = values[1] - values[0] if len(values) > 1 else 1.0
    if step < 1e-4 or max(map(abs, values)) >= 1e7:
        return [number(value) for value in values]
    decimals = max(0, -math.floor(math.log10(step * (1 + 1e-9))))
    return [f"{value:,.{decimals}f}".replace("-", "−") for value in values]
