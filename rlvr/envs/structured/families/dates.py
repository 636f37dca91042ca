"""`date`: dates in another format, one a line.

A format is a text with `YYYY`, `MM`, `M`, `Month`, `Mon`, `DD`, `D` and `Weekday` in it; English names, each element
once at most, and nothing else that is a letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from rlvr.envs.structured.families.base import (
    Family,
    Outcome,
    Problem,
    Reference,
    compared,
    known,
    misshapen,
    only,
    text_of,
    texts_of,
    unreadable,
)
from rlvr.envs.structured.records import MONTHS
from rlvr.seeding import Stream

FIRST, DAYS = date(1950, 1, 1), 36_525
"""Dates are drawn from a century."""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ELEMENT = re.compile("YYYY|Weekday|Month|Mon|MM|M|DD|D")
_SAID = {
    "YYYY": "the year in four digits",
    "MM": "the month in two digits",
    "M": "the number of the month without a leading zero",
    "Month": "the English name of the month",
    "Mon": "the first three letters of the English name of the month",
    "DD": "the day in two digits",
    "D": "the day without a leading zero",
    "Weekday": "the English name of the day of the week",
}
_READ = {
    "YYYY": "([0-9]{4})",
    "MM": "(0[1-9]|1[0-2])",
    "M": "([1-9]|1[0-2])",
    "Month": f"({'|'.join(MONTHS)})",
    "Mon": f"({'|'.join(month[:3] for month in MONTHS)})",
    "DD": "(0[1-9]|[12][0-9]|3[01])",
    "D": "([1-9]|[12][0-9]|3[01])",
    "Weekday": f"({'|'.join(_WEEKDAYS)})",
}
_MONTH, _DAY = ("MM", "M", "Month", "Mon"), ("DD", "D")

_TO = (
    ("DD.MM.YYYY", "MM/DD/YYYY", "YYYY/MM/DD", "DD-MM-YYYY", "YYYYMMDD", "D.M.YYYY"),
    ("DD-Mon-YYYY", "D Month YYYY", "Month D, YYYY", "YYYY Mon DD", "M/D/YYYY", "YYYY-MM-DD"),
    ("Weekday, D Month YYYY", "Weekday DD.MM.YYYY", "YYYY-MM-DD (Weekday)", "Month D, YYYY, Weekday"),
)
"""Formats to write, by level."""

_FROM = (("YYYY-MM-DD",), ("D Month YYYY", "Month D, YYYY"), ("D Month YYYY", "Month D, YYYY", "YYYY-MM-DD"))
"""Formats to read, by level."""


def rendered(day: date, format: str) -> str:
    """The day in a format.

    Example:
        >>> rendered(date(2024, 3, 7), "Weekday, D Mon YYYY")
        'Thursday, 7 Mar 2024'
    """
    spelled = {
        "YYYY": f"{day.year:04}",
        "MM": f"{day.month:02}",
        "M": str(day.month),
        "Month": MONTHS[day.month - 1],
        "Mon": MONTHS[day.month - 1][:3],
        "DD": f"{day.day:02}",
        "D": str(day.day),
        "Weekday": _WEEKDAYS[day.weekday()],
    }
    return _ELEMENT.sub(lambda element: spelled[element[0]], format)


def parsed(text: str, format: str) -> date | None:
    """The day that a text in this format names, whatever weekday it adds; `None` if it has another form.

    Example:
        >>> parsed("30.02.2024", "DD.MM.YYYY") is None
        True
    """
    elements = _ELEMENT.findall(format)
    literals = [re.escape(literal) for literal in _ELEMENT.split(format)]
    pattern = literals[0] + "".join(
        _READ[element] + literal for element, literal in zip(elements, literals[1:], strict=True)
    )
    found = re.fullmatch(pattern, text)
    if found is None:
        return None
    held = dict(zip(elements, found.groups(), strict=True))
    try:
        return date(int(held["YYYY"]), _month(held), int(held["DD"] if "DD" in held else held["D"]))
    except ValueError:
        return None


def _month(held: Mapping[str, str]) -> int:
    name = held.get("Month") or held.get("Mon")
    if name is None:
        return int(held["MM"] if "MM" in held else held["M"])
    return next(number for number, month in enumerate(MONTHS, start=1) if month.startswith(name))


def _draw(stream: Stream, level: int) -> Problem:
    count = stream.integer(3, 4) if level > 2 else 1
    days: dict[int, None] = {}  # A set that keeps its order.
    while len(days) < count:
        days[stream.below(DAYS)] = None
    return {"days": list(days), "format": stream.choice(_TO[level - 1]), "level": level}


def _canonical(problem: Problem) -> str:
    return f"{sorted(problem['days'])} {problem['format']}"


def _reference(problem: Problem, stream: Stream) -> Reference:
    days = [FIRST + timedelta(days=number) for number in sorted(problem["days"])]
    return {"kind": "date", "format": problem["format"], "dates": [day.isoformat() for day in days]}


def _prompt(problem: Problem, reference: Reference, stream: Stream) -> str:
    given = [
        rendered(FIRST + timedelta(days=number), stream.choice(_FROM[problem["level"] - 1]))
        for number in problem["days"]
    ]
    format = problem["format"]
    legend = "; ".join(f"{element} is {_SAID[element]}" for element in _ELEMENT.findall(format))
    if len(given) == 1:
        return f"Write the date {given[0]} in the format `{format}`, where {legend}."
    listed = "\n".join(f"- {one}" for one in given)
    return (
        f"Write these dates in the format `{format}`, where {legend}. Write one date a line and nothing else, from the "
        f"earliest to the latest.\n\n{listed}"
    )


def _size(level: int) -> int:
    """Days and formats; at level 3, sets of three or four days and formats."""
    if level < 3:
        return DAYS * len(_TO[level - 1])
    threes = DAYS * (DAYS - 1) * (DAYS - 2) // 6
    return (threes + threes * (DAYS - 3) // 4) * len(_TO[2])


def _read(row: Mapping[str, Any]) -> Reference:
    only(row, ("format", "dates"))
    format = text_of(row, "format")
    elements = _ELEMENT.findall(format)
    once = all(sum(element in group for element in elements) == 1 for group in (("YYYY",), _MONTH, _DAY))
    if not once or elements.count("Weekday") > 1 or re.search(r"[^\W\d_]", _ELEMENT.sub("", format)):
        raise ValueError(
            f"Expected field 'format' to have a year, a month and a day, each once, spelled {', '.join(_SAID)}, "
            f"and no other letters, actually: {format!r:.80}."
        )
    if row.get("dates") is None:
        return {"kind": "date", "format": format}
    dates = texts_of(row, "dates")
    for one in dates:
        if parsed(one, "YYYY-MM-DD") is None:
            raise ValueError(f"Expected field 'dates' to be dates as YYYY-MM-DD, actually: {one!r:.80}.")
    return {"kind": "date", "format": format, "dates": dates}


def _judge(text: str, reference: Reference) -> Outcome:
    """Each line in the format, and as many as dates are asked for, is the form."""
    format, expected = reference["format"], reference.get("dates")
    lines, count = [line.strip() for line in text.split("\n")], len(expected) if expected else 1
    if len(lines) != count:
        reason = f"There are {len(lines)} lines; expected was one for each of {count} dates."
        return misshapen(reason) if parsed(lines[0], format) else unreadable(reason)
    strange = [number for number, line in enumerate(lines) if parsed(line, format) is None]
    if strange:
        reason = f"Line {strange[0] + 1} is no date in the format {format}: {lines[strange[0]]!r:.80}."
        return misshapen(reason) if len(strange) < count else unreadable(reason)
    if expected is None:
        return Outcome(True)
    right = sum(line == rendered(date.fromisoformat(one), format) for line, one in zip(lines, expected, strict=True))
    return compared(right, count)


def _dates(reference: Reference) -> list[date]:
    return [date.fromisoformat(one) for one in known(reference, "dates")]


def _spelled(days: list[date], format: str) -> str:
    return "\n".join(rendered(day, format) for day in days)


def _write(reference: Reference) -> str:
    return _spelled(_dates(reference), reference["format"])


def _mistake(reference: Reference) -> str:
    *rest, last = _dates(reference)
    return _spelled([*rest, last + timedelta(days=1)], reference["format"])


DATE = Family(
    name="date",
    levels=(
        "one date, from digits to digits",
        "one date, from words to digits or words",
        "three or four dates in order, with the day of the week",
    ),
    draw=_draw,
    size=_size,
    exact=True,
    reference=_reference,
    prompt=_prompt,
    read=_read,
    judge=_judge,
    write=_write,
    mistake=_mistake,
    breakers=(
        lambda reference: _spelled(_dates(reference), "YYYY~MM~DD"),
        lambda reference: _spelled(_dates(reference), f"{reference['format']}."),
        lambda reference: f"It is {_write(reference)}",
        lambda reference: "\n".join(_write(reference).split("\n")[1:]),
        lambda reference: f"{_write(reference)}\n{_write(reference)}",
        lambda reference: _write(reference).translate(dict(zip(range(48, 58), "٠١٢٣٤٥٦٧٨٩", strict=True))),
    ),
)
"""Dates in another format."""
