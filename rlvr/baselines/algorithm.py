"""What GRPO, PPO and REINFORCE have in common: sample a batch, judge it, compare, learn, remember.

- `Algorithm`: one step after another; a subclass says what the advantages are.

Old log-probabilities are those that the sampler recorded (sampler and trainer agree to 1e-5 in float32), unless
`old_logprobs` asks for others.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium as gym
import torch

from rlvr.agents.transformers_agent import TransformersAgent
from rlvr.baselines.algorithm_config import AlgorithmConfig
from rlvr.baselines.experience import Experience, fill_rows
from rlvr.baselines.learner import Learner
from rlvr.baselines.learner.distributed import World, gathered
from rlvr.baselines.learner.forward import HALF
from rlvr.baselines.learner.reference import Reference
from rlvr.baselines.losses import kl
from rlvr.baselines.metrics import describe
from rlvr.baselines.rollout import Group
from rlvr.baselines.rollout.batches import Batch, Batches
from rlvr.baselines.update import Update


class Algorithm(ABC):
    """One step after another: sample groups, say how good each token was, learn."""

    config: AlgorithmConfig

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        envs: Sequence[gym.Env[Any, Any]],
        config: AlgorithmConfig,
        *,
        seed: int = 0,
        world: World | None = None,
    ) -> None:
        """Take the model and `config.groups * config.group_size` environments, of several processes each its share.

        Args:
            model: A transformers causal LM.
            tokenizer: Its tokenizer, with a chat template.
            envs: Alike; consecutive ones are asked the same task.
            config: Of the algorithm.
            seed: Of tasks and sampling.
            world: The processes that learn together.
        """
        world = world or World()
        self.config = config
        self._check(model, envs, world)
        self.envs = envs
        self.step_count = 0
        self.agent = TransformersAgent(
            model,
            tokenizer,
            temperature=config.temperature,
            max_new_tokens=config.max_new_tokens,
            batch_size=len(envs),
            seed=seed + (world.rank << 32),  # No other run's seed.
            history=config.history,
            chat_template_kwargs=config.chat_template_kwargs,
            autocast=config.optimizer.autocast,
        )
        self.learner = Learner(
            model,
            config=config.optimizer,
            total_steps=config.updates,
            pad_id=tokenizer.pad_token_id or 0,
            world=world,
        )
        self.batches = Batches(
            envs, self.agent, config.data, groups=config.groups, group_size=config.group_size, seed=seed, world=world
        )
        self.reference: Reference | None = None
        self.update = Update(config, self.learner, seed=seed)
        self.progress = 0.0
        self.batch: Batch | None = None

    def _check(self, model: Any, envs: Sequence[gym.Env[Any, Any]], world: World) -> None:
        """Refuse what does not fit the configuration, before anything is made of it."""
        config = self.config
        if world.size > config.groups:
            raise ValueError(
                f"Expected {config.section}.groups to be at least {world.size}, one for each process, actually: "
                f"{config.groups}. Ask for more groups, or start fewer processes."
            )
        half = config.optimizer.autocast or next(model.parameters()).dtype in HALF
        if half and config.loss.kind == "gspo" and config.old_logprobs == "sampler":
            raise ValueError(
                f'{config.section}.loss.kind "gspo" clips ratios a few ten-thousandths from 1, and in half precision '
                f'sampler and trainer differ by more. Set {config.section}.old_logprobs to "trainer".'
            )

    def step(self) -> tuple[dict[str, float], list[Group]]:
        """Sample a batch and learn from it.

        Returns:
            The metrics, and the groups that were sampled; `batch` has more about those.

        Raises:
            VerifierFailure: Verifiers fail too often to go on.
            FloatingPointError: A loss or gradient is not finite.
        """
        if self.step_count == 0:
            self.begin()
        started = time.perf_counter()
        self.batch = None  # Not two of them in memory.
        self.progress = min(1.0, self.step_count / max(1, self.config.steps))
        with gathered(self.learner.model):
            self.batch = batch = self.batches.next(policy_version=self.learner.steps, progress=self.progress)
        sampled = time.perf_counter()
        experience = Experience(batch.groups)
        metrics = {**describe(batch.sampled), **batch.counts, "trained_groups": float(len(batch.groups))}
        before = self.learner.steps
        metrics.update(self.train(experience))
        if self.reference is not None and self.learner.steps > before:
            self.reference.follow(self.learner)
        self.step_count += 1
        metrics |= _pace(batch, experience, sampled - started, time.perf_counter() - sampled)
        return metrics, batch.sampled

    def begin(self) -> None:
        """Make what is a copy of the policy as RL finds it: after the cold start, before the first step."""
        if self.config.kl.coefficient:
            self.reference = Reference(self.learner.model, self.config.reference)

    def train(self, experience: Experience) -> dict[str, float]:
        """Learn from what of a batch is fit for it."""
        if not experience.trained:
            return {}
        self._score(experience)
        return {**self.estimate(experience), **self.learn(experience)}

    def _score(self, experience: Experience) -> None:
        """Fill in `old`, and `entropy`, `ref` and `penalty` where something asks for them."""
        config = self.config
        penalises = self.reference is not None and config.kl.where == "reward"
        # A masked answer teaches nothing, but its reward is compared with the others', which bear a penalty.
        rows = [row for one in experience.all for row in one.rows] if penalises else experience.rows()
        entropy = config.entropy.adaptive or config.entropy.top_fraction < 1.0
        if config.old_logprobs == "trainer" or entropy:
            scores = self.learner.score(rows, temperature=config.temperature, entropy=entropy)
            fill_rows(rows, "old", scores, "logprobs")
            if entropy:
                fill_rows(rows, "entropy", scores, "entropies")
        if config.old_logprobs != "trainer":  # Interpolated, they are known when the loss is.
            for row in rows:
                row.columns["old"] = row.columns["sampled"]
        if self.reference is None:
            return
        scores = self.reference.score(self.learner, rows, temperature=config.temperature)
        fill_rows(rows, "ref", scores, "logprobs")
        if penalises:
            for row in rows:
                away = kl(
                    config.kl.estimator,
                    torch.tensor(row.columns["old"], dtype=torch.float64),
                    torch.tensor(row.columns["ref"], dtype=torch.float64),
                    log_ratio_bound=config.kl.log_ratio_bound,
                    value_bound=config.kl.value_bound,
                )
                row.columns["penalty"] = (config.kl.coefficient * away).tolist()

    @abstractmethod
    def estimate(self, experience: Experience) -> dict[str, float]:
        """Fill in the column `advantages`; returns metrics."""

    def learn(self, experience: Experience) -> dict[str, float]:
        """Optimizer steps on a batch whose advantages are there; metrics are averages over the steps."""
        return self.update.learn(experience)

    def state_dict(self) -> dict[str, Any]:
        """Everything but the model's weights: what makes a resumed run the same run."""
        return {
            "step": self.step_count,
            "learner": self.learner.state_dict(),
            "generators": [
                one for of_rank in self.learner.world.gather([self.agent.generator.get_state()]) for one in of_rank
            ],
            "batches": self.batches.state_dict(),
            "update": self.update.state_dict(),
            "reference": None if self.reference is None else self.reference.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint: to the same numbers with as many processes, else by other random numbers."""
        self.step_count = state["step"]
        self.learner.load_state_dict(state["learner"])
        mine = state["generators"][self.learner.world.rank :]
        if mine:
            self.agent.generator.set_state(mine[0])
        self.batches.load_state_dict(state["batches"])
        self.update.load_state_dict(state["update"])
        if state["reference"] is not None:
            self.reference = Reference(self.learner.model, self.config.reference)
            self.reference.load_state_dict(state["reference"])


def _pace(batch: Batch, experience: Experience, sampling: float, learning: float) -> dict[str, float]:
    """How long a step took, and how many sampled tokens a second that is."""
    sampled = sum(episode.length for group in batch.sampled for episode in group)
    rows = experience.rows()
    trained = sum(row.count for row in rows)
    metrics = {
        "seconds_sampling": sampling,
        "seconds_learning": learning,
        "tokens_per_second_sampling": sampled / sampling,
        "tokens_per_second_learning": trained / learning,
    }
    if rows:
        metrics["masked_fraction"] = 1.0 - trained / sum(len(row.ids) for row in rows)
    return metrics
