"""Letters and words for constraints on how each word is spelled.

- `base_letters(text)`: in lower case and without accents.
- `letters_only(word)`: without hyphens and apostrophes.
- `swapped(text, swap)`: the text with each word in the place of which `swap` puts another one.
- `without_punctuation(text)`: without ASCII punctuation, as IFBench's checkers read.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable

from rlvr.envs.instructions.constraints.word_places import word_spans

_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))


def _base(code: int) -> str:
    letter = chr(code).lower()
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))


_BASES: dict[int, str | None] = {code: _base(code) for code in _LATIN}
_BASES |= {code: None for code in range(0x300, 0x370)}
_BASES |= {ord("’"): "'"}
_BASES |= {ord(pair[0]): pair[1:] for pair in "ßss æae œoe øo łl đd ðd þth ıi".split()}

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_INSIDE = str.maketrans("", "", "'’-‐‑.,\u00ad\u200c\u200d")


def base_letters(text: str) -> str:
    """A text in lower case, with straight apostrophes, and with the letters a to z for those with accents.

    Example:
        >>> base_letters("Élan, naïve, Œuvre")
        'elan, naive, oeuvre'
    """
    return text.lower() if text.isascii() else text.lower().translate(_BASES)


def letters_only(word: str) -> str:
    """A word without hyphens, apostrophes, and the points and commas of numbers: what its length is counted in."""
    return word if word.isalnum() else word.translate(_INSIDE)


def without_punctuation(text: str) -> str:
    """A text without ASCII punctuation: `don't` and `well-known` become `dont` and `wellknown`."""
    return text.translate(_PUNCTUATION)


def swapped(text: str, swap: Callable[[str], str]) -> str:
    """The text with `swap(word)` in the place of each word, with a capital letter where there was one."""
    parts: list[str] = []
    position = 0
    for begin, end in word_spans(text):
        word = text[begin:end]
        new = swap(word)
        if new != word:
            new = new[:1].upper() + new[1:] if word[:1].isupper() else new
        # In scripts without spaces, words stand beside each other.
        parts += [text[position:begin], " " if begin == position > 0 else "", new]
        position = end
    return "".join([*parts, text[position:]])
