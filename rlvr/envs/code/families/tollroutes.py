"""`tollroutes`: the cheapest route of few roads, where towns on the way take a toll and a coupon may help."""

from __future__ import annotations

from itertools import pairwise

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_COUPON = {
    "none": "",
    "free": " At most one road of the route, of your choice, is free: its length is not counted.",
    "half": " At most one road of the route, of your choice, counts with half its length, rounded down.",
}


def _draw(stream: Stream, level: int) -> Parameters:
    directed = bool(stream.below(2))
    if level == 1:
        return {
            "directed": directed,
            "toll": stream.integer(1, 6),
            "every": 1,
            "most": stream.integer(2, 6),
            "coupon": "none",
        }
    return {
        "directed": directed,
        "toll": stream.integer(2, 6),
        "every": stream.integer(2, 4),
        "most": stream.integer(2, 5),
        "coupon": stream.choice(("free", "half")),
    }


def _size(level: int) -> int:
    return 2 * 6 * 5 if level == 1 else 2 * 5 * 3 * 4 * 2


def _prompt(parameters: Parameters) -> str:
    ways = "only from a to b" if parameters["directed"] else "in both directions"
    every = parameters["every"]
    tolled = "every town" if every == 1 else f"every town whose number is a multiple of {every} (0 is one)"
    return (
        "There are `towns` towns (at least 1), numbered from 0. Each element (a, b, length) of `roads` is a road that "
        f"can be used {ways}; its length is at least 1. Several roads may join the same towns, and a road may lead "
        "from a town to itself. A route goes from town 0 to the last town, `towns - 1`, by at most "
        f"{parameters['most']} roads. It costs the lengths of its roads, and {parameters['toll']} for passing through "
        f"{tolled}; nothing is paid for the route's first and last town.{_COUPON[parameters['coupon']]} Return the "
        "least cost of a route, or -1 if there is none. With a single town the route has no roads and costs 0."
    )


def cheapest_route(
    towns: int, roads: list[tuple[int, int, int]], *, directed: bool, toll: int, every: int, most: int, coupon: str
) -> int:
    """Bellman-Ford in rounds: the least costs by at most so many roads, with the coupon kept and used."""
    far = 10**9
    arcs = list(roads)
    if not directed:
        arcs += [(b, a, length) for a, b, length in roads]
    kept = [0] + [far] * (towns - 1)
    used = list(kept)
    for _ in range(most):
        kept_before, used_before = list(kept), list(used)
        for a, b, length in arcs:
            fee = toll if b % every == 0 and b != towns - 1 else 0
            reduced = {"none": length, "free": 0, "half": length // 2}[coupon]
            kept[b] = min(kept[b], kept_before[a] + length + fee)
            used[b] = min(used[b], used_before[a] + length + fee, kept_before[a] + reduced + fee)
    return used[-1] if used[-1] < far else -1


def cheapest_route_again(
    towns: int, roads: list[tuple[int, int, int]], *, directed: bool, toll: int, every: int, most: int, coupon: str
) -> int:
    """Dijkstra's algorithm over towns, numbers of roads, and whether the coupon is left."""
    from heapq import heappop, heappush

    queue = [(0, 0, 0, coupon != "none")]
    done = set()
    while queue:
        cost, town, count, left = heappop(queue)
        if town == towns - 1:
            return cost
        if (town, count, left) in done or count == most:
            continue
        done.add((town, count, left))
        if town and town % every == 0:
            cost += toll
        for a, b, length in roads:
            targets = {b} if a == town else set()
            if b == town and not directed:
                targets.add(a)
            for target in targets:
                heappush(queue, (cost + length, target, count + 1, left))
                if left:
                    heappush(queue, (cost + (length // 2 if coupon == "half" else 0), target, count + 1, False))
    return -1


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    towns = stream.integer(2, 7)
    between = stream.sample(range(1, towns - 1), stream.integer(0, towns - 2))
    chain = [0, *between, towns - 1]
    roads = [(a, b, stream.integer(1, 5)) for a, b in pairwise(chain)]
    if stream.below(4) == 0:
        roads.pop()
    roads += [
        (stream.below(towns), stream.below(towns), stream.integer(1, 12)) for _ in range(stream.integer(0, towns))
    ]
    return towns, stream.sample(roads, len(roads))


def _edges(parameters: Parameters) -> list[Arguments]:
    most, every = parameters["most"], parameters["every"]
    return [
        (1, []),
        (1, [(0, 0, 4)]),
        (2, []),
        (2, [(1, 0, 3)]),
        (2, [(0, 0, 1), (0, 1, 7), (0, 1, 5)]),
        (every + 1, [(0, every, 6)]),
        (most + 1, [(town, town + 1, 3) for town in range(most)]),
        (most + 2, [(town, town + 1, 3) for town in range(most + 1)]),
        (most + 2, [*((town, town + 1, 1) for town in range(most + 1)), (0, most + 1, 50)]),
    ]


TOLLROUTES = Family(
    name="tollroutes",
    topic="graphs",
    levels=(
        "at most 2 to 6 roads, a toll in every town on the way",
        "a toll in some towns, and one road free or at half its length",
    ),
    draw=_draw,
    size=_size,
    entry_point="cheapest_route",
    signature="towns: int, roads: list[tuple[int, int, int]]",
    prompt=_prompt,
    solve=cheapest_route,
    solve_again=cheapest_route_again,
    mutants=(
        ("kept[b], kept_before[a]", "kept[b], kept[a]"),
        ("range(most)", "range(most - 1)"),
        (" and b != towns - 1", ""),
        ("if not directed", "if directed"),
        ("else -1", "else 0"),
    ),
    inputs=_inputs,
    edges=_edges,
)
