"""Answers found with a hint, and learned without it: the rationalisation of STaR.

Zelikman et al. 2022 (arXiv 2203.14465), section 3.2. Who could not answer is shown the right answer and asked for the
way to it; where that ends rightly, it is learned as if nobody had helped. Nowhere else are sampled ids put behind a
prompt they were not sampled from: the log-probabilities of their sampling mean nothing there.

- `HintingAgent`: another agent, shown each task with a hint.
- `without_hint`: an episode so found, behind the prompt without the hint.
- `with_logprobs`: an episode with other log-probabilities.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import gymnasium as gym

from rlvr.agents.base import Agent, Conversation
from rlvr.core import Completion, Episode, Message, Task
from rlvr.wrappers.messages import question, replaced

_FIELD = re.compile(r"\{(prompt|reference)\}")


def check_hint(template: str) -> None:
    """Refuse a template that would say nothing of the task.

    Raises:
        ValueError: It has no place for the prompt or for the reference.
    """
    missing = {"prompt", "reference"} - set(_FIELD.findall(template))
    if missing:
        places = " and ".join(f"{{{name}}}" for name in sorted(missing))
        raise ValueError(
            f"Expected a hint with a place for {places}, actually: {template!r}. Write one such as "
            '"{prompt}\\n(The answer is {reference}. Show how one finds it.)".'
        )


class HintingAgent:
    """Another agent, shown each task with a hint.

    The template takes the place of the message that asks; `{prompt}` is what that message said, and `{reference}` the
    task's gold, a text as it is, other data as JSON. Other braces mean nothing.
    """

    def __init__(self, agent: Agent, template: str) -> None:
        """Have `agent` answer; see `check_hint` for what `template` has to hold."""
        check_hint(template)
        self.agent = agent
        self.template = template
        self._tasks: list[Task] = []

    def see(self, envs: Sequence[gym.Env[Any, Any]]) -> None:
        """Look at the environments whose conversations come next."""
        self._tasks = [env.unwrapped.task for env in envs]  # type: ignore[attr-defined]

    def act(self, conversations: Sequence[Conversation]) -> list[Completion]:
        """Answer each conversation as if its task had come with the hint."""
        pairs = zip(conversations, self._tasks, strict=True)
        return self.agent.act([self._hinted(conversation, task) for conversation, task in pairs])

    def _hinted(self, conversation: Conversation, task: Task) -> list[Message]:
        # The opening ends with the first sampled answer; those in it are of worked examples.
        sampled = (i for i, message in enumerate(conversation) if isinstance(message["content"], Completion))
        asked = question(tuple(conversation[: next(sampled, len(conversation))]))
        gold = task.reference
        fields = {
            "prompt": str(conversation[asked]["content"]),
            "reference": gold if isinstance(gold, str) else json.dumps(gold, ensure_ascii=False),
        }
        hinted = _FIELD.sub(lambda match: fields[match[1]], self.template)  # At once: a prompt may have braces, too.
        return list(replaced(tuple(conversation), asked, hinted))


def without_hint(episode: Episode, prompt: Sequence[int]) -> Episode | None:
    """The episode as if its first prompt had been `prompt`, with the sampled ids as they are.

    `None` where that cannot be done, because the agent wrote the history anew in a later turn.
    """
    hinted = episode.turns[0].prompt_ids
    if any(turn.prompt_ids[: len(hinted)] != hinted for turn in episode.turns):
        return None
    turns = [replace(turn, prompt_ids=(*prompt, *turn.prompt_ids[len(hinted) :])) for turn in episode.turns]
    return replace(episode, turns=tuple(turns))


def with_logprobs(episode: Episode, values: Sequence[float]) -> Episode:
    """The episode with these log-probabilities of its sampled ids, turn after turn.

    Raises:
        ValueError: There is not one for each id.
    """
    count = sum(len(turn.output_ids) for turn in episode.turns)
    if len(values) != count:
        raise ValueError(
            f"Expected {count} log-probabilities, one for each sampled id of task {episode.task!r}, actually: "
            f"{len(values)}. Take them from a row of this episode."
        )
    rest = iter(values)
    turns = [replace(turn, output_logprobs=tuple(next(rest) for _ in turn.output_ids)) for turn in episode.turns]
    return replace(episode, turns=tuple(turns))
