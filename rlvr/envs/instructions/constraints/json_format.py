"""`detectable_format:json_format`: a response that is JSON as a whole."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.seeding import Stream

_FENCE = "```"


def _without_fence(response: str) -> str | None:
    """What stands in the fence around a response, or the response if it has none; nothing if one is left open."""
    response = response.strip()
    if not response.startswith(_FENCE):
        return response
    if len(response) < 2 * len(_FENCE) or not response.endswith(_FENCE):
        return None
    inside = response[len(_FENCE) : -len(_FENCE)]
    return inside[4:] if inside[:4].lower() == "json" else inside


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"Expected JSON, which has no {name}.")


class JsonFormat(Constraint):
    """One JSON object or array that is not empty, with nothing around it but a fence.

    `NaN` and `Infinity` are not JSON (RFC 8259, section 6), and a string or a number alone wraps nothing.
    """

    id = "detectable_format:json_format"
    source = "IFEval"
    phrasings = (
        "Entire output should be wrapped in JSON format: one object or array with your answer in it. You can use"
        " markdown ticks such as ```.",
        "Write your whole response as one JSON object that is not empty. Put nothing before or after it, except for"
        " ```json and ``` if you like.",
    )
    phase = Phase.ENDS
    differs = "`reference` takes scalars (`42`), `NaN`, `{}`, and a fence that is only opened or only closed."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has none."""
        return {}

    def check(self, response: str) -> bool:
        """It can be read, and is an object or an array with something in it."""
        inside = _without_fence(response)
        if inside is None or inside.lstrip()[:1] not in ("{", "["):
            return False
        try:
            # Numbers stay as they are written: to read one of 10^5 digits takes long, and Python refuses it.
            value = json.loads(inside, parse_constant=_no_constant, parse_int=str, parse_float=str)
        except (ValueError, RecursionError):
            return False
        return bool(value)

    def reference(self, response: str) -> bool:
        """Python reads it as JSON when marks of a fence at either end are taken off."""
        text = response.strip()
        for opening in ("```json", "```Json", "```JSON", "```"):  # One after the other, as published.
            text = text.removeprefix(opening)
        try:
            json.loads(text.removesuffix("```").strip())
        except (ValueError, RecursionError):
            return False
        return True

    def write(self, text: str, stream: Stream) -> str:
        """The text as the one value of an object; its lines are joined, so that no word gets an escaped line break."""
        if self.check(text):
            return text
        wrapped = json.dumps(
            {stream.choice(("answer", "response", "text")): " ".join(text.split())}, ensure_ascii=False
        )
        return f"```json\n{wrapped}\n```" if stream.below(2) else wrapped

    def spoil(self, text: str, stream: Stream) -> str:
        """Not closed, introduced, or a string alone."""
        kind = stream.below(3)
        if kind == 0:
            return text.rstrip()[:-1]
        return f"Here it is:\n{text}" if kind == 1 else json.dumps(" ".join(text.split()))
