"""`words:start_verb`: a verb as the first word."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.first_last import unnumbered
from rlvr.envs.instructions.constraints.published_text import published_tokens
from rlvr.envs.instructions.constraints.verbs import MODALS, is_noun_before, is_verb
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

_BEGINNING = 300
"""Characters in which the first words are looked for, after what white space and marks there are."""


class StartVerb(Constraint):
    """The first word is a form of a verb: an imperative, `Exploring`, `Given`, `Is`, `Should`, `Let's`."""

    id = "words:start_verb"
    source = "IFBench"
    phrasings = (
        "The response must start with a verb.",
        "The very first word of your answer, which has to be in English, must be a verb.",
    )
    phase = Phase.ENDS
    differs = (
        "`reference` takes a mark before the first word (`**Imagine**`, a quotation mark, the number of a list's item)"
        " for the first word, and modal verbs (`Can`, `Should`) for none."
    )
    approximates = (
        "NLTK's tagger, in the place of which `reference` knows about 800 verbs, their forms and endings. The tagger"
        " looks at the words that follow, and often takes an imperative with its capital letter for a noun."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """After marks, and the number of a list's item. Before a verb (`Work is`) or a colon it may be a noun."""
        text = unnumbered(_beginning(response)).lower()
        return _starts(words(text)[:1], text)

    def reference(self, response: str) -> bool:
        """The first token."""
        text = _beginning(response).lower()
        tokens = published_tokens(text)[:1]
        return _starts(tokens, text) and tokens[0] not in MODALS

    def write(self, text: str, stream: Stream) -> str:
        """With a short sentence more before it."""
        if self.check(text):
            return text
        first = stream.choice(("Consider this.", "Think of it.", "Take a moment.", "Imagine it."))
        return f"{first} {text.lstrip()}".rstrip()

    def spoil(self, text: str, stream: Stream) -> str:
        """With something else before it."""
        return f"{stream.choice(('Here it is.', 'This is it:', 'Well then.', 'The answer:'))} {text.lstrip()}"


def _starts(first: list[str], text: str) -> bool:
    """Whether the first word of a text is a verb there."""
    return bool(first) and is_verb(first[0]) and not is_noun_before(first[0], text.partition(first[0])[2])


def _beginning(text: str) -> str:
    """The text up to some characters after the first letter or digit."""
    first = next((place for place, letter in enumerate(text) if letter.isalnum()), 0)
    begin = text.rfind("\n", 0, first) + 1
    return text[max(begin, first - _BEGINNING) : first + _BEGINNING]
