"""Checks on their way through a pool, and what is remembered of them.

- `Job`: a check that waits or runs, and everybody who waits for its verdict.
- `Memory`: the verdicts of pure checks, the least recently used forgotten first.
- `Kept`: a prefetched check, until it is collected.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass, replace
from hashlib import blake2b

from rlvr.core import Check, Status, Verdict

MOST_TEXT = 4096
"""Characters of a verdict that is remembered; longer ones would make the memory of unbounded size."""


def payload_of(check: Check) -> bytes:
    """The call as it travels to a worker.

    Raises:
        ValueError: The check's function lives in `__main__`.
        TypeError: Its arguments are not JSON data.
    """
    if check.function.partition(":")[0] == "__main__":
        raise ValueError(
            f"Expected the check's function to be importable by a worker, actually: {check.function!r}. "
            "What the main script defines has no name elsewhere: move the verifier into a module of its own."
        )
    return check.key().encode("utf-8", "surrogatepass")


def digest(payload: bytes) -> bytes:
    """What equal checks are found by: texts may be long, and many are remembered."""
    return blake2b(payload, digest_size=16).digest()


class Job:
    """One run of a check. Each who waits has a future of their own, so that cancelling one cancels nobody else's.

    Not safe by itself. The pool holds its lock around every call but `cancel` and `finish`, which run the callbacks of
    the futures: those may use the pool. Before either, it sees to it that nobody can join any more.
    """

    __slots__ = ("_futures", "_started", "check", "key", "payload")

    def __init__(self, check: Check, payload: bytes, key: bytes | None) -> None:
        """A run of a check that others may join if it has a key."""
        self.check = check
        self.payload = payload
        self.key = key
        self._futures: list[Future[Verdict]] = []
        self._started = False

    def join(self) -> Future[Verdict]:
        """A future for one more who waits."""
        future: Future[Verdict] = Future()
        if self._started:
            future.set_running_or_notify_cancel()
        self._futures.append(future)
        return future

    def start(self) -> bool:
        """Whether anybody still waits; from here on, no future can be cancelled."""
        self._started = True
        self._futures = [future for future in self._futures if future.set_running_or_notify_cancel()]
        return bool(self._futures)

    def cancel(self) -> None:
        """There will be no run. Nobody may join any more."""
        for future in self._futures:
            future.cancel()

    def finish(self, outcome: Verdict | BaseException) -> None:
        """Tell all who wait, each with a verdict of their own. Nobody may join any more."""
        for future in self._futures:
            if isinstance(outcome, Verdict):
                future.set_result(copy_of(outcome))
            else:
                future.set_exception(outcome)


class Memory:
    """Verdicts of pure checks. Not safe by itself: the pool holds its lock."""

    def __init__(self, most: int) -> None:
        """Remember at most so many."""
        self._most = most
        self._verdicts: OrderedDict[bytes, Verdict] = OrderedDict()

    def find(self, key: bytes) -> Verdict | None:
        """The verdict, in a copy that its owner may change."""
        verdict = self._verdicts.get(key)
        if verdict is None:
            return None
        self._verdicts.move_to_end(key)
        return copy_of(verdict)

    def keep(self, key: bytes, verdict: Verdict) -> None:
        """Remember a verdict, unless it says more about the machine than about the answer: `error` and `timeout`."""
        text = len(verdict.answer or "") + len(verdict.reason) + sum(map(len, verdict.parts))
        if self._most < 1 or verdict.status in (Status.ERROR, Status.TIMEOUT) or text > MOST_TEXT:
            return
        self._verdicts[key] = copy_of(verdict)
        self._verdicts.move_to_end(key)
        if len(self._verdicts) > self._most:
            self._verdicts.popitem(last=False)


def copy_of(verdict: Verdict) -> Verdict:
    """A verdict of one's own: it is frozen but for the mapping of its parts."""
    return replace(verdict, parts=dict(verdict.parts))


@dataclass(slots=True)
class Kept:
    """A prefetched check and how many environments are still to collect it."""

    future: Future[Verdict]
    claims: int

    def failed(self) -> bool:
        """Whether the check is done and says nothing about the answer: an `error`, or an exception."""
        future = self.future
        if not future.done():
            return False
        return future.cancelled() or future.exception() is not None or future.result().status is Status.ERROR
