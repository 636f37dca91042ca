r"""Wrong answers made from lists, tuples, intervals and matrices: an item changed, lost, added, moved; other brackets.

Truth: items are numbers, roots, or texts with a number in them; a changed item is one more than it was, and stays
different from every other item.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.verifiers import shapes
from benchmarks.verifiers.pairs import near_miss, number_from
from benchmarks.verifiers.rewritten_structures import entry_value


def raised(item: str) -> str | None:
    r"""The item plus one: a number by its value, anything else that is bounded as a sum."""
    if r"\infty" in item:
        return None
    whole = shapes.integer(item)
    return str(whole + 1) if whole is not None else f"{item} + 1"


def place_of_a_bounded_item(items: tuple[str, ...], *texts: str) -> int:
    """The place of some item that is not infinite."""
    places = [place for place, item in enumerate(items) if r"\infty" not in item]
    return places[number_from(*texts) % len(places)]


def replaced(items: tuple[str, ...], place: int, item: str) -> tuple[str, ...]:
    """The items with one exchanged."""
    return (*items[:place], item, *items[place + 1 :])


@near_miss
def entry_changed(gold: str) -> Iterator[str]:
    """(3, 5) for (3, 4)."""
    read = shapes.bracketed(gold)
    if read:
        place = place_of_a_bounded_item(read.items, "entry", gold)
        other = raised(read.items[place])
        if other:
            yield read.spelled(replaced(read.items, place, other))
            flipped = read.items[place].removeprefix("-")
            if read.items[place] != "0":
                changed = flipped if flipped != read.items[place] else f"-{flipped}"
                yield read.spelled(replaced(read.items, place, changed))


@near_miss
def entries_swapped(gold: str) -> Iterator[str]:
    """(4, 3) for (3, 4)."""
    read = shapes.point(gold)
    if read and read.items[0] != read.items[1]:
        yield read.spelled((read.items[1], read.items[0], *read.items[2:]))


@near_miss
def entry_missing_or_added(gold: str) -> Iterator[str]:
    """(3, 4, 1) for (3, 4)."""
    read = shapes.point(gold)
    if read:
        yield read.spelled((*read.items, "1"))
        if len(read.items) > 2:
            yield read.spelled(read.items[:-1])
        else:
            yield read.items[0]


@near_miss
def kind_of_brackets_changed(gold: str) -> Iterator[str]:
    """[3, 4] for (3, 4): only where the ends are bounded."""
    read = shapes.bracketed(gold)
    if read is None or len(read.items) != 2:
        return
    low, high = (r"\infty" not in item for item in read.items)
    other_low = "[" if read.opening == "(" else "("
    other_high = "]" if read.closing == ")" else ")"
    if low and shapes.interval(gold):
        yield read.spelled(opening=other_low)
    if high and shapes.interval(gold):
        yield read.spelled(closing=other_high)
    if low and high:
        yield read.spelled(opening=other_low, closing=other_high)


@near_miss
def interval_changed(gold: str) -> Iterator[str]:
    """Unbounded on the other side, an inequality the other way."""
    read = shapes.interval(gold)
    if read is None:
        return
    low, high = read.items
    if high == r"\infty":
        yield f"(-\\infty, {low}{')' if read.opening == '(' else ']'}"
        yield f"x < {low}"
        yield low
    elif low == r"-\infty":
        yield f"{'(' if read.closing == ')' else '['}{high}, \\infty)"
        yield f"x > {high}"
    else:
        yield f"x > {low}"
        yield f"\\{{{low}, {high}\\}}"


@near_miss
def union_changed(gold: str) -> Iterator[str]:
    """A part lost, an end closed, the gap filled."""
    parts = shapes.union(gold)
    if parts:
        yield parts[0].spelled()
        yield parts[-1].spelled()
        if parts[0].closing == ")":
            yield r" \cup ".join([parts[0].spelled(closing="]"), *(part.spelled() for part in parts[1:])])
        yield f"{parts[0].opening}{parts[0].items[0]}, {parts[-1].items[1]}{parts[-1].closing}"
        yield r" \cap ".join(part.spelled() for part in parts)


@near_miss
def matrix_changed(gold: str) -> Iterator[str]:
    """An entry raised, its sign flipped, a row lost, two rows swapped."""
    rows = shapes.matrix(gold)
    if rows is None:
        return

    def spelled(changed: tuple[tuple[str, ...], ...]) -> str:
        body = r" \\ ".join(" & ".join(row) for row in changed)
        return f"\\begin{{pmatrix}} {body} \\end{{pmatrix}}"

    place = number_from("row", gold) % len(rows)
    row = rows[place]
    yield spelled((*rows[:place], replaced(row, 0, raised(row[0]) or ""), *rows[place + 1 :]))
    if entry_value(row[0]) != "0.0":
        flipped = row[0][1:] if row[0].startswith("-") else f"-{row[0]}"
        yield spelled((*rows[:place], replaced(row, 0, flipped), *rows[place + 1 :]))
    yield spelled(rows[:-1])
    if rows[0] != rows[1]:
        yield spelled((rows[1], rows[0], *rows[2:]))


@near_miss
def column_as_another_tuple(gold: str) -> Iterator[str]:
    """A tuple of the entries with the last one changed."""
    rows = shapes.matrix(gold)
    if rows and all(len(row) == 1 for row in rows):
        entries = tuple(row[0] for row in rows)
        yield f"({', '.join(replaced(entries, len(entries) - 1, raised(entries[-1]) or ''))})"


@near_miss
def item_of_a_list_changed(gold: str) -> Iterator[str]:
    """3, 5, 8 for 3, 5, 7."""
    items = shapes.listed(gold)
    if items:
        place = number_from("item", gold) % len(items)
        other = raised(items[place])
        if other and other not in items:
            yield ", ".join(replaced(items, place, other))


@near_miss
def item_missing_or_added(gold: str) -> Iterator[str]:
    """3, 5 and 3, 5, 7, 100 for 3, 5, 7."""
    items = shapes.listed(gold)
    if items:
        yield ", ".join(items[:-1])
        yield items[-1]
        yield ", ".join((*items, "100"))
        yield f"{', '.join(items)} \\text{{ and }} 100"


@near_miss
def one_sign_of_two(gold: str) -> Iterator[str]:
    """a + b for a ± b, or another b."""
    parts = shapes.plus_minus(gold)
    if parts:
        one, other = parts
        yield f"{one} + {other}"
        yield f"{one} - {other}"
        yield f"{int(one) + 1} \\pm {other}"
        yield f"{one} \\pm 2{other}" if other.startswith("\\") else f"{one} \\pm 1{other}"
        yield f"{one} + {other}, {one} - {other}, 100"
        yield f"({one}) \\cdot ({other})"
