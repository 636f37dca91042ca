"""Records that tasks are about: books, employees, orders, hotels and flights, told in sentences or in lists.

- `DOMAINS`: what there are records of, by name; `Domain`, `Field`.
- `drawn(stream, domain, keys, count)`: records that differ in their identity.
- `shown(value)`: a value as a text gives it and a cell repeats it.
- `sentences(stream, domain, record)`, `lines(domain, records)`: records as prose, or as a list.
- `worded(day)`, `MONTHS`, `DATE_RULE`: dates in words.
- `number(others)`: of records; `fewest(fields, count)`: a lower bound for that of lists of records.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from rlvr.seeding import Stream

Record = dict[str, Any]
"""Values by the fields' keys: JSON data."""

FIRST_DAY, DAYS = date(2015, 1, 1), 3652
"""Dates are drawn from ten years."""

DATE_RULE = "Dates are written YYYY-MM-DD."
"""What a prompt adds where there are dates: sentences tell them in words."""

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_FIRST_NAMES = ("Ana", "Boris", "Chen", "Dalia", "Emeka", "Freya", "Goran", "Hana", "Ivo", "Jun", "Katja", "Luis")
_LAST_NAMES = ("Abara", "Brandt", "Costa", "Dvorak", "Eriksen", "Fischer", "Garcia", "Hoang", "Ito", "Jansen", "Kaya")
_PEOPLE = tuple(f"{first} {last}" for first in _FIRST_NAMES for last in _LAST_NAMES)
_ADJECTIVES = ("Silent", "Golden", "Distant", "Hollow", "Northern", "Broken", "Little", "Burning", "Paper", "Second")
_NOUNS = ("Harbour", "Orchard", "Winter", "Bridge", "Garden", "Mirror", "River", "Lantern", "Island", "Clock")
_TITLES = tuple(f"{adjective} {noun}" for adjective in _ADJECTIVES for noun in _NOUNS)
_CITIES = ("Oslo", "Porto", "Graz", "Lyon", "Ghent", "Turku", "Split", "Bergen", "Malmo", "Zadar", "Sevilla", "Brno")
_FAR_CITIES = ("Lima", "Accra", "Hanoi", "Quito", "Perth", "Osaka", "Dakar", "Tunis", "Cairo", "Denver", "Recife")
_ARTICLES = ("desk lamp", "bookshelf", "kettle", "office chair", "wall clock", "door mat", "notebook", "water jug")
_TIMES = tuple(f"{hour:02}:{minute:02}" for hour in range(5, 24) for minute in range(0, 60, 5))
_ORDERS = tuple(f"{letter}-{number}" for letter in "ABKMT" for number in range(1001, 9002, 37))
_FLIGHTS = tuple(f"{airline}{number}" for airline in ("LX", "SK", "TP", "OU") for number in range(103, 998, 9))
_HOTELS = tuple(
    f"Hotel {noun}" for noun in ("Astra", "Bellevue", "Central", "Dora", "Europa", "Flora", "Grand", "Mira")
)
_REMARKS = (
    "fragile, handle with care",
    'known as "the old one"',
    "length < 30 cm",
    "R&D",
    'left, then "second" door',
    "price > 10 & rising",
    "north; then east",
    "ask for Kim, not for Lee",
    '"priority" & insured',
    "nothing, really",
)
"""Texts that have to be quoted or escaped in one format or another."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record."""

    key: str
    kind: str
    """`text`, `choice`, `integer`, `number` (two decimals), `boolean`, `date` or `time`."""
    values: tuple[Any, ...]
    """All values; of `integer` and `number` the lowest and the highest, of `boolean` and `date` nothing."""
    said: tuple[str, ...]
    """A sentence with `{}` for the value; of `boolean` one for false and one for true."""

    @property
    def size(self) -> int:
        """Number of values."""
        if self.kind == "boolean":
            return 2
        if self.kind == "date":
            return DAYS
        if self.kind in ("integer", "number"):
            steps: int = (self.values[1] - self.values[0]) * (100 if self.kind == "number" else 1) + 1
            return steps
        return len(self.values)

    def draw(self, stream: Stream) -> Any:
        """One of its values, JSON data."""
        index = stream.below(self.size)
        if self.kind == "boolean":
            return index == 1
        if self.kind == "date":
            return (FIRST_DAY + timedelta(days=index)).isoformat()
        if self.kind == "number":
            return (self.values[0] * 100 + index) / 100
        return self.values[0] + index if self.kind == "integer" else self.values[index]

    def tell(self, value: Any) -> str:
        """The sentence that says the value."""
        if self.kind == "boolean":
            return self.said[1 if value else 0]
        return self.said[0].format(worded(date.fromisoformat(value)) if self.kind == "date" else shown(value))


@dataclass(frozen=True, slots=True)
class Domain:
    """What there are records of."""

    name: str
    """In the singular, as an element is named."""
    plural: str
    fields: tuple[Field, ...]
    """The first says which record it is; the last is a remark, which is never told in sentences."""

    @property
    def identity(self) -> Field:
        """The field by which its records differ."""
        return self.fields[0]

    @property
    def others(self) -> tuple[Field, ...]:
        """The fields between the identity and the remark."""
        return self.fields[1:-1]

    def field(self, key: str) -> Field:
        """The field with this key."""
        return next(field for field in self.fields if field.key == key)

    def keys(self, *kinds: str) -> list[str]:
        """The keys of other fields of these kinds."""
        return [field.key for field in self.others if field.kind in kinds]


_REMARK = Field("remark", "text", _REMARKS, ("The remark is {}.",))

