"""Where an algorithm's batches come from: groups of episodes are sampled, sorted out, replaced and buffered.

- `DataConfig`: which groups are trained on, and when.
- `Batch`: what a step learns from, and what was sampled for it.
- `Batches`: one batch after another, restartable at each.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym

from rlvr.agents.base import Agent
from rlvr.baselines.config import refuse_idle, require_at_least
from rlvr.baselines.learner.distributed import World
from rlvr.baselines.rollout.buffer import pack, unpack
from rlvr.baselines.rollout.easy_pool import EasyPool
from rlvr.baselines.rollout.fitness import FlatBy, fault, is_finished, masked_if_cut, staleness
from rlvr.baselines.rollout.levels import SharedLevels
from rlvr.baselines.rollout.rollout import ErrorWindow, Group, collect
from rlvr.wrappers.base import report_progress


@dataclass(frozen=True)
class DataConfig:
    """Which groups are trained on, and when."""

    skip_flat_groups: bool = True
    """Leave out groups whose rewards are all equal: advantage zero, and their tokens would only dilute the mean. A
    group of one has no spread and is never left out."""
    flat_by: FlatBy = "reward"
    """What has to differ within a group: the reward with all its terms, or the verdict's score, which is how DAPO
    (equation 11) leaves out what is all right or all wrong although lengths are punished."""
    dynamic_sampling: bool = False
    """Sample other tasks in place of the groups left out, for whatever reason, until the batch is full (DAPO, section
    3.2). What is sampled again is just what is missing, so no episode is thrown away for want of room."""
    max_refills: int = 9
    """Rounds of such sampling a batch, after the first one; a batch that is not full then is trained on as it is.
    DAPO's own runs allow 10 rounds in all (`max_num_gen_batches`)."""
    easy_pool_share: float = 0.0
    """Probability that a group is asked a task that a whole group solved before, if there is one (MiMo's easy pool;
    there 0.1)."""
    mask_truncated: bool = False
    """Episodes whose last sample was cut by the token budget give no loss; their rewards count in their groups (DAPO,
    section 3.4, overlong filtering). The same as the wrapper `OverlongFilter` around the environments."""
    lag: int = 0
    """Batches are sampled this many steps before they are learned from: what asynchronous trainers do, made
    deterministic. The first step samples `lag` batches more than it learns from; checkpoints hold what waits."""
    max_staleness: int | None = None
    """Leave out groups that were sampled more than this many optimizer steps ago; `None` takes all."""

    def __post_init__(self) -> None:
        """Refuse what means nothing."""
        require_at_least("data", self, max_refills=0, lag=0)
        if not self.dynamic_sampling:
            refuse_idle("data", self, "without data.dynamic_sampling", "max_refills")
        if not self.skip_flat_groups:
            refuse_idle("data", self, "where flat groups are not left out", "flat_by")
        if not 0.0 <= self.easy_pool_share <= 1.0:
            raise ValueError(f"Expected data.easy_pool_share to be in [0, 1], actually: {self.easy_pool_share}.")
        if self.max_staleness is not None:
            require_at_least("data", self, max_staleness=0)


@dataclass(frozen=True, slots=True)
class Batch:
    """What a step learns from."""

    sampled: list[Group]
    """All groups that were sampled for it, in the order of their numbers (`Episode.group[0]`): what logs are about."""
    progress: list[float]
    """For each of those, how far training was when it was sampled; what `report_progress` told the wrappers."""
    groups: list[Group]
    """Those that are fit for training, in the same order: whole, judged, with a spread, not too old."""
    counts: dict[str, float]
    """Metrics; see `Batches.next`."""


@dataclass(slots=True)
class _Sampled:
    """A batch on its way."""

    groups: list[Group] = field(default_factory=list)
    progress: list[float] = field(default_factory=list)
    fit: list[int] = field(default_factory=list)  # positions in `groups`
    counts: Counter[str] = field(default_factory=Counter)
    rounds: int = 0

    def pack(self) -> dict[str, Any]:
        return {
            "groups": pack(self.groups),
            "progress": list(self.progress),
            "fit": list(self.fit),
            "counts": dict(self.counts),
            "rounds": self.rounds,
        }

    @classmethod
    def unpack(cls, plain: Mapping[str, Any]) -> _Sampled:
        return cls(
            groups=unpack(plain["groups"]),
            progress=list(plain["progress"]),
            fit=list(plain["fit"]),
            counts=Counter(plain["counts"]),
            rounds=plain["rounds"],
        )


