"""Tell languages of one script apart with py3langid (Lui and Baldwin 2012; BSD-3, its model is in its wheel).

- `identify(text, languages)`: the most likely language.

The model is loaded when it is first needed, within about a second, and takes some 100 MB. Nothing is downloaded.
"""

from __future__ import annotations

import copy
import functools
import threading
import unicodedata
from typing import Any

ENGLISH_PRIOR = 5.0
"""How much more likely, in nats, another language must be than English where all letters are ASCII.

A few short words, such as "Wait." and "Let n be even", are features of several languages to the model. In the tests'
terse English another language is up to 4.8 nats ahead; three words of another language are some 20 nats ahead.
"""
QUOTED_PRIOR = 10.0
"""The same for pieces inside text in another script: there, Latin words are English terms far more often than not."""

_lock = threading.Lock()


def identify(text: str, languages: tuple[str, ...], *, prior: float = ENGLISH_PRIOR) -> str | None:
    """The language among `languages` that `text` is most likely in; `None` if the model knows nothing in it.

    Where English is among them, words in ASCII that the model does not know are English.

    Deterministic, and safe in any thread: an identifier is not changed after it is made.

    Args:
        text: Any text, best a sentence without markup.
        languages: ISO 639-1 codes, sorted. A single one is the answer.
        prior: Nats by which another language must beat English, if all letters are ASCII.
    """
    if len(languages) == 1:
        return languages[0]
    # Letters in disguise, such as fullwidth ones, are the same letters.
    ranking: list[tuple[str, float]] = _identifier(languages).rank(unicodedata.normalize("NFKC", text))
    best, score = ranking[0]
    if "en" in languages and dict(ranking)["en"] >= score - prior and _has_ascii_letters_only(text):
        return "en"
    # Without a single feature of the model all are equally likely.
    return best if score > ranking[-1][1] else None


def _has_ascii_letters_only(text: str) -> bool:
    return text.isascii() or not any(letter > "\x7f" and letter.isalpha() for letter in text)


def _identifier(languages: tuple[str, ...]) -> Any:
    # functools' cache alone would let two threads load the model twice.
    with _lock:
        return _restricted(languages)


@functools.lru_cache(maxsize=64)
def _restricted(languages: tuple[str, ...]) -> Any:
    """An identifier for these languages; it shares the model with the others but for the columns it selects."""
    identifier = copy.copy(_whole())
    identifier.set_languages(languages)
    # Stored in half precision, rows would be widened for each sentence anew. These are the same numbers.
    identifier.nb_ptc = identifier.nb_ptc.astype("float32", order="C")
    return identifier


@functools.cache
def _whole() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]  # loads in a second

    return LanguageIdentifier.from_model_file(MODEL_FILE)