DOMAINS = {
    domain.name: domain
    for domain in (
        Domain(
            "book",
            "books",
            (
                Field("title", "text", _TITLES, ("A book is called {}.",)),
                Field("author", "text", _PEOPLE, ("It was written by {}.",)),
                Field("year", "integer", (1950, 2023), ("It came out in the year {}.",)),
                Field("pages", "integer", (80, 900), ("It has {} pages.",)),
                Field("price", "number", (5, 60), ("It costs {} euros.",)),
                Field("in_print", "boolean", (), ("It is out of print.", "It is in print.")),
                Field("genre", "choice", ("crime", "history", "poetry", "travel"), ("Its genre is {}.",)),
                _REMARK,
            ),
        ),
        Domain(
            "employee",
            "employees",
            (
                Field("name", "text", _PEOPLE, ("This is about {}, who has a new contract.",)),
                Field("department", "choice", ("design", "finance", "legal", "sales"), ("The department is {}.",)),
                Field("salary", "integer", (28_000, 95_000), ("The salary is {} euros a year.",)),
                Field("hired", "date", (), ("The contract began on {}.",)),
                Field("remote", "boolean", (), ("The work is not remote.", "The work is remote.")),
                Field("city", "text", _CITIES, ("The home town is {}.",)),
                Field("hours", "number", (10, 40), ("A week has {} hours of work.",)),
                _REMARK,
            ),
        ),
        Domain(
            "order",
            "orders",
            (
                Field("order_number", "text", _ORDERS, ("An order has come in with the order number {}.",)),
                Field("customer", "text", _PEOPLE, ("The customer is {}.",)),
                Field("article", "text", _ARTICLES, ("The article is: {}.",)),
                Field("quantity", "integer", (1, 150), ("The quantity is {}.",)),
                Field("unit_price", "number", (2, 180), ("The unit price is {} euros.",)),
                Field(
                    "express", "boolean", (), ("It is sent by normal mail, not by express.", "It is sent by express.")
                ),
                Field("channel", "choice", ("phone", "shop", "web"), ("It came by this channel: {}.",)),
                Field("ordered_on", "date", (), ("It was ordered on {}.",)),
                _REMARK,
            ),
        ),
        Domain(
            "hotel",
            "hotels",
            (
                Field(
                    "name",
                    "text",
                    tuple(f"{hotel} {city}" for hotel in _HOTELS for city in _CITIES),
                    ("One of the hotels is the {}.",),
                ),
                Field("manager", "text", _PEOPLE, ("The manager is {}.",)),
                Field("rooms", "integer", (12, 340), ("It has {} rooms.",)),
                Field("price", "number", (45, 320), ("The price of a night is {} euros.",)),
                Field("breakfast", "boolean", (), ("Breakfast is not included.", "Breakfast is included.")),
                Field("category", "choice", ("business", "family", "wellness"), ("Its category is {}.",)),
                Field("opened", "date", (), ("It opened on {}.",)),
                Field("check_in", "time", _TIMES, ("Check-in begins at {}.",)),
                _REMARK,
            ),
        ),
        Domain(
            "flight",
            "flights",
            (
                Field("code", "text", _FLIGHTS, ("There is a flight with the code {}.",)),
                Field("origin", "text", _CITIES, ("Its origin is {}.",)),
                Field("destination", "text", _FAR_CITIES, ("Its destination is {}.",)),
                Field("departure", "time", _TIMES, ("The departure is at {}.",)),
                Field("seats", "integer", (40, 410), ("It has {} seats.",)),
                Field("fare", "number", (60, 1400), ("The fare is {} euros.",)),
                Field("delayed", "boolean", (), ("It is not delayed.", "It is delayed.")),
                Field("status", "choice", ("boarding", "landed", "scheduled"), ("Its status is {}.",)),
                _REMARK,
            ),
        ),
    )
}
"""What there are records of, by name."""


def drawn(
    stream: Stream, domain: Domain, keys: Sequence[str], count: int, distinct: Sequence[str] = ()
) -> list[Record]:
    """Records with these keys, the identity always among them; no two agree in it, nor in the keys `distinct`."""
    identities = stream.sample(domain.identity.values, count)
    records: list[Record] = []
    while len(records) < count:
        record = {domain.identity.key: identities[len(records)]}
        record |= {key: domain.field(key).draw(stream) for key in keys if key not in record}
        if all(record[key] != other[key] for other in records for key in distinct):
            records.append(record)
    return records


def shown(value: Any) -> str:
    """A value as a text gives it and a cell repeats it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def worded(day: date) -> str:
    """A day as prose has it: 7 March 2024."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def sentences(stream: Stream, domain: Domain, record: Record) -> str:
    """A record as a paragraph: its identity first, the rest in any order, nothing of values that are `None`."""
    told = {key: value for key, value in record.items() if value is not None and key != domain.identity.key}
    rest = [domain.field(key).tell(value) for key, value in told.items()]
    return " ".join([domain.identity.tell(record[domain.identity.key]), *stream.sample(rest, len(rest))])


def lines(records: Sequence[Record]) -> str:
    """Records as lists of keys and values."""
    return "\n\n".join("\n".join(f"- {key}: {shown(value)}" for key, value in record.items()) for record in records)


def number(others: int) -> int:
    """Number of records, of any domain, with an identity and so many of the other fields, whichever these are."""
    found = 0
    for domain in DOMAINS.values():
        sizes = [field.size for field in domain.others]
        found += domain.identity.size * sum(math.prod(chosen) for chosen in combinations(sizes, others))
    return found


def fewest(fields: int, count: int = 1) -> int:
    """At least so many lists of `count` records have `fields` fields each, whichever these are, in any domain."""
    least: int = min(
        math.perm(domain.identity.size, count)
        * math.prod(sorted(field.size for field in domain.others)[: fields - 1]) ** count
        for domain in DOMAINS.values()
    )
    return least
