r"""Right answers made from golds with roots, pi, i or variables: order, factors, expansion, rationalising, equations.

Truth: radicals and polynomials are computed with integers; the rest only moves whole terms, factors or sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from math import gcd

from benchmarks.verifiers import polynomials, shapes
from benchmarks.verifiers.pairs import number_from, rewriting
from benchmarks.verifiers.rewritten_numbers import latex


def polynomial(gold: str) -> polynomials.Polynomial | None:
    """A polynomial with a variable other than the imaginary unit."""
    if shapes.complex_number(gold) or shapes.number(gold) is not None:
        return None
    read = polynomials.read_polynomial(gold)
    return read if read and polynomials.variables(read) else None


@rewriting
def order_of_terms(gold: str) -> Iterator[str]:
    """q - p for ... - p + q: the terms of a sum, backwards and rotated."""
    parts = shapes.terms(gold)
    if parts:
        yield shapes.joined(parts[::-1])
        if len(parts) > 2:
            yield shapes.joined(parts[1:] + parts[:1])


@rewriting
def terms_without_spaces(gold: str) -> Iterator[str]:
    """1+2x for 1 + 2x, and more space than needed."""
    parts = shapes.terms(gold)
    if parts:
        yield shapes.joined(parts).replace(" + ", "+").replace(" - ", "-")
        yield shapes.joined(parts).replace(" ", r"\, ") if "\\" not in gold else shapes.joined(parts)


@rewriting
def factor_under_the_root(gold: str) -> Iterator[str]:
    """√72 for 6√2."""
    value = shapes.radical(gold)
    if value and abs(value.top) > 1:
        root = f"{'-' if value.top < 0 else ''}\\sqrt{{{value.top**2 * value.inside}}}"
        yield root if value.bottom == 1 else f"{root}/{value.bottom}"


@rewriting
def order_of_factors(gold: str) -> Iterator[str]:
    r"""\sqrt{2} \cdot 6 for 6\sqrt{2}, and signs of multiplication."""
    value = shapes.radical(gold)
    if value and value.bottom == 1 and value.top > 1:
        root = f"\\sqrt{{{value.inside}}}"
        yield f"{root} \\cdot {value.top}"
        yield f"{value.top} \\cdot {root}"
        yield f"{value.top}\\times{root}"
        yield f"{value.top} {root}"
    multiple = shapes.multiple_of_pi(gold)
    if multiple and multiple > 1:
        yield f"\\pi \\cdot {multiple}"
        yield f"{multiple} \\cdot \\pi"
        yield f"{multiple} π"


@rewriting
def root_moved_across_the_bar(gold: str) -> Iterator[str]:
    """1/√3 for √3/3: a√n/b is an/(b√n)."""
    value = shapes.radical(gold)
    if value:
        share = Fraction(value.top * value.inside, value.bottom)
        sign, top = "-" if share < 0 else "", abs(share.numerator)
        bottom = "" if share.denominator == 1 else str(share.denominator)
        yield f"{sign}\\frac{{{top}}}{{{bottom}\\sqrt{{{value.inside}}}}}"


@rewriting
def root_of_a_fraction(gold: str) -> Iterator[str]:
    """√(1/3) for √3/3."""
    value = shapes.radical(gold)
    if value and value.bottom > 1 and value.top > 0:
        yield f"\\sqrt{{{latex(Fraction(value.top**2 * value.inside, value.bottom**2))}}}"
        yield f"\\frac{{{value.top}}}{{{value.bottom}}}\\sqrt{{{value.inside}}}"


@rewriting
def power_of_one_half(gold: str) -> Iterator[str]:
    r"""3 \cdot 13^{1/2} for 3\sqrt{13}."""
    value = shapes.radical(gold)
    if value and value.bottom == 1 and value.top > 0:
        power = f"{value.inside}^{{1/2}}"
        yield power if value.top == 1 else f"{value.top} \\cdot {power}"


@rewriting
def fraction_with_pi(gold: str) -> Iterator[str]:
    r"""-\pi/6 and -\frac{1}{6}\pi for -\frac{\pi}{6}."""
    match = re.fullmatch(r"(-?)\\frac\{\\pi\}\{(\d+)\}", gold)
    if match:
        yield f"{match[1]}\\pi/{match[2]}"
        yield f"{match[1]}\\frac{{1}}{{{match[2]}}}\\pi"
        yield f"\\frac{{{match[1]}\\pi}}{{{match[2]}}}"
    match = re.fullmatch(r"\\frac\{(\d+)\}\{\\pi\}", gold)
    if match:
        yield f"{match[1]}/\\pi"
        yield f"{match[1]} \\cdot \\frac{{1}}{{\\pi}}"
        yield f"\\dfrac{{{2 * int(match[1])}}}{{2\\pi}}"


@rewriting
def complex_forms(gold: str) -> Iterator[str]:
    """bi + a, spaces and signs of multiplication before i."""
    value = shapes.complex_number(gold)
    if value:
        real, imaginary = value
        sign, size = "-" if imaginary < 0 else "+", abs(imaginary)
        yield f"{imaginary}i {'-' if real < 0 else '+'} {abs(real)}"
        yield f"{real} {sign} {size} i"
        yield f"{real}{sign}{size}\\cdot i"
        yield f"{real}{sign}i\\cdot {size}"


@rewriting
def polynomial_in_the_other_order(gold: str) -> Iterator[str]:
    """Lowest degree first, with braces around exponents."""
    read = polynomial(gold)
    if read and len(read) > 1:
        text = polynomials.spell(read, ascending=True)
        yield text
        yield re.sub(r"\^(\d)", r"^{\1}", text)


@rewriting
def expanded_product(gold: str) -> Iterator[str]:
    """ab + 2a + 5b + 10 for (a+5)(b+2)."""
    read = polynomial(gold)
    if read and "(" in gold:
        yield polynomials.spell(read)


@rewriting
def common_factor_taken_out(gold: str) -> Iterator[str]:
    """2(k + 1) for 2k + 2."""
    read = polynomial(gold)
    if read and len(read) > 1 and (common := gcd(*read.values())) > 1:
        inner = {monomial: coefficient // common for monomial, coefficient in read.items()}
        yield f"{common}({polynomials.spell(inner)})"
        yield f"-{common}\\left({polynomials.spell(polynomials.scaled(inner, -1))}\\right)"


@rewriting
def division_by_a_linear_factor(gold: str) -> Iterator[str]:
    """(x - 1)(x^2 + x + 4) - 2 for x^3 + 3x - 6: quotient and remainder by Horner's scheme."""
    read = polynomial(gold)
    if read is None or len(read) < 2:
        return
    for root in (0, 1, 2):
        division = polynomials.divided(read, root)
        if division is None:
            return
        name, quotient, remainder = division
        rest = f" {'-' if remainder < 0 else '+'} {abs(remainder)}" if remainder else ""
        yield f"{f'({name} - {root})' if root else name}({polynomials.spell(quotient)}){rest}"


