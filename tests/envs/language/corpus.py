"""Texts of known language, written before the detector they judge, as a model would write them.

- `SENTENCES`: full sentences by language (`sentences/*.txt`), mathematics and everyday life, several with markup
  inside. The first six of each language say the same in all languages.
- `TEN`: the languages with 16 sentences each, over which the accuracy is promised; the others have 8 to 10.
- `fragments(language)`: three words from the middle of each sentence that has no markup.
- `TERSE_ENGLISH`: English that is mostly formulas, in ASCII (`terse_en.txt`).
- `UNTELLABLE`: texts in no language.
- `inside()`: texts that mix scripts inside sentences (`inside.jsonl`).
- `between()`: texts that change the language from sentence to sentence.
- `words(text)`: the unit of all shares.

**The unit** of a share is the word. In scripts that put spaces between words, a run of letters is one word, but a
single Latin or Greek letter is none: it is a variable, whatever the language. In the other scripts and in hangul, a
letter counts as the part of an English word that it stands for: Han 2/3, kana 1/2, hangul 3/5, Thai 1/4. These are the
ratios in the six sentences that all languages share, rounded: 0.67 for Chinese, 0.54 for Japanese as a whole, 0.58 for
Korean, 0.28 for Thai.
"""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

_HERE = Path(__file__).parent

TEN = ("en", "zh", "es", "fr", "de", "ru", "ja", "ko", "ar", "pt")

SENTENCES = {
    path.stem: tuple(path.read_text(encoding="utf-8").splitlines()) for path in sorted((_HERE / "sentences").iterdir())
}
TERSE_ENGLISH = tuple((_HERE / "terse_en.txt").read_text(encoding="utf-8").splitlines())
UNTELLABLE = (
    "",
    " \n\t",
    "12345 !!!",
    "3 + 4 = 7",
    "😀🎉👍🏽",
    r"$x^2 + y^2 = z^2$",
    r"\[ \sum_{k=1}^{n} k = \frac{n(n+1)}{2} \]",
    "```python\nprint('hello world')\n```",
    "https://example.org/some/path?query=words",
    "\u0301\u0302\u0303",
    "\u200f\u200e\u202b",
    "\x00\x00",
    "\ud800\udfff",
    "x = y + z",
)

# Pairs of languages whose sentences are mixed, and how many sentences of the first a text of twelve holds.
_PAIRS = (
    "es en", "fr en", "de en", "pt en", "vi en", "tr en", "pt es", "fr es", "it es", "de ru", "uk ru", "zh en", "ja zh",
)  # fmt: skip
_COUNTS = (1, 3, 6, 9, 11)

_LETTERS = re.compile(r"[^\W\d_]")
_MARKUP = re.compile(r"[\\`<$]|https?:")
_WEIGHTS = (
    (re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"), 2 / 3),
    (re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]"), 1 / 2),
    (re.compile("[\uac00-\ud7a3]"), 3 / 5),
    (re.compile("[\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46]"), 1 / 4),
)
# Vowel signs and other marks are part of a word; two letters at least, where one would be a variable.
_SPACED = re.compile(
    "[A-Za-z\u00c0-\u024f\u1e00-\u1eff]{2,}|[\u0370-\u03ff]{2,}|[\u0400-\u04ff]+|[\u05d0-\u05ea]+|[\u0620-\u064a]+"
    "|[\u0900-\u0963\u0971-\u097f]+"
)
_UNSPACED_FRAGMENT = {"zh": 5, "ja": 6, "th": 11}  # letters that make three words, by the weights above


def words(text: str) -> float:
    """How many words a text without markup has, in the unit of the shares."""
    return len(_SPACED.findall(text)) + sum(len(letter.findall(text)) * weight for letter, weight in _WEIGHTS)


def plain(language: str) -> list[str]:
    """The sentences that have no markup inside."""
    return [sentence for sentence in SENTENCES[language] if not _MARKUP.search(sentence)]


def fragments(language: str) -> list[str]:
    """Three words from the middle of each plain sentence, as they stand; no sentence is left out."""
    size = _UNSPACED_FRAGMENT.get(language)
    if size is not None:
        return [s[(len(s) - size) // 2 :][:size] for s in plain(language)]
    split = [[word for word in sentence.split() if _LETTERS.search(word)] for sentence in plain(language)]
    return [" ".join(parts[(len(parts) - 3) // 2 :][:3]) for parts in split]


def _mixed(parts: list[tuple[str, str]]) -> tuple[str, dict[str, float]]:
    counts: dict[str, float] = {}
    for language, piece in parts:
        counts[language] = counts.get(language, 0.0) + words(piece)
    total = sum(counts.values())
    return "".join(piece for _, piece in parts), {language: count / total for language, count in counts.items()}


def inside() -> list[tuple[str, dict[str, float]]]:
    """Texts mixed inside sentences, each with the true share of its languages."""
    lines = (_HERE / "inside.jsonl").read_text(encoding="utf-8").splitlines()
    return [_mixed([(language, piece) for language, piece in json.loads(line)]) for line in lines]


def between() -> list[tuple[str, dict[str, float]]]:
    """Texts of twelve sentences in two languages, spread evenly, each with the true share of its languages."""
    texts = []
    for pair, count in itertools.product(_PAIRS, _COUNTS):
        first, second = (itertools.cycle(plain(language)) for language in pair.split())
        parts = []
        for index in range(12):
            is_first = (index + 1) * count // 12 > index * count // 12
            language, source = (pair.split()[0], first) if is_first else (pair.split()[1], second)
            space = "" if language in ("zh", "ja") else " "
            parts.append((language, next(source) + space))
        texts.append(_mixed(parts))
    return texts
