"""Levels of difficulty that follow the success rate.

- `SuccessLevels`: which level comes after which outcomes; a learner may keep one of its own.
- `Curriculum`: the wrapper: an environment per level, chosen at each reset.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

from rlvr.core import Info, Observation, Status, VerifiableEnv
from rlvr.wrappers.base import report_progress, require_number
from rlvr.wrappers.messages import require_messages


class SuccessLevels:
    """A level that goes up or down by one after each block of outcomes.

    The outcomes are taken in blocks of `window`, one after the other. At the end of a block with a success rate of at
    least `up` the next level begins; of at most `down`, the one before. Blocks begin anew whatever happened, so the
    level is monotone: with any failures turned into successes, it is at every moment as high or higher. (A window that
    slides and is emptied at each change would not be.)

    Example:
        >>> levels = SuccessLevels(3, window=2)
        >>> [levels.add(right) for right in (True, True, True, True, False, False)]
        [0, 1, 1, 2, 2, 1]
    """

    def __init__(self, count: int, *, window: int = 64, up: float = 0.8, down: float = 0.3, level: int = 0) -> None:
        """Begin at `level` of `count`.

        Raises:
            ValueError: An argument is out of range.
        """
        for name, value, least in (("count", count, 1), ("window", window, 1), ("level", level, 0)):
            if type(value) is not int or value < least:
                raise ValueError(f"Expected {name} to be an integer of at least {least}, actually: {value!r}.")
        require_number("up", up, 0.0, 1.0)
        require_number("down", down, 0.0, 1.0)
        if not down < up:
            raise ValueError(f"Expected down to be below up, actually: down={down!r}, up={up!r}.")
        self.count = count
        self.window = window
        self.up = up
        self.down = down
        self.level = self.require(level)
        self._seen = 0
        self._right = 0

    def require(self, level: Any) -> int:
        """`level`, if there is such a level.

        Raises:
            ValueError: There is not.
        """
        if type(level) is not int or not 0 <= level < self.count:
            raise ValueError(f"Expected level to be an integer from 0 to {self.count - 1}, actually: {level!r}.")
        return level

    def go_to(self, level: int) -> None:
        """Go to a level, and begin a block."""
        self.level = self.require(level)
        self._seen = self._right = 0

    def add(self, right: bool) -> int:
        """Count an outcome; the level after it."""
        self._seen += 1
        self._right += bool(right)
        if self._seen == self.window:
            rate = self._right / self.window
            step = (rate >= self.up) - (rate <= self.down)
            self.go_to(min(max(self.level + step, 0), self.count - 1))
        return self.level

    def state_dict(self) -> dict[str, int]:
        """What a checkpoint keeps: JSON data."""
        return {"level": self.level, "seen": self._seen, "right": self._right}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint.

        Raises:
            KeyError, ValueError: It is of other levels, or of none.
        """
        seen, right = state["seen"], state["right"]
        if not 0 <= right <= seen < self.window:
            raise ValueError(
                f"Expected the state of a block of {self.window} outcomes, actually: {dict(state)!r}. Make the "
                "curriculum with the window that it was saved with."
            )
        self.level = self.require(state["level"])
        self._seen, self._right = seen, right


