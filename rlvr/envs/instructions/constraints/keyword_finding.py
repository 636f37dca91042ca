"""How a keyword is found in a text, and replaced.

- `has_word(text, word)`, `count_word(text, word)`: as a word of its own; `find_word` in a text that is `folded`.
- `replace_word(text, word, by, keep)`: a text without it; `replacement(words)`: what to put in its place.
- `published_pattern(keyword)`: as the published checkers look for it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rlvr.envs.instructions.text import LETTER

_SPACED = re.compile(LETTER)
_NOT_BEFORE = f"(?<!{LETTER})"
# A combining accent makes another letter of the last one.
_NOT_AFTER = f"(?!{LETTER}|[\u0300-\u036f])"


def folded(text: str) -> str:
    """A text as keywords are compared: without case, and with straight apostrophes."""
    return text.casefold().replace("’", "'")


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    """How a folded word stands in a folded text, as one group if its white space varies."""
    first, last = _SPACED.match(word), _SPACED.match(word[-1:])
    parts = [re.escape(part) for part in word.split()]
    after = _NOT_AFTER if last else ""
    if len(parts) == 1:
        # The letters come first, for `re` looks them up fast; then what stands before them is looked at.
        before = f"(?<!{LETTER}{parts[0]})" if first else ""
        return re.compile(parts[0] + before + after)
    return re.compile((_NOT_BEFORE if first else "") + r"\s+".join(parts) + after)


def find_word(text: str, word: str) -> bool:
    """`has_word` in a text that is `folded` already."""
    word = folded(word).strip()
    return bool(word) and _pattern(word).search(text) is not None


def has_word(text: str, word: str) -> bool:
    """Whether a word or a phrase stands in a text as such: not inside a longer word, in any case.

    Longer words are made of letters and digits: a hyphen, an apostrophe or an underscore ends a word (`cat-like`,
    `_cat_`). In scripts without spaces, such as Chinese, there are no word boundaries, and any occurrence counts.

    Example:
        >>> has_word("A category of cat-like things.", "Cat"), has_word("A category.", "cat"), has_word("我的猫", "猫")
        (True, False, True)
    """
    return find_word(folded(text), word)


def count_word(text: str, word: str) -> int:
    """How often a word or a phrase stands in a text as such, as `has_word` finds it."""
    word = folded(word).strip()
    return len(_pattern(word).findall(folded(text))) if word else 0


def replace_word(text: str, word: str, by: str, keep: int = 0) -> str:
    """A text with `by` for all but the first `keep` occurrences of a word."""
    word = folded(word).strip()
    if not word:
        return text
    parts = [re.escape(part).replace("'", "['’]") for part in word.split()]
    before = _NOT_BEFORE if _SPACED.match(word) else ""
    after = _NOT_AFTER if _SPACED.match(word[-1:]) else ""
    seen = 0

    def replaced(found: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        if seen <= keep:
            return found[0]
        return by.capitalize() if found[0][:1].isupper() else by

    return re.sub(before + r"\s+".join(parts) + after, replaced, text, flags=re.IGNORECASE)


@lru_cache(maxsize=4096)
def published_pattern(keyword: str, whole: bool = False) -> re.Pattern[str]:
    r"""A keyword as the published checkers look for it: as a regular expression, between two `\b` if `whole`.

    Where they would fail on a keyword that is none (`C++`), its characters are looked for.
    """
    try:
        return re.compile(rf"\b{keyword}\b" if whole else keyword, re.IGNORECASE)
    except re.error:
        literal = re.escape(keyword)
        return re.compile(rf"\b{literal}\b" if whole else literal, re.IGNORECASE)


def replacement(words: list[str]) -> str:
    """A word to put in the place of `words` that is none of them."""
    taken = {folded(word).strip() for word in words}
    return next((word for word in ("something", "it", "that", "one") if word not in taken), "…")
