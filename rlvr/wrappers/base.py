"""`RewardTerm`: the base of every wrapper that adds to the reward.

A subclass says what its term is called, what it can come to (`bounds`), and what it is worth at the end of an episode
(`value`). The base does the rest: it follows the episode, adds the term to `info["reward_terms"]` and recomputes the
reward as their sum, records its arguments in the spec, and refuses stacks that put anything above correctness.

Laws, which the tests hold for every term:

- terms are paid once: on turns that are not the last they are 0.0, and so they are where the verifier failed;
- the reward is `math.fsum` of the terms, and the verdict is the wrapped environment's;
- the same episode gives the same term, whatever happened before;
- terms that do not look at `Finished.total` commute: their order changes neither the terms nor the sum.
"""

from __future__ import annotations

import inspect
import math
import warnings
from abc import abstractmethod
from typing import Any, ClassVar

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

from rlvr.core import Info, Message, Observation, Status
from rlvr.registry.names import unknown
from rlvr.spaces import Messages
from rlvr.wrappers.bounds import CORRECT, PRESETS, Bounds, InversionWarning, require_order
from rlvr.wrappers.finished import Finished

Result = tuple[Observation, float, bool, bool, Info]


class RewardTerm(gym.Wrapper[Observation, str, Observation, str], RecordConstructorArgs):
    """A wrapper that adds one term to the reward.

    Subclasses take keyword arguments only, all of them JSON data, and pass them on:

        def __init__(self, env, *, weight=0.1, **common):
            super().__init__(env, weight=weight, **common)

    Args of the base, which every term has:
        term: Its name in `info["reward_terms"]`; by default the class's. Two wrappers of one kind need two names.
        allow_inversion: Accept a stack in which a wrong answer can reach a right one.
        preset: One of `PRESETS`; for terms that have a source's own numbers.
    """

    term_name: ClassVar[str] = "term"
    """Name of the term, unless `term` gives another."""

    needs_group: ClassVar[bool] = False
    """Whether the term is computed over a finished group; see `rlvr.wrappers.groups`."""

    looks_at_total: bool = False
    """Whether the term depends on the reward so far, as a gate or a clip does; then its place in the stack matters."""

    def __init__(
        self,
        env: gym.Env[Observation, str],
        *,
        term: str | None = None,
        allow_inversion: bool = False,
        preset: str = "rlvr",
        **arguments: Any,
    ) -> None:
        """Wrap `env`; `arguments` are the subclass's own, already checked, and become attributes.

        Raises:
            TypeError: The environment does not observe messages, or an argument is none of the class's.
            ValueError: The name is taken or is none, or a wrong answer could reach a right one.
        """
        _require_known(type(self), arguments)
        # First: else the wrapper is lost from the spec. What is the default stays out of it.
        common: dict[str, Any] = {"term": term, "allow_inversion": allow_inversion, "preset": preset}
        defaults = {"term": None, "allow_inversion": False, "preset": "rlvr"}
        recorded = {name: value for name, value in common.items() if value != defaults[name]}
        RecordConstructorArgs.__init__(self, **arguments, **recorded)
        gym.Wrapper.__init__(self, env)
        if not isinstance(env.observation_space, Messages):
            raise TypeError(
                f"Expected an environment that observes Messages, actually: {env.observation_space}. "
                "TextObservation and TokenEnv go outside of reward terms."
            )
        if preset not in PRESETS:
            raise ValueError(f"Expected preset to be one of {', '.join(PRESETS)}, actually: {preset!r}.")
        if term is not None and (not isinstance(term, str) or not term):
            raise ValueError(f"Expected term to be a str that is not empty, or None, actually: {term!r}.")
        if not isinstance(allow_inversion, bool):
            raise ValueError(f"Expected allow_inversion to be True or False, actually: {allow_inversion!r}.")
        for name, value in arguments.items():
            setattr(self, name, value)
        self.term = self.term_name if term is None else term
        self.allow_inversion = allow_inversion
        self.preset = preset
        self._opening: tuple[Message, ...] = ()
        self._actions: tuple[str, ...] = ()
        self._require_sound_stack()

    # What a term says.

    @abstractmethod
    def bounds(self) -> Bounds:
        """The least and the most that the term can come to."""

    @abstractmethod
    def value(self, finished: Finished) -> float:
        """What the term is worth at the end of an episode."""

    def extend(self, inner: Bounds) -> Bounds:
        """The bounds of the reward with this term, from those without. A gate or a scale says otherwise."""
        return inner.plus(self.bounds())

    # What every term inherits.

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task."""
        observation, info = self.env.reset(seed=seed, options=options)
        self._opening = tuple(message.copy() for message in observation)  # Whoever gets them may change them.
        self._actions = ()
        return observation, info

    def step(self, action: str) -> Result:
        """Step, and add the term."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._actions += (action,)
        terms = dict(info["reward_terms"])
        value = 0.0
        if (terminated or truncated) and info["verdict"]["status"] != Status.ERROR:
            finished = Finished(info["task"], self._opening, self._actions, info["verdict"], float(reward))
            value = float(self.value(finished))
        terms[self.term] = value
        info = {**info, "reward_terms": terms}
        return observation, math.fsum(terms.values()), terminated, truncated, info

    def _require_sound_stack(self) -> None:
        """Refuse a name that is taken and, unless it is allowed, an order that puts anything above correctness."""
        stack = reward_terms(self)
        names = ["correct", *(wrapper.term for wrapper in stack)]
        if len(set(names)) < len(names):
            raise ValueError(
                f"Expected another name for the term, actually: {self.term!r} is taken (the stack has {names}). "
                "Pass term=..."
            )
        waiting = [wrapper.term for wrapper in stack[:-1] if wrapper.needs_group]
        if self.looks_at_total and waiting and not self.needs_group:
            raise ValueError(
                f"Expected {type(self).__name__} inside of the terms that wait for the group, actually: outside of "
                f"{', '.join(waiting)}. What they add comes later, and it would not see it. Wrap the other way round."
            )
        bounds = CORRECT
        for wrapper in stack:
            bounds = wrapper.extend(bounds)
        if any(wrapper.allow_inversion for wrapper in stack):
            return
        try:
            require_order(bounds, names)
        except ValueError as error:
            if not any(wrapper.preset == "paper" for wrapper in stack):
                raise
            # Whoever makes the wrapper is told: outside of this method and of all constructors up to here.
            level = 2 + sum(issubclass(one, RewardTerm) and "__init__" in vars(one) for one in type(self).__mro__)
            warnings.warn(f"{error} This is what the paper's numbers do.", InversionWarning, stacklevel=level)


