"""How well and how fast languages are told: `python -m benchmarks.language`.

Accuracy is on the tests' corpus, which was written before the detector, and on the English texts of GSM8K, MATH-500 and
MBPP where their files are found. Speed is on one core, without any cache, each figure the median of the
rounds; the measures take turns, so that a busy machine slows all of them alike.
"""

from __future__ import annotations

import argparse
import platform
import re
import statistics
import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

import rlvr
from benchmarks.environment import Measure, in_turns
from rlvr.envs.files import locate, read_rows
from rlvr.envs.language import shares, strip_markup
from rlvr.envs.language.candidates import DEFAULT
from rlvr.envs.language.model import identify
from rlvr.envs.language.scripts import Script
from tests.envs.language import corpus

LATIN = ("en", "es", "fr", "de", "pt")
ENGLISH = (("gsm8k_test.jsonl", "question"), ("math500.jsonl", "solution"), ("mbpp.jsonl", "text"))
CONSOLE = Console()


def main() -> None:
    """Measure and show two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="how often each measure takes its turn")
    arguments = parser.parse_args()
    accuracy()
    speed(arguments.rounds)


def accuracy() -> None:
    """Show how many texts are told, and how far shares are from the truth."""
    table = Table("", "texts", "right", "", title=f"rlvr {rlvr.__version__}: languages told")
    for name, languages in (("ten languages", corpus.TEN), ("all languages", tuple(corpus.SENTENCES))):
        for kind, get in (("sentences", corpus.SENTENCES.__getitem__), ("three words", corpus.fragments)):
            told = [(next(iter(shares(text)), ""), language) for language in languages for text in get(language)]
            wrong = [f"{truth} as {found}" for found, truth in told if found != truth]
            row(table, f"{name}, {kind}", len(told), 1 - len(wrong) / len(told), ", ".join(wrong))
    row(
        table, "terse English", len(corpus.TERSE_ENGLISH), wholly_english([shares(one) for one in corpus.TERSE_ENGLISH])
    )
    for name, texts in (("mixed inside sentences", corpus.inside()), ("mixed between sentences", corpus.between())):
        errors = [error(shares(text), truth) for text, truth in texts]
        within = sum(one <= 0.05 for one in errors) / len(errors)
        row(table, f"{name}, within 0.05", len(errors), within, f"largest error {max(errors):.3f}")
    for file_name, field in ENGLISH:
        if (path := locate(file_name)) is not None:
            found = [shares(str(line[field])) for _, line in read_rows(path)]
            told_at_all = [one for one in found if one]
            name = f"English: {field}s of {file_name}"
            row(table, name, len(told_at_all), wholly_english(told_at_all), "wholly English, of those with words")
    if (path := locate("gsm8k_test.jsonl")) is not None:
        sentences = [
            one for _, line in read_rows(path) for one in re.split(r"(?<=[.?!])\s+", str(line["question"])) if one
        ]
        split = [words for words in (one.split() for one in sentences) if len(words) > 4]
        middles = [" ".join(words[len(words) // 2 - 1 :][:3]) for words in split]
        for kind, some in (("sentences", sentences), ("three words", middles)):
            found = [shares(text) for text in some]
            row(table, f"English: {kind} of gsm8k_test.jsonl", len(found), wholly_english(found), "wholly English")
    CONSOLE.print(table)


def speed(rounds: int) -> None:
    """Show what an answer costs."""
    sentences = [strip_markup(text) for language in LATIN for text in corpus.SENTENCES[language]]
    measures: dict[str, Measure] = {
        "one text of 80 sentences, Latin: shares, sentences/s": per_second(
            [" ".join(sentences)], shares, len(sentences)
        ),
        "separate sentences, Latin: shares, sentences/s": per_second(sentences, shares),
        "separate sentences, Latin: py3langid alone, sentences/s": per_second(
            sentences, lambda text: identify(text, DEFAULT[Script.LATIN])
        ),
        "separate sentences, Chinese: shares, sentences/s": per_second(corpus.SENTENCES["zh"], shares),
        "text of 2,000 characters, Chinese, µs": micros(text_of(("zh",), characters=2_000)),
        "text of 2,000 characters, Greek, µs": micros(text_of(("el",), characters=2_000)),
    }
    for language in ("zh", "ko", "ja", "el", "he", "en", "ru"):
        measures[f"text of 8 kB, {language}, µs"] = micros(text_of((language,), size=8_000))
    measures["text of 8 kB, zh and en, µs"] = micros(text_of(("zh", "en"), size=8_000))
    for language in ("zh", "en", "ru"):
        measures[f"text of 200 kB, {language}, µs"] = micros(text_of((language,), size=200_000))
    measures["text of 200 kB, short lines, µs"] = micros("Then we have that this is\n" * 8_000)
    shares("The model is loaded before it is timed.")
    results = in_turns(measures, rounds)
    table = Table(title=f"Cost on one core, Python {platform.python_version()}")
    for title in ("", "median", "least", "most"):
        table.add_column(title, justify="right" if title else "left")
    for name, values in results.items():
        table.add_row(name, *(f"{value:,.0f}" for value in (statistics.median(values), min(values), max(values))))
    CONSOLE.print(table)


def text_of(languages: Sequence[str], *, size: int = 1 << 30, characters: int = 1 << 30) -> str:
    """The corpus's sentences over and over, in turns, up to so many bytes or characters."""
    text, count = "", 0
    while len(text) < characters and len(text.encode()) < size:
        language = languages[count % len(languages)]
        text += corpus.SENTENCES[language][count // len(languages) % len(corpus.SENTENCES[language])] + " "
        count += 1
    return text[:characters].encode()[:size].decode(errors="ignore")


def per_second(texts: Sequence[str], function: Callable[[str], object], sentences: int = 1) -> Measure:
    """Sentences a second; each text, of so many of them, is asked for by itself."""

    def measure() -> float:
        start = time.process_time()
        for text in texts:
            function(text)
        return sentences * len(texts) / (time.process_time() - start)

    return measure


def micros(text: str) -> Measure:
    """Microseconds for the shares of `text`."""

    def measure() -> float:
        number = max(1, 100_000 // (len(text) + 1))
        start = time.process_time()
        for _ in range(number):
            shares(text)
        return 1e6 * (time.process_time() - start) / number

    return measure


def wholly_english(found: Sequence[dict[str, float]]) -> float:
    """The part of the answers that is English and nothing else."""
    return sum(one == {"en": 1.0} for one in found) / len(found)


def error(found: dict[str, float], truth: dict[str, float]) -> float:
    """The largest error of a share."""
    return max(abs(found.get(one, 0.0) - truth.get(one, 0.0)) for one in {*found, *truth})


def row(table: Table, name: str, number: int, right: float, note: str = "") -> None:
    """Add a row."""
    table.add_row(name, str(number), f"{right:.3f}", note)


if __name__ == "__main__":
    main()
