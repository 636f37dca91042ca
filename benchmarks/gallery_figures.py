"""The figures of the gallery, each made by running a wrapper: never by a second copy of its formula.

- `make(name, ...)`: a wrapper around a plain environment.
- `by_length`, `by_group`, `over_texts`, `by_language`, `by_repetition`, `by_total`, `by_episode`: what it is worth.
- `Panel`, `Curve`, `Bar`: what they return; `digest(panels)`: a fingerprint of it, which a drawn file carries.
"""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import gymnasium as gym

import rlvr
import rlvr.wrappers
from rlvr.core import Completion, Status, Verdict
from rlvr.seeding import StreamKey
from rlvr.wrappers import Finished, InversionWarning, Member

ENV = "rlvr/Math-v0"
REQUIRED: dict[str, dict[str, Any]] = {
    "ClipReward": {"low": 0.0, "high": 1.0},
    "ScaleReward": {"factor": 0.5},
    "O1Pruner": {"reference_length": 2000},
}
"""Arguments of terms that have no default for them."""

POINTS = 81
"""Points of a curve."""


@dataclass(frozen=True)
class Curve:
    """A line: solid for right answers, dashed for wrong ones."""

    xs: Sequence[float]
    ys: Sequence[float]
    right: bool = True
    label: str = ""
    """What sets it apart from the panel's others, besides right and wrong."""
    marked: bool = False
    """Whether the points themselves matter."""


@dataclass(frozen=True)
class Bar:
    """What one example text is worth if its answer is right, and if it is wrong."""

    label: str
    right: float
    wrong: float


@dataclass(frozen=True)
class Panel:
    """One pair of axes."""

    title: str
    xlabel: str
    ylabel: str
    curves: Sequence[Curve] = ()
    bars: Sequence[Bar] = ()


def make(name: str, **kwargs: Any) -> Any:
    """A wrapper around a plain environment, with an episode begun; stacks that break the law are let pass."""
    env = gym.make(ENV, families="word", level=1, disable_env_checker=True)  # Questions in English.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InversionWarning)
        wrapper = getattr(rlvr.wrappers, name)(env, **{**REQUIRED.get(name, {}), **kwargs})
    wrapper.reset(seed=1)
    return wrapper


def finished(text: str, right: bool, total: float | None = None) -> Finished:
    """An episode that ended with a text, as a term sees it."""
    verdict = Verdict(Status.CORRECT, 1.0) if right else Verdict(Status.WRONG)
    so_far = verdict.score if total is None else total
    return Finished("word-1/train/1/0", (), (text,), {"status": verdict.status, "score": verdict.score}, so_far)


def reward(env: Any, text: str, right: bool) -> float:
    """The reward of an answer: correctness and the term."""
    episode = finished(text, right)
    return math.fsum((episode.total, env.value(episode)))


@lru_cache(maxsize=1024)
def tokens(count: int) -> Completion:
    """A text of so many tokens."""
    return Completion("x" * count, token_ids=range(count))


# Lengths.


def lengths(most: int) -> list[int]:
    """Lengths from 0 to `most`, evenly."""
    return [round(most * i / (POINTS - 1)) for i in range(POINTS)]


def by_length(
    name: str,
    most: int,
    variants: dict[str, dict[str, Any]] | None = None,
    *,
    xlabel: str = "length, tokens",
    moved: dict[str, float] | None = None,
    **kwargs: Any,
) -> list[Panel]:
    """Reward against length; with the source's own numbers as well, where they give others."""

    def curves(**common: Any) -> list[Curve]:
        found = []
        for label, own in (variants or {"": {}}).items():
            env = make(name, **kwargs, **own, **common)
            if moved is not None:
                env.set_progress(moved[label])
            for right in (True, False):
                ys = [reward(env, tokens(count), right) for count in lengths(most)]
                found.append(Curve(lengths(most), ys, right, label))
        return found

    return both_presets(curves, xlabel)


