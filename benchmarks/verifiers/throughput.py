"""Integer answers per second: through `rlvr.verify` and `rlvr.verify_many`, and by Math-Verify, taking turns.

Both sides judge completions that end in a box around an integer, a third of them wrong. Math-Verify gets its golds
parsed beforehand and no time limits; it extracts and parses the completion, as `rlvr` does.
"""

from __future__ import annotations

import importlib
import logging
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Throughput:
    """Medians over the rounds."""

    verify: float
    """Checks per second, one call each."""
    verify_many: float
    """Checks per second, one call for all."""
    math_verify: float | None
    """Checks per second; `None` where it is not installed."""
    verify_ratio: float | None
    """Median of each round's ratio of `verify` to Math-Verify."""
    many_ratio: float | None
    """Median of each round's ratio of `verify_many` to Math-Verify."""


def throughput(*, rounds: int = 7, number: int = 20_000) -> Throughput:
    """Measure; Math-Verify judges a twentieth of the completions in its turn."""
    import rlvr

    golds = [str(137 * place % 100_003) for place in range(number)]
    completions = [
        f"First I add, then I check the sum. So the answer is \\boxed{{{gold if place % 3 else int(gold) + 1}}}."
        for place, gold in enumerate(golds)
    ]
    expected = sum(place % 3 != 0 for place in range(number))

    def one_by_one() -> int:
        pairs = zip(completions, golds, strict=True)
        return sum(rlvr.verify("math", completion, gold).status == "correct" for completion, gold in pairs)

    def all_at_once() -> int:
        return sum(verdict.status == "correct" for verdict in rlvr.verify_many("math", completions, golds))

    contenders: dict[str, tuple[int, Callable[[], int]]] = {
        "verify": (number, one_by_one),
        "verify_many": (number, all_at_once),
    }
    try:
        library = importlib.import_module("math_verify")
    except ImportError:
        library = None
    if library is not None:
        logging.disable(logging.WARNING)  # It warns once that its time limits are off.
        few = number // 20
        parsed = [library.parse(f"${gold}$", parsing_timeout=None) for gold in golds[:few]]

        def theirs() -> int:
            return sum(
                library.verify(gold, library.parse(completion, parsing_timeout=None), timeout_seconds=None)
                for gold, completion in zip(parsed, completions, strict=False)
            )

        contenders["Math-Verify"] = (few, theirs)

    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, (done, work) in contenders.items():
            start = time.perf_counter()
            right = work()
            elapsed = time.perf_counter() - start
            if done == number and right != expected:
                raise AssertionError(f"{name} found {right} of {expected} right answers; its speed means nothing.")
            if turn:  # The first round warms up.
                rates[name].append(done / elapsed)

    def ratio(name: str) -> float | None:
        if "Math-Verify" not in rates:
            return None
        return statistics.median(ours / others for ours, others in zip(rates[name], rates["Math-Verify"], strict=True))

    return Throughput(
        statistics.median(rates["verify"]),
        statistics.median(rates["verify_many"]),
        statistics.median(rates["Math-Verify"]) if "Math-Verify" in rates else None,
        ratio("verify"),
        ratio("verify_many"),
    )
