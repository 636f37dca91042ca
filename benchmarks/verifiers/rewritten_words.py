r"""Right answers made from words, choices, units, degrees, currencies and bases.

Truth: only the dress changes, or a unit, sign or base that the conventions let an answer leave out.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.verifiers import shapes
from benchmarks.verifiers.pairs import choose, rewriting
from benchmarks.verifiers.rewritten_numbers import decimal, grouped

SHORT = {"cm": "cm", "inches": "in", "degrees": "°"}
LONG = {"cm": "centimeters", "inches": "inches", "cents": "cents", "degrees": "degrees"}
ARTICLES = {"ellipse": "an", "hyperbola": "a", "even": "", "east": ""}


@rewriting
def dress_of_a_word(gold: str) -> Iterator[str]:
    r"""Evelyn, \mathrm{Evelyn}, EVELYN, evelyn."""
    word = shapes.word(gold)
    if word:
        yield word
        yield f"\\text{{{word.lower()}}}"
        yield word.upper()
        yield word.capitalize()
        for command in ("mathrm", "textbf", "mbox", "textit"):
            yield f"\\{command}{{{word}}}"
        yield f"{word}."
        yield f"\\text{{ {word} }}"


@rewriting
def article_before_a_word(gold: str) -> Iterator[str]:
    """An ellipse."""
    article = ARTICLES.get(shapes.word(gold) or "")
    if article:
        yield f"{article} {shapes.word(gold)}"
        yield f"\\text{{{article.capitalize()} {shapes.word(gold)}}}"


@rewriting
def dress_of_a_choice(gold: str) -> Iterator[str]:
    r"""C, (C), \textbf{(C)}, C."""
    letter = shapes.choice(gold)
    if letter:
        yield letter
        yield f"({letter})"
        yield f"\\text{{{letter}}}"
        yield f"\\textbf{{({letter})}}"
        yield f"\\mathrm{{({letter})}}"
        yield f"{letter}."
        yield f"$\\text{{({letter})}}$"
        yield f"({letter}) {choose(('12', '7', '30'), 'choice', gold)}"


@rewriting
def degrees_or_none(gold: str) -> Iterator[str]:
    r"""90, 90 degrees, 90^{\circ}, 90°."""
    value = shapes.degrees(gold)
    if value is not None:
        yield str(value)
        yield f"{value}^{{\\circ}}"
        yield f"{value} degrees"
        yield f"{value}\\text{{ degrees}}"
        yield f"{value}°"
        yield f"{value} ^\\circ"
        yield f"{value}\\degree"
        yield f"{value}.0^\\circ"


@rewriting
def unit_forms(gold: str) -> Iterator[str]:
    """The same unit by another spelling, or none."""
    read = shapes.with_unit(gold)
    if read is None:
        return
    amount, unit, squared = read
    yield amount
    power = "^2" if squared else ""
    yield f"{amount} \\text{{ {unit}}}{power}"
    yield f"{amount}\\,\\mathrm{{{unit}}}{power}"
    if squared:
        yield f"{amount} square {LONG[unit]}"
        yield f"{amount}\\text{{ square {LONG[unit]}}}"
        yield f"{amount}\\text{{ {SHORT[unit]}}}^{{2}}"
    else:
        yield f"{amount} {LONG[unit]}"


@rewriting
def currency_forms(gold: str) -> Iterator[str]:
    r"""18.90, \$18.9, 18.90 dollars."""
    value = shapes.dollars(gold)
    text = decimal(value) if value is not None else None
    if value is None or text is None:
        return
    yield text
    yield f"\\${text}"
    yield f"${text}"
    yield f"{text} dollars"
    yield f"{text}\\text{{ dollars}}"
    if value.denominator == 1:
        yield f"\\${text}.00"
        if value >= 1000:
            yield f"\\${grouped(value.numerator, ',')}"
            yield grouped(value.numerator, ",")


@rewriting
def base_forms(gold: str) -> Iterator[str]:
    """52_{8}, and the digits alone."""
    read = shapes.based(gold)
    if read:
        digits, base = read
        yield f"{digits}_{{{base}}}"
        yield digits
        yield f"{digits}_{base}" if base < 10 else f"{digits} _{{{base}}}"
