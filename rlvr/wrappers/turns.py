"""`TurnBudget`: fewer turns than the environment gives, and the model is told how many are left."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

from rlvr.core import Info, Observation, VerifiableEnv
from rlvr.wrappers.messages import appended, question, replaced, require_messages, require_text

TURNS = "{turns}"


class TurnBudget(gym.Wrapper[Observation, str, Observation, str], RecordConstructorArgs):
    r"""Give the model at most `turns` answers, and tell it in every observation how many are left.

    The last answer has to be judged as the last one: a turn that goes on has the verdict `pending` and pays nothing. So
    the budget is not a limit from outside, as Gymnasium's `TimeLimit` is, which would end the episode without a verdict
    (`truncated`). It lowers `max_turns` of the wrapped environment, which then ends by itself (`terminated`), with the
    verdict on its last turn. It can only lower it: an environment that has fewer turns keeps them.

    `info["turns_left"]` is the number of answers left, on `reset` and on every step; 0 at the end.

    Args:
        turns: How many answers the model has; at least 1.
        text: What is appended to each observation, after an empty line, with the marker `{turns}`; `None` says nothing.

    Raises:
        TypeError: The environment is no `VerifiableEnv` that observes messages.
        ValueError: `turns` is not an integer from 1 to the environment's `max_turns`, or `text` has no marker.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.turns import TurnBudget
        >>> env = TurnBudget(gym.make("rlvr/Math-v0", families="sum", level=2, max_turns=5, instruction=""), turns=2)
        >>> env.reset(seed=1)[0][-1]["content"]
        '20+11=?\n\nAnswers left: 2.'
        >>> env.step("Let me think.")[0][-1]["content"].splitlines()[-1]
        'Answers left: 1.'
        >>> env.step("No idea.")[2]
        True
    """

    def __init__(
        self, env: gym.Env[Observation, str], *, turns: int, text: str | None = "Answers left: {turns}."
    ) -> None:
        """Wrap `env`; see the class."""
        RecordConstructorArgs.__init__(self, turns=turns, text=text)
        gym.Wrapper.__init__(self, env)
        require_messages(env, "TurnBudget")
        most = self._base().max_turns
        if type(turns) is not int or not 1 <= turns <= most:
            raise ValueError(
                f"Expected turns to be an integer from 1 to the environment's max_turns, {most}, actually: {turns!r}. "
                "Make the environment with a larger max_turns."
            )
        if text is not None:
            require_text("text", text, marker=TURNS)
        self.turns = turns
        self.text = text
        self._lower()

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task."""
        self._lower()
        observation, info = self.env.reset(seed=seed, options=options)
        self._lower()  # Once more: Curriculum goes on in another environment.
        left = self._left(over=False)
        return self._told(observation, left), {**info, "turns_left": left}

    def step(self, action: str) -> tuple[Observation, Any, bool, bool, Info]:
        """Step."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        left = self._left(over=terminated or truncated)
        return self._told(observation, left), reward, terminated, truncated, {**info, "turns_left": left}

    def _base(self) -> VerifiableEnv:
        base = self.unwrapped
        if not isinstance(base, VerifiableEnv):
            raise TypeError(
                f"Expected TurnBudget around a VerifiableEnv, whose max_turns it lowers, actually: {base}. "
                "gymnasium.wrappers.TimeLimit limits any environment, without a verdict at the end."
            )
        return base

    def _lower(self) -> None:
        base = self._base()
        base.max_turns = min(base.max_turns, self.turns)

    def _left(self, *, over: bool) -> int:
        base = self._base()
        return 0 if over else base.max_turns - base.turn

    def _told(self, observation: Observation, left: int) -> Observation:
        if self.text is None or not left or not observation:
            return observation
        at = question(observation)
        return replaced(observation, at, appended(observation[at]["content"], self.text.replace(TURNS, str(left))))
