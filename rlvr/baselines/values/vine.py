"""VinePPO's values: the mean return of fresh continuations, in the critic's place.

Kazemnejad et al. 2024 (arXiv 2410.01679), section 4. Before each step of an episode the policy goes on `samples` times
on its own; the mean of what that pays is the value of the state, `V`. All tokens of step k then have the advantage

    A_k = r_k + V_{k+1} - V_k,   V = 0 at the end

so that the advantages of an episode's steps sum to its return less `V_0`. There is no critic to be wrong, at the price
of sampling: `samples` continuations of every state that is not the same as another.

- `VineConfig`: how many continuations, and what is a step.
- `Step`: a step of an episode.
- `Vine`: the advantages of a batch.
- `refuse_what_vine_ignores`: settings of PPO that mean nothing here.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Literal

import gymnasium as gym

from rlvr.baselines.advantages import vine, whiten
from rlvr.baselines.config import require_at_least
from rlvr.baselines.experience import Experience, Played
from rlvr.baselines.learner.distributed import World
from rlvr.baselines.values.continuations import Continues, Outcome, State, continuations
from rlvr.baselines.values.reasoning_steps import step_ends
from rlvr.core import FinishReason
from rlvr.wrappers.base import reward_terms

if TYPE_CHECKING:
    from rlvr.baselines.ppo import PPOConfig


@dataclass(frozen=True)
class VineConfig:
    """Monte-Carlo values; only with `values = "vine"`."""

    samples: int = 9
    """Continuations of each state (K of the paper, which takes 9)."""
    boundaries: Literal["turn", "step"] = "step"
    """Where a step begins: with each answer of the policy, or also inside an answer, after a `separator`."""
    separator: str = "\n"
    """Text that ends a step inside an answer."""
    max_new_tokens: int | None = None
    """The most tokens that a continuation samples in one answer; none: as many as the policy could, which is the
    algorithm's `max_new_tokens` less what the answer has already. Less is cheaper, and takes what is long for wrong."""

    def __post_init__(self) -> None:
        """Refuse what values nothing."""
        require_at_least("vine", self, samples=1)
        if self.max_new_tokens is not None:
            require_at_least("vine", self, max_new_tokens=1)
        if not self.separator:
            raise ValueError('Expected vine.separator to be a text, actually: "". Set vine.boundaries to "turn".')


