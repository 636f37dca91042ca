"""What the published checkers of IFEval ask of other packages: langdetect and NLTK, the extra `reference`.

Where they are installed, mode `reference` says what the published checkers say, except that langdetect, which draws at
random, is seeded. Elsewhere constraints have approximations of their own. No verdict of mode `strict` depends on them.

- `language(text)`: langdetect's answer.
- `sentences(text)`, `tokens(text)`: NLTK's, which also needs its data `punkt_tab`.

Each is `None` where there is nothing to ask. Nothing is ever downloaded.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

SEED = 0
"""Of langdetect's draws, for every text anew."""

UNDETECTABLE = ""
"""The language of a text of which langdetect can tell nothing: published checkers take it for any."""


def language(text: str) -> str | None:
    """The language of a text by langdetect's codes, such as `en` and `zh-cn`; it reads the first 10,000 characters."""
    factory = _languages()
    if factory is None:
        return None
    from langdetect import LangDetectException

    detector = factory.create()
    detector.append(text)
    try:
        return str(detector.detect())
    except LangDetectException:
        return UNDETECTABLE


def sentences(text: str) -> list[str] | None:
    """The sentences of a text by NLTK's English Punkt model."""
    punkt = _punkt()
    return None if punkt is None else list(punkt.tokenize(text))


def tokens(text: str) -> list[str] | None:
    """The tokens of a text by NLTK's `word_tokenize`, which cuts it into sentences first."""
    if _punkt() is None:
        return None
    from nltk import word_tokenize

    return list(word_tokenize(text))


@cache
def _languages() -> Any:
    """A factory of our own: the package's shared one is seeded, or not, by whoever else uses it."""
    try:
        from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
    except ImportError:
        return None
    factory = DetectorFactory()
    factory.set_seed(SEED)
    # In one order on every file system, as sums of probabilities are rounded.
    profiles = [path for path in sorted(Path(PROFILES_DIRECTORY).iterdir()) if path.is_file()]
    factory.load_json_profile([path.read_text(encoding="utf-8") for path in profiles])
    return factory


@cache
def _punkt() -> Any:
    try:
        from nltk.tokenize.punkt import PunktTokenizer

        return PunktTokenizer("english")
    except (ImportError, LookupError):  # Not installed, older than 3.9, or without its data.
        return None
