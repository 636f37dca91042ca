"""`custom:multiples`, `custom:date_format_list`: multiples of seven, and the dates of Napoleon's battles."""

from __future__ import annotations

import re
from calendar import monthrange

from rlvr.envs.instructions.constraints.whole_answers import WholeAnswer
from rlvr.seeding import Stream

_MULTIPLES = [str(number) for number in range(14, 51, 7)]


class Multiples(WholeAnswer):
    """14, 21, 28, 35, 42, 49 and nothing else."""

    id = "custom:multiples"
    phrasings = (
        "Count from 10 to 50 but only print multiples of 7.",
        "Write all multiples of 7 from 10 to 50 in ascending order, and nothing else.",
    )
    differs = "`reference` takes words beside the numbers."

    def check(self, response: str) -> bool:
        """No other number and no word."""
        return re.findall(r"\w+", response) == _MULTIPLES

    def reference(self, response: str) -> bool:
        """No other number."""
        return re.findall(r"\d+", response) == _MULTIPLES

    def answer(self, stream: Stream) -> str:
        """With commas, spaces or line breaks."""
        return stream.choice((", ", " ", "\n")).join(_MULTIPLES)

    def spoil(self, text: str, stream: Stream) -> str:
        """Without one of them."""
        return text.replace(stream.choice(_MULTIPLES), "")


# The first days of battles that Napoleon commanded in (Chandler 1966, "The Campaigns of Napoleon").
_BATTLES = (
    "1796-05-10 1796-08-05 1796-11-15 1797-01-14 1798-07-21 1799-07-25 1800-06-14 1805-12-02 1806-10-14 1807-02-07"
    " 1807-06-14 1809-05-21 1809-07-05 1812-08-16 1812-09-07 1813-05-02 1813-05-20 1813-08-26 1813-10-16 1814-02-10"
    " 1814-02-11 1814-03-07 1814-03-09 1814-03-20 1815-06-16 1815-06-18"
).split()
CERTAIN = frozenset(("1798-07-21", "1800-06-14", "1805-12-02", "1806-10-14", "1807-06-14", "1815-06-18"))
"""Pyramids, Marengo, Austerlitz, Jena, Friedland, Waterloo: fought in one day, and in every list."""
_YEARS = (1793, 1815)
"""From Toulon to Waterloo."""

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ANY_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def _is_day(date: str) -> bool:
    found = _DATE.fullmatch(date)
    if found is None:
        return False
    year, month, day = map(int, found.groups())
    return _YEARS[0] <= year <= _YEARS[1] and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


class BattleDates(WholeAnswer):
    """Dates as YYYY-MM-DD with commas between them."""

    id = "custom:date_format_list"
    phrasings = (
        "List the start dates of all the battles Napoleon fought separated by commas, use the following date format:"
        " YYYY-MM-DD. Do not provide an explanation.",
        "On which days did the battles begin that Napoleon fought? Give all of these dates in the format YYYY-MM-DD,"
        " separated by commas, and nothing else.",
    )
    differs = "`reference` looks at the form alone: one date suffices, of any year from 1769 to 1821, also on day 00."

    def check(self, response: str) -> bool:
        """Days of the calendar from 1793 to 1815, among them those of six battles that are beyond doubt."""
        dates = [date.strip() for date in response.strip().rstrip(".,").split(",")]
        return CERTAIN.issubset(dates) and all(map(_is_day, dates))

    def reference(self, response: str) -> bool:
        """Four, two and two digits, within his life; a month has at most its usual number of days."""
        return all(_has_form(date.strip()) for date in response.strip().split(","))

    def answer(self, stream: Stream) -> str:
        """Most of his battles, in order of time."""
        optional = [date for date in _BATTLES if date not in CERTAIN]
        left_out = stream.choice(optional)
        return ", ".join(date for date in _BATTLES if date != left_out)

    def spoil(self, text: str, stream: Stream) -> str:
        """Without one of the six, or in another format."""
        if stream.below(2):
            return text.replace("-", "/")
        dates = [date.strip() for date in text.split(",")]
        missing = stream.choice(sorted(CERTAIN))
        return ", ".join(date for date in dates if date.rstrip(".") != missing)


def _has_form(date: str) -> bool:
    found = _ANY_DATE.fullmatch(date)
    if found is None:
        return False
    year, month, day = map(int, found.groups())
    longest = 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31 if month else day
    return 1769 <= year <= 1821 and month <= 12 and day <= longest
