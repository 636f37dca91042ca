"""Which languages are written in a script.

- `DEFAULT`: those that are told apart unless the caller names others.
- `KNOWN`: every language that may be named.
- `candidates(languages)`: the languages that each script may be.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rlvr.envs.language.scripts import Script
from rlvr.registry.names import unknown

DEFAULT: Mapping[Script, tuple[str, ...]] = MappingProxyType(
    {
        Script.LATIN: tuple("cs de en es fi fr hu id it nl pl pt ro sv sw tr vi".split()),
        Script.GREEK: ("el",),
        Script.CYRILLIC: ("bg", "ru", "sr", "uk"),
        Script.HEBREW: ("he",),
        Script.ARABIC: ("ar", "fa", "ur"),
        Script.DEVANAGARI: ("hi", "mr", "ne"),
        Script.BENGALI: ("bn",),
        Script.GURMUKHI: ("pa",),
        Script.GUJARATI: ("gu",),
        Script.ORIYA: ("or",),
        Script.TAMIL: ("ta",),
        Script.TELUGU: ("te",),
        Script.KANNADA: ("kn",),
        Script.MALAYALAM: ("ml",),
        Script.SINHALA: ("si",),
        Script.THAI: ("th",),
        Script.LAO: ("lo",),
        Script.MYANMAR: ("my",),
        Script.KHMER: ("km",),
        Script.GEORGIAN: ("ka",),
        Script.ARMENIAN: ("hy",),
        Script.ETHIOPIC: ("am",),
        Script.HANGUL: ("ko",),
        Script.KANA: ("ja",),
        Script.HAN: ("ja", "zh"),
    }
)
"""The languages of each script, ISO 639-1. More of them would cost accuracy on short texts, above all close kin."""

_MORE: Mapping[Script, tuple[str, ...]] = {
    Script.LATIN: tuple(
        "af az bs ca cy da eo et eu ga gl ha hr ht is la lb lt lv mg ms mt no oc sk sl so sq tl uz xh yo zu".split()
    ),
    Script.CYRILLIC: tuple("be kk ky mk mn tg tt".split()),
    Script.ARABIC: ("ps", "ug"),
    Script.DEVANAGARI: ("sa",),
    Script.BENGALI: ("as",),
}

_WRITTEN = {script: (*languages, *_MORE.get(script, ())) for script, languages in DEFAULT.items()}

KNOWN: frozenset[str] = frozenset(language for languages in _WRITTEN.values() for language in languages)
"""The languages that may be named. The further ones are told from others only if they are named."""


def candidates(languages: Iterable[str] | None, *, also: str | None = None) -> Mapping[Script, tuple[str, ...]]:
    """The languages that each script may be.

    Args:
        languages: Those that may occur. A script that none of them is written in keeps its default, so that a text
            in another script is never counted as one of them. `None` for `DEFAULT`.
        also: One more.

    Raises:
        ValueError: There is no such language, or none was named.
    """
    if isinstance(languages, str):
        raise ValueError(f"Expected languages to be a collection such as ('en', 'zh'), actually: {languages!r}")
    named = None if languages is None else tuple(languages)
    for language in (*(named or ()), *(() if also is None else (also,))):
        if language not in KNOWN:
            raise ValueError(unknown("language", language, sorted(KNOWN)))
    if named == ():
        raise ValueError("Expected languages to name at least one, or to be None for the default, actually: none")
    return _candidates(named, also)


@functools.lru_cache(maxsize=256)
def _candidates(languages: tuple[str, ...] | None, also: str | None) -> Mapping[Script, tuple[str, ...]]:
    found = {}
    for script, default in DEFAULT.items():
        written = _WRITTEN[script]
        chosen = {language for language in languages or () if language in written} or set(default)
        if also in written:
            chosen.add(also)
        found[script] = tuple(sorted(chosen))
    return MappingProxyType(found)
