"""What each wrapper adds to a step: `python -m benchmarks.wrappers`, or `make bench`.

A step is the last turn of an episode, with a completion of 2,000 tokens and 8,000 bytes that knows its tokens.
Contenders take turns. In its turn a contender and the bare environment step one after the other, a few times, each with
a text that was never seen before, so that a busy machine slows both alike. The figure is the median, over all turns, of
the difference between the two steps. `reset`, where prompts are made, is not in it.

Terms that wait for the group are settled beside it: `settle` for a group of 16, by episode.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import gymnasium as gym
from rich.console import Console
from rich.table import Table

import rlvr
import rlvr.wrappers
from rlvr.core import Completion, Episode, Turn
from rlvr.wrappers import GroupTerm, settle
from tests.envs.language import corpus

ENV = "rlvr/Math-v0"
TOKENS, BYTES, GROUP = 2000, 8000, 16
PAIRS = 10
"""Steps of a contender and of the bare environment in one turn."""

LENGTH, FORMAT, REPETITION, SCRIPTS, WORDS = 5.0, 50.0, 300.0, 300.0, 5000.0
"""The most that a wrapper may add, in microseconds: by what it looks at."""


Env = gym.Env[Any, Any]


class Contender(NamedTuple):
    """A wrapper, and what it may cost."""

    wrapper: str
    kwargs: dict[str, Any]
    limit: float | None = None
    note: str = ""
    language: str = "en"
    """Of the thoughts."""
    asked: bool = True
    """Whether the question is in English; else it is a sum, in no language."""


CONTENDERS = (
    Contender("LengthPenalty", {}, LENGTH),
    Contender("SoftOverlong", {}, LENGTH),
    Contender("Cosine", {}, LENGTH),
    Contender("GrowingTarget", {}, LENGTH),
    Contender("L1Exact", {}, LENGTH),
    Contender("L1Max", {}, LENGTH),
    Contender("DiscreteTargets", {}, LENGTH),
    Contender("O1Pruner", {"reference_length": 2000}, LENGTH),
    Contender("KimiLength", {}, LENGTH),
    Contender("ShorterBetter", {}, LENGTH),
    Contender("AroraZanette", {}, LENGTH),
    Contender("GRPOLambda", {}, LENGTH),
    Contender("GroupNormalisedCost", {}, LENGTH),
    Contender("Format", {}, FORMAT),
    Contender("TagCount", {}, FORMAT),
    Contender("ReasoningSteps", {}, FORMAT),
    Contender("Magistral", {}, FORMAT),
    Contender("Repetition", {}, REPETITION, "sparse, n = 40"),
    Contender("Repetition", {"n": 3}, REPETITION, "sparse, n = 3"),
    Contender("Repetition", {"kind": "dense"}, REPETITION, "dense, n = 40"),
    Contender("Repetition", {"unit": "words"}, REPETITION, "sparse, words"),
    Contender("Language", {"target": "zh"}, SCRIPTS, "Chinese", "zh"),
    Contender("Language", {"target": "el"}, SCRIPTS, "Greek", "el"),
    Contender("Language", {"target": "en"}, WORDS, "English", "en"),
    Contender("Language", {"target": "ru"}, WORDS, "Russian", "ru"),
    Contender("LanguageAgreement", {}, SCRIPTS, "Chinese", "zh", asked=False),
    Contender("LanguageAgreement", {}, WORDS, "Chinese, asked in English", "zh"),
    Contender("LanguageAgreement", {}, WORDS, "English, asked in English", "en"),
    Contender("ThinkingMode", {"weight": 0.1}),
    Contender("ThinkingBudget", {"weight": 0.1}),
    Contender("ClipReward", {"high": 2.0}),
    Contender("ScaleReward", {"factor": 0.5}),
    Contender("PromptTemplate", {}),
    Contender("FewShot", {"k": 2}),
    Contender("Hint", {"text": "Mind the carry."}),
    Contender("TurnBudget", {"turns": 1}),
    Contender("Curriculum", {"levels": [{"level": 1}]}),
    Contender("OverlongFilter", {"limit": 4096}),
    Contender("TextObservation", {}),
    Contender("RecordEpisodes", {}, None, "writes a line"),
)


def main() -> None:
    """Measure, show a table, and append a line to the log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="how often each contender takes its turn")
    parser.add_argument("--log", type=Path, default=Path(".benchmarks/wrappers.jsonl"), help="JSON lines, appended")
    arguments = parser.parse_args()
    table = Table(
        title=f"rlvr {rlvr.__version__}: µs a step with {TOKENS:,} tokens, Python {platform.python_version()}"
    )
    for title in ("wrapper", "", "adds", "limit", "", "settle"):
        table.add_column(title, justify="right" if title in ("adds", "limit", "settle") else "left", no_wrap=True)
    record: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        differences, bare = measure(Path(folder), arguments.rounds)
    for contender, values in zip(CONTENDERS, differences, strict=True):
        median, limit = statistics.median(values), contender.limit
        settling = settled(contender)
        kept = "" if limit is None else "[green]kept[/green]" if median <= limit else "[red]missed[/red]"
        table.add_row(
            contender.wrapper,
            contender.note,
            f"{median:,.1f}",
            "" if limit is None else f"{limit:,.0f}",
            kept,
            "" if settling is None else f"{settling:.1f}",
        )
        name = " ".join(filter(None, (contender.wrapper, contender.note)))
        record[name] = {"median": median, "unit": "µs", "limit": limit, "settle": settling}
    table.caption = f"The bare step takes {statistics.median(bare):.1f} µs."
    Console(width=100).print(table)
    machine = {"python": platform.python_version(), "machine": platform.machine(), "cpus": os.cpu_count()}
    arguments.log.parent.mkdir(parents=True, exist_ok=True)
    with arguments.log.open("a", encoding="utf-8") as log:
        log.write(json.dumps({"version": rlvr.__version__, "time": time.time(), **machine, "measured": record}) + "\n")


