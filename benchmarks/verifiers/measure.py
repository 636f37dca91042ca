"""Accuracy and cost of all contenders on the same pairs, taking turns, and the figures that are made of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.verifiers.limits import Contender, Outcome
from benchmarks.verifiers.pairs import Pair

CHUNK = 40
"""Pairs a contender grades before the next one has its turn."""

Outcomes = Mapping[str, Sequence[Outcome]]
"""By contender, in the order of the pairs."""


def measure(
    contenders: Sequence[Contender], pairs: Sequence[Pair], progress: Callable[[int], None] = lambda done: None
) -> dict[str, list[Outcome]]:
    """Every pair by every contender; in each chunk another one begins, so that a busy machine slows all alike."""
    outcomes: dict[str, list[Outcome]] = {contender.name: [] for contender in contenders}
    for turn, start in enumerate(range(0, len(pairs), CHUNK)):
        chunk = [(pair.gold, pair.answer) for pair in pairs[start : start + CHUNK]]
        first = turn % len(contenders)
        for contender in (*contenders[first:], *contenders[:first]):
            outcomes[contender.name].extend(contender.grade(chunk))
        progress(start + len(chunk))
    return outcomes


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Counts over some pairs."""

    right: int
    """Right answers."""
    right_accepted: int
    wrong: int
    """Wrong answers."""
    wrong_accepted: int

    @property
    def right_rate(self) -> float:
        """Share of the right answers that were accepted; NaN without any."""
        return self.right_accepted / self.right if self.right else float("nan")

    @property
    def wrong_rate(self) -> float:
        """Share of the wrong answers that were accepted; NaN without any."""
        return self.wrong_accepted / self.wrong if self.wrong else float("nan")

    @property
    def accuracy(self) -> float:
        """Share of the pairs that were judged as labelled."""
        return (self.right_accepted + self.wrong - self.wrong_accepted) / max(1, self.right + self.wrong)


def accuracy(pairs: Iterable[Pair], outcomes: Iterable[Outcome]) -> Accuracy:
    """Count; a check that came to no verdict accepts nothing."""
    tally = {True: [0, 0], False: [0, 0]}
    for pair, outcome in zip(pairs, outcomes, strict=True):
        tally[pair.right][0] += 1
        tally[pair.right][1] += outcome.accepted
    return Accuracy(*tally[True], *tally[False])


def grouped(
    pairs: Sequence[Pair], outcomes: Sequence[Outcome], key: Callable[[Pair], str | None]
) -> dict[str, Accuracy]:
    """The accuracy of each group of pairs, in the order in which the groups appear; `None` leaves a pair out."""
    groups: dict[str, tuple[list[Pair], list[Outcome]]] = {}
    for pair, outcome in zip(pairs, outcomes, strict=True):
        name = key(pair)
        if name is not None:
            members = groups.setdefault(name, ([], []))
            members[0].append(pair)
            members[1].append(outcome)
    return {name: accuracy(*members) for name, members in groups.items()}


def mean_over_kinds(pairs: Sequence[Pair], outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """The rates of right and of wrong answers accepted, every kind counted once, however many pairs it has."""
    rights = grouped(pairs, outcomes, lambda pair: pair.kind if pair.right else None)
    wrongs = grouped(pairs, outcomes, lambda pair: None if pair.right else pair.kind)
    return (
        statistics.fmean([group.right_rate for group in rights.values()] or [float("nan")]),
        statistics.fmean([group.wrong_rate for group in wrongs.values()] or [float("nan")]),
    )


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU time of one check, in milliseconds."""

    mean: float
    median: float
    p99: float
    most: float
    limits: int
    """Checks that were killed at the limit; they are in none of the times, which would measure the limit."""
    errors: int
    """Checks that ended in an error or without a verdict."""


def cost(outcomes: Sequence[Outcome]) -> Cost:
    """The cost of some checks, of which one at least came to an end."""
    times = sorted(1e3 * outcome.cpu for outcome in outcomes if outcome.trouble != "limit")
    return Cost(
        statistics.fmean(times),
        statistics.median(times),
        times[min(len(times) - 1, int(0.99 * len(times)))],
        times[-1],
        sum(outcome.trouble == "limit" for outcome in outcomes),
        sum(outcome.trouble not in ("", "limit") for outcome in outcomes),
    )


def disagreements(pairs: Sequence[Pair], outcomes: Sequence[Outcome], *, strict: bool) -> list[tuple[Pair, Outcome]]:
    """Pairs that were not judged as labelled; a strict grader has to refuse what is unevaluated."""
    return [
        (pair, outcome)
        for pair, outcome in zip(pairs, outcomes, strict=True)
        if outcome.accepted != (pair.right and (pair.evaluated or not strict))
    ]
