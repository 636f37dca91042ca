"""`calendars`: a date so many days on, in a made-up calendar with its own months and leap years."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream


def _draw(stream: Stream, level: int) -> Parameters:
    hard = level > 1
    months = stream.integer(4, 9)
    odd = stream.integer(5, 10)
    every = stream.integer(2, 6)
    return {
        "months": months,
        "odd": odd,
        "even": stream.choice([length for length in range(5, 11) if length != odd]),
        "every": every,
        "century": every * stream.integer(2, 5) if hard else 0,
        "leap_month": stream.integer(1, months) if hard else months,
        "extra": stream.integer(1, 2) if hard else 1,
    }


def _size(level: int) -> int:
    months = sum(range(4, 10)) * 2 * 4 if level > 1 else 6
    return months * 6 * 5 * 5


def _prompt(parameters: Parameters) -> str:
    months, every, extra = parameters["months"], parameters["every"], parameters["extra"]
    text = (
        f"In a made-up calendar a year has {months} months, numbered from 1. Months with an odd number have "
        f"{parameters['odd']} days, months with an even number {parameters['even']}. In leap years month "
        f"{parameters['leap_month']} has {extra} day{'s' if extra > 1 else ''} more. A year is a leap year if its "
        f"number is divisible by {every}"
    )
    if parameters["century"]:
        text += f", unless it is divisible by {parameters['century']}"
    text += (
        ". Years are numbered by consecutive integers, and 0 and negative numbers are years like others. `date` is a "
        "tuple (year, month, day) that exists in the calendar, with days counted from 1. Return the date `days` days "
    )
    text += (
        "later, or if `days` is negative, -`days` days earlier, as such a tuple."
        if parameters["century"]
        else "later, as such a tuple; `days` is not negative."
    )
    return text


def later_date(
    date: tuple[int, int, int],
    days: int,
    *,
    months: int,
    odd: int,
    even: int,
    every: int,
    century: int,
    leap_month: int,
    extra: int,
) -> tuple[int, int, int]:
    """Month after month."""
    year, month, day = date

    def length(year: int, month: int) -> int:
        usual = odd if month % 2 == 1 else even
        leap = year % every == 0 and not (century and year % century == 0)
        return usual + extra if leap and month == leap_month else usual

    day = day + days
    while day > length(year, month):
        day -= length(year, month)
        month += 1
        if month > months:
            year, month = year + 1, 1
    while day < 1:
        month -= 1
        if month < 1:
            year, month = year - 1, months
        day += length(year, month)
    return year, month, day


def later_date_again(
    date: tuple[int, int, int],
    days: int,
    *,
    months: int,
    odd: int,
    even: int,
    every: int,
    century: int,
    leap_month: int,
    extra: int,
) -> tuple[int, int, int]:
    """Dates as the number of days since the beginning of year 1, by arithmetic, and back by bisection."""
    usual = [even if at % 2 else odd for at in range(months)]

    def before(year: int) -> int:
        """Days from the beginning of year 1 to that of `year`."""
        past = year - 1
        leaps = past // every - (past // century if century else 0)
        return past * sum(usual) + leaps * extra

    def opening(year: int, month: int) -> int:
        leap = before(year + 1) - before(year) > sum(usual)
        return before(year) + sum(usual[: month - 1]) + (extra if leap and month > leap_month else 0)

    year, month, day = date
    number = opening(year, month) + day - 1 + days
    low, high = year - abs(days) - 1, year + abs(days) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if before(middle) <= number:
            low = middle
        else:
            high = middle
    month = max(month for month in range(1, months + 1) if opening(low, month) <= number)
    return low, month, number - opening(low, month) + 1


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    hard = bool(parameters["century"])
    # Half of the dates lie close to the beginning of a leap year or of what would be one.
    year = stream.integer(1, 40)
    if stream.below(2):
        year = (parameters["century"] or parameters["every"]) * stream.integer(0, 3) + stream.integer(-1, 1)
    month = stream.integer(1, parameters["months"])
    day = stream.integer(1, min(parameters["odd"], parameters["even"]))
    days = stream.integer(0, 9) if stream.below(3) == 0 else stream.integer(0, 150)
    return ((year, month, day), -days if hard and stream.below(2) else days)


def _edges(parameters: Parameters) -> list[Arguments]:
    months, every, leap_month = parameters["months"], parameters["every"], parameters["leap_month"]
    final = parameters["even"] if months % 2 == 0 else parameters["odd"]
    usual = parameters["even"] if leap_month % 2 == 0 else parameters["odd"]
    edges: list[Arguments] = [
        ((1, 1, 1), 0),
        ((1, 1, 1), parameters["odd"]),
        ((1, 2, 1), parameters["even"] - 1),
        ((1, months, final), 1),
        ((every, leap_month, usual), 1),
        ((every, leap_month, usual), parameters["extra"] + 1),
        ((every + 1, leap_month, usual), 1),
        ((1, 1, 1), 1000),
    ]
    if parameters["century"]:
        edges += [
            ((parameters["century"], leap_month, usual), 1),
            ((0, leap_month, 1), usual),
            ((1, 1, 1), -1),
            ((every + 1, 1, 1), -1000),
        ]
    return edges


CALENDARS = Family(
    name="calendars",
    topic="dates",
    levels=("days ahead, a simple leap rule", "both ways, a leap rule with an exception, leap days in any month"),
    draw=_draw,
    size=_size,
    entry_point="later_date",
    signature="date: tuple[int, int, int], days: int",
    prompt=_prompt,
    solve=later_date,
    solve_again=later_date_again,
    mutants=(
        ("year % every == 0", "year % every == 1"),
        ("month % 2 == 1", "month % 2 == 0"),
        ("usual + extra if", "usual if"),
        ("day = day + days", "day = day + days - 1"),
        ("if month > months", "if month >= months"),
    ),
    inputs=_inputs,
    edges=_edges,
)
