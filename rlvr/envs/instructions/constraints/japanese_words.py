"""`count:words_japanese`: every n-th word in Japanese."""

from __future__ import annotations

import re
import string
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.word_places import Span, ordinal, word_spans
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

_LETTERS = (
    "\u3005\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
)
_RUN = re.compile(f"[{_LETTERS}][{_LETTERS}・]*")
_PUBLISHED = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")

# One character that stands for a word in Japanese: `words` has it as a word of its own.
_SIGN = "字"
_WRITTEN = ("水", "山", "こころ", "ことば", "時間", "世界", "とても", "静か", "自然", "ゆっくり", "毎日", "大切")


class WordsJapanese(Constraint):
    """The n-th word is in Japanese, the 2n-th, and so on.

    What stands between spaces and punctuation in kana or kanji is one word, however long. Kanji alone are Japanese.
    There has to be an n-th word, or every word has to be in Japanese.
    """

    id = "count:words_japanese"
    source = "IFBench"
    phrasings = (
        "Every {N} word of your response must be in Japanese, and there has to be a {N} word.",
        "Make the text long enough to have a {N} word, and let every {N} word be a Japanese one, in kana or kanji.",
    )
    parameters = ("N",)
    # Words that come later would move the n-th place.
    phase = Phase.MARKS
    differs = (
        "`reference` counts strings without white space, takes one for Japanese if any of its characters is (`no水`),"
        " lets numbers and punctuation stand in an n-th place, and passes every shorter text."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Every 11th to 15th word, then 7th to 10th, then 3rd to 6th."""
        return {"N": stream.integer(*((11, 15), (7, 10), (3, 6))[level - 1])}

    def check(self, response: str, *, N: float) -> bool:
        """Numbers are no Japanese words, unless written in kanji."""
        found = _words(response)
        places = found[int(N) - 1 :: int(N)] or found
        return bool(found) and places.count(_SIGN) == len(places)

    def reference(self, response: str, *, N: float) -> bool:
        """Strings without white space; numbers and punctuation are passed over."""
        for word in response.split()[int(N) - 1 :: int(N)]:
            bare = word.strip(string.punctuation)
            if bare and not bare.isdigit() and _PUBLISHED.search(bare) is None:
                return False
        return True

    def write(self, text: str, stream: Stream, *, N: float) -> str:
        """With a Japanese word in each place where there is none, after sentences more if it is too short."""
        place = int(N)
        if self.check(text, N=N):
            return text
        if len(_words(text)) < place:
            text = appended(text, fillers(stream, place))
        # A word that touches Japanese ones would become one with them: spaces come between, and no place moves.
        for begin, end, japanese in reversed(_spans(text)[place - 1 :: place]):
            if not japanese:
                before = " " if _RUN.match(text[begin - 1 : begin]) else ""
                after = " " if _RUN.match(text[end : end + 1]) else ""
                text = f"{text[:begin]}{before}{stream.choice(_WRITTEN)}{after}{text[end:]}"
        return text

    def spoil(self, text: str, stream: Stream, *, N: float) -> str:
        """With an English word in one of the places."""
        found = _spans(text)
        begin, end, _ = stream.choice(found[int(N) - 1 :: int(N)] or found)
        return f"{text[:begin]}word{text[end:]}"

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """Which words (`5th`)."""
        return {"N": ordinal(kwargs["N"])}


def _words(text: str) -> list[str]:
    """The words, with `_SIGN` for each one in Japanese."""
    return words(text if text.isascii() else _RUN.sub(_SIGN, text))


def _spans(text: str) -> list[tuple[int, int, bool]]:
    """Begin and end of each word, and whether it is in Japanese."""
    runs: dict[int, Span] = {run.start(): run.span() for run in _RUN.finditer(text)}
    inside = {at for begin, end in runs.values() for at in range(begin + 1, end)}
    found = []
    for begin, end in word_spans(text):
        if begin in runs:
            found.append((*runs[begin], True))
        elif begin not in inside:
            found.append((begin, end, False))
    return found