@rewriting
def fraction_of_a_polynomial(gold: str) -> Iterator[str]:
    r"""\frac{11}{20} + \frac{9a}{20} for \frac{11+9a}{20}, and the polynomial over 1."""
    match = re.fullmatch(r"\\frac\{([^{}]+)\}\{(\d+)\}", gold)
    read = polynomial(match[1]) if match else None
    if match and read and all(coefficient > 0 for coefficient in read.values()):
        yield " + ".join(f"\\frac{{{polynomials.spell({m: c})}}}{{{match[2]}}}" for m, c in read.items())
        yield f"\\frac{{{polynomials.spell(read)}}}{{{match[2]}}}"
        yield f"\\frac{{1}}{{{match[2]}}}({polynomials.spell(read)})"
    whole = polynomial(gold)
    if whole and len(whole) > 1:
        factor = 2 + number_from("over", gold) % 5
        yield f"\\frac{{{polynomials.spell(polynomials.scaled(whole, factor))}}}{{{factor}}}"


@rewriting
def value_of_a_function(gold: str) -> Iterator[str]:
    """f(x) = ... in front of a polynomial."""
    read = polynomial(gold)
    if read and len(names := polynomials.variables(read)) == 1:
        (name,) = names
        yield f"f({name}) = {gold}"
        yield f"{'y' if name != 'y' else 'z'} = {gold}"


@rewriting
def equation_forms(gold: str) -> Iterator[str]:
    """Sides swapped, both sides scaled, everything on one side, the left side left out."""
    match = re.fullmatch(r"([a-z]) = ([^=,]+)", gold)
    right = polynomial(match[2]) if match else None
    if match and right:
        name = match[1]
        yield f"{polynomials.spell(right, ascending=True)} = {name}"
        yield f"2{name} = {polynomials.spell(polynomials.scaled(right, 2))}"
        difference = {**polynomials.scaled(right, -1), ((name, 1),): 1}
        yield f"{polynomials.spell(difference)} = 0"
        yield polynomials.spell(right)
    match = re.fullmatch(r"([^=,]+) = 0", gold)
    left = polynomial(match[1]) if match else None
    if left:
        yield f"{polynomials.spell(polynomials.scaled(left, 2))} = 0"
        yield f"{polynomials.spell(polynomials.scaled(left, -1))} = 0"
        yield f"0 = {polynomials.spell(left)}"
        constant = left.get((), 0)
        moved = {monomial: coefficient for monomial, coefficient in left.items() if monomial}
        yield f"{polynomials.spell(moved)} = {-constant}"


@rewriting
def solved_equation(gold: str) -> Iterator[str]:
    """5 for x = 5, and the sides swapped."""
    match = re.fullmatch(r"([a-z]) ?= ?(-?\d+)", gold)
    if match:
        yield match[2]
        yield f"{match[1]} = {match[2]}"
        yield f"{match[2]} = {match[1]}"


@rewriting
def quotient_of_functions(gold: str) -> Iterator[str]:
    r"""\frac{\cos x}{\sin x} for \cot x."""
    match = re.fullmatch(r"\\cot ([a-z])", gold)
    if match:
        name = match[1]
        yield f"\\frac{{\\cos {name}}}{{\\sin {name}}}"
        yield f"\\frac{{\\cos({name})}}{{\\sin({name})}}"
        yield f"\\cot({name})"
        yield f"\\cot{{{name}}}"
