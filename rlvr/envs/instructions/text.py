r"""What a word, a sentence, a line and a paragraph are: the rules that strict checks count by.

- `words(text)`: maximal runs of letters, marks and digits, with single apostrophes and hyphens inside them, and points
  and commas between digits. Han and kana are written without spaces: each character is a word. So are Thai, Lao,
  Khmer and Burmese, where four letters stand for a word, as in `rlvr.envs.language`.
- `sentences(text)`: stretches that end with `.`, `!`, `?`, `…` or their full-width kin and closing quotes or brackets,
  where white space or the end of a line follows. None ends after an abbreviation, an initial or a number that is all
  of it (`2.`), nor at a quotation that goes on in lower case (`"Stop!" he said.`). A line break ends a sentence after
  an empty line, a heading or an item of a list, and before them.
- `paragraphs(text)`: stretches between empty lines, without those that have no letter or digit.
- `lines(text)`: lines that are not blank.
- `list_items(text)`: lines that begin with a bullet or a number.
- `UNSPACED`, `LETTER`: classes of characters for the regular expressions of checks.

Every function is linear in the text and takes any string: NULs, surrogates, emoji alone, a megabyte without a space.
Of a text with more than `MOST` lines, or ends of sentences, `sentences` takes what comes after them for one.
"""

from __future__ import annotations

import re
from itertools import islice

_CHARACTERS = (
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
_SYLLABLES = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0edf\u1000-\u1049\u1050-\u109f\u1780-\u17d3\u17dc-\u17e9"
# Python's `\w` has no marks; these are those of scripts with spaces, which would cut Hindi or pointed Arabic into bits.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962"
    "\u0963\u0981-\u0983\u09bc\u09be-\u09cd\u09d7\u09e2\u09e3\u0a01-\u0a03\u0a3c-\u0a51\u0a70\u0a71\u0a75\u0a81-\u0a83"
    "\u0abc\u0abe-\u0acd\u0ae2\u0ae3\u0b01-\u0b03\u0b3c\u0b3e-\u0b57\u0b62\u0b63\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04"
    "\u0c3c\u0c3e-\u0c56\u0c62\u0c63\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0ce2\u0ce3\u0d00-\u0d03\u0d3b\u0d3c\u0d3e-\u0d4d"
    "\u0d57\u0d62\u0d63\u0d81-\u0d83\u0dca-\u0ddf\u20d0-\u20f0\ufe20-\ufe2f"
)
_INSIDE = "'’\\-‐‑\u00ad\u200c\u200d"

MOST = 5_000
"""So many lines and so many ends are looked at for sentences. More than 100 pages have so many."""

UNSPACED = _CHARACTERS + _SYLLABLES
"""What stands inside a class for the letters of scripts that are written without spaces."""
LETTER = rf"[^\W_{UNSPACED}]"
"""A class: letters and digits of scripts with spaces. Where one stands beside a word, that word is longer."""


def _letters() -> str:
    """What stands inside `LETTER`, written out: a class that negates nothing is a table, and much faster."""
    spaced = re.findall(f"{LETTER}+", "".join(map(chr, range(0x10000))))
    # Beyond the basic plane: letters of old scripts and mathematics, up to where emoji begin.
    return "".join(f"{run[0]}-{run[-1]}" for run in spaced) + "\U00010000-\U0001efff"


