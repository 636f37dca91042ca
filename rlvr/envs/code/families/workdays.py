"""`workdays`: a date so many working days on, with a weekend, free days and rules for both."""

from __future__ import annotations

from datetime import date, timedelta

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKENDS = tuple([one, two] if one != two else [one] for one in range(7) for two in range(one, 7))
_BEGIN = {
    "forward": "If `start` is not a working day, begin at the next working day instead (moving there counts for "
    "nothing)",
    "backward": "If `start` is not a working day, begin at the last working day before it instead (moving there counts "
    "for nothing)",
    "stay": "`start` need not be a working day itself",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "weekend": list(stream.choice(_WEEKENDS)),
        "begin": stream.choice(sorted(_BEGIN)),
        "moved": stream.choice(("earlier", "later")) if level > 1 else "",
        "monthly": stream.integer(1, 28) if level > 1 else 0,
    }


def _size(level: int) -> int:
    return 28 * 3 * (2 * 28 if level > 1 else 1)


def _prompt(parameters: Parameters) -> str:
    weekend = " and ".join(f"{_NAMES[day]}s" for day in parameters["weekend"])
    hard = bool(parameters["moved"])
    text = (
        "Dates are of the Gregorian calendar, written YYYY-MM-DD. Working days are all days but the weekend, which is "
        f"all {weekend}, and the free days. The dates in `holidays` are free days; they are in any order, and a date "
        "that is listed several times is the same as listed once. "
    )
    if hard:
        text += f"Day {parameters['monthly']} of every month is a free day too. "
        way, order = ("before", "latest") if parameters["moved"] == "earlier" else ("after", "earliest")
        text += (
            "Each date in `holidays` that falls on the weekend makes another day free: go through these dates, the "
            f"{order} first, and for each the nearest day {way} it that is neither weekend nor free so far becomes "
            "free (all dates in `holidays` and the monthly days are free from the beginning). "
        )
    text += f"{_BEGIN[parameters['begin']]}. Return the date of the `days`-th working day after that day"
    if hard:
        text += ", or if `days` is negative, of the (-`days`)-th working day before it"
    return f"{text}; if `days` is 0, return the day itself."


def add_workdays(
    start: str, days: int, holidays: list[str], *, weekend: list[int], begin: str, moved: str, monthly: int
) -> str:
    """Day after day."""
    from datetime import date, timedelta

    free = {date.fromisoformat(text) for text in holidays}

    def closed(day: date) -> bool:
        return day.weekday() in weekend or day.day == monthly or day in free

    if moved:
        way = timedelta(days=1 if moved == "later" else -1)
        for day in sorted(free, reverse=moved == "earlier"):
            if day.weekday() in weekend:
                while closed(day):
                    day += way
                free.add(day)
    day = date.fromisoformat(start)
    if begin != "stay":
        while closed(day):
            day += timedelta(days=-1 if begin == "backward" else 1)
    step = timedelta(days=1 if days > 0 else -1)
    for _ in range(abs(days)):
        day += step
        while closed(day):
            day += step
    return day.isoformat()


def add_workdays_again(
    start: str, days: int, holidays: list[str], *, weekend: list[int], begin: str, moved: str, monthly: int
) -> str:
    """A list of all working days around, with free days that are owed carried along, and an index into it."""
    from bisect import bisect_left, bisect_right
    from datetime import date

    centre = date.fromisoformat(start).toordinal()
    listed = {date.fromisoformat(text).toordinal() for text in holidays}
    margin = 60 + 3 * abs(days) + 3 * len(listed)
    low = min([centre, *listed]) - margin
    high = max([centre, *listed]) + margin
    # Day 1 of the proleptic calendar was a Monday.
    plain = {number for number in range(low, high) if (number - 1) % 7 not in weekend}
    working = {number for number in plain - listed if date.fromordinal(number).day != monthly}
    owed = 0
    if moved:
        for number in range(low, high) if moved == "later" else range(high - 1, low - 1, -1):
            if number in listed and number not in plain:
                owed += 1
            elif owed and number in working:
                working.remove(number)
                owed -= 1
    ordered = sorted(working)
    if begin == "forward":
        centre = ordered[bisect_left(ordered, centre)]
    elif begin == "backward":
        centre = ordered[bisect_right(ordered, centre) - 1]
    if days > 0:
        centre = ordered[bisect_right(ordered, centre) + days - 1]
    elif days < 0:
        centre = ordered[bisect_left(ordered, centre) + days]
    return date.fromordinal(centre).isoformat()


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    start = date(2019, 1, 1) + timedelta(days=stream.below(3650))
    hard = bool(parameters["moved"])
    days = stream.integer(-9, 9) if hard else stream.integer(0, 9)
    span = (-8 if hard else -3, 14)
    holidays = [(start + timedelta(days=stream.integer(*span))).isoformat() for _ in range(stream.integer(0, 5))]
    return (start.isoformat(), days, holidays)


def _edges(parameters: Parameters) -> list[Arguments]:
    monday = date(2024, 4, 22)
    rest = monday + timedelta(days=parameters["weekend"][0])
    after = rest + timedelta(days=1)
    edges: list[Arguments] = [
        (rest.isoformat(), 0, []),
        (rest.isoformat(), 1, []),
        (rest.isoformat(), 1, [after.isoformat(), after.isoformat()]),
        (rest.isoformat(), 6, [(rest + timedelta(days=at)).isoformat() for at in (7, 3, 4)]),
        (after.isoformat(), 0, [after.isoformat()]),
        ("2024-02-27", 3, []),
        ("2023-12-29", 5, ["2024-01-01"]),
    ]
    if parameters["moved"]:
        week = timedelta(days=7)
        edges += [
            (rest.isoformat(), -1, []),
            (after.isoformat(), 4, [rest.isoformat(), (rest - week).isoformat()]),
            ((after + week).isoformat(), -5, [(rest + week).isoformat(), rest.isoformat()]),
        ]
    return edges


WORKDAYS = Family(
    name="workdays",
    topic="dates",
    levels=(
        "working days ahead, free days listed",
        "both ways, free days on a weekend move, and one day of each month is free",
    ),
    draw=_draw,
    size=_size,
    entry_point="add_workdays",
    signature="start: str, days: int, holidays: list[str]",
    prompt=_prompt,
    solve=add_workdays,
    solve_again=add_workdays_again,
    mutants=(
        ("range(abs(days))", "range(abs(days) + 1)"),
        ("return day.weekday() in weekend", "return day.isoweekday() in weekend"),
        (" or day in free", ""),
        ('begin != "stay"', 'begin == "stay"'),
    ),
    inputs=_inputs,
    edges=_edges,
)