def measure(folder: Path, rounds: int) -> tuple[list[list[float]], list[float]]:
    """For each contender the differences from the bare step, in microseconds; and the bare steps."""
    plains = {asked: make(asked) for asked in (True, False)}
    envs = [wrapped(contender, folder) for contender in CONTENDERS]
    for env in (*plains.values(), *envs):
        env.reset(seed=0)
    texts = {language: answers(language) for language in {contender.language for contender in CONTENDERS}}
    differences: list[list[float]] = [[] for _ in CONTENDERS]
    bare = []
    for number in range(rounds + 1):
        for contender, env, found in zip(CONTENDERS, envs, differences, strict=True):
            plain = plains[contender.asked]
            ready = [next(texts[contender.language]) for _ in range(2 * PAIRS)]  # Not between the steps.
            gc.collect()
            gc.disable()  # A collection belongs to no contender.
            try:
                pairs = [pair_of_steps(plain, env, *ready[at : at + 2]) for at in range(0, 2 * PAIRS, 2)]
            finally:
                gc.enable()
            if number:  # The first only warms up.
                found += [with_it - without for without, with_it in pairs]
                bare += [without for without, _ in pairs]
    return differences, bare


def pair_of_steps(plain: Env, env: Env, one: Completion, other: Completion) -> tuple[float, float]:
    """A step of each, in microseconds; the order is the texts': each goes first as often as second."""
    if (one.token_ids or (0,))[0] % 4 < 2:
        return step_time(plain, one), step_time(env, other)
    with_it = step_time(env, one)
    return step_time(plain, other), with_it


def make(asked: bool = True) -> Env:
    """The environment that all wrap."""
    kwargs: dict[str, Any] = {"families": "word"} if asked else {"families": "sum", "instruction": ""}
    return gym.make(ENV, disable_env_checker=True, **kwargs)


def wrapped(contender: Contender, folder: Path) -> Env:
    """The environment in a contender's wrapper."""
    kwargs = dict(contender.kwargs)
    if contender.wrapper == "RecordEpisodes":
        kwargs["path"] = str(folder / "episodes.jsonl")
    made: Callable[..., Env] = getattr(rlvr.wrappers, contender.wrapper)
    return made(make(contender.asked), **kwargs)


def answers(language: str) -> Iterator[Completion]:
    """Texts without end, no two alike, thinking in a language."""
    sentences = cycle(corpus.SENTENCES[language])
    number = 0
    while True:
        number += 1
        thoughts = f"{number}."
        while len(thoughts.encode()) < BYTES - 60:
            thoughts += " " + next(sentences)
        thoughts = thoughts.encode()[: BYTES - 60].decode(errors="ignore")
        text = f"<think> {thoughts} </think> <answer> \\boxed{{{number}}} </answer>"
        ids = [(number + 7919 * i * i) % 150_000 for i in range(TOKENS)]
        yield Completion(text, token_ids=ids)


def step_time(env: Env, answer: Completion) -> float:
    """Microseconds of a step that ends the episode; the next one is begun, which is not counted."""
    start = time.perf_counter()
    _, _, terminated, _, _ = env.step(answer)
    elapsed = time.perf_counter() - start
    assert terminated
    env.reset()
    return 1e6 * elapsed


def settled(contender: Contender, rounds: int = 200) -> float | None:
    """Microseconds by episode of settling a group, for terms that wait for it."""
    if not issubclass(getattr(rlvr.wrappers, contender.wrapper), GroupTerm):
        return None
    env = wrapped(contender, Path())
    texts = answers("en")
    group = []
    for number in range(GROUP):
        env.reset(seed=0)
        answer = next(texts)
        ids = (answer.token_ids or ())[: TOKENS - 10 * number]
        _, reward, terminated, truncated, info = env.step(answer)
        info = {**info, "verdict": {**info["verdict"], "status": "wrong" if number % 4 == 0 else "correct"}}
        turn = Turn((), ids, (0.0,) * len(ids), (1,) * len(ids), float(reward), info, str(answer))
        group.append(Episode(info["task"], (0, 0), (turn,), terminated, truncated, 0))
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        settle(env, group)
        times.append(1e6 * (time.perf_counter() - start) / GROUP)
    return statistics.median(times)


if __name__ == "__main__":
    main()
