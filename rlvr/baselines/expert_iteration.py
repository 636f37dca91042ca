"""Expert iteration: sample, keep what is right, learn it by its likelihood, sample again.

The gradient of the log-likelihood of right answers is the policy gradient with A = 1 for right answers and 0 for all
others (Zelikman et al. 2022, section 3.1), so this is the skeleton of the other algorithms with a selection in the
place of advantages. By its options it is

- rejection sampling: RAFT (Dong et al. 2023, arXiv 2304.06767), RFT (Yuan et al. 2023, arXiv 2308.01825);
- ReST-EM (Singh et al. 2023, arXiv 2312.06585): rounds of many batches, each learned from the base weights;
- STaR (Zelikman et al. 2022, arXiv 2203.14465): the same with a hint where no answer was right.

Left out: STaR's steps that grow by a fifth each round, and early stopping on held-out tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import gymnasium as gym

from rlvr.baselines.algorithm import Algorithm
from rlvr.baselines.algorithm_config import AlgorithmConfig
from rlvr.baselines.config import refuse_idle, require_at_least
from rlvr.baselines.examples.hints import HintingAgent, check_hint, with_logprobs, without_hint
from rlvr.baselines.examples.traces import capped
from rlvr.baselines.experience import Experience, fill_rows, task_of
from rlvr.baselines.learner.distributed import World, gathered
from rlvr.baselines.learner.reference import Reference, ReferenceConfig
from rlvr.baselines.losses import LossConfig
from rlvr.baselines.rollout import Group, collect
from rlvr.baselines.rollout.batches import DataConfig
from rlvr.baselines.rollout.buffer import pack, unpack
from rlvr.core import Episode


@dataclass(frozen=True)
class ExpertIterationConfig(AlgorithmConfig):
    """Expert iteration."""

    loss: LossConfig = field(default_factory=lambda: LossConfig(kind="policy_gradient"))
    data: DataConfig = field(default_factory=lambda: DataConfig(skip_flat_groups=False))
    batches_per_round: int = 1
    """Batches that are sampled before something is learned; `steps` counts batches."""
    restart: bool = False
    """Each round is learned from the weights that the first one began with, with a fresh optimizer and schedule."""
    least_score: float = 1.0
    """Score of the verdict from which on an answer counts as right."""
    per_task: int | None = None
    """Most right answers to one task that a round learns from; by default, all."""
    prefer: Literal["first", "best", "shortest"] = "first"
    """Which of them: the first that were sampled, those of the highest reward, or those of the fewest tokens."""
    distinct: bool = False
    """Right answers of the same text count once for a task."""
    hint: str = ""
    """Asked in the place of a task that no answer of its group solved, with `{prompt}` and `{reference}` in it; what is
    right then is learned without it. Empty: never."""
    hint_answers: int = 1
    """Answers to each such task."""

    section: ClassVar[str] = "expert_iteration"

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        super().__post_init__()
        require_at_least("expert_iteration", self, batches_per_round=1, hint_answers=1)
        if self.per_task is not None:
            require_at_least("expert_iteration", self, per_task=1)
        else:
            refuse_idle("expert_iteration", self, "without expert_iteration.per_task", "prefer")
        if not self.hint:
            refuse_idle("expert_iteration", self, "without expert_iteration.hint", "hint_answers")
        if not 0.0 < self.least_score <= 1.0:
            raise ValueError(
                f"Expected expert_iteration.least_score to be above 0 and at most 1, actually: {self.least_score}."
            )
        if self.steps % self.batches_per_round:
            raise ValueError(
                f"Expected expert_iteration.steps to be a multiple of batches_per_round {self.batches_per_round}, "
                f"actually: {self.steps}. The last batches would be sampled for nothing."
            )
        if self.hint:
            check_hint(self.hint)
            if self.hint_answers > self.group_size:
                raise ValueError(
                    f"Expected expert_iteration.hint_answers to be at most group_size {self.group_size}, actually: "
                    f"{self.hint_answers}: there are environments for so many."
                )
            if self.data.skip_flat_groups:
                raise ValueError(
                    "expert_iteration.hint is for groups in which nothing is right, and "
                    "expert_iteration.data.skip_flat_groups leaves them out. Set it to false."
                )
        for name, off in (("entropy.covariance", "none"), ("off_policy.opsm_delta", None)):
            section, key = name.split(".")
            value = getattr(getattr(self, section), key)
            if value != off:
                raise ValueError(
                    f"Expected expert_iteration.{name} to be {off!r}, actually: {value!r}. It tells tokens apart by "
                    "their advantages, and whatever is learned here has advantage 1."
                )
        if self.kl.coefficient and self.kl.where == "reward":
            raise ValueError(
                'expert_iteration learns what is right, whatever it is paid: set expert_iteration.kl.where to "loss".'
            )

    @property
    def steps_a_batch(self) -> int:
        """Optimizer steps that a round, which may hold several batches, is learned in."""
        return self.epochs * self.mini_batches

    @property
    def updates(self) -> int:
        """Optimizer steps that the schedule spans: those of a round, if each begins anew."""
        rounds = 1 if self.restart else self.steps // self.batches_per_round
        return rounds * self.steps_a_batch


class ExpertIteration(Algorithm):
    """One step after another: sample, keep what is right; at the end of a round, learn it."""

    config: ExpertIterationConfig

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        envs: Sequence[gym.Env[Any, Any]],
        config: ExpertIterationConfig,
        *,
        seed: int = 0,
        world: World | None = None,
    ) -> None:
        """Take the model and `config.groups * config.group_size` environments; `seed` is of tasks and sampling."""
        super().__init__(model, tokenizer, envs, config, seed=seed, world=world)
        self.right: list[Episode] = []
        """What this round has found so far, in the order in which it was sampled."""
        self.base: Reference | None = None
        self._fresh = self.learner.state_dict()

    def begin(self) -> None:
        """Remember the weights that every round begins with."""
        super().begin()
        if self.config.restart:
            self.base = Reference(self.learner.model, ReferenceConfig(offload=True))

    def train(self, experience: Experience) -> dict[str, float]:
        """Add to the round what is right, and learn from it at its end.

        Returns:
            `right`: right answers in the batch. With a hint, `hinted_tasks` and the right answers to them,
            `hinted_right`. At the end of a round, `kept` answers and `kept_tasks`, and what `learn` gives.
        """
        found = [one for group in experience.groups for one in group if self.is_right(one)]
        metrics = {"right": float(len(found))}
        if self.config.hint:
            unsolved = [group for group in experience.groups if not any(map(self.is_right, group))]
            helped = self.ask_with_hint(unsolved)
            metrics |= {"hinted_tasks": float(len(unsolved)), "hinted_right": float(len(helped))}
            found += helped
        self.right += found
        if (self.step_count + 1) % self.config.batches_per_round:
            return metrics
        kept = Experience(self.chosen())
        self.right = []
        metrics |= {"kept": float(len(kept.all)), "kept_tasks": float(len(kept.groups))}
        if kept.trained and self.base is not None:
            self.base.restore()
            self.learner.load_state_dict({**self._fresh, "steps": self.learner.steps})
        return {**metrics, **super().train(kept)}

    def is_right(self, episode: Episode) -> bool:
        """Whether an answer is right and there is something of it to learn."""
        return bool(
            episode.length and not episode.masked and episode.verdict.get("score", 0.0) >= self.config.least_score
        )

    def chosen(self) -> list[Group]:
        """What this round learns from, a group for each task with a right answer."""
        found: dict[Any, Episode] = {}
        for number, one in enumerate(self.right):
            said = tuple(turn.text for turn in one.turns) if self.config.distinct else number
            found.setdefault((task_of(one), said), one)
        episodes = list(found.values())
        rank = {
            "first": [0.0] * len(episodes),
            "best": [-one.reward for one in episodes],
            "shortest": [float(one.length) for one in episodes],
        }[self.config.prefer]
        groups: dict[tuple[str, Any], Group] = {}
        for i in capped([task_of(one) for one in episodes], rank, self.config.per_task):
            groups.setdefault(task_of(episodes[i]), []).append(episodes[i])
        return list(groups.values())

    def ask_with_hint(self, unsolved: Sequence[Group]) -> list[Episode]:
        """Ask the tasks of these groups again, with the hint; what is right, behind the prompt without it."""
        agent = HintingAgent(self.agent, self.config.hint)
        count = self.config.hint_answers
        world = self.batches.world
        mine = unsolved[world.rank :: world.size]
        at_once = len(self.envs) // count
        played: list[Group] = []
        with gathered(self.learner.model):
            for start in range(0, len(mine), at_once):
                part = mine[start : start + at_once]
                played += collect(
                    self.envs[: len(part) * count],
                    agent,
                    seed=self.batches.seed,
                    numbers=[group[0].group for group in part],
                    group_size=count,
                    policy_version=self.learner.steps,
                )
        helped = []
        answered = world.in_turn(played)
        self.batches.errors.add(answered)
        for group, before in zip(answered, unsolved, strict=True):
            for one in group:
                # Where a curriculum has moved on, the same number is another task.
                same = task_of(one) == task_of(before[0])
                moved = without_hint(one, before[0].turns[0].prompt_ids) if same and self.is_right(one) else None
                if moved is not None:
                    helped.append(moved)
        if not helped:
            return []
        experience = Experience([[one] for one in helped])
        rows = experience.rows()
        fill_rows(rows, "sampled", self.learner.score(rows, temperature=self.config.temperature), "logprobs")
        return [with_logprobs(one.episode, one.column("sampled")) for one in experience.all]

    def estimate(self, experience: Experience) -> dict[str, float]:
        """Whatever was kept is worth the same."""
        for one in experience.trained:
            one.fill("advantages", [1.0] * one.tokens)
        return {}

    def state_dict(self) -> dict[str, Any]:
        """Everything but the model's weights: what makes a resumed run the same run."""
        base = None if self.base is None else self.base.state_dict()
        return {**super().state_dict(), "right": pack([self.right]), "base": base}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        super().load_state_dict(state)
        [self.right] = unpack(state["right"])
        if state["base"] is not None:
            self.base = Reference(self.learner.model, ReferenceConfig(offload=True))
            self.base.load_state_dict(state["base"])
