"""How much slower honest checks get while adversarial ones run beside them: `python -m benchmarks.adversarial`.

One thread judges honest completions, integers and algebra, in batches through `rlvr.verify_many`, over and over; the
other judges every adversarial answer of the tests, round after round. Rounds with and without the second take turns,
and the decisions that are remembered are cleared before each batch. Printed are medians.
"""

from __future__ import annotations

import statistics
import threading
import time

import rlvr
from rlvr.envs.math import verifier
from tests.envs.math.adversarial import ADVERSARIAL

ROUNDS = 7
SECONDS = 2.0
HONEST = [(f"The sum is \\boxed{{{number}}}.", str(number + number % 2)) for number in range(400)] + [
    (rf"So it is \boxed{{\frac{{{n}}}{{\sqrt{{{n + 1}}}}} + {n}x}}", rf"{n}x + \frac{{{n}\sqrt{{{n + 1}}}}}{{{n + 1}}}")
    for n in range(2, 100)
]
BAD = [text if completion else f"\\boxed{{{text}}}" for _, text, completion in ADVERSARIAL if len(text) < 5_000]


def honest_per_second(seconds: float) -> float:
    done = 0
    start = time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        verifier.forget()
        rlvr.verify_many("math", [completion for completion, _ in HONEST], [gold for _, gold in HONEST])
        done += len(HONEST)
    return done / spent


def main() -> None:
    for text in BAD:  # Start the workers and import sympy once.
        rlvr.verify("math", text, "42")
    alone, beside, judged = [], [], []
    for _ in range(ROUNDS):
        alone.append(honest_per_second(SECONDS))
        stop = threading.Event()
        count = [0]

        def attack(stop: threading.Event = stop, count: list[int] = count) -> None:
            while not stop.is_set():
                for text in BAD:
                    rlvr.verify("math", text, "42")
                    count[0] += 1
                    if stop.is_set():
                        break

        thread = threading.Thread(target=attack)
        thread.start()
        beside.append(honest_per_second(SECONDS))
        stop.set()
        thread.join()
        judged.append(count[0] / SECONDS)
    quiet, noisy = statistics.median(alone), statistics.median(beside)
    print(f"honest checks alone: {quiet:,.0f}/s")
    print(f"beside adversarial ones ({statistics.median(judged):,.0f}/s): {noisy:,.0f}/s, {noisy / quiet:.2f} of it")


if __name__ == "__main__":
    main()
