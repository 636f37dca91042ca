"""`knapsack`: the most valuable load of a bag, with limits on copies and on the number of things, and boxes."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream


def _draw(stream: Stream, level: int) -> Parameters:
    copies = stream.integer(1, 4) if level == 1 else stream.integer(2, 4)
    return {
        "copies": copies,
        "most": copies + stream.integer(1, 4 if level == 1 else 3),
        "exact": bool(stream.below(2)),
        "box": stream.integer(0, 1 if level == 1 else 2),
        "loss": 0 if level == 1 else stream.integer(1, 3),
    }


def _size(level: int) -> int:
    return 4 * 4 * 2 * 2 if level == 1 else 3 * 3 * 2 * 3 * 3


def _prompt(parameters: Parameters) -> str:
    copies, box, loss = parameters["copies"], parameters["box"], parameters["loss"]
    number = f"at most {copies} times" if copies > 1 else "at most once"
    boxes = f" Each item that is packed, however often, adds {box} to the weight of the bag for its box." if box else ""
    less = (
        f" The first copy of an item has its full value, and each further copy of it has {loss} less than the copy "
        "before, but never less than 0."
        if loss
        else ""
    )
    total = (
        "exactly `capacity`. Return -1 if that is impossible; an empty bag weighs 0"
        if parameters["exact"]
        else "at most `capacity`; the bag may stay empty"
    )
    return (
        "Each element (weight, value) of `items` is an item; both are at least 1, and equal items are different items. "
        f"Each item can be packed into a bag {number}, and all items together at most {parameters['most']} times."
        f"{boxes}{less} Return the largest total value of a bag whose weight is {total}. `capacity` is at least 0."
    )


def best_load(
    items: list[tuple[int, int]], capacity: int, *, copies: int, most: int, exact: bool, box: int, loss: int
) -> int:
    """The best value for each number of things and each weight, item by item."""
    states = {(0, 0): 0}
    for weight, value in items:
        fresh = dict(states)
        for (number, load), total in states.items():
            worth = total
            for copy in range(1, copies + 1):
                worth += max(0, value - (copy - 1) * loss)
                state = (number + copy, load + box + copy * weight)
                if state[0] > most or state[1] > capacity:
                    break
                fresh[state] = max(fresh.get(state, 0), worth)
        states = fresh
    return max((worth for (_, load), worth in states.items() if load == capacity or not exact), default=-1)


def best_load_again(
    items: list[tuple[int, int]], capacity: int, *, copies: int, most: int, exact: bool, box: int, loss: int
) -> int:
    """Try every number of copies of the first item, and the rest by recursion."""

    def best(at: int, left: int, room: int) -> int | None:
        if left < 0 or room < 0:
            return None
        if at == len(items):
            return None if exact and room else 0
        weight, value = items[at]
        found = [best(at + 1, left, room)]
        for count in range(1, copies + 1):
            rest = best(at + 1, left - count, room - count * weight - box)
            if rest is not None:
                found.append(rest + sum(max(value - loss * copy, 0) for copy in range(count)))
        return max((one for one in found if one is not None), default=None)

    result = best(0, most, capacity)
    return -1 if result is None else result


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    items = [(stream.integer(1, 6), stream.integer(1, 12)) for _ in range(stream.integer(1, 5))]
    taken = [stream.below(parameters["copies"] + 1) for _ in items]
    weight = sum(
        count * weight + parameters["box"] for count, (weight, _) in zip(taken, items, strict=True) if count > 0
    )
    return items, min(weight + (stream.integer(0, 4) if stream.below(3) == 0 else 0), 30)


def _edges(parameters: Parameters) -> list[Arguments]:
    copies, most, box = parameters["copies"], parameters["most"], parameters["box"]
    count, needed = most // copies + 1, -(-most // copies)
    return [
        ([], 0),
        ([], 3),
        ([(2, 5)], 0),
        ([(1, 9)], copies + box),
        ([(1, 9)], copies + box + 1),
        ([(3, 7)], 3 * copies + box - 1),
        ([(5, 30), (4, 20), (4, 20)], 8 + 2 * box),
        ([(1, 20)], most + box),
        ([(1, 20 + at) for at in range(needed)], most + needed * box),
        ([(1, 20 + at) for at in range(count)], most + 1 + count * box),
    ]


KNAPSACK = Family(
    name="knapsack",
    topic="dynamic programming",
    levels=("limits on copies and number", "and copies that lose value"),
    draw=_draw,
    size=_size,
    entry_point="best_load",
    signature="items: list[tuple[int, int]], capacity: int",
    prompt=_prompt,
    solve=best_load,
    solve_again=best_load_again,
    mutants=(
        ("range(1, copies + 1)", "range(1, copies)"),
        ("range(1, copies + 1)", "range(1, most + 1)"),
        ("state[0] > most", "state[0] >= most"),
        ("state[1] > capacity", "state[1] >= capacity"),
        ("or not exact", "or exact"),
        ("fresh = dict(states)", "fresh: dict[tuple[int, int], int] = {}"),
    ),
    inputs=_inputs,
    edges=_edges,
)