def refuse_what_vine_ignores(config: PPOConfig) -> None:
    """Refuse settings of PPO that Monte-Carlo values have no use for.

    Raises:
        ValueError: One is not at its default; the message says what to do.
    """
    for name in ("gamma", "gae_lambda", "critic_lambda"):
        if getattr(config, name) != 1.0:
            raise ValueError(
                f'Expected ppo.{name} to be 1.0 with ppo.values = "vine", whose values are means of undiscounted '
                f"returns, actually: {getattr(config, name)}."
            )
    if config.critic.pretrain_steps or config.critic.trunk == "policy":
        name = "pretrain_steps" if config.critic.pretrain_steps else "trunk"
        raise ValueError(
            f'ppo.critic.{name} is {getattr(config.critic, name)!r}, and with ppo.values = "vine" there is no critic. '
            'Leave it out, or set ppo.values to "critic".'
        )
    if config.kl.coefficient and config.kl.where == "reward":
        raise ValueError(
            'Values of ppo.values = "vine" know nothing of penalties of tokens. Set ppo.kl.where to "loss", as VinePPO.'
        )
    if config.data.lag:
        raise ValueError(
            f'Expected ppo.data.lag to be 0 with ppo.values = "vine", actually: {config.data.lag}. The policy that '
            "goes on from a state has to be the one that came there."
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an episode."""

    state: State
    """Before its first token."""
    start: int
    """Its first token's position among the sampled tokens of the episode."""
    key: bytes
    """Of the state."""


class Vine:
    """The advantages of a batch, by continuations from its states."""

    def __init__(
        self,
        config: VineConfig,
        envs: Sequence[gym.Env[Any, Any]],
        agent: Continues,
        tokenizer: Any,
        *,
        world: World | None = None,
    ) -> None:
        """Play on in `envs`, between batches; of several processes each values its share of the states.

        Raises:
            ValueError: A term of the reward waits for the group: one continuation alone does not have it.
        """
        for term in (term for env in envs for term in reward_terms(env)):
            if term.needs_group:
                raise ValueError(
                    f"The term {term.term!r} of the reward compares the members of a group, and a continuation of "
                    'ppo.values = "vine" has no group. Leave the term out, or set ppo.values to "critic".'
                )
        self.config = config
        self.envs = envs
        self.agent = agent
        self.tokenizer = tokenizer
        self.world = world or World()

    def estimate(self, experience: Experience, *, whitened: bool = True) -> dict[str, float]:
        """Fill in `advantages`, and leave out the groups that have none.

        - A continuation whose verifier could not run is not in the mean. With none left, its group is left out.
        - A state that cannot be reached again begins no step: its tokens belong to the step before, and the sum of the
          advantages stays the same. If it is the first one of an episode, the group is left out.

        Args:
            experience: What was sampled; the groups left out are taken from it.
            whitened: Whether advantages are whitened over the tokens of the batch.

        Returns:
            `value` and `explained_variance`, over tokens; of the sampling `vine_states` (distinct ones),
            `vine_tokens` sampled, `vine_errors` (continuations that ended in one), `vine_unreached` (states),
            `seconds_values`; `vine_steps`, steps an episode; `vine_groups_left_out`; and `trained_groups`.
        """
        started = time.perf_counter()
        # By id(): an episode with its rows has no hash.
        steps = {id(one): list(self.steps(one)) for one in experience.trained}
        outcomes = self._outcomes([step for of_episode in steps.values() for step in of_episode])
        metrics = self._count(outcomes)
        kept = [
            number
            for number, group in enumerate(experience.played)
            if all(self._is_valued(steps.get(id(one), ()), outcomes) for one in group)
        ]
        metrics["vine_groups_left_out"] = float(len(experience.groups) - len(kept))
        metrics["trained_groups"] = float(len(kept))
        experience.groups = [experience.groups[number] for number in kept]
        experience.played = [experience.played[number] for number in kept]
        if experience.trained:
            known = [
                [(step.start, worth) for step in steps[id(one)] if (worth := value(outcomes[step.key])) is not None]
                for one in experience.trained
            ]
            metrics |= self._fill(experience, known, whitened=whitened)
        metrics["seconds_values"] = time.perf_counter() - started
        return metrics

    def steps(self, played: Played) -> Iterator[Step]:
        """The steps of an episode, the first one from its beginning.

        A turn in which nothing was sampled has no token to give an advantage to, so it begins no step.
        """
        before, last = 0, -1
        for number, turn in enumerate(played.episode.turns):
            sampled = [0, *accumulate(turn.output_mask)]
            starts = [0]
            if self.config.boundaries == "step":
                spoken = turn.output_ids[: -1 if turn.finish_reason == FinishReason.STOP else None]
                starts += step_ends(spoken, self.tokenizer, self.config.separator)
            for start in starts:
                position = before + sampled[start]
                if last < 0 or (position > last and sampled[-1] > sampled[start]):
                    state = State(played.episode, number, start)
                    yield Step(state, position, state.key())
                    last = position
            before += sampled[-1]

    def _outcomes(self, steps: Sequence[Step]) -> dict[bytes, list[Outcome]]:
        """What came of the continuations of each distinct state, by its key."""
        states: dict[bytes, State] = {}
        for step in steps:
            states.setdefault(step.key, step.state)
        mine = list(states.values())[self.world.rank :: self.world.size]
        config = self.config
        played = continuations(
            self.envs, self.agent, mine, samples=config.samples, max_new_tokens=config.max_new_tokens
        )
        return dict(zip(states, self.world.in_turn(played), strict=True))

    def _count(self, outcomes: dict[bytes, list[Outcome]]) -> dict[str, float]:
        every = [one for of_state in outcomes.values() for one in of_state]
        return {
            "vine_states": float(len(outcomes)),
            "vine_tokens": float(sum(one.tokens for one in every)),
            "vine_errors": float(sum(one.reached and one.reward is None for one in every)),
            "vine_unreached": float(sum(not any(one.reached for one in of_state) for of_state in outcomes.values())),
        }

    def _is_valued(self, steps: Sequence[Step], outcomes: dict[bytes, list[Outcome]]) -> bool:
        """Whether an episode's advantages can be told: its first state has a value, and so has any that was reached."""
        for number, step in enumerate(steps):
            of_state = outcomes[step.key]
            if value(of_state) is None and (number == 0 or any(one.reached for one in of_state)):
                return False
        return True

    def _fill(
        self, experience: Experience, known: Sequence[Sequence[tuple[int, float]]], *, whitened: bool
    ) -> dict[str, float]:
        """Fill in `advantages` from where each episode's steps begin and what the states there are worth."""
        rewards, steps = [], []
        for one, of_episode in zip(experience.trained, known, strict=True):
            paid = one.rewards()
            edges = [*(start for start, _ in of_episode), len(paid)]
            rewards.append([math.fsum(paid[start:end]) for start, end in pairwise(edges)])
            steps.append(
                [float(number) for number, (start, end) in enumerate(pairwise(edges)) for _ in range(start, end)]
            )
        table, _ = experience.pad([[worth for _, worth in of_episode] for of_episode in known])
        earned, real = experience.pad(rewards)
        numbers, mask = experience.pad(steps)
        step = numbers.long()
        advantages = vine(table, earned, step, mask)
        experience.fill_padded("advantages", whiten(advantages, mask) if whitened else advantages)
        to_come = earned.flip(1).cumsum(1).flip(1)
        values, returns = table.gather(1, step)[mask], to_come.gather(1, step)[mask]
        spread = returns.var(correction=0)
        unexplained = (returns - values).var(correction=0)
        return {
            "value": float(values.mean()),
            "explained_variance": float(1.0 - unexplained / spread) if spread > 0.0 else 0.0,
            "vine_steps": float(real.sum(1).double().mean()),
        }


def value(outcomes: Sequence[Outcome]) -> float | None:
    """The mean reward of those that have one; none if no outcome has."""
    rewards = [one.reward for one in outcomes if one.reward is not None]
    return math.fsum(rewards) / len(rewards) if rewards else None