_LETTERS = _letters()
_WORD = re.compile(
    rf"[{_LETTERS}]+(?:(?:[{_MARKS}]+[{_INSIDE}]?|[{_INSIDE}]|(?<=\d)[.,](?=\d))[{_LETTERS}]+)*[{_MARKS}]*"
    rf"|[{_CHARACTERS}]|[{_SYLLABLES}]{{1,4}}"
)
_HAS_WORD = re.compile(f"[{_LETTERS}{_CHARACTERS}{_SYLLABLES}]")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:(?:['\-]|(?<=[0-9])[.,](?=[0-9]))[A-Za-z0-9]+)*")
_MARK = re.compile(r"[ \t]*(?:[-*+•‣◦–][ \t]+|\(?\d{1,3}[.)][ \t]+|\(?[A-Za-z][.)][ \t]+)(?=\S)")
_BULLET = re.compile(r"[ \t]*[-*+•‣◦–][ \t]+(?=\S)")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]|[ \t]*\*\*[^*]+\*\*:?\s*$")
_RULE = re.compile(r"[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_EMPTY_LINES = re.compile(r"\n[^\S\n]*\n\s*")
# A single class stands first, so that the search skips to it. The second look-behind keeps a long run of marks from
# being tried from each of its places.
_END = re.compile(
    r"[.!?…。！？｡।॥؟۔](?:(?<=[.!?…])(?<![.!?…].)[.!?…]*+([\"'”’»)\]*_]*+)(?=\s|$)"
    r"|(?<=[。！？｡।॥؟۔])[。！？｡।॥؟۔]*[」』”’）]*)"
)
_AFTER = re.compile(r"\s+[\"'“‘(\[*_]*(\w*)")

# The sentence never ends after these.
_ALWAYS = frozenset("mr mrs ms dr prof vs e.g i.e cf approx p.s p.p.s".split())
# Nor after these, if they begin with a capital letter: "Rep. Smith", but "one more rep. Then".
_TITLES = frozenset("rev hon st gen col lt sgt capt gov sen rep mt".split())
# Nor after these before a number: "No. 5", but "The answer is no. Then".
_NUMBERED = frozenset("no nos fig figs vol p pp ch eq est jan feb mar apr jun jul aug sep sept oct nov dec".split())
# After these it ends only if the next word is one of `_STARTERS`: "the U.S. Congress", but "in the U.S. The".
_MAY_END = frozenset("etc al inc ltd co corp jr sr dept ave blvd rd u.s u.k a.m p.m".split())
_STARTERS = frozenset(
    (
        "A An The This That These Those It He She We They You I In On At For But And So If When While After Before"
        " However There Here His Her Its Our Their My Your As Then Both All Some Many Most No Not"
    ).split()
)
# The last four letters of those above, in so far as they have so many: a longer word that ends otherwise is none.
_ENDINGS = frozenset(word[-4:] for word in _ALWAYS | _TITLES | _NUMBERED | _MAY_END if word[-4:].isalpha())


def words(text: str) -> list[str]:
    """The words of a text.

    Example:
        >>> words("It's a well-known fact: 3.5 km, 水!")
        ["It's", 'a', 'well-known', 'fact', '3.5', 'km', '水']
    """
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text)


def count_words(text: str) -> int:
    """How many words a text has."""
    return len(words(text))


def lines(text: str) -> list[str]:
    """The lines of a text that are not blank, without white space around them."""
    return [stripped for line in text.splitlines() if (stripped := line.strip())]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, without white space around them."""
    return [part.strip() for part in _EMPTY_LINES.split(text) if _WORD.search(part)]


def is_rule(line: str) -> bool:
    """Whether a line is a horizontal rule of Markdown: `---`, `***`, `* * *`."""
    return _RULE.match(line) is not None


def is_bullet(line: str) -> bool:
    """Whether a line is an item of a bullet list: a bullet, white space, then something. A rule is none."""
    bullet = _BULLET.match(line)
    return bullet is not None and not (line[bullet.end()] in "*-_" and is_rule(line))


def list_items(text: str) -> list[str]:
    """The items of the lists in a text, bulleted or numbered, without their marks."""
    found = []
    for line in text.splitlines():
        mark = _MARK.match(line)
        if mark is not None and not is_rule(line):
            found.append(line[mark.end() :].strip())
    return found


def sentences(text: str) -> list[str]:
    r"""The sentences of a text, without white space around them; what has no letter or digit is none.

    Example:
        >>> sentences("Dr. Smith paid $3.50. Really? Yes: e.g. here.\n- an item\n- another\n\nA title")
        ['Dr. Smith paid $3.50.', 'Really?', 'Yes: e.g. here.', '- an item', '- another', 'A title']
    """
    found: list[str] = []
    left = MOST
    for block, after_mark in _blocks(text):
        begin = 0
        for end in islice(_END.finditer(block), left):
            left -= 1
            if end.start() >= after_mark and not _goes_on(block, begin, end):
                found.append(block[begin : end.end()])
                begin = end.end()
        found.append(block[begin:])
    return [
        stripped for one in found if (stripped := one.strip()) and (stripped[0].isalpha() or _HAS_WORD.search(stripped))
    ]


def _blocks(text: str) -> list[tuple[str, int]]:
    """Stretches of lines that belong together, and where the mark ends that one begins with.

    A list's item, a heading, or lines of prose.
    """
    blocks: list[tuple[str, int]] = []
    block: list[str] = []
    after_mark = 0

    def close() -> None:
        if block:
            blocks.append(("\n".join(block), after_mark))
            block.clear()

    found = text.splitlines()
    for line in found[:MOST]:
        begin = line.lstrip()[:2]
        first = begin[:1]
        if first.isalpha() and begin[1:] not in (".", ")"):  # Most lines: neither a mark nor a heading.
            block.append(line)
        elif not begin or (first in "*-_" and _RULE.match(line)):
            close()
            after_mark = 0
        elif (first == "#" or begin == "**") and _HEADING.match(line):
            close()
            blocks.append((line, 0))
            after_mark = 0
        elif mark := _MARK.match(line):
            close()
            block.append(line)
            after_mark = mark.end()
        else:
            block.append(line)
    block += found[MOST:]
    close()
    return blocks


def _goes_on(block: str, begin: int, end: re.Match[str]) -> bool:
    """Whether the sentence that begins there goes on after these marks."""
    at = end.start()
    if end[0] == ".":
        tail = block[at - 4 : at]
        if len(tail) == 4 and tail.isalpha() and tail.lower() not in _ENDINGS:
            return False  # Most sentences: nothing that is shortened.
        if block[at - 1 : at].isalpha():
            return _is_shortened(block, end)
    elif (
        # A quotation or a bracket inside a sentence, or a pause. Emphasis (`**so.**`) says nothing.
        (end[1] and end[1].strip("*_")) or end[0][0] == "…" or end[0].startswith("...")
    ) and _next_word(block, end)[:1].islower():
        return True
    return block[begin:at].strip().isdigit()


def _is_shortened(block: str, end: re.Match[str]) -> bool:
    """Whether this full stop is that of an abbreviation or an initial that ends no sentence."""
    at = end.start()
    word = block[max(0, at - 12) : at].split()[-1].rpartition("(")[2].lstrip("[\"'“‘*_")
    lower = word.lower()
    if lower in _ALWAYS:
        return True
    if lower in _TITLES:
        return word[0].isupper()
    if lower in _NUMBERED:
        return _next_word(block, end)[:1].isdigit()
    if lower in _MAY_END:
        return _next_word(block, end) not in _STARTERS
    if len(word) == 1 and word.isupper() and word != "I":  # "John F. Kennedy", but "The answer is B. It"
        before = block[max(0, at - 25) : at - 1].split()
        return not before or before[-1][-1] in ".!?" or before[-1].lstrip("([\"'“‘")[:1].isupper()
    return False


def _next_word(block: str, end: re.Match[str]) -> str:
    """The word after these marks; at the end of the block there is none."""
    found = _AFTER.match(block, end.end(), end.end() + 40)
    return found[1] if found else ""