def both_presets(curves: Callable[..., list[Curve]], xlabel: str, ylabel: str = "reward") -> list[Panel]:
    """A panel with our numbers and, where they differ, one with the source's."""
    ours, theirs = curves(), curves(preset="paper")
    if ours == theirs:
        return [Panel("", xlabel, ylabel, ours)]
    return [Panel("defaults", xlabel, ylabel, ours), Panel('preset="paper"', xlabel, ylabel, theirs)]


def targets(*several: int, name: str = "low") -> dict[str, dict[str, Any]]:
    """Variants of a wrapper that each have one target to draw."""
    if name == "low":
        return {f"target {one:,}": {"low": one, "high": one} for one in several}
    return {f"target {one:,}": {name: [one]} for one in several}


# Groups.

GROUP_LENGTHS = (400, 700, 900, 1200, 1500, 1700, 2000, 2300, 2600, 2900, 3300, 3800)
MOSTLY_RIGHT = (False, True, True, True, False, True, True, True, True, False, True, True)
HALF_RIGHT = (False, True, False, True, False, True, False, True, True, False, True, False)


def by_group(name: str, variants: dict[str, Sequence[bool]]) -> list[Panel]:
    """Reward against length within a group."""

    def curves(**common: Any) -> list[Curve]:
        found = []
        for label, verdicts in variants.items():
            env = make(name, **common)
            group = [Member(right, n, float(right)) for n, right in zip(GROUP_LENGTHS, verdicts, strict=True)]
            rewards = [member.reward + value for member, value in zip(group, env.values(group), strict=True)]
            for kind in (True, False):
                some = [i for i, right in enumerate(verdicts) if right is kind]
                xs, ys = [GROUP_LENGTHS[i] for i in some], [rewards[i] for i in some]
                found.append(Curve(xs, ys, kind, label, marked=True))
        return found

    return both_presets(curves, "length, tokens")


# Texts.

BOX = r"\boxed{2}"
FORMAT_TEXTS = {
    "the form": "<think> 24 = 4r + 2c </think> <answer> 2 </answer>",
    "words outside": "So: <think> 24 = 4r + 2c </think> <answer> 2 </answer>",
    "a tag twice": "<think> <think> 24 = 4r + 2c </think> <answer> 2 </answer>",
    "never closed": "<think> 24 = 4r + 2c </think> <answer> 2",
    "no tags": "24 = 4r + 2c, so 2",
}
TAG_TEXTS = {
    "4 tags": "<think> 24 = 4r + 2c </think> <answer> 2 </answer>",
    "3 tags": "<think> 24 = 4r + 2c </think> <answer> 2",
    "2 tags": "<think> 24 = 4r + 2c </think> 2",
    "2 of them twice": "<think> 24 <think> = 4r </think> + 2c </think> <answer> 2 </answer>",
    "none": "24 = 4r + 2c, so 2",
}
STEP_TEXTS = {
    "4 steps": "1. Count heads.\n2. Count legs.\n3. Subtract.\n4. Halve.",
    "3 steps": "First, count heads. Next, subtract. Finally, halve.",
    "2 steps": "- Count heads.\n- Subtract and halve.",
    "1 step": "Step 1: subtract and halve.",
    "none": "Subtract and halve.",
}
MAGISTRAL_TEXTS = {
    "the form": f"<think> 24 = 4r + 2c </think> So {BOX}.",
    "no box": "<think> 24 = 4r + 2c </think> So 2.",
    "no think": f"So {BOX}.",
}
THINKING_TEXTS = {
    "thinks": f"<think> 24 = 4r + 2c </think> So {BOX}.",
    "thinks nothing": f"<think> </think> So {BOX}.",
    "no think": f"So {BOX}.",
}


def over_texts(name: str, texts: dict[str, str], panels: dict[str, dict[str, Any]]) -> list[Panel]:
    """Rewards of example texts, with a panel for each choice of arguments."""
    found = []
    for title, kwargs in panels.items():
        env = make(name, **kwargs)
        bars = [Bar(label, reward(env, text, True), reward(env, text, False)) for label, text in texts.items()]
        found.append(Panel(title, "reward", "", bars=bars))
    return found


PRESETS: dict[str, dict[str, Any]] = {"defaults": {}, 'preset="paper"': {"preset": "paper"}}

