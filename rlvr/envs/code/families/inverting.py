"""`inverting`: a dictionary of lists turned around, by remainder or quotient, with a rule for keys that collide."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_RULES = {
    "alphabet": "comes first in the alphabet",
    "reverse": "comes last in the alphabet",
    "longest": "has the most letters, and among these the one that comes first in the alphabet",
    "shortest": "has the fewest letters, and among these the one that comes first in the alphabet",
    "most": "has the most numbers in the bucket, and among these the one that comes first in the alphabet",
}


def _draw(stream: Stream, level: int) -> Parameters:
    hard = level > 1
    return {
        "kind": stream.choice(("quotient", "remainder")),
        # From 3 on: with 2 a number and its opposite have the same remainder.
        "width": stream.integer(3, 9),
        "rule": stream.choice(sorted(_RULES) if hard else [*sorted(_RULES), "none"]),
        "least": stream.integer(2, 3) if hard else 1,
        "distinct": hard and bool(stream.below(2)),
        "limit": stream.integer(2, 3) if hard else 1,
    }


def _size(level: int) -> int:
    return 2 * 7 * (5 * 2 * 2 * 2 if level > 1 else 6)


def _prompt(parameters: Parameters) -> str:
    width, limit = parameters["width"], parameters["limit"]
    bucket = (
        f"its remainder modulo {width}, from 0 to {width - 1}, for negative numbers too (as Python's % has it)"
        if parameters["kind"] == "remainder"
        else f"the quotient by {width} rounded down, towards minus infinity (as Python's // has it)"
    )
    few = "any of its integers has" if limit == 1 else f"at least {parameters['least']} of its integers have"
    text = (
        "The keys of `mapping` are words of lower-case letters, its values lists of integers. The bucket of an integer "
        f"is {bucket}. A word belongs to a bucket if {few} that bucket"
    )
    if limit > 1:
        how = "an integer that stands in a list several times counts once"
        text += f" ({how})" if parameters["distinct"] else " (an integer that stands several times counts each time)"
    text += ". Return a dictionary whose keys are the buckets that have a word; "
    if parameters["rule"] == "none":
        return f"{text}its values are the words, and buckets to which more than one word belongs are left out."
    rule = _RULES[parameters["rule"]]
    if limit == 1:
        return f"{text}its values are the words. If several words belong to a bucket, it gets the one that {rule}."
    return (
        f"{text}its values are lists of words: first the one that {rule}, then the one of the remaining words that "
        f"does so, and so on. No list has more than {limit} words; the words that would follow are left out."
    )


def invert(
    mapping: dict[str, list[int]], *, kind: str, width: int, rule: str, least: int, distinct: bool, limit: int
) -> dict[int, object]:
    """Counts by bucket and word, then the words of each bucket in order."""
    counts: dict[int, dict[str, int]] = {}
    for word, numbers in mapping.items():
        for number in set(numbers) if distinct else numbers:
            bucket = number % width if kind == "remainder" else number // width
            found = counts.setdefault(bucket, {})
            found[word] = found.get(word, 0) + 1
    inverted: dict[int, object] = {}
    for bucket, found in counts.items():
        words = sorted(word for word, count in found.items() if count >= least)
        if rule == "reverse":
            words.reverse()
        elif rule == "longest":
            words.sort(key=lambda word: -len(word))
        elif rule == "shortest":
            words.sort(key=len)
        elif rule == "most":
            words.sort(key=lambda word: found[word], reverse=True)
        if words and (rule != "none" or len(words) == 1):
            inverted[bucket] = words[:limit] if limit > 1 else words[0]
    return inverted


def invert_again(
    mapping: dict[str, list[int]], *, kind: str, width: int, rule: str, least: int, distinct: bool, limit: int
) -> dict[int, object]:
    """For each possible bucket, from the lowest on, the best word is taken out again and again."""
    lists = {word: sorted(set(numbers)) if distinct else list(numbers) for word, numbers in mapping.items()}
    everything = [number for numbers in lists.values() for number in numbers]
    if kind == "remainder":
        buckets = list(range(width))
    else:
        buckets = list(range(min(everything, default=0) // width, max(everything, default=0) // width + 1))
    inverted: dict[int, object] = {}
    for bucket in buckets:
        low = bucket * width
        tallies = {}
        for word, numbers in lists.items():
            if kind == "remainder":
                tallies[word] = sum((number - bucket) % width == 0 for number in numbers)
            else:
                tallies[word] = sum(low <= number < low + width for number in numbers)
        left = [word for word, tally in tallies.items() if tally >= least]
        if rule == "none" and len(left) > 1:
            continue
        chosen: list[str] = []
        while left and len(chosen) < limit:
            if rule == "reverse":
                best = max(left)
            else:
                ranks = {"longest": [-len(word) for word in left], "shortest": [len(word) for word in left]}
                ranks["most"] = [-tallies[word] for word in left]
                best = min(zip(ranks.get(rule, [0] * len(left)), left, strict=True))[1]
            left.remove(best)
            chosen.append(best)
        if chosen:
            inverted[bucket] = chosen if limit > 1 else chosen[0]
    return inverted


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    width = parameters["width"]
    words = stream.sample(("ash", "bay", "elm", "fig", "oak", "beech", "cedar", "maple", "yew", "larch"), 5)
    base = stream.integer(-2, 1)
    mapping = {}
    for word in words[: stream.integer(0, 5)]:
        numbers = []
        for _ in range(stream.integer(0, 3 * parameters["least"] + 2)):
            # Numbers of few buckets, so that words collide.
            bucket = base + stream.below(2 + parameters["limit"] % 2)
            if parameters["kind"] == "quotient":
                numbers.append(bucket * width + stream.below(width))
            else:
                numbers.append(bucket + stream.integer(-1, 2) * width)
        mapping[word] = numbers
    return (mapping,)


def _edges(parameters: Parameters) -> list[Arguments]:
    width, least, distinct = parameters["width"], parameters["least"], parameters["distinct"]

    def times(number: int) -> list[int]:
        """As many numbers of one bucket as a word needs."""
        if not distinct:
            return [number] * least
        return [number + at * (width if parameters["kind"] == "remainder" else 1) for at in range(least)]

    return [
        ({},),
        ({"oak": []},),
        ({"oak": times(0)},),
        ({"oak": times(-width), "elm": times(1)},),
        ({"oak": times(width), "elm": times(width), "cedar": times(width), "ash": times(width)},),
        ({"elm": times(0), "oak": times(0) + times(0), "beech": [0] * (least - 1)},),
        ({"fig": times(-width + 1), "yew": times(-1)[:1]},),
    ]


INVERTING = Family(
    name="inverting",
    topic="dictionaries",
    levels=("one word a bucket", "ranked lists of words that have enough numbers in a bucket"),
    draw=_draw,
    size=_size,
    entry_point="invert",
    signature="mapping: dict[str, list[int]]",
    prompt=_prompt,
    solve=invert,
    solve_again=invert_again,
    mutants=(
        ('kind == "remainder"', 'kind != "remainder"'),
        ("count >= least", "count > least"),
        ("found = counts.setdefault(bucket, {})", "found = counts[bucket] = {}"),
        ("set(numbers) if distinct else numbers", "map(abs, numbers)"),
    ),
    inputs=_inputs,
    edges=_edges,
)
