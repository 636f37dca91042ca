"""`weekdays`: how many days between two dates fall on certain weekdays, and on certain ones of their month."""

from __future__ import annotations

from datetime import date, timedelta

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ORDINALS = ([1], [2], [3], [4], [1, 2], [1, 3], [1, 4], [2, 3], [2, 4], [3, 4])
_WORDS = {1: "first", 2: "second", 3: "third", 4: "fourth"}
_BACKWARDS = {
    "zero": "the answer is 0",
    "swap": "exchange the two dates first",
    "negative": "exchange the two dates first, and the answer is minus the number of days",
}


def _draw(stream: Stream, level: int) -> Parameters:
    mask = stream.integer(1, 126)
    return {
        "days": [day for day in range(7) if mask >> day & 1],
        "first": bool(stream.below(2)),
        "last": bool(stream.below(2)),
        "backwards": stream.choice(sorted(_BACKWARDS)),
        "ordinals": list(stream.choice(_ORDINALS)) if level > 1 else [],
        "from_end": level > 1 and bool(stream.below(2)),
        "skipped": stream.integer(1, 12) if level > 1 else 0,
    }


def _size(level: int) -> int:
    return 126 * 2 * 2 * 3 * (10 * 2 * 12 if level > 1 else 1)


def _prompt(parameters: Parameters) -> str:
    names = [_NAMES[day] for day in parameters["days"]]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    verbs = {True: "may be counted", False: "is never counted"}
    text = (
        "`start` and `end` are dates of the Gregorian calendar, written YYYY-MM-DD. Return how many days from `start` "
        f"to `end` fall on a {listed}. The first of these days, `start`, {verbs[parameters['first']]}, and the last, "
        f"`end`, {verbs[parameters['last']]}"
    )
    if parameters["first"] != parameters["last"]:
        text += " (if they are the same day, it is not counted)"
    text += f". If `end` lies before `start`, {_BACKWARDS[parameters['backwards']]}."
    if parameters["ordinals"]:
        which = " or ".join(_WORDS[ordinal] for ordinal in parameters["ordinals"])
        end = " from the end (the last one is the first from the end)" if parameters["from_end"] else ""
        text += (
            f" Only those days count that are the {which} of their weekday in their month{end}: a day is compared with "
            f"all days of its month on the same weekday. Days in month {parameters['skipped']} do not count."
        )
    return text


def count_days(
    start: str,
    end: str,
    *,
    days: list[int],
    first: bool,
    last: bool,
    backwards: str,
    ordinals: list[int],
    from_end: bool,
    skipped: int,
) -> int:
    """Day after day."""
    from calendar import monthrange
    from datetime import date, timedelta

    low, high = date.fromisoformat(start), date.fromisoformat(end)
    sign = 1
    if low > high:
        low, high = high, low
        sign = {"zero": 0, "swap": 1, "negative": -1}[backwards]
    if not first:
        low += timedelta(days=1)
    if not last:
        high -= timedelta(days=1)
    count = 0
    while low <= high:
        before = monthrange(low.year, low.month)[1] - low.day if from_end else low.day - 1
        ordinal = before // 7 + 1
        if low.weekday() in days and low.month != skipped and (not ordinals or ordinal in ordinals):
            count += 1
        low += timedelta(days=1)
    return sign * count


def count_days_again(
    start: str,
    end: str,
    *,
    days: list[int],
    first: bool,
    last: bool,
    backwards: str,
    ordinals: list[int],
    from_end: bool,
    skipped: int,
) -> int:
    """Month after month, the list of its days on a weekday, and of them those between the dates, as numbers."""
    if start > end and backwards == "zero":
        return 0
    low, high = (tuple(int(part) for part in text.split("-")) for text in sorted((start, end)))
    count = 0
    for at in range(low[0] * 12 + low[1] - 1, high[0] * 12 + high[1]):
        year, month = at // 12, at % 12 + 1
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        length = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
        # Sakamoto's table gives the weekday of the month's first day, Sunday 0.
        y = year - (month < 3)
        opening = (y + y // 4 - y // 100 + y // 400 + (0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4)[month - 1] + 1) % 7
        for weekday in days:
            same = list(range((weekday + 1 - opening) % 7 + 1, length + 1, 7))
            if from_end:
                same.reverse()
            if month == skipped:
                same.clear()
            if ordinals:
                same = [same[ordinal - 1] for ordinal in ordinals if ordinal <= len(same)]
            for day in same:
                here = (year, month, day)
                if low <= here <= high and (first or here != low) and (last or here != high):
                    count += 1
    return -count if start > end and backwards == "negative" else count


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    start = date(2019, 1, 1) + timedelta(days=stream.below(3650))
    end = start + timedelta(days=stream.integer(-15, 40))
    if parameters["ordinals"]:
        end = start + timedelta(days=stream.integer(-60, 300))
    return (start.isoformat(), end.isoformat())


def _edges(parameters: Parameters) -> list[Arguments]:
    # A day that counts and whose ISO weekday is not among `days`, and the next one that counts a week or more later.
    both = {**parameters, "first": True, "last": True}
    year = [(date(2024, 1, 1) + timedelta(days=at)).isoformat() for at in range(366)]
    counted = [at for at in range(31, 365) if count_days(year[at], year[at], **both)]
    at = next(at for at in counted if (date(2024, 1, 1) + timedelta(days=at)).isoweekday() not in parameters["days"])
    later = next((year[later] for later in counted if later >= at + 7), "2025-03-01")
    return [
        (year[at], year[at]),
        (year[at], year[at + 1]),
        (year[at - 1], year[at]),
        (year[at - 1], year[at + 1]),
        (year[at + 1], year[at - 1]),
        (year[at], later),
        ("2024-02-26", "2024-03-03"),
        ("2023-02-26", "2023-03-03"),
        ("2023-12-25", "2024-01-31"),
        ("2024-12-31", "2024-01-01"),
    ]


WEEKDAYS = Family(
    name="weekdays",
    topic="dates",
    levels=("days on certain weekdays", "days on certain weekdays that are the first, second, ... of their month"),
    draw=_draw,
    size=_size,
    entry_point="count_days",
    signature="start: str, end: str",
    prompt=_prompt,
    solve=count_days,
    solve_again=count_days_again,
    mutants=(
        ("if not first", "if first"),
        ("if not last", "if last"),
        ("low <= high", "low < high"),
        ("low.weekday()", "low.isoweekday()"),
    ),
    inputs=_inputs,
    edges=_edges,
)
