r"""Wrong answers made from golds with roots, pi, i or variables.

Truth: a changed radical is compared by sign and square, a polynomial by its coefficients; the sign of a single nonzero
term always matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from benchmarks.verifiers import polynomials, shapes
from benchmarks.verifiers.pairs import choose, near_miss, number_from
from benchmarks.verifiers.rewritten_algebra import polynomial


def spell_radical(value: shapes.Radical) -> str:
    """The radical as written, nothing simplified."""
    size = "" if abs(value.top) == 1 else str(abs(value.top))
    text = f"{size}\\sqrt{{{value.inside}}}"
    if value.bottom != 1:
        text = f"\\frac{{{text}}}{{{value.bottom}}}"
    return f"-{text}" if value.top < 0 else text


def square(value: shapes.Radical) -> Fraction:
    """The square, with the sign of the value."""
    return Fraction(value.top * abs(value.top) * value.inside, value.bottom**2)


@near_miss
def root_changed(gold: str) -> Iterator[str]:
    """3√14, 4√13, -3√13, √13/2 for 3√13."""
    value = shapes.radical(gold)
    if value is None:
        return
    changed = (
        shapes.Radical(value.top, value.inside + 1, value.bottom),
        shapes.Radical(value.top, value.inside - 1, value.bottom),
        shapes.Radical(value.top + 1, value.inside, value.bottom),
        shapes.Radical(-value.top, value.inside, value.bottom),
        shapes.Radical(value.top, value.inside, value.bottom + 1),
    )
    for other in changed:
        if other.top and square(other) != square(value):
            yield spell_radical(other)


@near_miss
def root_dropped(gold: str) -> Iterator[str]:
    """39 for 3√13: the root sign lost."""
    value = shapes.radical(gold)
    if value and value.bottom == 1:
        yield str(value.top * value.inside)
        if abs(value.top) not in (1, value.inside):
            yield f"{value.inside}\\sqrt{{{abs(value.top)}}}"


@near_miss
def rounded_root(gold: str) -> Iterator[str]:
    """10.8167 for 3√13."""
    value = shapes.radical(gold)
    if value:
        approximation = value.top / value.bottom * value.inside**0.5
        yield f"{approximation:.3f}"
        yield f"{approximation:.12f}"


@near_miss
def pi_changed(gold: str) -> Iterator[str]:
    """12, 13π, 37.699, -12π for 12π."""
    value = shapes.multiple_of_pi(gold)
    if value:
        yield str(value)
        yield f"{value + 1 or 2}\\pi"
        yield f"{value * 3.141592653589793:.3f}"
        yield f"{-value}\\pi"
        yield f"{value}\\pi^2"
        yield f"\\frac{{\\pi}}{{{value}}}" if abs(value) > 1 else "2\\pi"


@near_miss
def fraction_with_pi_changed(gold: str) -> Iterator[str]:
    r"""\frac{\pi}{7}, \frac{6}{\pi}, the other sign, pi lost, for \frac{\pi}{6}."""
    match = re.fullmatch(r"(-?)\\frac\{(\d+|\\pi)\}\{(\d+|\\pi)\}", gold)
    if match and r"\pi" in match.groups():
        sign, top, bottom = match.groups()
        other = "" if sign else "-"
        yield f"{other}\\frac{{{top}}}{{{bottom}}}"
        yield f"{sign}\\frac{{{bottom}}}{{{top}}}"
        number = int(bottom if top == r"\pi" else top)
        yield f"{sign}{gold.removeprefix('-').replace(str(number), str(number + 1))}"
        yield f"{sign}{number}"
        yield f"{sign}{number}\\pi"


@near_miss
def complex_changed(gold: str) -> Iterator[str]:
    """The conjugate, the parts swapped, i lost, another part."""
    value = shapes.complex_number(gold)
    if value is None:
        return
    real, imaginary = value
    sign = "-" if imaginary < 0 else "+"
    yield f"{real} {'+' if imaginary < 0 else '-'} {abs(imaginary)}i"
    yield f"{-real} {sign} {abs(imaginary)}i"
    if real != imaginary:
        yield f"{imaginary} {'-' if real < 0 else '+'} {abs(real)}i"
    yield f"{real} {sign} {abs(imaginary)}"
    yield f"{real + 1} {sign} {abs(imaginary)}i"
    yield f"{real} {sign} {abs(imaginary) + 1}i"


@near_miss
def sign_of_one_term_flipped(gold: str) -> Iterator[str]:
    """x - 1 for x + 1."""
    parts = shapes.terms(gold)
    if parts:
        place = number_from("flipped", gold) % len(parts)
        sign, body = parts[place]
        yield shapes.joined((*parts[:place], ("-" if sign == "+" else "+", body), *parts[place + 1 :]))


@near_miss
def one_term_lost(gold: str) -> Iterator[str]:
    """x^2 + 1 for x^2 + x + 1."""
    parts = shapes.terms(gold)
    if parts:
        place = number_from("lost", gold) % len(parts)
        left = parts[:place] + parts[place + 1 :]
        yield shapes.joined(left)


@near_miss
def one_added_to_a_sum(gold: str) -> Iterator[str]:
    """x + 2 for x + 1."""
    parts = shapes.terms(gold)
    if parts:
        yield f"{shapes.joined(parts)} + 1"
        yield f"2({shapes.joined(parts)})"


@near_miss
def coefficient_changed(gold: str) -> Iterator[str]:
    """3x + 1 for 2x + 1."""
    read = polynomial(gold)
    if read:
        monomial = choose(sorted(read), "coefficient", gold)
        changed = {**read, monomial: read[monomial] + 1 or 2}
        yield polynomials.spell(changed)
        changed = {**read, monomial: -read[monomial]}
        yield polynomials.spell(changed)


@near_miss
def exponent_changed(gold: str) -> Iterator[str]:
    """x^3 for x^2, in one term."""
    read = polynomial(gold)
    if read is None:
        return
    monomial = choose([m for m in sorted(read) if m], "exponent", gold)
    (name, power), *rest = monomial
    raised = ((name, power + 1), *rest)
    if raised not in read:
        yield polynomials.spell({raised if m == monomial else m: c for m, c in read.items()})


@near_miss
def variable_renamed(gold: str) -> Iterator[str]:
    """2y + 2 for 2x + 2."""
    read = polynomial(gold)
    if read:
        name = min(polynomials.variables(read))
        fresh = next(letter for letter in "tuvw" if letter not in polynomials.variables(read))
        yield re.sub(rf"(?<!\\){name}", fresh, gold)


@near_miss
def constant_term_changed(gold: str) -> Iterator[str]:
    """x + 2 for x + 1, and for a product."""
    read = polynomial(gold)
    if read:
        text = f"({gold})" if shapes.terms(gold) is None and "(" not in gold else gold
        yield f"{text} + 1"
        yield f"{text} - 2"


@near_miss
def equation_changed(gold: str) -> Iterator[str]:
    """One coefficient, the variable, or the constant of an equation."""
    match = re.fullmatch(r"([a-z]) = ([^=,]+)", gold)
    right = polynomial(match[2]) if match else None
    if match and right:
        yield f"{match[1]} = {polynomials.spell(polynomials.scaled(right, -1))}"
        yield f"{match[1]} = {polynomials.spell(right)} + 1"
        yield f"2{match[1]} = {polynomials.spell(right)}"
    match = re.fullmatch(r"([^=,]+) = 0", gold)
    left = polynomial(match[1]) if match else None
    if left and () in left:
        yield f"{polynomials.spell(left)} = 1"
        yield f"{polynomials.spell({**left, (): -left[()]})} = 0"
    match = re.fullmatch(r"([a-z]) ?= ?(-?\d+)", gold)
    if match:
        yield f"{match[1]} = {int(match[2]) + 1}"
        yield f"{'t' if match[1] != 't' else 'u'} = {match[2]}"
        yield f"{match[1]} = {match[2]}, {match[1]} = {int(match[2]) + 1}"
        yield f"{match[1]} > {match[2]}"


@near_miss
def another_function(gold: str) -> Iterator[str]:
    r"""\tan x, -\cot x, \cot 2x for \cot x."""
    match = re.fullmatch(r"\\cot ([a-z])", gold)
    if match:
        for other in (r"\tan {}", r"-\cot {}", r"\cot 2{}", r"\frac{{\sin {0}}}{{\cos {0}}}", r"\csc {}", r"\cot^2 {}"):
            yield other.format(match[1])
