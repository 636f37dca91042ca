r"""`check_env`: Gymnasium's checks, and what this suite promises beyond them.

Each law is a function below, and the error that breaks it is an `AssertionError` that names the law.
"""

from __future__ import annotations

import copy
import inspect
import itertools
import json
import pickle
import random
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import ResetNeeded
from gymnasium.utils import env_checker

from rlvr.core import Status, Verdict
from rlvr.testing.machine import require_sound_step

Env = gym.Env[Any, Any]

SECTIONS = (
    "Description",
    "Action Space",
    "Observation Space",
    "Starting State",
    "Rewards",
    "Episode End",
    "Information",
    "Arguments",
    "References",
    "Version History",
)
"""Headings of an environment's page, its class docstring."""

ACTIONS = (
    "",
    "42",
    r"\boxed{42}",
    "<think>\n\\boxed{1}\n</think> so it is \\boxed{2}.",
    "<think> \\boxed{3}",
    "\\boxed{" * 50,
    "\0\ud800\u0661\U0001f600 e\u0301",
    "#### " + "9" * 5000,
    "<answer>None</answer>",
)
"""Texts that have broken verifiers."""

# Warnings of Gymnasium's about how it was called, not about the environment.
_NOT_OURS = ("is different from the unwrapped version", "Not able to test alternative render modes")


def check_env(env: Env, *, actions: Sequence[Any] | None = None, seed: int = 0) -> None:
    """Check that an environment, wrapped or not, keeps the contract of `rlvr.core.VerifiableEnv`.

    Args:
        env: The environment. It is reset and stepped; copies of it are, too.
        actions: What it is stepped with in turn, again from the start when they are used up; `ACTIONS` by default.
        seed: What it is reset with.

    Raises:
        AssertionError: A law is broken; the message names it.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> check_env(gym.make("rlvr/Math-v0", max_turns=3).unwrapped)
    """
    chosen = ACTIONS if actions is None else tuple(actions)
    for law in _LAWS:
        try:
            law(env, chosen, seed)
        except Exception as error:
            cause = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
            raise AssertionError(f"{env} breaks the law {law.__name__.strip('_')!r}. {cause}") from error


def _passes_gymnasiums_checks(env: Env, actions: Sequence[Any], seed: int) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        env_checker.check_env(env)
    ours = [str(warning.message) for warning in caught]
    ours = [text for text in ours if not any(part in text for part in _NOT_OURS)]
    assert not ours, f"Expected no warning from Gymnasium's check_env, actually: {ours}."


def _has_a_page(env: Env, actions: Sequence[Any], seed: int) -> None:
    page = inspect.getdoc(type(env.unwrapped)) or ""
    headings = re.findall(r"^\s*#+\s*(.+?)\s*$", page, flags=re.MULTILINE)
    missing = [section for section in SECTIONS if section not in headings]
    assert not missing, (
        f"Expected the docstring of {type(env.unwrapped).__name__} to have the headings {', '.join(SECTIONS)}, "
        f"actually without: {', '.join(missing)}."
    )


def _steps_are_sound(env: Env, actions: Sequence[Any], seed: int) -> None:
    """The reward is the sum of its terms, flags are bools and never both true, the verdict is one, info is JSON."""
    for _, moment in _moments(env, actions, seed):
        observation, info = moment[0], moment[-1]
        assert observation in env.observation_space, f"The observation is outside its space: {observation!r}."
        _require_json(info)
        if len(moment) == 5:
            _, reward, terminated, truncated, _ = moment
            require_sound_step(reward, terminated, truncated, info)
            assert "reward_terms" in info, f'Expected info["reward_terms"], actually: {sorted(info)}.'
            _require_verdict(info, terminated, truncated)


def _replays_with_others_interleaved(env: Env, actions: Sequence[Any], seed: int) -> None:
    """The same seed and actions give the same transcript, byte for byte, while another instance runs in between."""
    alone = list(_moments(env, actions, seed))
    bystander = _moments(copy.deepcopy(env), actions[::-1], seed + 1)
    among = []
    for step in _moments(copy.deepcopy(env), actions, seed):
        among.append(step)
        next(bystander, None)
    _require_same(alone, among)


def _leaves_global_random_state_alone(env: Env, actions: Sequence[Any], seed: int) -> None:
    """Neither Python's, NumPy's nor torch's global generator is read or set."""
    before = _global_states()
    first = list(_moments(env, actions, seed))
    assert before == _global_states(), "Expected the global generators to be left alone, actually: they moved."
    ours = random.getstate(), np.random.get_state()
    try:
        random.seed(seed + 1)
        np.random.seed(seed + 1)
        _require_same(first, list(_moments(env, actions, seed)))
    finally:
        random.setstate(ours[0])
        np.random.set_state(ours[1])


def _gives_fresh_objects(env: Env, actions: Sequence[Any], seed: int) -> None:
    """Whoever changes a returned message or info changes nothing else."""
    clean = [copy.deepcopy(step) for step in _moments(env, actions, seed)]
    for expected, (action, moment) in zip(clean, _moments(env, actions, seed), strict=True):
        _require_same(expected, (action, moment))
        _vandalise(moment)


def _refuses_steps_outside_an_episode(env: Env, actions: Sequence[Any], seed: int) -> None:
    """`step` after the end raises `ResetNeeded`; an action that is no string raises `TypeError` and loses nothing."""
    twin = copy.deepcopy(env)
    env.reset(seed=seed)
    twin.reset(seed=seed)
    for wrong in (None, 7, b"7", ["7"]):
        try:
            env.step(wrong)
        except TypeError:
            continue
        raise AssertionError(f"Expected TypeError for the action {wrong!r}, actually: it was taken.")
    for action in itertools.cycle(actions):
        outcome = env.step(action)
        _require_same(twin.step(action), outcome)
        if outcome[2] or outcome[3]:
            break
    try:
        env.step(actions[0])
    except ResetNeeded:
        return
    raise AssertionError("Expected ResetNeeded from a step after the end, actually: it was taken.")


