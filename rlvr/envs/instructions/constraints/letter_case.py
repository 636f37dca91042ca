"""`change_case:english_capital`, `change_case:english_lowercase`: English in capitals only, or in none."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from rlvr.envs.instructions import published
from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.language import shares
from rlvr.seeding import Stream

_CASED_WORD = re.compile(r"[A-Za-z]+")


def in_english(text: str) -> bool:
    """Whether a text is in English: more than half of it, or Latin letters alone of which nothing can be told (`OK`).

    Case is no hint: names in capitals (`NASA`) would not be counted, but in a text all in capitals every word is one.
    """
    found = shares(text.lower())
    return found.get("en", 0.0) > 0.5 if found else text.isascii()


class _EnglishInOneCase(Constraint):
    """English, in letters of one case."""

    source = "IFEval"
    phase = Phase.MARKS
    differs = (
        "`reference` takes a text of which nothing can be told for English, also in other letters than Latin ones."
    )
    approximates = (
        "langdetect, unless the extra `reference` is installed: `rlvr.envs.language` does not take short texts (`ok "
        "sure`, `THE QUICK BROWN FOX`) for another language."
    )

    _capital: ClassVar[bool]
    """Whether capitals are asked for."""

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """It has letters, none of them is in the other case, and they are English."""
        return _is_cased(response, self._capital) and in_english(response)

    def reference(self, response: str) -> bool:
        """The same, but where nothing can be told of the language, any will do."""
        return _is_cased(response, self._capital) and _may_be_english(response)

    def write(self, text: str, stream: Stream) -> str:
        """The text in this case."""
        if self.check(text):
            return text
        # Some letters have one case only: ª is small, 𝐀 is a capital.
        changed = "".join(letter for letter in _cased(text, self._capital) if not _is_cased(letter, not self._capital))
        return changed if _is_cased(changed, self._capital) else f"{changed} {_cased('yes.', self._capital)}".lstrip()

    def spoil(self, text: str, stream: Stream) -> str:
        """With one word in the other case."""
        found = stream.choice(list(_CASED_WORD.finditer(text)))
        return text[: found.start()] + _cased(found[0], not self._capital) + text[found.end() :]


class EnglishCapital(_EnglishInOneCase):
    """English, all in capital letters."""

    id = "change_case:english_capital"
    phrasings = (
        "Your entire response should be in English, and in all capital letters.",
        "Answer in English and write ALL of it in capital letters.",
        "Write your whole answer in English, without any lowercase letter.",
    )
    _capital = True


class EnglishLowercase(_EnglishInOneCase):
    """English, all in lowercase letters."""

    id = "change_case:english_lowercase"
    phrasings = (
        "Your entire response should be in English, and in all lowercase letters. No capital letters are allowed.",
        "Answer in English, in lowercase letters only.",
        "Write your whole answer in English, without any capital letter.",
    )
    _capital = False


def _cased(text: str, capital: bool) -> str:
    return text.upper() if capital else text.lower()


def _is_cased(text: str, capital: bool) -> bool:
    """Whether a text has letters, and none that is in the other case."""
    return text.isupper() if capital else text.islower()


def _may_be_english(text: str) -> bool:
    told = published.language(text)
    if told is not None:
        return told in ("en", published.UNDETECTABLE)
    found = shares(text.lower())
    return not found or found.get("en", 0.0) > 0.5
