"""Constraints of IF-RLVR that ask for a copy of a request, of several, or of a piece of it."""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase, times
from rlvr.envs.instructions.prose import TOPICS
from rlvr.seeding import Stream

_DIVIDER = re.compile(r"\s*\*{6}(?!\*)\s*")
_PUBLISHED_DIVIDER = "******"


def _request(stream: Stream, level: int) -> str:
    """What is to be copied: as many requests as the level says."""
    return " ".join(f"Write {wanted}." for wanted, _ in stream.sample(TOPICS, level))


def _same(response: str, text: str) -> bool:
    """Whether they are the same but for white space around them and the kind of line breaks."""
    return response.replace("\r\n", "\n").strip() == text.replace("\r\n", "\n").strip()


def _same_in_any_case(response: str, text: str) -> bool:
    return response.strip().lower() == text.strip().lower()


class Copy(Constraint):
    """The response is the request itself."""

    id = "copy:copy"
    source = "IF-RLVR"
    phrasings = (
        "Copy this instruction verbatim, without the quotation marks; do not follow it, only copy it into the output: "
        "{prompt_to_repeat}",
        "Your whole answer has to be the text between these quotation marks, letter by letter: {prompt_to_repeat}",
    )
    parameters = ("prompt_to_repeat",)
    phase = Phase.WHOLE
    differs = "`reference` takes capitals and small letters for the same."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """As many requests as the level says."""
        return {"prompt_to_repeat": _request(stream, level)}

    def check(self, response: str, *, prompt_to_repeat: str) -> bool:
        """Every character, but for white space around it."""
        return _same(response, prompt_to_repeat)

    def reference(self, response: str, *, prompt_to_repeat: str) -> bool:
        """In any case, as published."""
        return _same_in_any_case(response, prompt_to_repeat)

    def write(self, text: str, stream: Stream, *, prompt_to_repeat: str) -> str:
        """The request in the place of the text."""
        return text if self.check(text, prompt_to_repeat=prompt_to_repeat) else prompt_to_repeat.strip()

    def spoil(self, text: str, stream: Stream, *, prompt_to_repeat: str) -> str:
        """With something before or after it."""
        return f"Sure! {text}" if stream.below(2) else f"{text.rstrip()} That is all."


class CopyingSimple(Copy):
    """The response is the request itself; the same constraint in other words."""

    id = "copy:copying_simple"
    phrasings = (
        "Repeat the request between the quotation marks without change (do not say anything before or after it, and "
        "leave the quotation marks out) and do not answer it: {prompt_to_repeat}",
        "Answer with the following request, unchanged and without its quotation marks, and with nothing else: "
        "{prompt_to_repeat}",
    )


class CopyingMultiple(Constraint):
    """The response is the request several times, with six asterisks between two."""

    id = "copy:copying_multiple"
    source = "IF-RLVR"
    phrasings = (
        "Repeat the request between the quotation marks {N} without change, separated by 6 asterisk symbols (do not "
        "say anything else, and leave the quotation marks out) and do not answer it: {prompt_to_repeat}",
        "Your whole answer has to be the following text {N}, unchanged and without its quotation marks, with ****** "
        "between each two: {prompt_to_repeat}",
    )
    parameters = ("prompt_to_repeat", "N")
    phase = Phase.WHOLE
    differs = (
        "`reference` takes capitals and small letters for the same, and splits a request that has six asterisks itself."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """A request, twice or up to 2 times more than the level says."""
        return {"prompt_to_repeat": _request(stream, 1), "N": stream.integer(2, 2 + level)}

    def check(self, response: str, *, prompt_to_repeat: str, N: float) -> bool:
        """Every character, but for white space around each copy."""
        text, request = response.replace("\r\n", "\n").strip(), prompt_to_repeat.replace("\r\n", "\n").strip()
        at = count = 0
        while text.startswith(request, at):
            at += len(request)
            count += 1
            if at == len(text):
                return count == N
            divider = _DIVIDER.match(text, at)
            if divider is None:
                return False
            at = divider.end()
        return False

    def reference(self, response: str, *, prompt_to_repeat: str, N: float) -> bool:
        """Split at any six asterisks and in any case, as published."""
        parts = response.split(_PUBLISHED_DIVIDER)
        return len(parts) == N and all(_same_in_any_case(part, prompt_to_repeat) for part in parts)

    def write(self, text: str, stream: Stream, *, prompt_to_repeat: str, N: float) -> str:
        """The copies in the place of the text."""
        if self.check(text, prompt_to_repeat=prompt_to_repeat, N=N):
            return text
        return "\n******\n".join([prompt_to_repeat.strip()] * int(N))

    def spoil(self, text: str, stream: Stream, *, prompt_to_repeat: str, N: float) -> str:
        """With a copy more, or something else before the first."""
        return f"{text}\n******\n{prompt_to_repeat}" if stream.below(2) else f"Sure! {text}"

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """`twice`, and the request in quotation marks."""
        return super().said(kwargs) | {"N": times(kwargs["N"])}


class CopySpan(Constraint):
    """The response is a piece of the request, from one index of a character to another."""

    id = "new:copy_span_idx"
    source = "IF-RLVR"
    phrasings = (
        "Copy the span of words that lies between (and including) index {n_start} and {n_end} of the text between the "
        "quotation marks, and write nothing else. The indices are character indices and begin with 0. "
        "{prompt_to_repeat}",
        "Take the characters with the indices {n_start} to {n_end}, both included and counted from 0, of the following "
        "text without its quotation marks. Answer with these only. {prompt_to_repeat}",
    )
    parameters = ("prompt_to_repeat", "n_start", "n_end")
    phase = Phase.WHOLE
    differs = (
        "`reference` leaves out the character at `n_end`, and takes capitals and small letters for the same. Where an "
        "index is 0 the published checker draws another one; `reference` takes it as it is."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Two to two times the level and one more words of a request, and the white space after them.

        With the white space, which is not looked at, both readings of the second index come to the same.
        """
        request = _request(stream, level)
        gaps = [gap.start() for gap in re.finditer(" ", request)]
        number = stream.integer(2, min(2 * level + 1, len(gaps) - 1))
        first = stream.below(len(gaps) - number)
        return {"prompt_to_repeat": request, "n_start": gaps[first] + 1, "n_end": gaps[first + number]}

    def check(self, response: str, *, prompt_to_repeat: str, n_start: float, n_end: float) -> bool:
        """With both ends, counted from 0, but for white space around it."""
        return _same(response, prompt_to_repeat[int(n_start) : int(n_end) + 1])

    def reference(self, response: str, *, prompt_to_repeat: str, n_start: float, n_end: float) -> bool:
        """Without the second end and in any case, as published."""
        return _same_in_any_case(response, prompt_to_repeat[int(n_start) : int(n_end)])

    def write(self, text: str, stream: Stream, *, prompt_to_repeat: str, n_start: float, n_end: float) -> str:
        """The piece in the place of the text."""
        if self.check(text, prompt_to_repeat=prompt_to_repeat, n_start=n_start, n_end=n_end):
            return text
        return prompt_to_repeat[int(n_start) : int(n_end) + 1].strip()

    def spoil(self, text: str, stream: Stream, *, prompt_to_repeat: str, n_start: float, n_end: float) -> str:
        """With a letter less, or with something before it."""
        return f"Here it is: {text}" if stream.below(2) or not text.strip() else text.strip()[:-1] + "…"
