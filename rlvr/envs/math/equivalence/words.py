r"""Answers of words, and the letters of multiple choice.

- `plain_words(text)`: words in one spelling: no `\text`, no case, no articles, no punctuation.
- `undressed(text)`: a text without what sets words in type.
- `is_wordy(text)`: whether an answer is made of words and nothing else.
- `choice(text)`: the letter of a multiple-choice answer, or `None`.
- `after_choice(text)`: what follows such a letter.
"""

from __future__ import annotations

import re

from rlvr.envs.math.reading.words import FILLERS
from rlvr.envs.math.spelling import tidy

_TEXT_COMMANDS = re.compile(
    r"\\(?:text|mbox|textbf|textit|textnormal|textrm|mathrm|mathbf|mathit|mathsf|operatorname|emph|hbox|boxed|fbox)\s*"
    r"(?=\{)|\\(?:rm|bf|it)(?![A-Za-z])"
)
_TEXT_GROUP = re.compile(r"\\(?:text|mbox|textbf|textit|textnormal|textrm|mathrm|emph)\s*\{([^{}]*)\}")
_SPACES = re.compile(r"(?:\\[,;:! ]|\\q?quad(?![A-Za-z])|~|\s)+")
_NO_WORD = re.compile(r"[{}$\"“”`*]|\\[()\[\]]|[.,;:!?]+(?=[\s}]|$)")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_QUOTES = str.maketrans("‘’‐‑–", "''---")
_WORDY = re.compile(r"[^\W\d_]{3,}")
_ONLY_WORDS = re.compile(r"[^\W\d_]+(?:[ '\-,]{1,3}[^\W\d_]+)*")
_TEXT_WORDS = re.compile(r"\\(?:text|mbox|textbf|textit|textnormal|textrm|mathrm)\s*\{[^{}]*[^\W\d_]{2}[^{}]*\}")
_CHOICE = re.compile(r"\(\s*([A-Za-z])\s*\)|([A-Z])(?:\s*[.):])?")
# Another letter: marked as a choice, alone, or at the end of a list.
_OTHER_CHOICE = re.compile(
    r"\(\s*[A-Z]\s*\)|(?<![\w\\])[A-Z]\s*[.):]|^\W*[A-Za-z]\W*\Z|(?:,|\bor\b|\band\b)\s*\(?[A-Za-z]\)?\W*\Z"
)
_OPTION = re.compile(r"(?:the )?(?:option|choice|answer) ", re.IGNORECASE)
_LABELLED = re.compile(r"(?:\(\s*([A-Z])\s*\)|([A-Z])\s*[.):])\s*(?=[^\s+\-*/^=<>&|!])(?!or\b|and\b)(.+)", re.DOTALL)


def _undressed(text: str) -> str:
    text = _SPACES.sub(" ", _TEXT_COMMANDS.sub("", text.translate(_QUOTES)))
    return " ".join(_NO_WORD.sub(" ", text).split())


def plain_words(text: str) -> str:
    r"""Words in one spelling.

    Example:
        >>> plain_words(r"\text{The Ellipse.}")
        'ellipse'
    """
    bare = FILLERS.sub(" ", _undressed(text))
    return " ".join(_LETTERS.sub(_folded, bare).split())


def _folded(word: re.Match[str]) -> str:
    """Single letters keep their case: they may be variables."""
    return word[0].casefold()


def undressed(text: str) -> str:
    r"""A text that is no mathematics one can read, without what sets words in type; letters keep their case.

    Example:
        >>> undressed(r"\text{June }20") == undressed("June 20"), undressed(r"\Phi") == undressed(r"\phi")
        (True, False)
    """
    return tidy(" ".join(_TEXT_GROUP.sub(r" \1 ", text).split()))


def is_wordy(text: str) -> bool:
    r"""Whether an answer is made of words and nothing else: one has three letters or more, or they stand in `\text{}`.

    Example:
        >>> is_wordy("New York"), is_wordy(r"\text{no}"), is_wordy(r"2\text{ ways}"), is_wordy("xy")
        (True, True, False, False)
    """
    if _ONLY_WORDS.fullmatch(_undressed(text)) is None:
        return False
    return bool(_TEXT_WORDS.search(text) or _WORDY.search(_undressed(text)))


def choice(text: str) -> str | None:
    r"""The letter of a multiple-choice answer in any of its spellings, or `None`.

    Example:
        >>> choice(r"\text{(C)}"), choice("C."), choice("x"), choice("B or C")
        ('C', 'C', None, None)
    """
    bare = " ".join(_SPACES.sub(" ", _TEXT_COMMANDS.sub("", text)).replace("{", "").replace("}", "").split())
    bare = _OPTION.sub("", bare.strip("$ *"))
    match = _CHOICE.fullmatch(bare.removesuffix("."))
    return (match[1] or match[2]).upper() if match else None


def after_choice(text: str) -> tuple[str, str] | None:
    r"""The letter and what follows it, in answers such as `(C) 12` or `\textbf{(C)}\ 12`; `None` for others."""
    bare = _TEXT_COMMANDS.sub("", text)
    bare = _SPACES.sub(" ", re.sub(r"\{\s*(\(?[A-Z]\)?[.:]?)\s*\}", r"\1 ", bare)).strip("$ *")
    match = _LABELLED.fullmatch(bare)
    if match is None or _OTHER_CHOICE.search(match[3]):
        return None
    return match[1] or match[2], match[3].strip()
