"""`word`: small word problems, ten stories.

A problem is `(story, numbers, person, thing)`. Only the story and its numbers make a problem another one: names and
objects do not, so a story cannot be in the training split about apples and in the test split about pears.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from rlvr.envs.math.families.base import Family, Parameters
from rlvr.seeding import Stream

PEOPLE = ("Ada", "Ben", "Chloe", "Dinesh", "Elif", "Femi", "Greta", "Hiro", "Ines", "Jamal", "Kofi", "Lena")
THINGS = ("apples", "pencils", "stickers", "marbles", "cards", "shells", "buttons", "stamps", "coins", "beads")
_SCALE = (0, 1, 4, 20)  # by level: how many times as wide the ranges are


@dataclass(frozen=True, slots=True)
class Story:
    """One story. Ranges are `(low, high)` on level 1; on a higher level they reach `low + scale * (high - low)`."""

    name: str
    text: str
    """With `{0}`, `{1}`, ... for its numbers, `{who}` and `{what}`."""
    ranges: tuple[tuple[int, int], ...]
    """What is drawn, each number uniformly and independently."""
    answer: Callable[..., int]
    """By a formula, from the numbers of the text."""
    again: Callable[..., int]
    """By acting the story out, from the same numbers."""
    numbers: Callable[..., Parameters] = lambda *drawn: drawn
    """The numbers of the text from those drawn, one to one: keeps answers whole and positive."""


def _boxes(has: int, boxes: int, each: int, gives: int) -> int:
    for _ in range(boxes):
        has += each
    for _ in range(gives):
        has -= 1
    return has


def _change(count: int, price: int, paid: int) -> int:
    due, change = sum([price] * count), 0
    while due + change < paid:
        change += 1
    return change


def _left_over(sweets: int, children: int) -> int:
    while sweets >= children:
        sweets -= children
    return sweets


def _factory(rate: int, days: int, other_rate: int, other_days: int) -> int:
    return sum([rate] * days + [other_rate] * other_days)


def _twice_as_many(more: int, fewer: int) -> int:
    days = 0
    while more + days != 2 * (fewer + days):
        days += 1
    return days


def _wages(rate: int, limit: int, extra: int, boxes: int) -> int:
    return sum(rate if box < limit else extra for box in range(boxes))


def _fence(length: int, width: int, price: int) -> int:
    return sum(price * side for side in (length, width, length, width))


def _tank(litres: int, into: int, out: int, minutes: int) -> int:
    for _ in range(minutes):
        litres = litres + into - out
    return litres


def _savings(first: int, more: int, weeks: int) -> int:
    total, now = 0, first
    for _ in range(weeks):
        total, now = total + now, now + more
    return total


def _rabbits(heads: int, legs: int) -> int:
    return next(rabbits for rabbits in range(heads + 1) if 4 * rabbits + 2 * (heads - rabbits) == legs)


STORIES = (
    Story(
        name="boxes",
        text="{who} has {0} {what}, buys {1} boxes with {2} {what} each, and then gives away {3} {what}. "
        "How many {what} does {who} have now?",
        ranges=((0, 20), (2, 9), (2, 12), (2, 9)),
        numbers=lambda kept, boxes, each, gives: (kept + gives, boxes, each, gives),
        answer=lambda has, boxes, each, gives: has + boxes * each - gives,
        again=_boxes,
    ),
    Story(
        name="change",
        text="A school orders {0} chairs at ${1} each and pays ${2} in advance. How many dollars does it get back?",
        ranges=((2, 9), (2, 12), (1, 30)),
        numbers=lambda count, price, change: (count, price, count * price + change),
        answer=lambda count, price, paid: paid - count * price,
        again=_change,
    ),
    Story(
        name="share",
        text="{0} {what} are shared equally among {1} children, so that each child gets as many as possible. "
        "How many {what} are left over?",
        ranges=((20, 120), (3, 12)),
        answer=lambda things, children: things % children,
        again=_left_over,
    ),
    Story(
        name="factory",
        text="A factory makes {0} toys a day for {1} days, and then {2} toys a day for {3} days. "
        "How many toys does it make altogether?",
        ranges=((40, 79), (2, 6), (1, 40), (2, 6)),
        # The second part is the faster one, so that no problem is another one told backwards.
        numbers=lambda rate, days, more, other_days: (rate, days, rate + more, other_days),
        answer=lambda rate, days, other_rate, other_days: rate * days + other_rate * other_days,
        again=_factory,
    ),
    Story(
        name="twice",
        text="{who} has {1} {what}, and a friend has {0} {what}. Each of the two gets 1 more every day. "
        "In how many days will the friend have exactly twice as many {what} as {who}?",
        ranges=((4, 16), (1, 30)),
        numbers=lambda fewer, days: (2 * fewer + days, fewer),
        answer=lambda more, fewer: more - 2 * fewer,
        again=_twice_as_many,
    ),
    Story(
        name="wages",
        text="{who} is paid ${0} for each of the first {1} boxes packed in a month and ${2} for each further box. "
        "How many dollars does {who} earn by packing {3} boxes in one month?",
        ranges=((8, 20), (20, 40), (1, 10), (1, 20)),
        numbers=lambda rate, limit, more, over: (rate, limit, rate + more, limit + over),
        answer=lambda rate, limit, extra, boxes: rate * limit + extra * (boxes - limit),
        again=_wages,
    ),
    Story(
        name="fence",
        text="A rectangular garden is {0} metres long and {1} metres wide. One metre of fence costs ${2}. "
        "How many dollars does a fence around the whole garden cost?",
        ranges=((0, 20), (3, 20), (2, 9)),
        numbers=lambda longer, width, price: (width + longer, width, price),
        answer=lambda length, width, price: 2 * (length + width) * price,
        again=_fence,
    ),
    Story(
        name="tank",
        text="A tank holds {0} litres of water. Every minute {1} litres flow in and {2} litres flow out. "
        "How many litres does it hold after {3} minutes?",
        ranges=((5, 50), (1, 9), (2, 9), (2, 15)),
        numbers=lambda litres, gain, out, minutes: (litres, out + gain, out, minutes),
        answer=lambda litres, into, out, minutes: litres + (into - out) * minutes,
        again=_tank,
    ),
    Story(
        name="savings",
        text="{who} saves ${0} in the first week and in each further week ${1} more than in the week before. "
        "How many dollars does {who} save in {2} weeks altogether?",
        ranges=((5, 30), (1, 9), (3, 8)),
        answer=lambda first, more, weeks: weeks * (2 * first + (weeks - 1) * more) // 2,
        again=_savings,
    ),
    Story(
        name="rabbits",
        text="On a farm there are only chickens and rabbits. Together they have {0} heads and {1} legs. "
        "How many rabbits are there?",
        ranges=((1, 20), (1, 20)),
        numbers=lambda chickens, rabbits: (chickens + rabbits, 2 * chickens + 4 * rabbits),
        answer=lambda heads, legs: (legs - 2 * heads) // 2,
        again=_rabbits,
    ),
)


def _draw(stream: Stream, level: int) -> Parameters:
    story = stream.choice(STORIES)
    scale = _SCALE[level]
    drawn = [low + stream.below(scale * (high - low) + 1) for low, high in story.ranges]
    return story, story.numbers(*drawn), stream.choice(PEOPLE), stream.choice(THINGS)


def _prompt(problem: Parameters) -> str:
    story, numbers, who, what = problem
    return str(story.text.format(*numbers, who=who, what=what))


def _pattern(story: Story) -> re.Pattern[str]:
    """The story's text, with a named group for each number."""
    pieces = re.split(r"\{(\w+)\}", story.text)  # text, placeholder, text, ...
    return re.compile(
        "".join(
            re.escape(piece) if i % 2 == 0 else rf"(?P<n{piece}>[0-9]+)" if piece.isdigit() else "[A-Za-z]+"
            for i, piece in enumerate(pieces)
        )
    )


_PATTERNS = [(_pattern(story), story) for story in STORIES]


def _by_acting_it_out(prompt: str) -> int:
    for pattern, story in _PATTERNS:
        if match := pattern.fullmatch(prompt):
            return story.again(*[int(match[f"n{i}"]) for i in range(len(match.groups()))])
    raise ValueError(f"Expected the text of one of the {len(STORIES)} stories, actually: {prompt!r}.")


def _size(level: int) -> int:
    return sum(prod(_SCALE[level] * (high - low) + 1 for low, high in story.ranges) for story in STORIES)


WORD = Family(
    name="word",
    levels=("ten stories with small numbers", "with numbers 4 times as large", "with numbers 20 times as large"),
    draw=_draw,
    canonical=lambda problem: f"{problem[0].name} {problem[1]}",
    prompt=_prompt,
    answer=lambda problem: str(problem[0].answer(*problem[1])),
    solve_again=_by_acting_it_out,
    size=_size,
)