class Batches:
    """One batch after another.

    Groups are numbered from 0 within a batch, and each is asked the next task of the stream, or one of the easy pool.
    Of several processes each samples the groups whose number is its rank modulo their count; then all of them have all
    groups, and everything after that is the same in each.

    Args:
        envs: The environments of this process: `group_size` for each of its groups.
        agent: Who answers. Its random state is its owner's to save.
        config: Which groups are trained on.
        groups: Groups a batch, over all processes.
        group_size: Episodes a group.
        seed: Of the stream of tasks, and of the easy pool's draws.
        world: The processes; alone by default.

    Raises:
        ValueError: There are not as many environments as this process needs.
    """

    def __init__(
        self,
        envs: Sequence[gym.Env[Any, Any]],
        agent: Agent,
        config: DataConfig,
        *,
        groups: int,
        group_size: int,
        seed: int,
        world: World | None = None,
    ) -> None:
        """Begin at the first task."""
        self.world = world or World()
        share = len(range(self.world.rank, groups, self.world.size))
        if len(envs) != share * group_size:
            of = f" on rank {self.world.rank} of {self.world.size}" if self.world.size > 1 else ""
            raise ValueError(f"Expected {share} x {group_size} environments{of}, actually: {len(envs)}.")
        self.envs = envs
        self.agent = agent
        self.config = config
        self.groups = groups
        self.group_size = group_size
        self.seed = seed
        self.errors = ErrorWindow()
        self.levels = SharedLevels(envs)
        self.easy_pool = EasyPool(config.easy_pool_share, seed=seed)
        self.position = 0
        """Number of the stream's next episode."""
        # As plain data, which is what a checkpoint holds: a resumed run reads what the uninterrupted one reads.
        self._buffer: deque[dict[str, Any]] = deque()

    def next(self, *, policy_version: int, progress: float) -> Batch:
        """The batch to learn from now.

        Args:
            policy_version: Optimizer steps behind the agent's present policy.
            progress: How far training has come, from 0.0 to 1.0; wrappers are told.

        Returns:
            The batch. Its counts, over all groups sampled for it:

            - `error_episodes`, `masked_episodes`;
            - `error_groups`, `partial_groups`, `masked_groups`, `flat_groups`: those with that fault, see
              `rlvr.baselines.rollout.fitness`; all are left out, but for flat ones without `skip_flat_groups`;
            - with dynamic sampling, `sampled_groups`, `refills` (rounds after the first) and `missing_groups` (to a
              full batch);
            - with an easy pool, `easy_groups` (asked from it) and `easy_pool` (tasks in it now);
            - with lag or a bound on it, `stale_groups` (left out as too old), `staleness_mean` and `staleness_max` (of
              the groups that are trained on, in optimizer steps).

        Raises:
            VerifierFailure: Verifiers fail too often to go on.
            TypeError: With lag, an info holds what a checkpoint cannot keep.
        """
        if self.config.lag or self._buffer:
            while len(self._buffer) <= self.config.lag:
                self._buffer.append(self._fill(_Sampled(), policy_version, progress).pack())
            batch = _Sampled.unpack(self._buffer.popleft())
            self._drop_stale(batch, policy_version)
            self._fill(batch, policy_version, progress)
        else:
            batch = self._fill(_Sampled(), policy_version, progress)
        fit = [batch.groups[i] for i in batch.fit]
        return Batch(batch.groups, batch.progress, fit, self._counts(batch, policy_version))

    def _fill(self, batch: _Sampled, policy_version: int, progress: float) -> _Sampled:
        """Sample what is missing, as often as the configuration allows."""
        allowed = 1 + (self.config.max_refills if self.config.dynamic_sampling else 0)
        while len(batch.fit) < self.groups and batch.rounds < allowed:
            level = self._level()
            groups = self._sample(batch, self.groups - len(batch.fit), level, policy_version, progress)
            batch.rounds += 1
            self._judge(batch, groups, level)
            batch.groups.extend(groups)
            batch.progress.extend([progress] * len(groups))
        return batch

    def _sample(
        self, batch: _Sampled, count: int, level: int | None, policy_version: int, progress: float
    ) -> list[Group]:
        """`count` more groups, of all processes, in the order of their numbers."""
        numbers = []
        for number, episode in enumerate(self.easy_pool.draw(count, level=level), len(batch.groups)):
            if episode is None:
                episode = self.position
                self.position += 1
            else:
                batch.counts["easy_groups"] += 1
            numbers.append((number, episode))
        mine = numbers[self.world.rank :: self.world.size]
        for env in self.envs:
            report_progress(env, progress)
        self.levels.tell()
        played = collect(
            self.envs[: len(mine) * self.group_size],
            self.agent,
            seed=self.seed,
            numbers=mine,
            group_size=self.group_size,
            policy_version=policy_version,
        )
        groups = self.world.in_turn(played)
        return [[masked_if_cut(one) for one in group] for group in groups] if self.config.mask_truncated else groups

    def _level(self) -> int | None:
        """The level of the curriculum that the next round is asked at."""
        return None if self.levels.levels is None else self.levels.levels.level

    def _judge(self, batch: _Sampled, groups: Sequence[Group], level: int | None) -> None:
        """Count new groups, before they are among the batch's, and note which of them are fit for training."""
        finished = [[episode for episode in group if is_finished(episode)] for group in groups]
        batch.counts["error_episodes"] += self.errors.add(finished)
        self.levels.add(finished)
        whole = []
        for position, group in enumerate(groups, len(batch.groups)):
            batch.counts["masked_episodes"] += sum(episode.masked for episode in group)
            why = fault(group, self.group_size, self.config.flat_by)
            if why is not None:
                batch.counts[f"{why}_groups"] += 1
            if why not in ("error", "partial"):
                whole.append(group)
            if why is None or (why == "flat" and not self.config.skip_flat_groups):
                batch.fit.append(position)
        self.easy_pool.add(whole, level=level)

    def _drop_stale(self, batch: _Sampled, policy_version: int) -> None:
        bound = self.config.max_staleness
        if bound is not None:
            fresh = [i for i in batch.fit if staleness(batch.groups[i], policy_version) <= bound]
            batch.counts["stale_groups"] += len(batch.fit) - len(fresh)
            batch.fit = fresh

    def _counts(self, batch: _Sampled, policy_version: int) -> dict[str, float]:
        config = self.config
        names = ["error_episodes", "masked_episodes", "error_groups", "partial_groups", "masked_groups", "flat_groups"]
        counts = {name: float(batch.counts[name]) for name in names}
        if config.dynamic_sampling:
            counts["sampled_groups"] = float(len(batch.groups))
            counts["refills"] = float(batch.rounds - 1)
            counts["missing_groups"] = float(self.groups - len(batch.fit))
        if config.easy_pool_share:
            counts["easy_groups"] = float(batch.counts["easy_groups"])
            counts["easy_pool"] = float(len(self.easy_pool))
        if config.lag or config.max_staleness is not None:
            ages = [staleness(batch.groups[i], policy_version) for i in batch.fit]
            counts["stale_groups"] = float(batch.counts["stale_groups"])
            counts["staleness_mean"] = sum(ages) / max(1, len(ages))
            counts["staleness_max"] = float(max(ages, default=0))
        return counts

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps: numbers, strings and containers."""
        return {
            "position": self.position,
            "errors": self.errors.state_dict(),
            "levels": self.levels.state_dict(),
            "easy_pool": self.easy_pool.state_dict(),
            "buffer": list(self._buffer),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.position = state["position"]
        self.errors.load_state_dict(state["errors"])
        self.levels.load_state_dict(state["levels"])
        self.easy_pool.load_state_dict(state["easy_pool"])
        self._buffer = deque(state["buffer"])
