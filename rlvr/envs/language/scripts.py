"""Count the words of a text by sentence and by script.

The unit is the word. In scripts that put spaces between words, a run of letters is one word, but a single Latin or
Greek letter is none: it is a variable, whatever the language. In the other scripts and in hangul a letter counts as
the part of an English word that it stands for (`WEIGHTS`), so that a sentence and its translation count about alike.

- `Script`: the scripts that are told apart.
- `count(text)`: a `Count`, the words of each sentence in each script.
"""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

# Classes of characters, below the first script.
_OTHER, _MARK, _SPACE, _STOP, _END = range(5)


class Script(IntEnum):
    """A script; the value is the class of its letters."""

    LATIN = 5
    GREEK = 6
    CYRILLIC = 7
    HEBREW = 8
    ARABIC = 9
    DEVANAGARI = 10
    BENGALI = 11
    GURMUKHI = 12
    GUJARATI = 13
    ORIYA = 14
    TAMIL = 15
    TELUGU = 16
    KANNADA = 17
    MALAYALAM = 18
    SINHALA = 19
    THAI = 20
    LAO = 21
    MYANMAR = 22
    KHMER = 23
    GEORGIAN = 24
    ARMENIAN = 25
    ETHIOPIC = 26
    HANGUL = 27
    KANA = 28
    HAN = 29


_CLASSES = 30

WEIGHTS = {
    Script.HAN: 2 / 3,
    Script.KANA: 1 / 2,
    Script.HANGUL: 3 / 5,
    Script.THAI: 1 / 4,
    Script.LAO: 1 / 4,
    Script.MYANMAR: 1 / 4,
    Script.KHMER: 1 / 4,
}
"""Words a letter, where letters are counted: the ratios to English in the parallel sentences of the tests, rounded."""

_VARIABLES = (Script.LATIN, Script.GREEK)

# Unicode's blocks, last code point included. Letters of other scripts count for nothing.
_BLOCKS = {
    Script.LATIN: ((0x41, 0x24F), (0x1E00, 0x1EFF), (0xFF21, 0xFF5A)),
    Script.GREEK: ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    Script.CYRILLIC: ((0x400, 0x52F),),
    Script.HEBREW: ((0x591, 0x5F4),),
    Script.ARABIC: ((0x600, 0x6FF), (0x750, 0x77F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)),
    Script.DEVANAGARI: ((0x900, 0x97F),),
    Script.BENGALI: ((0x980, 0x9FF),),
    Script.GURMUKHI: ((0xA00, 0xA7F),),
    Script.GUJARATI: ((0xA80, 0xAFF),),
    Script.ORIYA: ((0xB00, 0xB7F),),
    Script.TAMIL: ((0xB80, 0xBFF),),
    Script.TELUGU: ((0xC00, 0xC7F),),
    Script.KANNADA: ((0xC80, 0xCFF),),
    Script.MALAYALAM: ((0xD00, 0xD7F),),
    Script.SINHALA: ((0xD80, 0xDFF),),
    Script.THAI: ((0xE00, 0xE7F),),
    Script.LAO: ((0xE80, 0xEFF),),
    Script.MYANMAR: ((0x1000, 0x109F),),
    Script.KHMER: ((0x1780, 0x17FF),),
    Script.GEORGIAN: ((0x10A0, 0x10FF), (0x1C90, 0x1CBF)),
    Script.ARMENIAN: ((0x530, 0x58F),),
    Script.ETHIOPIC: ((0x1200, 0x137F),),
    Script.HANGUL: ((0x1100, 0x11FF), (0x3131, 0x318E), (0xAC00, 0xD7A3)),
    Script.KANA: ((0x3041, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D)),
    Script.HAN: ((0x3005, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAD9), (0x20000, 0x323AF)),
}
_WHOLE = (Script.HAN, Script.HANGUL)  # large blocks of letters only: not looked up one by one
_STOPS = ".!?"  # end a sentence before white space: 3.5 is a number
_ENDS = "\n\r\v\f\x85\u2028\u2029。！？｡．।॥؟۔…።"


