"""Episodes as JSON lines, and their replay.

- `record`: an episode as plain data.
- `replay`: judge logged episodes again; every verdict must come out the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium as gym
from gymnasium.error import Error as GymnasiumError

from rlvr.baselines.rollout.levels import at_level
from rlvr.baselines.run import json_lines
from rlvr.core import Completion, Episode, Status
from rlvr.envs.wrapping import wrapping
from rlvr.wrappers.base import report_progress, reward_terms

_TURN = {"text", "token_ids", "finish_reason", "reward", "verdict", "reward_terms"}
"""What a replay reads of a turn."""


class EpisodeLogError(ValueError):
    """A log of episodes cannot be read."""


def record(
    episode: Episode,
    *,
    env_id: str,
    kwargs: Mapping[str, Any],
    wrappers: Sequence[Mapping[str, Any]] = (),
    **where: Any,
) -> dict[str, Any]:
    """One line of `episodes.jsonl`.

    Args:
        episode: What happened.
        env_id: The environment it happened in.
        kwargs: That environment's arguments.
        wrappers: The wrappers around it, as `rlvr.envs.wrapping` writes them.
        **where: What a reader selects by, phase, step and decoding; and `progress`, how far training was.
    """
    chosen, around = at_level(kwargs, wrappers, episode.turns[-1].info.get("level"))
    return {
        **where,
        "env": {"id": env_id, "kwargs": chosen, "wrappers": around},
        "seed": episode.seed,
        "episode": episode.group[1],
        "group": episode.group[0],
        "task": episode.task,
        "policy_version": episode.policy_version,
        "terminated": episode.terminated,
        "truncated": episode.truncated,
        "reward": episode.reward,
        "messages": [{**message, "content": str(message["content"])} for message in episode.messages],
        "turns": [
            {
                "text": turn.text,
                "token_ids": list(turn.output_ids),
                "finish_reason": turn.finish_reason,
                "reward": turn.reward,
                "verdict": turn.info["verdict"],
                "reward_terms": turn.info["reward_terms"],
            }
            for turn in episode.turns
        ],
    }


def read(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line numbers and records of a log.

    Raises:
        EpisodeLogError: The file is missing, or a line is not a record.
    """
    try:
        for number, logged in json_lines.read(path, error=EpisodeLogError):
            try:
                missing = _missing(logged)
            except (AttributeError, TypeError) as error:
                raise EpisodeLogError(f"{path}, line {number}: not an episode ({error}). Remove that line.") from error
            if missing:
                raise EpisodeLogError(
                    f"{path}, line {number}: the episode has no {', '.join(sorted(missing))}. Remove that line."
                )
            yield number, logged
    except OSError as error:
        raise EpisodeLogError(
            f"Cannot read {path}: {error.strerror}. A run's episodes are in its folder, in episodes.jsonl."
        ) from error


def _missing(logged: dict[str, Any]) -> set[str]:
    """What a replay would look for in vain."""
    missing = {"env", "seed", "episode", "task", "turns"} - logged.keys()
    if not missing:
        missing |= {f"env.{key}" for key in {"id", "kwargs"} - logged["env"].keys()}
        missing |= set() if logged["turns"] else {"turn"}
        for number, turn in enumerate(logged["turns"], 1):
            missing |= {f"{key} in turn {number}" for key in _TURN - turn.keys()}
    return missing


@dataclass(frozen=True, slots=True)
class Difference:
    """A turn whose second verdict is not its first."""

    line: int
    turn: int
    """Counted from 1; 0 where already the task is another one."""
    logged: Any
    replayed: Any


def replay(path: Path) -> Iterator[tuple[int, list[Difference]]]:
    """Judge each logged episode again, in a fresh environment.

    Raises:
        EpisodeLogError: A line is no episode, or its environment cannot be made again.

    Yields:
        The line number and the differences, none where all verdicts, terms and rewards came out the same. A turn whose
        verifier could not run when it was logged has no verdict to compare with.
    """
    envs: dict[str, gym.Env[Any, Any]] = {}
    try:
        for number, logged in read(path):
            name = json.dumps(logged["env"], sort_keys=True)
            try:
                if name not in envs:
                    made = gym.make(logged["env"]["id"], disable_env_checker=True, **logged["env"]["kwargs"])
                    envs[name] = wrapping(logged["env"].get("wrappers", ()))(made)
                differences = list(_differences(number, logged, envs[name]))
            except (GymnasiumError, KeyError, OSError, TypeError, ValueError) as error:
                raise EpisodeLogError(
                    f"{path}, line {number}: the episode cannot be replayed ({type(error).__name__}: {error})."
                ) from error
            yield number, differences
    finally:
        for env in envs.values():
            env.close()


def _differences(number: int, logged: Mapping[str, Any], env: gym.Env[Any, Any]) -> Iterator[Difference]:
    report_progress(env, logged.get("progress", 0.0))
    waiting = {wrapper.term for wrapper in reward_terms(env) if wrapper.needs_group}
    # What was asked for by its id is asked for so again; see `rlvr.wrappers.RecordEpisodes`.
    _, info = env.reset(seed=logged["seed"], options=logged.get("options") or {"episode": logged["episode"]})
    if info["task"] != logged["task"]:
        yield Difference(number, 0, logged["task"], info["task"])
        return
    for position, turn in enumerate(logged["turns"], 1):
        if turn["verdict"]["status"] == Status.ERROR:
            return  # Its verifier could not run, so there is no verdict to compare with.
        ids = turn["token_ids"] if turn["token_ids"] or not turn["text"] else None  # A text without tokens is counted.
        answer = Completion(turn["text"], token_ids=ids, finish_reason=turn["finish_reason"])
        _, reward, terminated, truncated, info = env.step(answer)
        # What compares the members of a group cannot be computed from one of them.
        terms = [
            {name: value for name, value in terms.items() if name not in waiting}
            for terms in (turn["reward_terms"], info["reward_terms"])
        ]
        paid = math.fsum(terms[0].values()) if waiting else turn["reward"]
        for name, before, after in (
            ("verdict", turn["verdict"], info["verdict"]),
            ("reward_terms", *terms),
            ("reward", paid, float(reward)),
        ):
            if before != after:
                yield Difference(number, position, {name: before}, {name: after})
        if (terminated or truncated) != (position == len(logged["turns"])):
            yield Difference(number, position, "goes on" if position < len(logged["turns"]) else "ends", "the opposite")
            return
