r"""Answers that are marked by words only: "The answer is 42.", "**Final Answer:** 42", "The correct option is (B)".

A phrase is one of these, in any case:

- `answer is`, `answer equals`, also `answer to the (this, our) question (problem) is`;
- `correct (right, best, final) option (choice) is`;
- `Final Answer:` anywhere, `Answer:` (`The correct answer:` and so on) at the start of a line, after any marks of
  Markdown; without the colon if it has the line for itself: a heading, whose answer stands on the next line.

`therefore`, `then`, `thus`, `hence` or `simply` may follow `is`; they are no part of the answer.

The answer goes from there to the end of the sentence or the line. A full stop ends a sentence where white space, `*`
or nothing follows it, so `3.5` goes through, and so do the abbreviations in `_SENTENCE_END`. Mathematics directly after
the phrase is the answer alone, over lines too: the inside of `$...$`, `$$...$$`, `\(...\)` or `\[...\]`, unless the
sentence goes on with more of it (`$3$ or $-3$`: one is not picked out of a list). `\(`, `\[` or `$$` that is never
closed holds no answer. A single `$` is mathematics only as Pandoc reads it, so `$18 a day, or $126` is money.

Nothing is understood: "if the answer is 5, then" and "the answer is not 5" are phrases too.

- `phrased(part)`: what stands after each phrase, the last one first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Searched in lower case, not with IGNORECASE: then the words' first letters make the search four times as fast.
_PHRASE = re.compile(
    r"""
    (?:answer|option|choice)
    (?: (?<![^\W_]answer) (?<=answer)
        (?: (?:\sto\s(?:the|this|our)\s(?:question|problem))? \s{1,8}(?:is|equals)\b
          | [ \t*_]{0,8} (?P<label> : | \r?$ ) )
      | (?: (?<=\bcorrect\s.{6}) | (?<=\bright\s.{6}) | (?<=\bbest\s.{6}) | (?<=\bfinal\s.{6}) ) \s{1,8}is\b )
    (?: ,?\s{1,8}(?:therefore|then|thus|hence|simply)\b,? )*
    """,
    re.VERBOSE | re.MULTILINE,
)
_LINE_START = re.compile(r"(?:\A|\n)[ \t>#*_-]{0,8}(?:the )?(?:(?:final|correct|right) )?\Z")
_LINE_START_LENGTH = 32
_LEAD = re.compile(r"[\s*:]*")
# Pandoc's rule: no digit after the closing dollar, and no space before it unless one follows the opening dollar.
_MATHEMATICS = re.compile(
    r"""
    \$\$ (.+?) \$\$
  | \\\( (.+?) \\\)
  | \\\[ (.+?) \\\]
  | \$ ( (?: \s(?:[^$\\]|\\.)+ | (?:[^$\\]|\\.)+(?<!\s) ) ) \$ (?!\d)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENED = ("$$", r"\(", r"\[")
_MARKS = re.compile(r"(?<!\\)\$|\\[()\[\]]")
# A percent sign, or a separator and then more mathematics or another choice.
_GOES_ON = re.compile(
    r"""
    \s{0,8} (?: \\?%
      | [,;/]\s{0,8} [-+$\\\d]
      | [,;]?\s{0,8} (?:or|and)\s{1,8} [-+$\\(\d]
      | [,;]?\s{0,8} or\s{1,8} [A-Za-z]\b )
    """,
    re.VERBOSE,
)
_SENTENCE_END = re.compile(
    r"\n|(?<!\bapprox)(?<!\bsq)(?<!\bcu)(?<!\bca)(?<!\bRs)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)\.(?=[\s*]|\Z)",
    re.IGNORECASE,
)
# The end of an emphasis that the phrase or its answer opened; `x**2` is a power.
_EMPHASIS = re.compile(r"\*\*(?=[\s.,;:]|\Z)")


def phrased(part: str) -> Iterator[tuple[str, bool]]:
    r"""What stands after each phrase in `part`, the last one first.

    Yields:
        The text, empty if there is none, and whether more text would not have changed it.

    Example:
        >>> list(phrased("The answer is 7. No, the final answer is $\\frac12$"))
        [('\\frac12', True), ('7', True)]
    """
    lower = part.replace("İ", "I").lower()  # the one letter whose lower case is longer
    limit = len(part)
    # Each text ends where the next phrase starts, so that all of them together are no longer than the part.
    for phrase in reversed(list(_PHRASE.finditer(lower))):
        start, end = phrase.span()
        if phrase["label"] is not None and not _is_label(lower, start, phrase["label"]):
            continue
        lead = _LEAD.match(part, end, limit)
        yield _read(part, lead.end() if lead else end, limit)
        limit = start


def _is_label(lower: str, start: int, end: str) -> bool:
    """Whether the word `answer` at `start`, followed by a colon or the end of its line, marks an answer."""
    if end == ":" and lower.endswith("final ", 0, start):
        return True
    return _LINE_START.search(lower, max(0, start - _LINE_START_LENGTH), start) is not None


def _read(part: str, begin: int, limit: int) -> tuple[str, bool]:
    """The answer that begins at `begin`, and whether it is delimited."""
    search_from, goes_on = begin, False
    mathematics = _MATHEMATICS.match(part, begin, limit)
    if mathematics:
        if not _GOES_ON.match(part, mathematics.end(), limit):
            return mathematics[mathematics.lastindex or 0].strip(), True
        search_from, goes_on = mathematics.end(), True
    elif part.startswith(_OPENED, begin, limit):
        return "", False
    stop = _SENTENCE_END.search(part, search_from, limit)
    text = part[begin : stop.start() if stop else limit]
    if goes_on:
        text = _MARKS.sub("", text)
    if "**" in text:
        text = _EMPHASIS.sub("", text)
    # A full stop with nothing behind it may be a decimal point that was cut.
    delimited = limit < len(part) or (stop is not None and (stop[0] == "\n" or stop.end() < limit))
    return text.strip(" \t\r*`").removesuffix(".").rstrip(), delimited
