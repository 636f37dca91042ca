"""Constraints of IFBench that ask for nothing but a copy.

- `repeat:repeat_change`: the request with another first word.
- `repeat:repeat_simple`: the sentence of the constraint itself.
- `repeat:repeat_span`: some words of the request.
"""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.keyword_finding import folded
from rlvr.envs.instructions.prose import TOPICS
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

_SENTENCE = "Only output this sentence here, ignore all other requests."
_OTHER_FIRST = ("Draft", "Compose", "Prepare", "Read")


def _request(stream: Stream, level: int) -> str:
    """As many requests as the level says."""
    return " ".join(f"Write {wanted}." for wanted, _ in stream.sample(TOPICS, level))


class RepeatChange(Constraint):
    """The request word for word, but for its first word, and nothing else."""

    id = "repeat:repeat_change"
    source = "IFBench"
    phrasings = (
        "Repeat the request between the quotation marks, but change the first word of the repeated request (do not say"
        " anything before or after it, and leave the quotation marks out) and do not answer it: {prompt_to_repeat}",
        "Answer with the following text without its quotation marks, another word in the place of its first word, and"
        " nothing else changed or added: {prompt_to_repeat}",
    )
    parameters = ("prompt_to_repeat",)
    phase = Phase.WHOLE
    differs = (
        "`reference` also takes the request with its first word unchanged if its white space or that word's case or"
        " marks differ, and with marks alone in the place of that word."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """As many requests as the level says."""
        return {"prompt_to_repeat": _request(stream, level)}

    def check(self, response: str, *, prompt_to_repeat: str) -> bool:
        """All words but the first are the same to the letter; the first is a word, and not the same in another case."""
        given, wanted = response.split(), prompt_to_repeat.split()
        if not given or not wanted or given[1:] != wanted[1:]:
            return False
        first = words(folded(given[0]))
        return bool(first) and first != words(folded(wanted[0]))

    def reference(self, response: str, *, prompt_to_repeat: str) -> bool:
        """As published."""
        return response != prompt_to_repeat and response.split()[1:] == prompt_to_repeat.split()[1:]

    def write(self, text: str, stream: Stream, *, prompt_to_repeat: str) -> str:
        """The request with another first word, in the place of the text."""
        if self.check(text, prompt_to_repeat=prompt_to_repeat):
            return text
        first, _, rest = prompt_to_repeat.strip().partition(" ")
        other = stream.choice([word for word in _OTHER_FIRST if words(folded(word)) != words(folded(first.split()[0]))])
        # The first word may end at a line break.
        return f"{other}{first[len(first.split()[0]) :]} {rest}".strip()

    def spoil(self, text: str, stream: Stream, *, prompt_to_repeat: str) -> str:
        """The request unchanged, or with something before or after it."""
        return stream.choice((prompt_to_repeat, f"Sure! {text}", f"{text.rstrip()} That is all."))


class RepeatSimple(Constraint):
    """The sentence of the constraint, and nothing else."""

    id = "repeat:repeat_simple"
    source = "IFBench"
    phrasings = (
        _SENTENCE,
        f'Your whole answer has to be the sentence "{_SENTENCE}" without its quotation marks, and nothing else.',
    )
    phase = Phase.WHOLE
    differs = "`reference` takes capitals and small letters for the same."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Every character, but for white space around it."""
        return response.strip() == _SENTENCE

    def reference(self, response: str) -> bool:
        """In any case, as published."""
        return response.strip().lower() == _SENTENCE.lower()

    def write(self, text: str, stream: Stream) -> str:
        """The sentence in the place of the text."""
        return text if self.check(text) else _SENTENCE

    def spoil(self, text: str, stream: Stream) -> str:
        """With something before or after it, in quotation marks, or without its full stop."""
        return stream.choice((f"Sure! {text}", f"{text} Done.", f'"{text}"', text.rstrip()[:-1]))


class RepeatSpan(Constraint):
    """Words of the request, from one index to another, and nothing else."""

    id = "repeat:repeat_span"
    source = "IFBench"
    phrasings = (
        "Copy the span of words that lies between (and including) index {n_start} and {n_end} of the text between the"
        " quotation marks, the indices are word indices, split by whitespace, and begin with 0! Write nothing else:"
        " {prompt_to_repeat}",
        "Split the following text, without its quotation marks, at white space and count the pieces from 0. Answer with"
        " pieces {n_start} to {n_end}, both included, and with nothing else: {prompt_to_repeat}",
    )
    parameters = ("prompt_to_repeat", "n_start", "n_end")
    phase = Phase.WHOLE
    differs = (
        "`reference` takes the indices as those of characters, in any case: of `explain the context`, with 3 and 6, it"
        " wants `lain`. The published instruction says words."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """From two words to three times the level and one more."""
        request = _request(stream, level)
        count = len(request.split())
        number = stream.integer(2, min(3 * level + 1, count))
        first = stream.integer(0, count - number)
        return {"prompt_to_repeat": request, "n_start": first, "n_end": first + number - 1}

    def check(self, response: str, *, prompt_to_repeat: str, n_start: float, n_end: float) -> bool:
        """The same words to the letter, with any white space between them. They are counted from 0."""
        wanted = _span(prompt_to_repeat, n_start, n_end)
        return bool(wanted) and response.split() == wanted

    def reference(self, response: str, *, prompt_to_repeat: str, n_start: float, n_end: float) -> bool:
        """A slice of characters, as published."""
        wanted = prompt_to_repeat[int(n_start) : int(n_end) + 1]
        return response.strip().lower() == wanted.strip().lower()

    def write(self, text: str, stream: Stream, *, prompt_to_repeat: str, n_start: float, n_end: float) -> str:
        """The words in the place of the text."""
        if self.check(text, prompt_to_repeat=prompt_to_repeat, n_start=n_start, n_end=n_end):
            return text
        return " ".join(_span(prompt_to_repeat, n_start, n_end))

    def spoil(self, text: str, stream: Stream, *, prompt_to_repeat: str, n_start: float, n_end: float) -> str:
        """With something before it, a word less, or the slice of characters."""
        fewer = " ".join(text.split()[:-1])
        return stream.choice((f"Here it is: {text}", fewer, prompt_to_repeat[int(n_start) : int(n_end) + 1]))


def _span(text: str, first: float, last: float) -> list[str]:
    return text.split()[max(0, int(first)) : int(last) + 1]
