"""The easy pool: tasks that are solved are not thrown away but asked again now and then.

MiMo-7B (arXiv 2505.07608, "easy data filter and re-sampling"): with dynamic sampling a growing share of the tasks is
solved and never trained on again, and updates become unstable. So problems with a perfect pass rate go into a pool, and
a task is drawn from there with a small probability (10 % in the paper).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rlvr.core import Episode, Status
from rlvr.seeding import StreamKey

_KEY = StreamKey("rlvr.baselines.rollout.easy_pool")


class EasyPool:
    """The tasks whose last group was right as a whole, in the order in which they came in.

    A task stays while it is solved: one group with a member that is not right takes it out. At each level of a
    curriculum the pool is another one, for an episode's number names another task there.
    """

    def __init__(self, share: float, *, seed: int) -> None:
        """Draw a group from the pool with probability `share`; `seed` is of these draws. With 0.0 nothing is kept."""
        self.share = share
        self.seed = seed
        self._rounds = 0
        self._tasks: dict[tuple[int | None, str], int] = {}  # (level, task id) to the episode that asks it.

    def __len__(self) -> int:
        """How many tasks there are, at all levels."""
        return len(self._tasks)

    def draw(self, count: int, *, level: int | None = None) -> list[int | None]:
        """What `count` groups are to be asked: the episode number of a pooled task, or `None` for a new one.

        No task is drawn twice in one call. Draws depend on the seed and on the number of calls before.
        """
        if not self.share:
            return [None] * count
        stream = _KEY.at(self.seed, self._rounds)
        self._rounds += 1
        waiting = [episode for (at, _), episode in self._tasks.items() if at == level]
        return [
            waiting.pop(stream.below(len(waiting))) if stream.random() < self.share and waiting else None
            for _ in range(count)
        ]

    def add(self, groups: Sequence[Sequence[Episode]], *, level: int | None = None) -> None:
        """Take in and throw out by the verdicts of finished groups; one with a failed verifier says nothing."""
        if not self.share:
            return
        for group in groups:
            statuses = {episode.verdict["status"] for episode in group}
            if Status.ERROR in statuses:
                continue
            key = (level, group[0].task)
            if statuses == {Status.CORRECT}:
                self._tasks[key] = group[0].group[1]
            else:
                self._tasks.pop(key, None)

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {
            "rounds": self._rounds,
            "tasks": [[level, task, episode] for (level, task), episode in self._tasks.items()],
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._rounds = state["rounds"]
        self._tasks = {(level, task): episode for level, task, episode in state["tasks"]}
