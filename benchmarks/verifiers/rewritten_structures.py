r"""Right answers made from lists, tuples, intervals and matrices: order where it is free, brackets, spaces, entries.

Truth: items are moved or spelled anew one by one, numbers by their exact `Fraction`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from benchmarks.verifiers import shapes
from benchmarks.verifiers.pairs import choose, rewriting
from benchmarks.verifiers.rewritten_numbers import decimal


def entry_value(text: str) -> str | None:
    """Another spelling of an entry that is a number: a decimal if it terminates, else a fraction of twice the parts."""
    match = re.fullmatch(r"(-?\d+)/(\d+)", text)
    value = shapes.number(f"\\frac{{{match[1]}}}{{{match[2]}}}" if match else text)
    if value is None:
        return None
    if value.denominator == 1:
        return f"{value}.0"
    return decimal(value) or f"\\frac{{{2 * value.numerator}}}{{{2 * value.denominator}}}"


@rewriting
def left_and_right(gold: str) -> Iterator[str]:
    r"""\left( ... \right), or without."""
    if r"\left" in gold:
        yield gold.replace(r"\left", "").replace(r"\right", "")
    elif (read := shapes.bracketed(gold)) is not None:
        yield read.spelled(opening=f"\\left{read.opening}", closing=f"\\right{read.closing}")


@rewriting
def spaces_after_commas(gold: str) -> Iterator[str]:
    r"""No space, \, or \; after a comma between brackets."""
    read = shapes.bracketed(gold)
    if read:
        for space in ("", r"\, ", r"\; ", "  "):
            yield f"{read.opening}{f',{space}'.join(read.items)}{read.closing}"


@rewriting
def entries_spelled_anew(gold: str) -> Iterator[str]:
    """Every entry that is a number by another spelling of it."""
    read = shapes.bracketed(gold)
    if read:
        items = tuple(entry_value(item) or item for item in read.items)
        if items != read.items:
            yield read.spelled(items)
    rows = shapes.matrix(gold)
    if rows:
        body = r" \\ ".join(" & ".join(entry_value(entry) or entry for entry in row) for row in rows)
        yield f"\\begin{{pmatrix}} {body} \\end{{pmatrix}}"


@rewriting
def tuple_with_names(gold: str) -> Iterator[str]:
    """(x, y) = (3, 4)."""
    read = shapes.point(gold)
    if read and len(read.items) in (2, 3) and all(shapes.number(item) is not None for item in read.items):
        yield f"({', '.join('xyz'[: len(read.items)])}) = {gold}"


@rewriting
def matrix_environments(gold: str) -> Iterator[str]:
    """Square brackets, other spacing."""
    if shapes.matrix(gold):
        yield gold.replace("pmatrix", "bmatrix")
        yield re.sub(r" *(\\\\|&) *", r"\1", gold)


@rewriting
def column_as_a_tuple(gold: str) -> Iterator[str]:
    """(1, 2, 3) for a column vector, and with angle brackets."""
    rows = shapes.matrix(gold)
    if rows and all(len(row) == 1 for row in rows):
        entries = ", ".join(row[0] for row in rows)
        yield f"({entries})"
        yield f"\\left( {entries} \\right)"
        yield f"\\langle {entries} \\rangle"


@rewriting
def matrix_fractions(gold: str) -> Iterator[str]:
    r"""\frac{1}{5} for 1/5 in a matrix."""
    if shapes.matrix(gold) and "/" in gold:
        yield re.sub(r"(\d+)/(\d+)", r"\\frac{\1}{\2}", gold)
        yield re.sub(r"(-?\d+)/(\d+)", r"\\dfrac{\1}{\2}", gold)


@rewriting
def order_of_a_list(gold: str) -> Iterator[str]:
    """The items backwards and rotated."""
    items = shapes.listed(gold)
    if items:
        braces = gold.startswith(r"\{")
        for moved in (items[::-1], items[1:] + items[:1]):
            yield f"\\{{{', '.join(moved)}\\}}" if braces else ", ".join(moved)


@rewriting
def list_forms(gold: str) -> Iterator[str]:
    """In braces, without them, with a word before the last item, as solutions of x."""
    items = shapes.listed(gold)
    if items:
        yield f"\\{{{', '.join(items)}\\}}"
        yield ",".join(items)
        yield f"{', '.join(items[:-1])} \\text{{ and }} {items[-1]}"
        yield f"{', '.join(items[:-1])} and {items[-1]}"
        if not any(r"\pm" in item for item in items):
            name = choose(("x", "n", "z"), "list", gold)
            yield r" \text{ or } ".join(f"{name} = {item}" for item in items)


@rewriting
def both_signs_written_out(gold: str) -> Iterator[str]:
    """a + b, a - b for a ± b."""
    parts = shapes.plus_minus(gold)
    if parts:
        one, other = f"{parts[0]}+{parts[1]}", f"{parts[0]}-{parts[1]}"
        yield f"{one}, {other}"
        yield f"{other}, {one}"
        yield f"\\{{{one}, {other}\\}}"
        yield f"{one} \\text{{ and }} {other}"
        yield f"x = {one} \\text{{ or }} x = {other}"
        yield f"x = {gold}"
    items = shapes.listed(gold)
    if items:
        pairs = [shapes.plus_minus(re.sub(r" ?\\pm ?", r" \\pm ", item)) for item in items]
        if any(pairs):
            written = [
                text
                for item, pair in zip(items, pairs, strict=True)
                for text in ([f"{pair[0]}-{pair[1]}", f"{pair[0]}+{pair[1]}"] if pair else [item])
            ]
            yield ", ".join(written)
            yield f"\\{{{', '.join(written[::-1])}\\}}"


def inequality(read: shapes.Bracketed, name: str, less: str = r"\le") -> str:
    """The interval as an inequality of `name`."""
    low, high = read.items
    below = "<" if read.opening == "(" else less
    above = "<" if read.closing == ")" else less
    if low == r"-\infty":
        return f"{name} {above} {high}"
    if high == r"\infty":
        return f"{name} {'>' if below == '<' else less.replace('le', 'ge')} {low}"
    return f"{low} {below} {name} {above} {high}"


@rewriting
def interval_as_an_inequality(gold: str) -> Iterator[str]:
    """3 < x ≤ 4 for (3, 4]."""
    read = shapes.interval(gold)
    if read:
        yield inequality(read, "x")
        yield inequality(read, "x", r"\leq")
        yield inequality(read, "x", r"\leqslant")


@rewriting
def interval_with_its_variable(gold: str) -> Iterator[str]:
    """x in (3, 4]."""
    read = shapes.interval(gold)
    if read:
        yield f"x \\in {read.spelled()}"
        yield read.spelled()
        if read.items[1] == r"\infty":
            yield f"{read.opening}{read.items[0]}, +\\infty{read.closing}"


@rewriting
def union_forms(gold: str) -> Iterator[str]:
    """The intervals of a union in another order, and as inequalities."""
    parts = shapes.union(gold)
    if parts:
        yield r" \cup ".join(part.spelled() for part in parts[::-1])
        yield r" \text{ or } ".join(inequality(part, "x") for part in parts)
        yield f"x \\in {gold}"
