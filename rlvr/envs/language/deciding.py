"""Decide which language each sentence is in, where its script has several.

A sentence with fewer than 20 letters of the script is too short to be judged alone ("Wait.", "OK, 3"): it is in the
language of the last judged sentence before it, or else of the first one after it. Where no sentence is long enough,
the first of them are judged together.

- `by_model(count, script, languages)`: with py3langid.
- `han(count)`: Chinese or Japanese, by kana.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rlvr.envs.language.model import ENGLISH_PRIOR, QUOTED_PRIOR, identify
from rlvr.envs.language.scripts import WEIGHTS, Count, Script

SHORT = 20
"""Letters below which a sentence is in the language of its neighbours."""

_TOGETHER = 200  # short sentences that are judged together, at most
_LETTERS_A_WORD = 5  # of English, to measure Han by the same limit
_KANA = 0.1  # part of kana among the letters of a Japanese sentence; a single one may be quoted in a Chinese one


def by_model(count: Count, script: Script, languages: tuple[str, ...]) -> dict[str, float]:
    """Words in each of `languages`, of all words in `script`; nothing for those that the model cannot tell."""
    rows = np.flatnonzero(count.words[:, script]).tolist()
    mixed = len(count.scripts) > 1

    def identified(some: list[int]) -> str | None:
        # One "Wait." says as much about the language as a thousand.
        text = " ".join(dict.fromkeys(count.sentence(row, script).strip() for row in some))
        quoted = mixed and 2 * count.words[some, script].sum() < count.words[some].sum()
        return identify(text, languages, prior=QUOTED_PRIOR if quoted else ENGLISH_PRIOR)

    def judge(row: int) -> str | None:
        return None if count.letters[row, script] < SHORT else identified([row])

    return _sum(count, script, rows, judge, lambda: identified(rows[:_TOGETHER]))


def han(count: Count) -> dict[str, float]:
    """Words in Chinese and Japanese, of all words in Han: Japanese where a tenth of the sentence is kana."""
    rows = np.flatnonzero(count.words[:, Script.HAN]).tolist()
    if not count.letters[:, Script.KANA].any():
        return {"zh": float(count.words[:, Script.HAN].sum())}
    short = SHORT / _LETTERS_A_WORD / WEIGHTS[Script.HAN]

    def judge(row: int) -> str | None:
        letters, kana = int(count.letters[row, Script.HAN]), int(count.letters[row, Script.KANA])
        if kana >= _KANA * (letters + kana):
            return "ja"
        return "zh" if letters >= short else None

    return _sum(count, Script.HAN, rows, judge, lambda: "zh")


def _sum(
    count: Count,
    script: Script,
    rows: list[int],
    judge: Callable[[int], str | None],
    together: Callable[[], str | None],
) -> dict[str, float]:
    judged = [judge(row) for row in rows]
    current = next((language for language in judged if language is not None), None)
    if current is None:
        current = together()
    totals: dict[str, float] = {}
    for row, language in zip(rows, judged, strict=True):
        current = language or current
        if current is not None:
            totals[current] = totals.get(current, 0.0) + float(count.words[row, script])
    return totals
