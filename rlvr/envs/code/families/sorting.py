"""`sorting`: records sorted by several keys, each with its direction, and the first few with all that tie."""

from __future__ import annotations

from itertools import permutations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_FIELDS = {
    "name": ("alphabetical order of the name", "reverse alphabetical order of the name"),
    "length": ("length of the name, shortest first", "length of the name, longest first"),
    "age": ("age, youngest first", "age, oldest first"),
    "score": ("score, lowest first", "score, highest first"),
}
_NAMES = ("al", "li", "ann", "bob", "eve", "zoe", "joan", "omar", "nadia")


def _orders(count: int) -> list[tuple[str, ...]]:
    """Keys in order of weight. Where names are equal so are their lengths, so no length stands behind a name."""
    chosen = permutations(_FIELDS, count)
    return [fields for fields in chosen if "name" not in fields or "length" not in fields[fields.index("name") :]]


_ORDERS = {1: _orders(2), 2: _orders(3)}


def _draw(stream: Stream, level: int) -> Parameters:
    fields = stream.choice(_ORDERS[level])
    return {
        "fields": list(fields),
        "descending": [bool(stream.below(2)) for _ in fields],
        "later": bool(stream.below(2)),
        "take": 0 if level == 1 else stream.integer(2, 5),
    }


def _size(level: int) -> int:
    return len(_ORDERS[1]) * 4 * 2 if level == 1 else len(_ORDERS[2]) * 8 * 2 * 4


def _prompt(parameters: Parameters) -> str:
    keys = [_FIELDS[field][down] for field, down in zip(parameters["fields"], parameters["descending"], strict=True)]
    take = parameters["take"]
    what = (
        f"Return the indices in `records` of the first {take} records in that order, and after them those of all "
        f"further records that agree with record number {take} of that order in all of these respects; if there are "
        f"at most {take} records, return the indices of all"
        if take
        else "Return the indices that the records have in `records`, in that order"
    )
    return (
        "Each of `records` is a tuple of a name (lower-case letters), an age and a score. Sort the records by "
        f"{'; those that are equal in that by '.join(keys)}. Records that agree in all of these respects stand in the "
        f"order of `records`{', but reversed: the later first' if parameters['later'] else ''}. {what}. For no records "
        "return an empty list."
    )


def sort_records(
    records: list[tuple[str, int, int]], *, fields: list[str], descending: list[bool], later: bool, take: int
) -> list[int]:
    """One stable sort by a list of numbers; a name's number is its place among the names."""
    names = sorted({name for name, _, _ in records})

    def key(place: int) -> list[int]:
        name, age, score = records[place]
        facts = {"name": names.index(name), "length": len(name), "age": age, "score": score}
        return [-facts[field] if down else facts[field] for field, down in zip(fields, descending, strict=True)]

    places = list(range(len(records)))
    if later:
        places.reverse()
    places.sort(key=key)
    if take and take < len(places):
        last = key(places[take - 1])
        places = [place for place in places if key(place) <= last]
    return places


def sort_records_again(
    records: list[tuple[str, int, int]], *, fields: list[str], descending: list[bool], later: bool, take: int
) -> list[int]:
    """Each record's place is the number of records before it."""

    def before(one: tuple[str, int, int], other: tuple[str, int, int]) -> int:
        for field, down in zip(fields, descending, strict=True):
            if field == "name":
                less, more = one[0] < other[0], one[0] > other[0]
            elif field == "length":
                less, more = len(one[0]) < len(other[0]), len(one[0]) > len(other[0])
            else:
                at = 1 if field == "age" else 2
                less, more = int(one[at]) < int(other[at]), int(one[at]) > int(other[at])
            if less or more:
                return 1 if less != down else -1
        return 0

    places = [0] * len(records)
    for i, record in enumerate(records):
        ahead = 0
        for j, other in enumerate(records):
            verdict = before(other, record)
            if verdict > 0 or (verdict == 0 and i != j and (j > i) == later):
                ahead += 1
        places[ahead] = i
    if take:
        while len(places) > take and before(records[places[take - 1]], records[places[-1]]) != 0:
            places.pop()
    return places


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    names = stream.sample(_NAMES, stream.integer(2, 4))
    return (
        [(stream.choice(names), stream.integer(20, 22), stream.integer(0, 2)) for _ in range(stream.integer(0, 10))],
    )


def _edges(parameters: Parameters) -> list[Arguments]:
    few = [("bob", 30, 5), ("al", 30, 5), ("bob", 25, 5), ("zoe", 30, 7), ("omar", 41, 0), ("ann", 25, 7)]
    every = [(name, age, score) for score in (3, 1) for age in (31, 30) for name in ("li", "al", "eve", "bob")]
    lists = [[], [("li", 20, 1)], [("ann", 20, 1)] * 7, few, few[::-1] + few, every, every[::-1]]
    return [(records,) for records in lists]


SORTING = Family(
    name="sorting",
    topic="lists",
    levels=("two keys with directions, ties in either order", "three keys, and the first few with all that tie"),
    draw=_draw,
    size=_size,
    entry_point="sort_records",
    signature="records: list[tuple[str, int, int]]",
    prompt=_prompt,
    solve=sort_records,
    solve_again=sort_records_again,
    mutants=(
        ("-facts[field] if down else facts[field]", "facts[field] if down else -facts[field]"),
        ("if later:", "if not later:"),
        ("zip(fields, descending, strict=True)", "zip(fields[:-1], descending[:-1], strict=True)"),
        ("zip(fields, descending, strict=True)", "zip(fields[::-1], descending[::-1], strict=True)"),
    ),
    inputs=_inputs,
    edges=_edges,
)
