"""The share of each language in a text.

- `shares(text)`: of all languages.
- `share(text, language)`: of one.
- `dominant(text)`: the one with more than half.

The unit is the word as `rlvr.envs.language.scripts` counts it, after markup and names were taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rlvr.envs.language import deciding
from rlvr.envs.language.candidates import candidates
from rlvr.envs.language.markup import strip_markup, strip_names
from rlvr.envs.language.scripts import Script, count

_ASCII_LETTER = re.compile("[A-Za-z]")

SAMPLE = 20_000
"""Bytes of UTF-8 that are read: of a text that has more without its markup, the first and the last half of this."""


def shares(text: str, *, languages: Iterable[str] | None = None) -> dict[str, float]:
    """The share of each language among the words of `text`, largest first.

    Scripts are told apart word by word, so they may mix inside a sentence. Languages of one script are told apart
    sentence by sentence, and a sentence below 20 letters is in the language of its neighbours.

    Args:
        text: Any text at all.
        languages: ISO 639-1 codes of those that may occur; the default is `rlvr.envs.language.candidates.DEFAULT`.
            Text in a language that is not among them is counted as one of those that share its script: name all that
            are likely. A script that none of them is written in keeps its default.

    Returns:
        Shares above 0 that sum to 1, or nothing where nothing can be told: no words, only markup.

    Raises:
        ValueError: There is no such language, or none was named.

    Example:
        >>> shares("我们先 compute 一下")
        {'zh': 0.7692307692307692, 'en': 0.23076923076923078}
        >>> shares("12345 !!!")
        {}
    """
    return _shares(text, candidates(languages))


def share(text: str, language: str) -> float:
    """The share of `language`, told from the default languages, in [0, 1]; 0 where nothing can be told.

    Raises:
        ValueError: There is no such language.

    Example:
        >>> share("Итак, dynamic programming даёт решение.", "ru")
        0.6
    """
    return _shares(text, candidates(None, also=language)).get(language, 0.0)


def dominant(text: str, *, languages: Iterable[str] | None = None) -> str | None:
    """The language of more than half of `text`, or `None`.

    Args:
        text: Any text at all.
        languages: As for `shares`.

    Raises:
        ValueError: There is no such language, or none was named.

    Example:
        >>> dominant("So the 乘积 is even.")
        'en'
    """
    found = _shares(text, candidates(languages))
    return next((language for language, part in found.items() if part > 0.5), None)


def _shares(text: str, written: Mapping[Script, tuple[str, ...]]) -> dict[str, float]:
    text = strip_markup(text)
    if text.isascii() and not _ASCII_LETTER.search(text):  # The answer is often a box alone; to count costs far more.
        return {}
    counted = count(strip_names(_sample(text)))
    totals: dict[str, float] = {}
    for script in counted.scripts:
        languages = written[script]
        if len(languages) == 1:
            parts = {languages[0]: float(counted.words[:, script].sum())}
        elif script is Script.HAN:
            parts = deciding.han(counted)
        else:
            parts = deciding.by_model(counted, script, languages)
        for language, words in parts.items():
            totals[language] = totals.get(language, 0.0) + words
    total = sum(totals.values())
    ordered = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    return {language: words / total for language, words in ordered}


def _sample(text: str) -> str:
    if len(text) * 4 <= SAMPLE:
        return text
    if len(text) <= SAMPLE and len(text.encode("utf-8", "surrogatepass")) <= SAMPLE:
        return text
    half = SAMPLE // 2
    # Cut to characters first: only these are encoded, however long the text is. A surrogate is left out with the cut.
    first, last = (part.encode("utf-8", "surrogatepass") for part in (text[:half], text[-half:]))
    return first[:half].decode("utf-8", "ignore") + "\n" + last[-half:].decode("utf-8", "ignore")