def _asks_a_task_again(env: Env, actions: Sequence[Any], seed: int) -> None:
    """`reset(options={"task": id})` and `{"episode": n}` ask what was asked, whatever came in between."""
    env.reset(seed=seed)
    observation, info = env.reset()
    task, episode = info["task"], 1
    env.step(actions[0])
    for options in ({"task": task}, {"episode": episode}):
        again, again_info = env.reset(options=options)
        _require_same((observation, task), (again, again_info["task"]))
    again, again_info = env.reset(seed=seed + 1, options={"task": task})
    _require_same((observation, task), (again, again_info["task"]))


def _survives_copying(env: Env, actions: Sequence[Any], seed: int) -> None:
    """A deep copy, or what comes back from pickle, goes on from the middle of an episode as the original does."""
    env.reset(seed=seed)
    ended = False
    for position in range(3):
        copies = [copy.deepcopy(env), pickle.loads(pickle.dumps(env))]
        action = actions[position % len(actions)]
        outcome: Any = env.reset() if ended else env.step(action)
        for one in copies:
            _require_same(outcome, one.reset() if ended else one.step(action))
        ended = not ended and bool(outcome[2] or outcome[3])


def _ignores_hints(env: Env, actions: Sequence[Any], seed: int) -> None:
    """`prefetch` changes no outcome, right or wrong as the hint may be."""
    prefetch: Callable[[Any], None] = env.get_wrapper_attr("prefetch")
    expected = list(_moments(env, actions, seed))
    hinted = []
    for position, step in enumerate(_moments(env, actions, seed)):
        hinted.append(step)
        for hint in {actions[position % len(actions)], actions[(position * 7 + 3) % len(actions)]}:
            prefetch(hint)
    _require_same(expected, hinted)


def _is_rebuilt_from_its_spec(env: Env, actions: Sequence[Any], seed: int) -> None:
    """`gym.make` from the JSON of the spec gives the same environment, wrappers included."""
    if env.spec is None:
        return
    rebuilt = gym.make(EnvSpec.from_json(env.spec.to_json()), disable_env_checker=True)
    _require_same(list(_moments(env, actions, seed)), list(_moments(rebuilt, actions, seed)))
    rebuilt.close()


_LAWS = (
    _passes_gymnasiums_checks,
    _has_a_page,
    _steps_are_sound,
    _replays_with_others_interleaved,
    _leaves_global_random_state_alone,
    _gives_fresh_objects,
    _refuses_steps_outside_an_episode,
    _asks_a_task_again,
    _survives_copying,
    _ignores_hints,
    _is_rebuilt_from_its_spec,
)


def _moments(env: Env, actions: Sequence[Any], seed: int) -> Iterator[tuple[Any, Any]]:
    """Play every action, and on to the end of the episode: (the action, or `None` for a reset; what came back)."""
    yield None, env.reset(seed=seed)
    ended = False
    for position, action in enumerate(itertools.cycle(actions)):
        if ended:
            if position >= len(actions):
                return
            yield None, env.reset()
        outcome = env.step(action)
        ended = bool(outcome[2] or outcome[3])
        yield action, outcome


def _require_same(expected: Any, actual: Any) -> None:
    # Compared as text, too: repr tells 1 from 1.0 and True, and the order of keys.
    assert expected == actual and repr(expected) == repr(actual), (
        f"Expected the same again, actually:\n  {expected!r:.2000}\n  {actual!r:.2000}"
    )


def _require_json(info: dict[str, Any]) -> None:
    try:
        # Escapes would merge two halves of a surrogate pair, which is JSON's fault and not the environment's.
        again = json.loads(json.dumps(info, allow_nan=False, ensure_ascii=False))
    except (TypeError, ValueError) as error:
        raise AssertionError(f"Expected info to be JSON data, actually: {error}, in {info!r}.") from error
    _require_same(info, again)


def _require_verdict(info: dict[str, Any], terminated: bool, truncated: bool) -> None:
    plain = info.get("verdict")
    assert isinstance(plain, dict), f'Expected info["verdict"] to be a dict, actually: {plain!r}.'
    try:
        verdict = Verdict.from_dict(plain)
    except (KeyError, TypeError, ValueError) as error:
        raise AssertionError(f"Expected a verdict, actually: {plain!r} ({error}).") from error
    _require_same(verdict.as_dict(), plain)
    status, score = verdict.status, verdict.score
    fits = {Status.CORRECT: score == 1.0, Status.PARTIAL: 0.0 < score < 1.0}.get(status, score == 0.0)
    assert fits, f"Expected a score that fits the status, actually: {plain!r}."
    assert (status is Status.PENDING) == (not terminated and not truncated), (
        f"Expected the status to be pending on turns that are not the last, and only there, actually: {plain!r}."
    )
    assert status is not Status.ERROR or truncated, f"Expected an error to truncate the episode, actually: {plain!r}."


def _global_states() -> tuple[Any, ...]:
    states: tuple[Any, ...] = (random.getstate(), repr(np.random.get_state()))
    torch = sys.modules.get("torch")  # Only whoever has imported it can have moved it.
    return (*states, torch.get_rng_state().tolist()) if torch is not None else states


def _vandalise(thing: Any) -> None:
    """Empty every dict and list inside, from within."""
    if isinstance(thing, (dict, list, tuple)):
        for part in list(thing.values() if isinstance(thing, dict) else thing):
            _vandalise(part)
        if not isinstance(thing, tuple):
            thing.clear()