ENGLISH = "There are ten heads and every rabbit has four legs".split()
RUSSIAN = "Всего десять голов и у каждого кролика четыре лапы здесь".split()


def by_language(name: str) -> list[Panel]:
    """Reward against the share of English among English and Russian words; the question is English, the answer too."""

    def curves(**common: Any) -> list[Curve]:
        env = make(name, **common)
        shares = [part / 40 for part in range(41)]
        texts = []
        for part in range(41):
            words = (ENGLISH * 4)[:part] + (RUSSIAN * 4)[: 40 - part]
            texts.append(f"<think> {' '.join(words)} </think> The answer is two.")
        return [Curve(shares, [reward(env, text, right) for text in texts], right) for right in (True, False)]

    return both_presets(curves, "share of English words in the thoughts")


def by_repetition() -> list[Panel]:
    """Reward against the share of an answer that goes round in a loop of 100 tokens; 2,000 tokens."""

    def curves(**common: Any) -> list[Curve]:
        found = []
        for kind in ("sparse", "dense"):
            env = make("Repetition", kind=kind, **common)
            shares = [part / 20 for part in range(21)]
            texts = []
            for share in shares:
                new = 2000 - round(2000 * share)
                loop = [100_000 + i % 100 for i in range(2000 - new)]
                texts.append(Completion("x", token_ids=[*range(new), *loop]))
            found += [Curve(shares, [reward(env, one, right) for one in texts], right, kind) for right in (True, False)]
        return found

    return both_presets(curves, "share of the answer that loops")


# The total, and levels.


def by_total(name: str, variants: dict[str, dict[str, Any]]) -> list[Panel]:
    """Reward against what it was without the wrapper."""
    totals = [-1.0 + 3.0 * i / (POINTS - 1) for i in range(POINTS)]
    curves = []
    for label, kwargs in variants.items():
        env = make(name, **kwargs)
        ys = [total + env.value(finished("x", total >= 1.0, total)) for total in totals]
        curves.append(Curve(totals, ys, True, label))
    return [Panel("", "reward of what is inside", "reward", curves)]


EPISODES = 6000


def by_episode() -> list[Panel]:
    """The level of a made-up learner that gets better, is set back half way, and gets better again."""
    curves = []
    for window in (64, 256):
        env = gym.make(ENV, families="chain", disable_env_checker=True)
        levels = [{"level": level} for level in (1, 2, 3, 4)]
        curriculum = rlvr.wrappers.Curriculum(env, levels=levels, window=window)
        curriculum.reset(seed=0)
        chance = StreamKey("gallery").at(0, 0)
        seen = []
        for episode in range(EPISODES):
            _, info = curriculum.reset()
            seen.append(int(info["level"]))
            skill = 6 * (episode % (EPISODES // 2)) / (EPISODES // 2)  # It masters a level about every 500 episodes.
            right = chance.random() < 1 / (1 + math.exp(-3 * (skill - info["level"])))
            base: Any = curriculum.unwrapped
            curriculum.step(base.solution(base.task) if right else base.mistake(base.task))
        changes = [i for i in range(EPISODES) if i in (0, EPISODES - 1) or seen[i] != seen[i - 1]]
        xs = [x for i in changes for x in (i, i)]
        ys = [float(y) for i in changes for y in (seen[max(0, i - 1)], seen[i])]
        curves.append(Curve(xs, ys, True, f"window {window}"))
    return [Panel("", "episode", "level", curves)]


def digest(panels: Iterable[Panel]) -> str:
    """A fingerprint of a picture's figures, to seven digits."""
    lines = []
    for panel in panels:
        lines.append(f"{panel.title}|{panel.xlabel}|{panel.ylabel}")
        for curve in panel.curves:
            figures = " ".join(f"{x:.6g},{y + 0.0:.6g}" for x, y in zip(curve.xs, curve.ys, strict=True))
            lines.append(f"{curve.label}|{curve.right}|{curve.marked}|{figures}")
        lines += [f"{bar.label}|{bar.right:.6g}|{bar.wrong:.6g}" for bar in panel.bars]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
