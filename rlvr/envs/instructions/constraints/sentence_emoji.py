"""`format:emoji`: an emoji at the end of every sentence."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.text import sentences
from rlvr.seeding import Stream

EMOJI = ("😀", "🎉", "🌟", "🌍", "🚀", "🌱", "🎵", "📚", "🔥", "👍", "🌈", "🍀")
"""What writers put."""

# Unicode's property Emoji (emoji-data.txt, version 16), by blocks where a block has hardly anything else.
_PICTURES = (
    "\U0001f004\U0001f0cf\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a\U0001f201\U0001f202"
    "\U0001f21a\U0001f22f\U0001f232-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f64f\U0001f680-\U0001f6fc"
    "\U0001f7e0-\U0001f7eb\U0001f7f0\U0001f90c-\U0001f9ff\U0001fa70-\U0001faff"
    "\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa\u2600-\u2604\u260e\u2611\u2614\u2615\u2618\u261d\u2620\u2622"
    "\u2623\u2626\u262a\u262e\u262f\u2638-\u263a\u2640\u2642\u2648-\u2653\u265f\u2660\u2663\u2665\u2666\u2668\u267b"
    "\u267e\u267f\u2692-\u2697\u2699\u269b\u269c\u26a0\u26a1\u26a7\u26aa\u26ab\u26b0\u26b1\u26bd\u26be\u26c4\u26c5"
    "\u26c8\u26ce\u26cf\u26d1\u26d3\u26d4\u26e9\u26ea\u26f0-\u26f5\u26f7-\u26fa\u26fd\u2702\u2705\u2708-\u270d\u270f"
    "\u2712\u2714\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747\u274c\u274e\u2753-\u2755\u2757\u2763\u2764"
    "\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
)
# These are emoji only before a variation selector: ©, ™, arrows.
_SIGNS = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u27a1"
    "\u2934\u2935\u2b05-\u2b07\u3030\u303d\u3297\u3299"
)
_FLAG_LETTERS = "\U0001f1e6-\U0001f1ff"
_JOINED = "\ufe0f\u200d\U000e0020-\U000e007f"
_ONE = rf"(?:[{_PICTURES}]|[{_SIGNS}]\ufe0f|[0-9#*]\ufe0f?\u20e3|[{_FLAG_LETTERS}]{{2}})"
_ALL = re.compile(rf"[ \t]*{_ONE}[{_JOINED}]*")
_FOLLOWS = re.compile(rf"[ \t]*[*_]*{_ONE}")
_AT_END = re.compile(rf"(?:[{_PICTURES}]|[{_SIGNS}]\ufe0f|\u20e3|[{_FLAG_LETTERS}])[{_JOINED}]*\Z")
_LONGEST = 24
"""Code points of an emoji that are looked at, from its end."""
_CLOSING = " \t\n.!?…\"'”’»)]*_~。！？"
_TITLE = re.compile(r"#{1,6}[ \t]|\*\*[^*]+\*\*$")
_SINGLE = re.compile(f"[{_PICTURES}{_SIGNS}]")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def _judged(text: str) -> Iterator[tuple[int, bool]]:
    """Where the sentences end that have to end with an emoji, and whether they do."""
    at = 0
    for sentence in sentences(text):
        at = text.index(sentence, at) + len(sentence)
        if not sentence.endswith(":") and not _TITLE.match(sentence):
            ending = sentence.rstrip(_CLOSING)[-_LONGEST:]
            yield at, _AT_END.search(ending) is not None or _FOLLOWS.match(text, at) is not None


def _with_plain_breaks(text: str) -> str:
    """The text with one kind of line break, in which every sentence stands as `sentences` gives it."""
    return "\n".join(text.splitlines())


class SentenceEmoji(Constraint):
    """Every sentence ends with an emoji, before or after its full stop. Titles and lines that end with `:` are free."""

    id = "format:emoji"
    source = "IFBench"
    phrasings = (
        "Please use an emoji at the end of every sentence.",
        "End every sentence with an emoji.",
        "Each sentence has to be closed by an emoji.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` rejects flags, keycaps and an emoji before two closing marks, takes one at the beginning of the"
        " next sentence, and knows no titles: a line break ends no sentence."
    )
    approximates = "Sentences of NLTK's Punkt, and the emoji package's list of single code points, by own rules."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """An emoji is a picture, a sign shown as one, a flag or a keycap."""
        found = False
        for _, has_emoji in _judged(_with_plain_breaks(response)):
            if not has_emoji:
                return False
            found = True
        return found

    def reference(self, response: str) -> bool:
        """The last or last but one character without ASCII punctuation, or the next sentence's first one."""
        bare = [sentence.translate(_NO_PUNCTUATION).strip() for sentence in punkt_sentences(response)]
        for sentence, following in zip(bare, [*bare[1:], ""], strict=False):
            if not sentence:
                return False
            if not _SINGLE.search(sentence[-2:]) and not _SINGLE.match(following):
                return False
        return True

    def write(self, text: str, stream: Stream) -> str:
        """With an emoji after each sentence that has none."""
        plain = _with_plain_breaks(text)
        judged = list(_judged(plain))
        if not judged:
            return f"{text} Enjoy! {stream.choice(EMOJI)}"
        bare = [at for at, has_emoji in judged if not has_emoji]
        if not bare:
            return text
        edges = [0, *bare, len(plain)]
        pieces = [plain[begin:end] for begin, end in pairwise(edges)]
        return "".join(f"{piece} {stream.choice(EMOJI)}" for piece in pieces[:-1]) + pieces[-1]

    def spoil(self, text: str, stream: Stream) -> str:
        """Without emoji."""
        return _ALL.sub("", text)
