r"""Wrong answers made from words, choices, units, degrees, currencies and bases.

Truth: another word, letter, unit or base is another answer, by the conventions; digits are compared as integers.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.verifiers import shapes
from benchmarks.verifiers.pairs import choose, near_miss
from benchmarks.verifiers.rewritten_numbers import decimal

OTHER_WORDS = {
    "east": ("west", "northeast", "north"),
    "even": ("odd", "neither", "not even"),
    "ellipse": ("hyperbola", "circle", "parabola"),
}
NAMES = ("Briana", "Carla", "Luis", "Navin", "Evelyn", "Angela")
OTHER_UNITS = {"cm": ("m", "inches"), "inches": ("feet", "cm"), "cents": ("dollars", "euros"), "degrees": ("radians",)}


@near_miss
def another_word(gold: str) -> Iterator[str]:
    """West for east."""
    word = shapes.word(gold)
    if word:
        for other in OTHER_WORDS.get(word, NAMES):
            if other.lower() != word.lower():
                yield f"\\text{{{other}}}"
                yield other
        yield f"\\text{{{word}ly}}"
        yield f"\\text{{{word[:-1]}}}"


@near_miss
def another_word_added(gold: str) -> Iterator[str]:
    """East or west."""
    word = shapes.word(gold)
    if word:
        other = next(other for other in OTHER_WORDS.get(word, NAMES) if other.lower() != word.lower())
        yield f"\\text{{{word} or {other}}}"
        yield f"{word}, {other}"
        yield f"\\text{{not {word}}}"


@near_miss
def another_choice(gold: str) -> Iterator[str]:
    """(B), or two letters."""
    letter = shapes.choice(gold)
    if letter:
        for other in "ABCDE":
            if other != letter:
                yield f"\\text{{({other})}}"
        other = "A" if letter != "A" else "B"
        yield other
        yield f"{other} or {letter}"
        yield f"\\text{{({letter}) or ({other})}}"
        yield f"{letter}, {other}"


@near_miss
def other_degrees(gold: str) -> Iterator[str]:
    """91°, and 90° with its supplement."""
    value = shapes.degrees(gold)
    if value is not None:
        yield f"{value + 1}^\\circ"
        yield str(value - 1)
        if value != 90:
            yield f"{180 - value}^\\circ"
        yield f"{value}^\\circ \\text{{ or }} {value + 5}^\\circ"
        yield f"-{value}^\\circ"


@near_miss
def another_unit(gold: str) -> Iterator[str]:
    """15 m^2 for 15 cm^2, and another number with the right unit."""
    read = shapes.with_unit(gold)
    if read:
        amount, unit, squared = read
        power = "^2" if squared else ""
        for other in OTHER_UNITS[unit]:
            yield f"{amount}\\text{{ {other}}}{power}"
        yield f"1{amount}\\text{{ {unit}}}{power}" if amount[0].isdigit() else f"2{amount}\\text{{ {unit}}}"
        yield f"-{amount}\\text{{ {unit}}}{power}"


@near_miss
def other_amount_of_money(gold: str) -> Iterator[str]:
    """Another amount, another currency."""
    value = shapes.dollars(gold)
    text = decimal(value) if value is not None else None
    if value and text:
        yield f"\\${decimal(value + 1)}"
        yield f"{decimal(value - 1)}"
        yield f"\\${decimal(value * 10)}"
        yield f"€{text}"
        yield f"£{text}"
        yield f"{text}\\text{{ euros}}"
        if value.denominator > 1:
            yield f"\\${round(value)}"


@near_miss
def another_base(gold: str) -> Iterator[str]:
    """52_9, 53_8, and the decimal value 42 for 52_8."""
    read = shapes.based(gold)
    if read is None:
        return
    digits, base = read
    yield f"{digits}_{{{base + 1}}}"
    yield f"{digits}_{{{choose((16, 12, 11), 'base', gold)}}}"
    yield f"{digits}_{{10}}"
    value = int(digits, base)
    if str(value) != digits:
        yield str(value)
        yield f"{value}_{{10}}"
    last = (int(digits[-1]) + 1) % base
    yield f"{digits[:-1]}{last}_{base}"
    yield f"{digits[::-1]}_{base}" if digits[::-1] != digits else f"1{digits}_{base}"
