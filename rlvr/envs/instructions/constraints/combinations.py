"""What a response is made of as a whole.

- `combination:two_responses`: two different ones with six asterisks between them.
- `combination:repeat_prompt`: the request, then the answer.
"""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.places import inner_starts
from rlvr.seeding import Stream

_SEPARATOR = re.compile(r"(?<!\*)\*{6}(?!\*)")
_NO_WORDS = re.compile(r"[\s!-/:-@\[-`{-~。．，、！？：；…“”‘’«»‹›–—।۔،؟·•]+")
_BEGINNING = 120
_DECIDES = 40  # A beginning that says as much has all of its number in it.
_NUMBERED = re.compile(r"(?:response|answer|option|version) ?(?:[0-9]{1,2}|one|two|a|b|i|ii) ")


def _said(response: str) -> str:
    """What a response says, without its marks, its capitals and its number."""
    plain = _NO_WORDS.sub(" ", response.casefold()).strip()
    return plain[number.end() :] if (number := _NUMBERED.match(plain)) else plain


def _differ(one: str, other: str) -> bool:
    begun, also_begun = _said(one[:_BEGINNING]), _said(other[:_BEGINNING])
    length = min(len(begun), len(also_begun))
    if length > _DECIDES and begun[:length] != also_begun[:length]:  # Most do; the rest need not be read then.
        return True
    return _said(one) != _said(other)


class TwoResponses(Constraint):
    """Two responses with exactly six asterisks between them, that differ in more than marks and capitals."""

    id = "combination:two_responses"
    source = "IFEval"
    phrasings = (
        "Give two different responses. Responses and only responses should be separated by 6 asterisk symbols: ******.",
        "Write exactly two different responses and put ****** between them, six asterisks, neither more nor fewer.",
    )
    phase = Phase.STRUCTURE
    differs = (
        "`reference` takes two that differ by a full stop, by white space inside them or by their number, and rows of"
        " seven to eleven asterisks."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has none."""
        return {}

    def check(self, response: str) -> bool:
        """Two parts; a separator before the first or after the last one does no harm, but no part is empty."""
        parts = [part.strip() for part in _SEPARATOR.split(response, maxsplit=4)]
        first, last = (0 if parts[0] else 1), (len(parts) if parts[-1] else len(parts) - 1)
        if len(parts) > 4 or last - first != 2:
            return False
        one, other = parts[first:last]
        return bool(one) and bool(other) and _differ(one, other)

    def reference(self, response: str) -> bool:
        """As published: two parts that are not the same to the character; only first and last part may be empty."""
        parts = [part.strip() for part in response.split("******")]
        if not all(parts[1:-1]):
            return False
        given = [part for part in parts if part]
        return len(given) == 2 and given[0] != given[1]

    def write(self, text: str, stream: Stream) -> str:
        """The separator comes between two paragraphs, or else between two sentences."""
        if self.check(text):
            return text
        text = _SEPARATOR.sub("", text).strip()
        gaps = list(re.finditer(r"\n[ \t]*\n", text))
        if gaps:
            middle = gaps[len(gaps) // 2]
            text = f"{text[: middle.start()]}\n\n******\n\n{text[middle.end() :].lstrip()}"
        elif places := inner_starts(text):
            at = places[len(places) // 2]
            text = f"{text[: at - 1]}\n\n******\n\n{text[at:]}"
        else:
            text = f"{text or 'There is one way to see it.'}\n\n******\n\nThere is another way to see it."
        return text if self.check(text) else f"{text} This one is different."

    def spoil(self, text: str, stream: Stream) -> str:
        """One of them twice, a third one, or another separator."""
        kind = stream.below(3)
        parts = [part.strip() for part in _SEPARATOR.split(text) if part.strip()]
        if kind == 0:
            return f"{parts[0]}\n\n******\n\n{parts[0]}."
        if kind == 1:
            return f"{text}\n\n******\n\nHere is a third response."
        return _SEPARATOR.sub("***", text)


# Without commas and digits, so that they go with constraints on these.
_REQUESTS = (
    (
        "Explain it to me.",
        "Tell me more about it.",
        "Write it for a friend.",
        "Describe what you see.",
    ),
    (
        "Write a few lines that a child would like to hear before going to bed.",
        "Tell me what you would say to someone who has never heard of it.",
        "Describe it as if you had been there yourself this morning.",
    ),
    (
        "Write something that begins slowly and warms up in the middle; end on a high note and keep it friendly.",
        "Say it in your own words (no quotations please) and mention at least one thing that most people overlook.",
        "First think of somebody who knows nothing about it; then write for that person and not for an expert.",
    ),
)
_WORD = re.compile(r"[^\W_]|[^\x00-\x7f]")


class RepeatPrompt(Constraint):
    """The request word for word at the very beginning, then an answer. White space between words does not matter."""

    id = "combination:repeat_prompt"
    source = "IFEval"
    phrasings = (
        "First repeat the request in the next line word for word without change, then give your answer (do not say any"
        " words or characters before repeating the request).\n{prompt_to_repeat}",
        "Begin your response with this request, exactly as it is written here and with nothing before it, and go on"
        " with your answer:\n{prompt_to_repeat}",
    )
    parameters = ("prompt_to_repeat",)
    phase = Phase.ENDS
    differs = "`reference` ignores capitals, minds line breaks inside the request, and asks for no answer after it."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """A request to repeat, longer with each level."""
        return {"prompt_to_repeat": stream.choice(_REQUESTS[level - 1])}

    def said(self, kwargs: Any) -> dict[str, str]:
        """Without quotes, which would have to be repeated or not."""
        return {"prompt_to_repeat": str(kwargs["prompt_to_repeat"])}

    def check(self, response: str, *, prompt_to_repeat: str) -> bool:
        """The same words with the same marks and capitals; what follows has a word in it."""
        wanted = prompt_to_repeat.split()
        given = response.split(maxsplit=len(wanted))
        if not wanted or len(given) < len(wanted) or given[: len(wanted) - 1] != wanted[:-1]:
            return False
        last = given[len(wanted) - 1]
        if not last.startswith(wanted[-1]):
            return False
        more = last[len(wanted[-1]) :]
        if wanted[-1][-1].isalnum() and more[:1].isalnum():  # A longer word.
            return False
        return _WORD.search(" ".join([more, *given[len(wanted) :]])) is not None

    def reference(self, response: str, *, prompt_to_repeat: str) -> bool:
        """It begins with the request, in any case."""
        return response.strip().lower().startswith(prompt_to_repeat.strip().lower())

    def write(self, text: str, stream: Stream, *, prompt_to_repeat: str) -> str:
        """A line with the request before the text."""
        if self.check(text, prompt_to_repeat=prompt_to_repeat):
            return text
        return f"{prompt_to_repeat.strip()}\n{text.lstrip() or 'Here you are.'}"

    def spoil(self, text: str, stream: Stream, *, prompt_to_repeat: str) -> str:
        """Something before the request, a word of it changed, or no answer after it."""
        kind = stream.below(3)
        if kind == 0:
            return f"{stream.choice(('Sure!', 'Request:', '-'))} {text}"
        if kind == 1:
            return f"x{text.lstrip()}"
        return prompt_to_repeat