class Curriculum(gym.Wrapper[Observation, str, Observation, str], RecordConstructorArgs):
    """Make the tasks harder as they are solved.

    Each level is the wrapped environment, its wrappers included, made again with other arguments. The n-th episode
    under a seed is the n-th of the level that is in force when it begins, and `info["level"]` says which one that was.

    By itself the level follows this environment's own verdicts, as `SuccessLevels` says (`error` counts for nothing).
    That is for one environment. **The members of a group must have the same level**, or they are not asked the same
    task; environments that each follow their own verdicts drift apart. So a learner keeps one `SuccessLevels`, adds the
    verdicts of all episodes, and tells every environment with `set_level`, between groups, never within one:

        levels = SuccessLevels(3, window=512)
        for env in envs:
            env.get_wrapper_attr("set_level")(levels.level)  # of a vector environment: envs.call("set_level", ...)

    The level is no part of the stream of tasks: `reset(seed=...)` leaves it where it is, as what a normalisation has
    learnt stays where it is. With equal states (`state_dict`), seeds and actions, all is equal. A task that is asked
    for by its id is looked for in the present level, then in the others.

    Args:
        levels: Arguments of the environment for each level, easiest first; they are added to its own.
        window, up, down: See `SuccessLevels`.
        level: Where to begin.

    Raises:
        TypeError: The environment is no `VerifiableEnv` that observes messages.
        ValueError: The environment was not made by `gym.make`; there are no levels, or an argument is out of range.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.curriculum import Curriculum
        >>> env = Curriculum(gym.make("rlvr/Math-v0", families="sum"), levels=[{"level": 1}, {"level": 2}], window=1)
        >>> env.reset(seed=0)[1]
        {'task': 'sum-1/train/0/0', 'level': 0}
        >>> _ = env.step(env.unwrapped.solution(env.unwrapped.task))
        >>> env.reset()[1]
        {'task': 'sum-2/train/0/1', 'level': 1}
    """

    def __init__(
        self,
        env: gym.Env[Observation, str],
        *,
        levels: Sequence[Mapping[str, Any]],
        window: int = 64,
        up: float = 0.8,
        down: float = 0.3,
        level: int = 0,
    ) -> None:
        """Wrap `env`; see the class."""
        arguments = [dict(one) for one in levels]
        RecordConstructorArgs.__init__(self, levels=arguments, window=window, up=up, down=down, level=level)
        gym.Wrapper.__init__(self, env)
        require_messages(env, "Curriculum")
        base = env.unwrapped
        if not isinstance(base, VerifiableEnv):
            raise TypeError(f"Expected Curriculum around a VerifiableEnv, actually: {base}.")
        if not arguments:
            raise ValueError("Expected at least one level, actually: levels=[]. Give arguments such as {'level': 1}.")
        made_from = self.spec  # Asked for here, it stays: later it would be that of a level.
        if made_from is None:
            raise ValueError(
                f"Expected an environment from gym.make, to make its levels, actually: {base} without a spec. In a "
                "batched vector environment, rlvr.envs.vector.make_mixture makes such slots."
            )
        self.levels = SuccessLevels(len(arguments), window=window, up=up, down=down, level=level)
        self._envs = [gym.make(env.spec, **one) for one in arguments]  # type: ignore[arg-type]  # It has a spec.
        env.close()
        self.env = self._envs[level]
        self._fixed = False
        self._level = level

    def set_level(self, level: int | None) -> None:
        """Fix the level from the next reset on; `None` has it follow the verdicts again, from where it is.

        Raises:
            ValueError: There is no such level.
        """
        self.levels.go_to(self.levels.level if level is None else level)
        self._fixed = level is not None

    @property
    def level(self) -> int:
        """The level of the episode under way."""
        return self._level

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task, of the level that is in force."""
        present = self._base(self._level)
        level = self.levels.level
        if options and "task" in options:
            level = self._level_of(options["task"], present.stream_seed if seed is None else seed)
        if level != self._level and seed is None:
            # The stream goes on in another environment: take that one to where this one is.
            if present.episode < 0:
                seed = present.stream_seed
            else:
                self._base(level).reset(seed=present.stream_seed, options={"episode": present.episode})
        observation, info = self._envs[level].reset(seed=seed, options=options)
        self.env = self._envs[level]  # Not before: options that are refused leave the episode as it was.
        self._level = level
        # Whoever keeps the `unwrapped` of another level, as a vector environment does, reads there what is asked.
        base = self._base(level)
        for other in map(self._base, range(len(self._envs))):
            other.task, other.episode = base.task, base.episode
        return observation, {**info, "level": level}

    def step(self, action: str) -> tuple[Observation, Any, bool, bool, Info]:
        """Step; at the end of an episode, count its verdict."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        status = info["verdict"]["status"]
        if (terminated or truncated) and status != Status.ERROR and not self._fixed:
            self.levels.add(status == Status.CORRECT)
        return observation, reward, terminated, truncated, {**info, "level": self._level}

    def prefetch(self, action: str) -> None:
        """Forward the hint to the present level: whoever asked for this method keeps it while levels change."""
        if self.env.has_wrapper_attr("prefetch"):
            self.env.get_wrapper_attr("prefetch")(action)

    def set_progress(self, fraction: float) -> None:
        """Tell the wrappers inside of the other levels; those of the present one are told like all others."""
        for env in self._envs:
            if env is not self.env:
                report_progress(env, fraction)

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps: JSON data."""
        return {**self.levels.state_dict(), "fixed": self._fixed}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint, with the next reset."""
        self.levels.load_state_dict(state)
        self._fixed = bool(state["fixed"])

    def close(self) -> None:
        """Close the environments of all levels."""
        for env in self._envs:
            env.close()

    def _base(self, level: int) -> VerifiableEnv:
        base = self._envs[level].unwrapped
        assert isinstance(base, VerifiableEnv)
        return base

    def _level_of(self, task: int | str, seed: int) -> int:
        """The level that has a task: the one in force if it can be, which also says what is wrong with a name."""
        present = self.levels.level
        for level in (present, *(other for other in range(len(self._envs)) if other != present)):
            try:
                self._base(level).find_task(task, seed)
            except ValueError:
                continue
            return level
        return present
