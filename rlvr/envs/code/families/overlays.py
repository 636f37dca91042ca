"""`overlays`: dictionaries laid over one another, with a rule for conflicts and a number that deletes."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_RULES = {
    "first": "the old number stays",
    "last": "the new number replaces the old one",
    "largest": "the larger of the two stays",
    "smallest": "the smaller of the two stays",
    "sum": "their sum replaces the old one",
    "product": "their product replaces the old one",
}
_CLASHES = {
    "dictionary": "the dictionary stays or replaces the number, and the number is lost",
    "number": "the number stays or replaces the dictionary, and the dictionary is lost",
    "earlier": "what the result has already stays, and the new value is lost",
    "later": "the new value replaces what the result has",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "rule": stream.choice(sorted(_RULES)),
        # Not 0, so that treating every false value as deleting is a mistake.
        "tombstone": stream.choice((-4, -3, -2, -1, 1, 2, 3)),
        "forever": level == 1 and bool(stream.below(2)),
        "clash": "" if level == 1 else stream.choice(sorted(_CLASHES)),
    }


def _size(level: int) -> int:
    return 6 * 7 * (2 if level == 1 else 4)


def _prompt(parameters: Parameters) -> str:
    tombstone = parameters["tombstone"]
    nested = bool(parameters["clash"])
    values = "integers or dictionaries of the same kind, to any depth" if nested else "integers"
    text = (
        f"Lay the dictionaries in `parts`, whose values are {values}, over one another and return the result, a new "
        "dictionary: it is empty at first, and the parts are gone through in order. A key that the result does not "
        "have is put in with its value. If the result has a number under the key already and the part has a number, "
        f"{_RULES[parameters['rule']]}. The number {tombstone} in a part is never a value: it deletes the key from the "
        "result (if it is there)"
    )
    text += (
        ", and the final result does not have the key, whatever the other parts before or after say."
        if parameters["forever"]
        else ", and a later part may put the key in anew."
    )
    text += f" A {tombstone} that comes about by combining numbers deletes nothing."
    if nested:
        text += (
            " If the result and the part both have a dictionary under the key, the part's is laid over the result's by "
            "these same rules. If one of them has a number and the other a dictionary, "
            f"{_CLASHES[parameters['clash']]}. A dictionary that is put in is laid over an empty one first, so that "
            f"{tombstone} deletes inside it too; dictionaries that are or become empty stay."
        )
    return f"{text} The order of keys does not matter."


def overlay(
    parts: list[dict[str, object]], *, rule: str, tombstone: int, forever: bool, clash: str
) -> dict[str, object]:
    """One part after the other is absorbed by the result."""
    gone: set[str] = set()

    def combine(old: int, new: int) -> int:
        return {
            "first": old,
            "last": new,
            "largest": max(old, new),
            "smallest": min(old, new),
            "sum": old + new,
            "product": old * new,
        }[rule]

    def absorb(into: dict[str, object], part: dict[str, object]) -> dict[str, object]:
        for key, new in part.items():
            old = into.get(key)
            if new == tombstone:
                into.pop(key, None)
                gone.add(key)
            elif forever and key in gone:
                continue
            elif isinstance(old, dict) and isinstance(new, dict):
                absorb(old, new)
            elif isinstance(old, int) and isinstance(new, int):
                into[key] = combine(old, new)
            elif old is None or clash in ("later", "dictionary" if isinstance(new, dict) else "number"):
                into[key] = absorb({}, new) if isinstance(new, dict) else new
        return into

    result: dict[str, object] = {}
    for part in parts:
        absorb(result, part)
    return result


def overlay_again(
    parts: list[dict[str, object]], *, rule: str, tombstone: int, forever: bool, clash: str
) -> dict[str, object]:
    """All values of a key are gathered, cut after the last deletion, and combined at once."""
    from math import prod

    def gather(layers: list[dict[str, object]]) -> dict[str, object]:
        merged: dict[str, object] = {}
        for key in dict.fromkeys(key for layer in layers for key in layer):
            values = [layer[key] for layer in layers if key in layer]
            if tombstone in values:
                if forever:
                    continue
                values = values[len(values) - values[::-1].index(tombstone) :]
            if not values:
                continue
            at = 0
            if clash == "later":
                at = len(values) - 1
                while at > 0 and isinstance(values[at - 1], int) == isinstance(values[-1], int):
                    at -= 1
            dictionaries = [value for value in values[at:] if isinstance(value, dict)]
            numbers = [value for value in values[at:] if isinstance(value, int)]
            prefers = {"dictionary": True, "number": False}.get(clash, isinstance(values[0], dict))
            if dictionaries and (prefers or not numbers):
                merged[key] = gather(dictionaries)
            elif rule in ("first", "last"):
                merged[key] = numbers[0 if rule == "first" else -1]
            elif rule in ("largest", "smallest"):
                merged[key] = sorted(numbers)[-1 if rule == "largest" else 0]
            else:
                merged[key] = sum(numbers) if rule == "sum" else prod(numbers)
        return merged

    return gather(parts)


def _part(stream: Stream, parameters: Parameters, depth: int) -> dict[str, object]:
    part: dict[str, object] = {}
    for key in stream.sample("abcd", stream.integer(0, 4)):
        if depth and stream.below(5) < 2:
            part[key] = _part(stream, parameters, depth - 1)
        else:
            part[key] = parameters["tombstone"] if stream.below(4) == 0 else stream.integer(-5, 5)
    return part


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    depth = 2 if parameters["clash"] else 0
    return ([_part(stream, parameters, depth) for _ in range(stream.integer(1, 5))],)


def _edges(parameters: Parameters) -> list[Arguments]:
    gone = parameters["tombstone"]
    edges: list[Arguments] = [
        ([],),
        ([{}],),
        ([{"a": gone}],),
        ([{"a": 5, "b": 0}, {"a": gone, "b": 7}],),
        ([{"a": 5}, {"a": gone}, {"a": -5}],),
        ([{"b": 0}, {"c": 0}],),
    ]
    if parameters["clash"]:
        edges += [
            ([{"a": {"b": gone, "c": 5}}, {"a": {"c": gone}}],),
            ([{"a": 5}, {"a": {"b": 6}}, {"a": 7}, {"a": 8}],),
            ([{"a": {"b": 6}}, {"a": 5}, {"a": {"c": 7}}],),
        ]
    return edges


OVERLAYS = Family(
    name="overlays",
    topic="dictionaries",
    levels=("flat dictionaries, deletions for now or for good", "nested dictionaries, numbers against dictionaries"),
    draw=_draw,
    size=_size,
    entry_point="overlay",
    signature="parts: list[dict[str, object]]",
    prompt=_prompt,
    solve=overlay,
    solve_again=overlay_again,
    mutants=(
        ("if new == tombstone", "if not new"),
        ("into.pop(key, None)", "into[key] = new"),
        ("elif forever and key in gone", "elif not forever and key in gone"),
        ("for part in parts:", "for part in parts[1:]:"),
    ),
    inputs=_inputs,
    edges=_edges,
)
