"""`ratio:sentence_words`: three sentences of one length, all of whose words differ."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.text import sentences, words
from rlvr.seeding import Stream

# Words of five letters, each in one list only: a sentence of one word of each is always as long.
_HOW = "Brave Quiet Happy Early Young Noisy Proud Small Swift".split()
_WHO = "birds goats girls teams cooks boats twins crews".split()
_DO = "cross paint watch carry study clean build share".split()
_WHAT = "lakes walls ships books rocks coats boxes poems".split()


class SentenceWords(Constraint):
    """Exactly three sentences with equally many characters, spaces and marks included, in which no word comes again."""

    id = "ratio:sentence_words"
    source = "IFBench"
    phrasings = (
        "Respond with three sentences, all containing the same number of characters but using all different words.",
        "Your whole answer consists of exactly three sentences of the same length in characters, and no word occurs"
        " twice in it.",
    )
    phase = Phase.WHOLE
    differs = "`reference` does not look at the words: `Cat. Cat. Cat.` passes."
    approximates = "NLTK's Punkt model, in the place of which `reference` asks `punkt_sentences`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Also within a sentence no word comes again, in any case."""
        lengths = [len(one) for one in sentences(response)]
        if len(lengths) != 3 or len(set(lengths)) != 1:
            return False
        found = words(response.lower().replace("’", "'"))
        return len(found) == len(set(found))

    def reference(self, response: str) -> bool:
        """Three sentences about as Punkt has them, of one length."""
        lengths = [len(one) for one in punkt_sentences(response)]
        return len(lengths) == 3 and len(set(lengths)) == 1

    def write(self, text: str, stream: Stream) -> str:
        """Three sentences of four words."""
        if self.check(text):
            return text
        columns = [stream.sample(column, 3) for column in (_HOW, _WHO, _DO, _WHAT)]
        return " ".join(f"{' '.join(row)}." for row in zip(*columns, strict=True))

    def spoil(self, text: str, stream: Stream) -> str:
        """With another length, a word that comes again, or a sentence more."""
        parts = sentences(text)
        way = stream.below(3)
        if way == 0:
            return f"{text} {parts[0]}"
        if way == 1:
            return " ".join([parts[0], parts[0], *parts[2:]])
        return " ".join([*parts[:2], f"Also {parts[2]}"])
