"""`climbing`: the best subsequence of a list whose neighbours differ by an amount within given limits."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream


def _draw(stream: Stream, level: int) -> Parameters:
    low = stream.integer(1, 4 if level == 1 else 3)
    return {
        "low": low,
        "high": low + stream.integer(1, 4 if level == 1 else 3),
        "up": bool(stream.below(2)),
        "goal": stream.choice(("length", "sum")),
        "window": 0 if level == 1 else stream.integer(2, 4),
        "slips": 0 if level == 1 else stream.integer(1, 2),
    }


def _size(level: int) -> int:
    return 4 * 4 * 2 * 2 if level == 1 else 3 * 3 * 2 * 2 * 3 * 2


def _prompt(parameters: Parameters) -> str:
    window, slips = parameters["window"], parameters["slips"]
    order = "greater" if parameters["up"] else "smaller"
    near = (
        f" The positions of two neighbouring elements of a chain differ by at most {window}, without exception."
        if window
        else ""
    )
    exception = ""
    if slips:
        once = "At one place" if slips == 1 else f"At up to {slips} places"
        exception = f" {once} a chain may break this rule: there the next element may have any value."
    goal = "number of elements" if parameters["goal"] == "length" else "sum"
    return (
        "A chain consists of one or more elements of the list of integers `numbers`, in the order of the list but not "
        "necessarily neighbours there, in which each element after the first is "
        f"{order} than the one before it in the chain, by at least {parameters['low']} and at most "
        f"{parameters['high']}.{exception}{near} Return the largest {goal} of a chain, or 0 if the list is empty."
    )


def best_chain(numbers: list[int], *, low: int, high: int, up: bool, goal: str, window: int, slips: int) -> int:
    """For each element, the best chains that end there with at most 0, 1, ... slips."""
    rows: list[list[int]] = []
    for at, number in enumerate(numbers):
        gain = 1 if goal == "length" else number
        row = [gain] * (slips + 1)
        for before in range(max(0, at - window) if window else 0, at):
            rise = number - numbers[before] if up else numbers[before] - number
            for used in range(slips + 1):
                if low <= rise <= high:
                    row[used] = max(row[used], rows[before][used] + gain)
                elif used > 0:
                    row[used] = max(row[used], rows[before][used - 1] + gain)
        rows.append(row)
    return max((row[-1] for row in rows), default=0)


def best_chain_again(numbers: list[int], *, low: int, high: int, up: bool, goal: str, window: int, slips: int) -> int:
    """Every chain, each built from one that is an element shorter."""
    from itertools import pairwise

    def right(places: tuple[int, ...]) -> bool:
        steps = [(numbers[b] - numbers[a]) * (1 if up else -1) for a, b in pairwise(places)]
        wide = window and any(b - a > window for a, b in pairwise(places))
        return not wide and sum(step < low or step > high for step in steps) <= slips

    chains: list[tuple[int, ...]] = [(at,) for at in range(len(numbers))]
    best = None
    while chains:
        values = [len(chain) if goal == "length" else sum(numbers[at] for at in chain) for chain in chains]
        best = max(values) if best is None else max(best, *values)
        longer = [(*chain, at) for chain in chains for at in range(chain[-1] + 1, len(numbers))]
        chains = [chain for chain in longer if right(chain)]
    return best or 0


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    low, high = parameters["low"], parameters["high"]
    sign = 1 if parameters["up"] else -1
    numbers: list[int] = []
    for _ in range(stream.integer(1, 8)):
        step = sign * stream.choice((low - 1, low, low, stream.integer(low, high), high, high, high + 1))
        numbers.append(numbers[-1] + step if numbers else stream.integer(-2, 9))
        if stream.below(4) == 0:
            numbers.insert(len(numbers) - 1, stream.integer(-5, 15))
    return (numbers[:10],)


def _edges(parameters: Parameters) -> list[Arguments]:
    low, high = parameters["low"], parameters["high"]
    sign = 1 if parameters["up"] else -1
    # Steps that no chain takes without a slip, one more than there may be slips; the last element is not worth one.
    stairs = [sign * (low * at - 30 * block) for block in range(parameters["slips"] + 2) for at in range(3)]
    return [
        (stairs[:-2],),
        ([],),
        ([-3],),
        ([-4, -7, -4],),
        ([5] * 6,),
        ([sign * low * at + 20 for at in range(6)],),
        ([sign * high * at + 30 for at in range(6)],),
        ([-sign * low * at + 30 for at in range(6)],),
        ([sign * (high + 1) * at + 40 for at in range(6)],),
        ([sign * (low - 1) * at + 20 for at in range(6)],),
        ([9, 9 + sign * low, 9 + sign * (low + high), -8, -8 - sign * low, -8],),
    ]


CLIMBING = Family(
    name="climbing",
    topic="dynamic programming",
    levels=("limits for the difference of neighbours", "and a limit for their distance, and one or two exceptions"),
    draw=_draw,
    size=_size,
    entry_point="best_chain",
    signature="numbers: list[int]",
    prompt=_prompt,
    solve=best_chain,
    solve_again=best_chain_again,
    mutants=(
        ("low <= rise", "low < rise"),
        ("rise <= high", "rise < high"),
        ("if up else", "if not up else"),
        ("max((row[-1] for row in rows), default=0)", "rows[-1][-1] if rows else 0"),
        ("row = [gain]", "row = [0]"),
    ),
    inputs=_inputs,
    edges=_edges,
)
