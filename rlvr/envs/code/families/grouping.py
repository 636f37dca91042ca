"""`grouping`: records grouped by a field, one number a group, filtered, ordered and cut in one of several ways."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_WHAT = {
    "sum": "the sum of its amounts",
    "largest": "its largest amount",
    "smallest": "its smallest amount",
    "spread": "its largest amount minus its smallest",
    "mean": "the mean of its amounts, rounded down to an integer",
}


def _draw(stream: Stream, level: int) -> Parameters:
    least = stream.integer(1, 4)
    hard = level > 1
    return {
        "by": stream.choice(("item", "shop")),
        "statistic": stream.choice(sorted(_WHAT)),
        "least": least,
        # At least `least`: below it a record without an amount would be left out, whatever the number.
        "missing": least + stream.below(4),
        "members": stream.integer(2, 3) if hard else 1,
        "order": stream.choice(("falling", "rising")) if hard else "group",
        "ties": stream.choice(("first", "group")) if hard else "group",
        "limit": stream.integer(2, 4) if hard else 0,
    }


def _size(level: int) -> int:
    return 2 * 5 * 4 * 4 * (2 * 2 * 2 * 3 if level > 1 else 1)


def _prompt(parameters: Parameters) -> str:
    text = (
        'Each record is a dictionary of integers with the keys "shop" and "item"; most have the key "amount" too, and '
        f"the others count as if their amount were {parameters['missing']}. Leave out all records whose amount is less "
        f'than {parameters["least"]}. Records with the same "{parameters["by"]}" form a group. The value of a group is '
        f"{_WHAT[parameters['statistic']]}. Return a list with one tuple (g, v) for each group, where g is the group's "
        f'"{parameters["by"]}" and v its value'
    )
    if parameters["order"] == "group":
        return f"{text}, ordered by g, smallest first. Without any group the list is empty."
    ends = "smallest" if parameters["order"] == "rising" else "largest"
    ties = "smaller g first" if parameters["ties"] == "group" else "the group whose first record comes earlier first"
    return (
        f"{text}, ordered by value, {ends} first, and among equal values {ties} (records that are left out count for "
        f"nothing). Groups with fewer than {parameters['members']} records are not in the list, and of the others only "
        f"the first {parameters['limit']} in that order are (all of them if there are fewer)."
    )


def summarise(
    records: list[dict[str, int]],
    *,
    by: str,
    statistic: str,
    least: int,
    missing: int,
    members: int,
    order: str,
    ties: str,
    limit: int,
) -> list[tuple[int, int]]:
    """Amounts gathered in a dictionary, then stable sorts."""
    groups: dict[int, list[int]] = {}
    for record in records:
        amount = record.get("amount", missing)
        if amount < least:
            continue
        groups.setdefault(record[by], []).append(amount)
    rows = []
    for group, amounts in groups.items():
        if len(amounts) < members:
            continue
        value = {
            "sum": sum(amounts),
            "largest": max(amounts),
            "smallest": min(amounts),
            "spread": max(amounts) - min(amounts),
            "mean": sum(amounts) // len(amounts),
        }[statistic]
        rows.append((group, value))
    if ties == "group":
        rows.sort()
    if order != "group":
        rows.sort(key=lambda row: row[1], reverse=order == "falling")
    return rows[:limit] if limit else rows


def summarise_again(
    records: list[dict[str, int]],
    *,
    by: str,
    statistic: str,
    least: int,
    missing: int,
    members: int,
    order: str,
    ties: str,
    limit: int,
) -> list[tuple[int, int]]:
    """Records sorted by group and cut where it changes; one sort by a key that holds all the rules."""
    from itertools import groupby

    amounts = [record["amount"] if "amount" in record else missing for record in records]
    kept = sorted((records[at][by], at) for at in range(len(records)) if amounts[at] >= least)
    keyed = []
    for group, pairs in groupby(kept, key=lambda pair: pair[0]):
        places = [at for _, at in pairs]
        ordered = sorted(amounts[at] for at in places)
        if statistic == "sum":
            value = sum(ordered)
        elif statistic == "mean":
            value = sum(ordered) // len(ordered)
        elif statistic == "spread":
            value = ordered[-1] - ordered[0]
        else:
            value = ordered[0] if statistic == "smallest" else ordered[-1]
        rank = {"group": 0, "rising": value, "falling": -value}[order]
        if len(places) >= members:
            keyed.append((rank, group if ties == "group" else places[0], group, value))
    keyed.sort()
    return [(group, value) for _, _, group, value in keyed[: limit or len(keyed)]]


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    groups = stream.integer(2, 5)
    records = []
    for _ in range(stream.integer(0, 12)):
        record = {"shop": stream.integer(1, groups), "item": stream.integer(1, groups)}
        if stream.below(4):
            record["amount"] = stream.integer(0, parameters["least"] + 4)
        records.append(record)
    return (records,)


def _edges(parameters: Parameters) -> list[Arguments]:
    least, members = parameters["least"], parameters["members"]

    def same(group: int, amounts: list[int]) -> list[dict[str, int]]:
        return [{"shop": group, "item": group, "amount": amount} for amount in amounts]

    return [
        ([],),
        ([{"shop": 2, "item": 2} for _ in range(members)],),
        (same(3, [least] * members),),
        (same(1, [least - 1] * 3),),
        # Two groups that tie in all statistics, the larger number first.
        (same(2, [least + 1] * members) + same(1, [least + 1] * members),),
        (same(4, [least + 5] * members) + same(5, [least + 3] * members) + same(4, [least + 2] * members),),
    ]


GROUPING = Family(
    name="grouping",
    topic="dictionaries",
    levels=("one number a group, ordered by group", "small groups left out, ordered by value with ties, the first few"),
    draw=_draw,
    size=_size,
    entry_point="summarise",
    signature="records: list[dict[str, int]]",
    prompt=_prompt,
    solve=summarise,
    solve_again=summarise_again,
    mutants=(
        ("amount < least", "amount <= least"),
        ('record.get("amount", missing)', 'record.get("amount", 0)'),
        ("groups.setdefault(record[by], []).append(amount)", "groups[record[by]] = [amount]"),
        ("len(amounts) < members", "len(amounts) <= members"),
        ('if ties == "group"', 'if ties != "group"'),
    ),
    inputs=_inputs,
    edges=_edges,
)
