"""REINFORCE with the baselines that are used for language models.

Williams 1992: the gradient of the log-probability times the return. What is subtracted from the return to make its
variance small is `baseline`:

- the mean of the group's other answers: RLOO, Ahmadian et al. 2024 (arXiv 2402.14740), section 3;
- nothing, or the mean of the batch;
- the reward of the greedy answer: ReMax, Li et al. 2023 (arXiv 2310.10505), algorithm 1;
- the group's mean weighted by length: OPO, Hao et al. 2025 (arXiv 2505.23585), section 3;
- a whitening of discounted returns over all tokens of the batch: REINFORCE++, Hu 2025 (arXiv 2501.03262), section 3;
  and the same after the group's mean.

One optimizer step a batch by default, so there is no ratio to clip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import gymnasium as gym
import torch
from torch import Tensor

from rlvr.agents.transformers_agent import TransformersAgent
from rlvr.baselines.advantages import outcome_advantages, reinforce_plus_plus
from rlvr.baselines.algorithm import Algorithm
from rlvr.baselines.algorithm_config import AlgorithmConfig
from rlvr.baselines.config import require_at_least
from rlvr.baselines.experience import Experience, task_of
from rlvr.baselines.learner import OptimizerConfig
from rlvr.baselines.learner.distributed import World, gathered
from rlvr.baselines.losses import LossConfig
from rlvr.baselines.rollout import Group, collect
from rlvr.core import Status
from rlvr.wrappers.base import reward_terms

Baseline = Literal["none", "batch_mean", "rloo", "remax", "opo", "reinforce++", "reinforce++_baseline"]

_WHITENED = ("reinforce++", "reinforce++_baseline")
"""Baselines whose advantages are normalised over tokens."""

_OF_GROUPS = ("rloo", "opo", "reinforce++_baseline")
"""Baselines that compare the members of a group."""


@dataclass(frozen=True)
class ReinforceConfig(AlgorithmConfig):
    """REINFORCE."""

    mini_batches: int = 1
    loss: LossConfig = field(default_factory=lambda: LossConfig(kind="policy_gradient"))
    optimizer: OptimizerConfig = field(default_factory=lambda: OptimizerConfig(lr=3e-4, warmup_steps=5))
    baseline: Baseline = "rloo"
    """What is subtracted from the return."""
    discount: float = 1.0
    """Of rewards that come later, a token; `reinforce++` alone."""
    epsilon: float = 1e-8
    """Added to the variance of whitening."""

    section: ClassVar[str] = "reinforce"

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        super().__post_init__()
        require_at_least("reinforce", self, epsilon=0.0, discount=0.0)
        if self.discount > 1.0:
            raise ValueError(f"Expected reinforce.discount to be in [0, 1], actually: {self.discount}.")
        if self.discount != 1.0 and self.baseline != "reinforce++":
            raise ValueError(
                f"Expected reinforce.discount to be 1.0 with reinforce.baseline {self.baseline!r}, which compares "
                f'whole returns, actually: {self.discount}. Set reinforce.baseline to "reinforce++".'
            )
        if self.baseline == "remax" and self.data.lag:
            raise ValueError(
                f'Expected reinforce.data.lag to be 0 with reinforce.baseline "remax", actually: {self.data.lag}. The '
                "greedy answer is played when a batch is learned from, and answers that are older would be compared "
                "with another policy's."
            )
        if self.baseline in _OF_GROUPS:
            require_at_least("reinforce", self, group_size=2)
        elif self.data.skip_flat_groups and self.group_size > 1:
            raise ValueError(
                f"reinforce.baseline {self.baseline!r} learns from groups whose answers are all right or all wrong, "
                "and reinforce.data.skip_flat_groups leaves them out. Set it to false."
            )


class Reinforce(Algorithm):
    """One step after another: sample, subtract a baseline, learn."""

    config: ReinforceConfig

    def _check(self, model: Any, envs: Sequence[gym.Env[Any, Any]], world: World) -> None:
        super()._check(model, envs, world)
        for term in (term for env in envs for term in reward_terms(env)):
            if self.config.baseline == "remax" and term.needs_group:
                raise ValueError(
                    f"The term {term.term!r} of the reward compares the members of a group, and the greedy answer of "
                    'reinforce.baseline "remax" has no group. Leave the term out, or take another baseline.'
                )

    def estimate(self, experience: Experience) -> dict[str, float]:
        """Every token is as good as what came after it, less the baseline."""
        config = self.config
        if config.baseline == "reinforce++":
            rewards, mask = experience.token_rewards()
            advantages = reinforce_plus_plus(rewards, mask, gamma=config.discount, epsilon=config.epsilon)
            experience.fill_padded("advantages", advantages)
            return {}
        metrics: dict[str, float] = {}
        if config.baseline == "opo":  # Where no prompt left room for an answer, no length weighs anything.
            experience.keep(
                [number for number, group in enumerate(experience.played) if any(one.tokens for one in group)]
            )
        greedy = self._greedy(experience, metrics) if config.baseline == "remax" else None
        if experience.groups:
            # Statistics of tokens are of those that are trained on; a masked answer still counts in its group's mean.
            lengths = experience.trained_lengths if config.baseline in _WHITENED else experience.lengths
            advantages = outcome_advantages(
                config.baseline, experience.rewards, lengths, greedy=greedy, epsilon=config.epsilon
            )
            experience.fill_episodes("advantages", advantages)
        return metrics

    def _greedy(self, experience: Experience, metrics: dict[str, float]) -> Tensor:
        """The reward of the greedy answer to the task of each group, `[groups]`.

        Groups that have none are taken out: the verifier could not run, or a curriculum has moved on, so that the same
        number asks another task.
        """
        answers = [group[0] for group in self._answer_greedily([group[0].group for group in experience.groups])]
        metrics["greedy_error_episodes"] = float(self.batches.errors.add([answers]))
        kept = [
            number
            for number, (answer, group) in enumerate(zip(answers, experience.groups, strict=True))
            if answer.verdict["status"] != Status.ERROR and task_of(answer) == task_of(group[0])
        ]
        experience.keep(kept)
        rewards = torch.tensor([answers[number].reward for number in kept], dtype=torch.float64)
        metrics["trained_groups"] = float(len(kept))
        if kept:
            metrics["greedy_reward"] = float(rewards.mean())
        return rewards

    def _answer_greedily(self, numbers: Sequence[tuple[int, int]]) -> list[Group]:
        """One greedy answer to each task, of several processes each its share."""
        agent, world = self.agent, self.batches.world
        greedy = TransformersAgent(
            agent.model,
            agent.tokenizer,
            temperature=0.0,
            max_new_tokens=agent.max_new_tokens,
            batch_size=agent.batch_size,
            history=agent.history,
            chat_template_kwargs=agent.chat_template_kwargs,
            autocast=agent.autocast,
        )
        mine = numbers[world.rank :: world.size]
        played: list[Group] = []
        with gathered(self.learner.model):
            for start in range(0, len(mine), len(self.envs)):
                asked = mine[start : start + len(self.envs)]
                played += collect(self.envs[: len(asked)], greedy, seed=self.batches.seed, numbers=asked)
        return world.in_turn(played)
