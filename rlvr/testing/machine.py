"""A state machine that looks for what an environment must never do.

Hypothesis drives two twins of the environment through any order of resets and steps, with the same seeds and actions,
and shrinks what breaks a law to the shortest script that still does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import gymnasium as gym
from gymnasium.utils.env_checker import data_equivalence
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rlvr.testing.strategies import from_space

SEEDS = st.integers(0, 2**32 - 1)


def env_machine(
    make: Callable[[], gym.Env[Any, Any]],
    *,
    actions: st.SearchStrategy[Any] | None = None,
    seeds: st.SearchStrategy[int] = SEEDS,
) -> type[RuleBasedStateMachine]:
    """A state machine over an environment; its `TestCase` is what pytest and unittest collect.

    The twins may only differ if the environment reads something that is not its own: a global generator, a clock, what
    another instance left behind. One of them is given each action in advance (`prefetch`), which must change nothing.

    Args:
        make: Makes the environment, afresh and alike on each call.
        actions: What to step with; by default all of the action space.
        seeds: What to reset with.

    Laws: the twins say the same, info included; observations are in the observation space; rewards are finite floats,
    and the sum of `info["reward_terms"]` where there are terms; flags are bools and never both true.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> TestMath = env_machine(lambda: gym.make("rlvr/Math-v0", max_turns=3)).TestCase
    """
    probe = make()
    chosen = from_space(probe.action_space) if actions is None else actions
    probe.close()

    class EnvMachine(RuleBasedStateMachine):
        """Twins of one environment."""

        def __init__(self) -> None:
            super().__init__()
            self.env = make()
            self.twin = make()
            self.running = False
            self.observation: Any = None

        @initialize(seed=seeds)
        def first_reset(self, seed: int) -> None:
            self._reset(seed)

        @rule(seed=seeds)
        def reset(self, seed: int) -> None:
            self._reset(seed)

        @rule()
        def go_on(self) -> None:
            self._reset(None)

        @precondition(lambda self: self.running)
        @rule(action=chosen, hint=st.booleans())
        def step(self, action: Any, hint: bool) -> None:
            if hint and self.env.has_wrapper_attr("prefetch"):
                self.env.get_wrapper_attr("prefetch")(action)
            outcome = self.env.step(action)
            _require_equal("step", outcome, self.twin.step(action))
            self.observation, reward, terminated, truncated, info = outcome
            require_sound_step(reward, terminated, truncated, info)
            self.running = not (terminated or truncated)

        @invariant()
        def the_observation_is_in_its_space(self) -> None:
            if self.observation is not None:
                assert self.observation in self.env.observation_space, (
                    f"Expected the observation to be in {self.env.observation_space}, actually: {self.observation!r}."
                )

        def teardown(self) -> None:
            self.env.close()
            self.twin.close()

        def _reset(self, seed: int | None) -> None:
            outcome = self.env.reset(seed=seed)
            _require_equal("reset", outcome, self.twin.reset(seed=seed))
            self.observation, _ = outcome
            self.running = True

    return EnvMachine


def require_sound_step(reward: Any, terminated: Any, truncated: Any, info: dict[str, Any]) -> None:
    """Raise `AssertionError` if a step's reward, flags or reward terms break a law."""
    assert type(reward) is float and math.isfinite(reward), (
        f"Expected the reward to be a finite float, actually: {type(reward).__name__} {reward!r}."
    )
    assert type(terminated) is bool and type(truncated) is bool, (
        f"Expected terminated and truncated to be bools, actually: {terminated!r} and {truncated!r}."
    )
    assert not (terminated and truncated), (
        "Expected terminated and truncated never to be both True, actually: both are."
    )
    terms = info.get("reward_terms")
    if terms is not None:
        assert all(type(term) is float for term in terms.values()), (
            f"Expected every reward term to be a float, actually: {terms!r}."
        )
        assert reward == math.fsum(terms.values()), (
            f"Expected the reward to be the sum of its terms, actually: {reward!r} from {terms!r}."
        )


def _require_equal(call: str, ours: Any, twins: Any) -> None:
    assert data_equivalence(ours, twins, exact=True), (
        f"Expected twins to say the same from {call}(), actually:\n  {ours!r}\n  {twins!r}"
    )
