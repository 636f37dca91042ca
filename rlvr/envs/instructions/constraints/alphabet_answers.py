"""`custom:sentence_alphabet`: a story of 26 sentences, whose first words go through the alphabet."""

from __future__ import annotations

import string

from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.constraints.whole_answers import WholeAnswer
from rlvr.envs.instructions.text import sentences
from rlvr.seeding import Stream

_ENDS = (".", "!", "?", "…")
_CLOSING = "\"'”’»)]*_"
_STORY = (
    "A {} left home one morning. Birds were singing. Clouds drifted by. Down the road stood a mill. Everyone there was"
    " asleep. Far away a bell rang. Ghosts had been seen here once. However, none came now. In the yard a dog barked."
    " Just then the door opened. Kind eyes looked out. Laughter came from within. Many people sat at a table. Nobody"
    " asked any questions. Outside it began to rain. Plates were filled with soup. Quiet talk went round. Rain beat on"
    " the roof. Songs were sung until late. Then the lamps went out. Under the stairs a mouse ran. Very early the sun"
    " rose. With a smile our guest said goodbye. Xylophones were heard from the school. Yellow leaves fell on the path."
    " Zest for life had come back."
)


def _told(text: str) -> list[str]:
    """The sentences of a story: without a title, and with what is said and who says it as one."""
    told: list[str] = []
    for sentence in sentences(text):
        if told and _first_letter(sentence).islower() and told[-1][-1] in _CLOSING:
            told[-1] += " " + sentence
        else:
            told.append(sentence)
    if told and (told[0].startswith("#") or not told[0].rstrip(_CLOSING).endswith(_ENDS)):
        return told[1:]
    return told


def _first_letter(sentence: str) -> str:
    return next(filter(str.isalpha, sentence), "")


class SentenceAlphabet(WholeAnswer):
    """26 sentences; the first begins with A, the last with Z."""

    id = "custom:sentence_alphabet"
    phrasings = (
        "Tell me a 26-sentence story where each sentence's first word starts with the letters of the alphabet in"
        " order.",
        "Write a story of exactly 26 sentences. The first word of the first sentence begins with A, that of the second"
        " with B, and so on to Z.",
    )
    differs = "`reference` rejects a title, and a sentence that begins with a quotation mark or a number."
    approximates = "Sentences of NLTK's Punkt by own rules."

    def check(self, response: str) -> bool:
        """A title before them is free; `"Go!" said Bob.` is one sentence."""
        return "".join(_first_letter(sentence) for sentence in _told(response)).lower() == string.ascii_lowercase

    def reference(self, response: str) -> bool:
        """The first character of each sentence."""
        return "".join(sentence.lower()[0] for sentence in punkt_sentences(response)) == string.ascii_lowercase

    def answer(self, stream: Stream) -> str:
        """A story about one of four wanderers."""
        return _STORY.format(stream.choice(("miller", "tailor", "painter", "sailor")))

    def spoil(self, text: str, stream: Stream) -> str:
        """With one sentence more."""
        return f"{text.rstrip()} And so it ended."