def reward_terms(env: gym.Env[Any, Any]) -> list[RewardTerm]:
    """The reward terms around an environment, innermost first."""
    found = []
    while isinstance(env, gym.Wrapper):
        if isinstance(env, RewardTerm):
            found.append(env)
        env = env.env
    return found[::-1]


def report_progress(env: gym.Env[Any, Any], fraction: float) -> None:
    """Tell the wrappers around an environment how far training has come, those that want to know it.

    Args:
        env: The environment.
        fraction: Between 0.0, the beginning, and 1.0, the end.
    """
    require_number("fraction", fraction, 0.0, 1.0)
    while isinstance(env, gym.Wrapper):
        tell = getattr(type(env), "set_progress", None)  # On the wrapper itself: each has a progress of its own.
        if tell is not None:
            tell(env, fraction)
        env = env.env


def _require_known(kind: type[RewardTerm], arguments: dict[str, Any]) -> None:
    """Refuse an argument that no constructor of the class names: the `**common` of each would let a typo through."""
    known = set()
    for one in kind.__mro__:
        if issubclass(one, RewardTerm) and "__init__" in vars(one):
            parameters = inspect.signature(vars(one)["__init__"]).parameters.values()
            known |= {parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY}
    for name in arguments:
        if name not in known:
            raise TypeError(unknown(f"argument of {kind.__name__}", name, known))


def require_number(name: str, value: Any, low: float = -math.inf, high: float = math.inf) -> None:
    """Refuse an argument that is no finite number within bounds.

    Raises:
        ValueError: It is not; the message names it.
    """
    try:
        sound = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # An int beyond all floats.
        sound = False
    if not sound:
        raise ValueError(f"Expected {name} to be a finite number, actually: {value!r:.80}.")
    if not low <= value <= high:
        raise ValueError(f"Expected {name} to be between {low:g} and {high:g}, actually: {value!r}.")
