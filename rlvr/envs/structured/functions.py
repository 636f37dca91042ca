"""Functions that requests ask for, with their parameters and how a request says them.

- `FUNCTIONS`: all of them, by name; `Function`, `Parameter`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from rlvr.seeding import Stream

_PEOPLE = ("Ana", "Boris", "Chen", "Dalia", "Emeka", "Freya", "Goran", "Hana", "Ivo", "Jun", "Katja", "Luis")
_CITIES = ("Oslo", "Porto", "Graz", "Lyon", "Ghent", "Turku", "Split", "Bergen", "Lima", "Accra", "Hanoi", "Quito")
_PLACES = (
    "Central Station",
    "City Hall",
    "Museum Square",
    "Mill Lane 12",
    "Harbour Gate",
    "Opera House",
    "Airport East",
)
_CURRENCIES = ("CHF", "EUR", "GBP", "JPY", "NOK", "USD")
_TIMES = tuple(f"{hour:02}:{minute:02}" for hour in range(6, 23) for minute in (0, 5, 10, 15, 20, 30, 40, 45, 50))
_DATES = tuple(f"2031-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29))
_TIME = {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"}
_DATE = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_TEXT = {"type": "string"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function."""

    name: str
    schema: dict[str, Any]
    values: tuple[Any, ...]
    said: str = ""
    """Of an optional parameter: the sentence that mentions it, with `{}` for the value. Empty if it is required."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function."""

    name: str
    description: str
    requests: tuple[str, ...]
    """Requests for it, with each required parameter in braces."""
    parameters: tuple[Parameter, ...]

    @property
    def size(self) -> int:
        """Number of ways to choose the required arguments."""
        return math.prod(len(one.values) for one in self.parameters if not one.said)

    @property
    def full_size(self) -> int:
        """The same with the optional ones, which may be left out."""
        return math.prod(len(one.values) + bool(one.said) for one in self.parameters)

    def described(self) -> dict[str, Any]:
        """Name, description, and the JSON schema of its arguments."""
        return {
            "name": self.name,
            "description": self.description,
            "parameters": {
                "type": "object",
                "properties": {one.name: one.schema for one in self.parameters},
                "required": [one.name for one in self.parameters if not one.said],
                "additionalProperties": False,
            },
        }

    def draw(self, stream: Stream, *, optional: bool) -> dict[str, Any]:
        """Arguments, each optional one every second time; none of them unless `optional`."""
        chosen = [one for one in self.parameters if not one.said or (optional and stream.below(2))]
        return {one.name: stream.choice(one.values) for one in chosen}

    def tell(self, arguments: dict[str, Any], stream: Stream) -> str:
        """A request for this call."""
        mentioned = [
            one.said.format(arguments[one.name]) for one in self.parameters if one.said and one.name in arguments
        ]
        return " ".join([stream.choice(self.requests).format(**arguments), *mentioned])


def _one_of(values: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _whole(low: int, high: int) -> tuple[dict[str, Any], tuple[int, ...]]:
    return {"type": "integer", "minimum": 1}, tuple(range(low, high + 1))


FUNCTIONS = {
    function.name: function
    for function in (
        Function(
            "set_alarm",
            "Make the clock ring.",
            ('Set an alarm for {time} with the label "{label}".', 'At {time} an alarm named "{label}" has to ring.'),
            (
                Parameter("time", _TIME, _TIMES),
                Parameter("label", _TEXT, ("medicine", "school run", "stand-up", "swimming", "tea", "train", "yoga")),
                Parameter("volume", {"type": "integer", "minimum": 0}, tuple(range(1, 11)), "Its volume is to be {}."),
            ),
        ),
        Function(
            "send_message",
            "Send a short message to a person.",
            ('Tell {recipient}: "{text}".', 'Send {recipient} the message "{text}".'),
            (
                Parameter("recipient", _TEXT, _PEOPLE),
                Parameter(
                    "text",
                    _TEXT,
                    tuple(
                        f"{start} {end}"
                        for start in ("See you at", "I am at", "Lunch is at", "Please come to", "Meet me at")
                        for end in ("the gate", "my desk", "the lake", "home", "noon", "the office")
                    ),
                ),
                Parameter(
                    "delay_minutes", {"type": "integer", "minimum": 0}, (5, 10, 15, 30), "Wait {} minutes first."
                ),
            ),
        ),
        Function(
            "book_table",
            "Book a table in a restaurant.",
            (
                "Book a table for {guests} at {restaurant} on {date} at {time}.",
                "We are {guests} people and want to eat at {restaurant}, on {date} from {time}.",
            ),
            (
                Parameter("restaurant", _TEXT, ("Alba", "Bistro Nord", "Casa Lina", "Da Piero", "Kiku", "Mulino")),
                Parameter("guests", *_whole(2, 12)),
                Parameter("date", _DATE, _DATES),
                Parameter("time", _TIME, _TIMES),
                Parameter(
                    "area", _one_of(("bar", "garden", "hall")), ("bar", "garden", "hall"), "We want to sit in the {}."
                ),
            ),
        ),
        Function(
            "convert_currency",
            "Convert an amount of money.",
            ("How much is {amount} {source} in {target}?", "Convert {amount} {source} to {target}."),
            (
                Parameter("amount", *_whole(5, 900)),
                Parameter("source", _one_of(_CURRENCIES), _CURRENCIES[:3]),
                Parameter("target", _one_of(_CURRENCIES), _CURRENCIES[3:]),
                Parameter("date", _DATE, _DATES, "Take the rate of {}."),
            ),
        ),
        Function(
            "get_forecast",
            "The weather of the next days in a city.",
            (
                "What will the weather be in {city} for the next {days} days?",
                "I need a forecast of {days} days for {city}.",
            ),
            (
                Parameter("city", _TEXT, _CITIES),
                Parameter("days", *_whole(2, 14)),
                Parameter("unit", _one_of(("celsius", "fahrenheit")), ("celsius", "fahrenheit"), "In {}, please."),
            ),
        ),
        Function(
            "order_taxi",
            "Order a taxi.",
            ("I need a taxi from {pickup} to {destination} at {time}.",),
            (
                Parameter("pickup", _TEXT, _PLACES[:4]),
                Parameter("destination", _TEXT, _PLACES[4:]),
                Parameter("time", _TIME, _TIMES),
                Parameter("passengers", *_whole(2, 6), "There are {} passengers."),
            ),
        ),
        Function(
            "transfer_money",
            "Transfer money in euros to a person.",
            ("Transfer {amount} euros to {recipient}.", "{recipient} gets {amount} euros from me."),
            (
                Parameter("recipient", _TEXT, _PEOPLE),
                Parameter("amount", *_whole(5, 900)),
                Parameter("reference", _TEXT, ("books", "gift", "rent", "tickets"), 'The reference is "{}".'),
            ),
        ),
        Function(
            "create_event",
            "Put an event into the calendar.",
            ('Put "{title}" into my calendar on {date}, from {start}, for {minutes} minutes.',),
            (
                Parameter("title", _TEXT, ("dentist", "exam", "interview", "parents' evening", "rehearsal", "review")),
                Parameter("date", _DATE, _DATES),
                Parameter("start", _TIME, _TIMES),
                Parameter("minutes", *_whole(15, 180)),
                Parameter("location", _TEXT, _CITIES, "It takes place in {}."),
            ),
        ),
    )
}
"""All functions, by name."""
