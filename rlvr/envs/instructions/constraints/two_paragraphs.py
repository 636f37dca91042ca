"""Constraints of IF-RLVR on paragraphs: two of them, or three of so many sentences of so many words."""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import fillers
from rlvr.envs.instructions.constraints.paragraph_count import NumberParagraphs
from rlvr.envs.instructions.constraints.published_text import published_sentences, published_tokens
from rlvr.envs.instructions.text import count_words, paragraphs, sentences
from rlvr.seeding import Stream

_DIVIDED = NumberParagraphs()
_PUBLISHED_DIVIDER = re.compile(r"\s?\*\*\*\s?")
_TWO = 2
_THREE = 3


class DividedParagraphs(Constraint):
    """Two paragraphs with `***` between them: `length_constraints:number_paragraphs` with 2."""

    id = "paragraphs:paragraphs"
    source = "IF-RLVR"
    phrasings = (
        "There should be 2 paragraphs. Paragraphs are separated with the markdown divider: ***",
        "Write exactly two paragraphs and put the divider *** between them, and nowhere else.",
    )
    phase = Phase.COUNT
    differs = _DIVIDED.differs

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """One divider that stands alone, with something before and after it."""
        return _DIVIDED.check(response, num_paragraphs=_TWO)

    def reference(self, response: str) -> bool:
        """Split at any three asterisks, as published."""
        return _DIVIDED.reference(response, num_paragraphs=_TWO)

    def write(self, text: str, stream: Stream) -> str:
        """A divider before the last paragraph; a paragraph more where there is one only."""
        return _DIVIDED.write(text, stream, num_paragraphs=_TWO)

    def spoil(self, text: str, stream: Stream) -> str:
        """One paragraph more, or without a divider."""
        return _DIVIDED.spoil(text, stream, num_paragraphs=_TWO)


class SpacedParagraphs(Constraint):
    """Two paragraphs with an empty line between them."""

    id = "paragraphs:paragraphs2"
    source = "IF-RLVR"
    phrasings = (
        "There should be 2 paragraphs. Paragraphs and only paragraphs are separated from each other by two line "
        "breaks, so that an empty line stands between them.",
        "Write exactly two paragraphs with an empty line between them, and nowhere else.",
    )
    phase = Phase.COUNT
    differs = (
        "`reference` wants the two line breaks beside each other: not with a space between them, not as `\\r\\n`, not "
        "four of them. A rule (`---`) between empty lines is a paragraph to it."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Paragraphs as `rlvr.envs.instructions.text` has them."""
        return len(paragraphs(response)) == _TWO

    def reference(self, response: str) -> bool:
        """Split at two line breaks, as published; the first and the last may be blank."""
        parts = [part.strip() for part in response.split("\n\n")]
        if not all(parts[1:-1]):
            return False
        return len(parts) - (not parts[0]) - (len(parts) > 1 and not parts[-1]) == _TWO

    def write(self, text: str, stream: Stream) -> str:
        """The paragraphs after the first as one, or one more."""
        found = paragraphs(text)
        if len(found) == _TWO:
            return text
        found += fillers(stream, _TWO - len(found))
        return f"{found[0]}\n\n{' '.join(found[1:])}"

    def spoil(self, text: str, stream: Stream) -> str:
        """One paragraph more, or a single one."""
        if stream.below(2):
            return f"{text.rstrip()}\n\n{fillers(stream, 1)[0]}"
        return " ".join(paragraphs(text))


class CountingComposition(Constraint):
    """Three paragraphs of so many sentences, each of so many words."""

    id = "count:counting_composition"
    source = "IF-RLVR"
    phrasings = (
        "Write 3 paragraphs, delimited by the markdown divider: * * *, with exactly {n_sent} sentences each, with "
        "exactly {n_words} words in each sentence.",
        "Your answer has to be three paragraphs of {n_sent} sentences each, every sentence with exactly {n_words} "
        "words. Put the divider * * * on a line of its own between two paragraphs.",
    )
    parameters = ("n_sent", "n_words")
    phase = Phase.WHOLE
    differs = (
        "`reference` knows the divider without spaces only (`***`), and counts marks as words: four words and a full "
        "stop are five."
    )
    approximates = "NLTK's word tokeniser and Punkt model, of which `reference` has the commonest rules."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """2 to 1 and the level sentences, of 3 to 4 and twice the level words."""
        return {"n_sent": stream.integer(2, level + 1), "n_words": stream.integer(3, 4 + 2 * level)}

    def check(self, response: str, *, n_sent: float, n_words: float) -> bool:
        """The divider with or without spaces, on a line of its own; it may also stand first or last."""
        parts = _divided(response)
        if len(parts) != _THREE:
            return False
        found = [sentences(part) for part in parts]
        return all(len(part) == n_sent for part in found) and all(
            count_words(sentence) == n_words for part in found for sentence in part
        )

    def reference(self, response: str, *, n_sent: float, n_words: float) -> bool:
        """As published: a blank paragraph, also before a first divider, has too few sentences."""
        parts = _PUBLISHED_DIVIDER.split(response)
        if len(parts) != _THREE:
            return False
        found = [published_sentences(part) for part in parts]
        return all(len(part) == n_sent for part in found) and all(
            len(published_tokens(sentence)) == n_words for part in found for sentence in part
        )

    def write(self, text: str, stream: Stream, *, n_sent: float, n_words: float) -> str:
        """Short sentences in the place of the text."""
        if self.check(text, n_sent=n_sent, n_words=n_words):
            return text
        made = [" ".join(_sentence(stream, int(n_words)) for _ in range(int(n_sent))) for _ in range(_THREE)]
        return "\n\n* * *\n\n".join(made)

    def spoil(self, text: str, stream: Stream, *, n_sent: float, n_words: float) -> str:
        """With a sentence or a paragraph more, or with a word more in the last sentence."""
        more = _sentence(stream, int(n_words))
        added = stream.choice((f" {more}", f"\n\n* * *\n\n{more}", ""))
        return text.rstrip() + added if added else f"Also {text.lstrip()}"


def _divided(text: str) -> list[str]:
    """The parts between lines of three asterisks, the first and the last only if they are not blank."""
    parts: list[list[str]] = [[]]
    for line in text.splitlines():
        if "***" == line.replace(" ", "").replace("\t", ""):
            parts.append([])
        else:
            parts[-1].append(line)
    found = ["\n".join(part) for part in parts]
    return found[not found[0].strip() : len(found) - (not found[-1].strip())]


_SUBJECTS = ("People walk", "Children play", "Birds sing", "Friends talk", "Neighbours meet", "Old men rest")
_ADDED = ("today", "again", "outside", "with care", "every day", "in the park", "near the water", "after some rain")


def _sentence(stream: Stream, number: int) -> str:
    """A sentence of exactly so many words."""
    if number < 2:
        return stream.choice(("Listen.", "Look.", "Wait."))
    made = stream.choice([subject for subject in _SUBJECTS if count_words(subject) <= number])
    while (missing := number - count_words(made)) > 0:
        fitting = [one for one in _ADDED if count_words(one) <= missing]
        made += " " + stream.choice([one for one in fitting if one not in made] or fitting)
    return f"{made}."