@dataclass(frozen=True, eq=False)
class Count:
    """What `count` found; arrays of one row a sentence and one column a class of characters."""

    words: NDArray[np.float64]
    """[sentences, classes] Words; a column is indexed by a `Script`."""
    letters: NDArray[np.int64]
    """[sentences, classes] Letters, without combining marks."""
    scripts: tuple[Script, ...]
    """The scripts that have words."""
    _text: str
    _points: NDArray[np.uint32]
    _classes: NDArray[np.uint8]
    _starts: NDArray[np.int64]

    def sentence(self, row: int, script: Script) -> str:
        """The text of a sentence; where scripts mix, spaces stand for what is neither ASCII nor of this script."""
        part = slice(self._starts[row], self._starts[row + 1] if row + 1 < len(self._starts) else None)
        if self.scripts == (script,):
            return self._text[part]
        classes = self._classes[part]
        points = self._points[part].copy()
        kept = (classes == script) | (classes == _MARK)
        points[~kept & ((points > 0x7F) | (classes > _END))] = 0x20
        return points.tobytes().decode("utf-32-le", "surrogatepass")


def count(text: str) -> Count:
    """Count the words of `text`; any text at all, unpaired surrogates included."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    classes = _table().take(points)  # `take` is faster than an index of numbers.
    is_end = classes == _END
    stops = np.flatnonzero(classes[:-1] == _STOP)
    is_end[stops[classes[stops + 1] == _SPACE]] = True
    ends = np.flatnonzero(is_end)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends + 1))

    # A mark belongs to its letter, so a run of letters goes on over it.
    sentence = np.cumsum(is_end) * _CLASSES
    kinds = classes
    is_mark = classes == _MARK
    if is_mark.any():  # Few texts have one; the others need no copies.
        at = np.flatnonzero(~is_mark)
        kinds, sentence = classes[at], sentence[at]
    before = np.concatenate((np.zeros(1, dtype=np.uint8), kinds[:-1]))
    after = np.concatenate((kinds[1:], np.zeros(1, dtype=np.uint8)))
    weights, by_letter, variable = _tables()
    begins = np.flatnonzero((kinds > _END) & ((kinds != before) | by_letter.take(kinds)))
    begun = kinds.take(begins)
    words = weights.take(begun)
    words[variable.take(begun) & (after.take(begins) != begun)] = 0.0

    size = len(starts) * _CLASSES
    cells = sentence + kinds
    words_of = np.bincount(cells.take(begins), weights=words, minlength=size).astype(np.float64, copy=False)
    words_of = words_of.reshape(-1, _CLASSES)
    letters = np.bincount(cells, minlength=size).reshape(-1, _CLASSES)
    letters[:, : _END + 1] = 0  # Classes of what is no letter; cheaper than to leave them out before.
    return Count(
        words_of,
        letters,
        tuple(map(Script, words_of.sum(axis=0).nonzero()[0].tolist())),
        text,
        points,
        classes,
        starts,
    )


@functools.cache
def _table() -> NDArray[np.uint8]:
    """The class of each code point."""
    table = np.zeros(0x110000, dtype=np.uint8)
    for start, end in ((0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F)):
        table[start : end + 1] = _MARK
    table[[0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF]] = _MARK  # invisible: a soft hyphen, joiners
    for script, blocks in _BLOCKS.items():
        for start, end in blocks:
            if script in _WHOLE:
                table[start : end + 1] = script
                continue
            for point in range(start, end + 1):
                category = unicodedata.category(chr(point))
                if category[0] == "L":
                    table[point] = script
                elif category[0] == "M":
                    table[point] = _MARK
    table[[0xAA, 0xB5, 0xBA]] = _OTHER  # ª, µ, º
    table[[ord(c) for c in " \t\xa0\u3000"]] = _SPACE
    table[[ord(c) for c in _STOPS]] = _STOP
    table[[ord(c) for c in _ENDS]] = _END
    table.setflags(write=False)
    return table


@functools.cache
def _tables() -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """By class: words for each beginning, whether every letter is one, whether a single letter is a variable."""
    weights, by_letter, variable = np.ones(_CLASSES), np.zeros(_CLASSES, bool), np.zeros(_CLASSES, bool)
    for script, weight in WEIGHTS.items():
        weights[script], by_letter[script] = weight, True
    variable[list(_VARIABLES)] = True
    return weights, by_letter, variable
