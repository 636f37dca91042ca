"""What wrappers of the view show: texts without and with them, made by running them.

- `opening(name, ...)`: the opening of an episode.
- `turn_budget`, `python_tool`, `overlong_filter`, `record_episodes`, `text_observation`, `token_env`: what else
  changes.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import gymnasium as gym

import rlvr
import rlvr.wrappers
from rlvr.core import Completion, Observation

ENV = "rlvr/Math-v0"


def sums(**kwargs: Any) -> gym.Env[Any, Any]:
    """A short question: `20+11=?` under the seed 1."""
    arguments = {"families": "sum", "level": 2, "instruction": "", **kwargs}
    return gym.make(ENV, disable_env_checker=True, **arguments)


def conversation(messages: Observation) -> str:
    """Messages as lines."""
    lines = "\n".join(f"{one['role']}: {one['content']}".replace("\n", "\n    ") for one in messages)
    return lines.replace("\n    \n", "\n\n")


def before_and_after(before: str, after: str) -> str:
    """Both under a heading."""
    return f"before\n------\n{before}\n\nafter\n-----\n{after}"


def opening(name: str, **kwargs: Any) -> str:
    """The opening without and with a wrapper."""
    wrapped = getattr(rlvr.wrappers, name)(sums(), **kwargs)
    return before_and_after(conversation(sums().reset(seed=1)[0]), conversation(wrapped.reset(seed=1)[0]))


def turn_budget() -> str:
    """Two answers of five."""
    texts = []
    for env in (sums(max_turns=5), rlvr.wrappers.TurnBudget(sums(max_turns=5), turns=2)):
        text = conversation(env.reset(seed=1)[0])
        for answer in ("Let me think.", "No idea."):
            messages, _, over, _, _ = env.step(answer)
            text += f"\nassistant: {answer}\n" + ("(the episode ends)" if over else conversation(messages))
        texts.append(text)
    return before_and_after(*texts)


def python_tool() -> str:
    """A call, its output, and the answer."""
    env = rlvr.wrappers.PythonTool(sums(), isolation="none")  # The program is ours.
    text = conversation(env.reset(seed=1)[0])
    for answer in ("Let me compute it.\n```py\n20 + 11\n```", r"So it is \boxed{31}."):
        messages, paid, over, _, info = env.step(answer)
        said: Observation = ({"role": "assistant", "content": answer},)
        end = f"(the episode ends, reward {paid}, calls {info['calls']})"
        text += f"\n{conversation(said)}\n{end if over else conversation(messages)}"
    return text


def overlong_filter() -> str:
    """What is masked."""
    lines = []
    for text, reason in ((r"\boxed{31}", "stop"), ("So first I", "length")):
        env = rlvr.wrappers.OverlongFilter(sums())
        env.reset(seed=1)
        _, paid, _, _, info = env.step(Completion(text, finish_reason=reason))
        asked = f"Completion({text!r}, finish_reason={reason!r})"
        lines.append(f"{asked:<52} reward {paid}  masked {info['masked']}")
    return "\n".join(lines)


def record_episodes() -> str:
    """A line of the file, broken at its keys."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "episodes.jsonl"
        env = rlvr.wrappers.RecordEpisodes(sums(), path=str(path))
        env.reset(seed=1)
        env.step(r"So it is \boxed{31}.")
        line = json.loads(path.read_text(encoding="utf-8"))
    return "{\n" + ",\n".join(f'  "{key}": {json.dumps(value)}' for key, value in line.items()) + "\n}"


def text_observation() -> str:
    """Messages and their text."""
    return before_and_after(repr(sums().reset(seed=1)[0]), repr(rlvr.wrappers.TextObservation(sums()).reset(seed=1)[0]))


def token_env() -> str:
    """Messages and their tokens, and an answer token by token."""
    env = rlvr.wrappers.TokenEnv(sums(convention="whole"), tokenizer="tiny:0123456789+=?", max_tokens=3, context=12)
    lines = [f"reset(seed=1)  {env.reset(seed=1)[0].tolist()}"]
    for token, meaning in ((14, "3"), (12, "1"), (2, "the end")):
        window, paid, over, _, _ = env.step(token)
        lines.append(
            f"{f'step({token})':<14} {window.tolist()}  reward {paid}{', the end' if over else ''}  # {meaning}"
        )
    return before_and_after(conversation(sums().reset(seed=1)[0]), "\n".join(lines))
