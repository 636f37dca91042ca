"""`coinchange`: paying an amount with few coins of a kind, a number of coins that has a divisor, and several kinds."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_GOALS = {
    "fewest": "the smallest number of coins of a payment, or -1 if there is no payment",
    "most": "the largest number of coins of a payment, or -1 if there is no payment",
    "ways": "the number of different payments; two are different if some kind of coin occurs in them a different "
    "number of times",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "limit": stream.integer(1, 5) if level == 1 else stream.integer(2, 5),
        "multiple": stream.integer(2, 5) if level == 1 else stream.integer(2, 4),
        "goal": stream.choice(sorted(_GOALS)),
        "kinds": 0 if level == 1 else stream.integer(2, 3),
    }


def _size(level: int) -> int:
    return 5 * 4 * 3 if level == 1 else 4 * 3 * 3 * 2


def _prompt(parameters: Parameters) -> str:
    limit, kinds = parameters["limit"], parameters["kinds"]
    times = f"{limit} times" if limit > 1 else "once"
    different = f", and at least {kinds} different kinds of coins have to occur" if kinds else ""
    nothing = "" if kinds else "; paying 0 with no coins is a payment"
    return (
        "`coins` is a list of different positive integers, the values of the kinds of coins. A payment is a choice of "
        f"coins with the sum `amount`, in which each kind of coin occurs at most {times}. The number of all its coins "
        f"has to be a multiple of {parameters['multiple']} (0 is one){different}{nothing}. Return "
        f"{_GOALS[parameters['goal']]}. `amount` is at least 0."
    )


def pay(coins: list[int], amount: int, *, limit: int, multiple: int, goal: str, kinds: int) -> int:
    """Numbers of ways for each sum, number of coins and number of kinds, coin by coin."""
    ways = {(0, 0, 0): 1}
    for coin in coins:
        fresh: dict[tuple[int, int, int], int] = {}
        for (total, number, used), count in ways.items():
            for times in range(limit + 1):
                if total + times * coin > amount:
                    break
                state = (total + times * coin, number + times, used + (times > 0))
                fresh[state] = fresh.get(state, 0) + count
        ways = fresh
    right: dict[int, int] = {}
    for (total, number, used), count in ways.items():
        if total == amount and number % multiple == 0 and used >= kinds:
            right[number] = right.get(number, 0) + count
    if goal == "ways":
        return sum(right.values())
    return -1 if not right else min(right) if goal == "fewest" else max(right)


def pay_again(coins: list[int], amount: int, *, limit: int, multiple: int, goal: str, kinds: int) -> int:
    """All choices of how often each coin occurs, the most valuable coin first."""
    found = []
    stack: list[tuple[int, list[int]]] = [(amount, [])]
    ordered = sorted(coins, reverse=True)
    while stack:
        left, counts = stack.pop()
        rest = ordered[len(counts) :]
        if left > limit * sum(rest):
            continue
        if rest:
            stack += [(left - n * rest[0], [*counts, n]) for n in range(limit + 1) if n * rest[0] <= left]
        elif sum(counts) % multiple == 0 and len(counts) - counts.count(0) >= kinds:
            found.append(sum(counts))
    if goal == "ways":
        return len(found)
    found.sort(reverse=goal == "most")
    return found[0] if found else -1


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    limit, multiple = parameters["limit"], parameters["multiple"]
    coins = stream.sample(range(1, 10), stream.integer(2, 5))
    counts = [stream.below(limit + 1) for _ in coins]
    for at, count in enumerate(counts):
        # A number of coins that has the divisor makes payments likely.
        counts[at] = max(0, count - sum(counts) % multiple) if stream.below(4) else count
    amount = sum(count * coin for count, coin in zip(counts, coins, strict=True))
    return coins, min(amount + (stream.below(4) == 0), 40)


def _edges(parameters: Parameters) -> list[Arguments]:
    limit, multiple, kinds = parameters["limit"], parameters["multiple"], parameters["kinds"]
    few = max(2, kinds)
    while few * limit % multiple:
        few += 1
    values = list(range(3, 3 + few))
    one = max(1, multiple - 1)
    return [
        ([], 0),
        ([], 4),
        ([3, 1], 0),
        ([2], 2),
        ([5], 5 * multiple),
        (values, limit * sum(values)),
        (values, limit * sum(values) + 1),
        (values, limit * sum(values) - 3),
        ([1, *values], limit * sum(values)),
        ([2, *values], limit * sum(values)),
        (list(range(1, 6)), sum(range(1, multiple + 1))),
        ([1, 3, 4], one * 3 + 1),
        ([1, 2, 3, 4, 5], 10),
    ]


COINCHANGE = Family(
    name="coinchange",
    topic="dynamic programming",
    levels=("a limit for each coin, and a divisor of their number", "and a least number of different coins"),
    draw=_draw,
    size=_size,
    entry_point="pay",
    signature="coins: list[int], amount: int",
    prompt=_prompt,
    solve=pay,
    solve_again=pay_again,
    mutants=(
        ("range(limit + 1)", "range(limit)"),
        ("range(limit + 1)", "range(limit + 2)"),
        ("range(limit + 1)", "[min(limit, (amount - total) // coin)]"),
        ("total + times * coin > amount", "total + times * coin >= amount"),
        ("total == amount", "total <= amount"),
        ("number % multiple == 0", "number <= multiple"),
    ),
    inputs=_inputs,
    edges=_edges,
)
