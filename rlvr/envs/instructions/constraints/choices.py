"""One of several fixed answers.

- `detectable_format:constrained_response`: a phrase that has to be in the response.
- `format:options`: the whole response is one of some options.
"""

from __future__ import annotations

import re
import string
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.seeding import Stream

_ANSWERS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
_ANSWER = re.compile(r"my answer is (yes|no|maybe)(?!\w)", re.IGNORECASE)


class ConstrainedResponse(Constraint):
    """One of three phrases, word for word, and none of the other two."""

    id = "detectable_format:constrained_response"
    source = "IFEval"
    phrasings = (
        "Somewhere in your answer say one of the following: ('My answer is yes.', 'My answer is no.', 'My answer is"
        " maybe.'). Use the exact phrase, and none of the others.",
        "Your answer must contain exactly one of the following phrases:\nMy answer is yes.\nMy answer is no.\n"
        "My answer is maybe.",
    )
    phase = Phase.CONTENT
    differs = "`reference` accepts contradictory ones: `My answer is yes. My answer is no.`"

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has none."""
        return {}

    def check(self, response: str) -> bool:
        """One phrase with its capital and its full stop; the others in no spelling."""
        said = {answer.lower() for answer in _ANSWER.findall(response)}
        return len(said) == 1 and self.reference(response)

    def reference(self, response: str) -> bool:
        """One of the phrases is there, whatever else is."""
        return any(answer in response for answer in _ANSWERS)

    def write(self, text: str, stream: Stream) -> str:
        """One more sentence, in the place of those that say it in another way."""
        if self.check(text):
            return text
        return f"{_ANSWER.sub('I say it again', text).rstrip()} {stream.choice(_ANSWERS)}".lstrip()

    def spoil(self, text: str, stream: Stream) -> str:
        """No answer, or two."""
        given = _ANSWER.findall(text)
        if stream.below(2):
            return _ANSWER.sub("My answer is unclear", text)
        others = [answer for answer in _ANSWERS if not given or given[0].lower() not in answer]
        return f"{text} {stream.choice(others)}"


_EDGES = string.punctuation + string.whitespace + "“”‘’«»。"
_PUBLISHED_EDGES = string.punctuation + " "
_LETTERS = re.compile(r"\W*[aA]\W*[bB]\W*[cC]\W*")
_OPTIONS = (
    ("yes/no/maybe", "true/false", "a), b), c), d)"),
    ("I know or I don't know", "agree/disagree/neither", "a), b), c), d), e)"),
    ("always/often/rarely/never", "I can tell or I cannot tell", "north, south, east, west"),
)


def _split(options: str) -> list[str]:
    if "/" in options:
        return options.split("/")
    return re.split(r"\s+or\s+|,\s*(?:or\s+)?", options)


def _bare(text: str) -> str:
    return text.strip(_EDGES).replace("’", "'").lower()


class Options(Constraint):
    """The whole response is one of the options, without a word of explanation."""

    id = "format:options"
    source = "IFBench"
    phrasings = (
        "Answer with one of the following options: {options}. Do not give any explanation.",
        "Reply with nothing but one of these: {options}.",
    )
    parameters = ("options",)
    phase = Phase.WHOLE
    differs = (
        "`reference` wants letters such as `a)` to the character, fails where the response ends with a line break, and"
        " splits options also at an `or` inside a word."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """One of the published ones, or one like them."""
        return {"options": stream.choice(_OPTIONS[level - 1])}

    def said(self, kwargs: Any) -> dict[str, str]:
        """Without quotes, as published."""
        return {"options": str(kwargs["options"])}

    def check(self, response: str, *, options: str) -> bool:
        """One of them in any case, with any punctuation around it."""
        said = _bare(response)
        return bool(said) and said in {_bare(option) for option in _split(options)}

    def reference(self, response: str, *, options: str) -> bool:
        """As published: the options end at `/`, or else at `or`, or else at `,`."""
        separator = next((mark for mark in ("/", "or") if mark in options), ",")
        listed = [option.strip() for option in options.split(separator)]
        if _LETTERS.match(options):
            return response in listed
        said = response.strip(_PUBLISHED_EDGES).lower()
        return said in {option.strip(_PUBLISHED_EDGES).lower() for option in listed}

    def write(self, text: str, stream: Stream, *, options: str) -> str:
        """One of them."""
        return text if self.check(text, options=options) else stream.choice(_split(options)).strip()

    def spoil(self, text: str, stream: Stream, *, options: str) -> str:
        """With an explanation, or none of them."""
        return stream.choice((f"{text} because that is what I think", "I would rather not say which one"))
