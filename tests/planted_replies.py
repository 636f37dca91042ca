"""Environments that say known things between the answers, and an agent that says known answers.

- `Objecting`: replies as the user, `No 1.`, `No 2.`, ...
- `Shouting`: a tool replies, once for each word of a call: `call a b` is answered by two messages, `A` and `B`.
- `Reciting`: an agent whose n-th answer is given, with the tokens it is to be sampled as.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rlvr.agents.base import Conversation
from rlvr.agents.conversation import encode
from rlvr.core import Check, Completion, FinishReason, Info, Message, Observation, Status, Task, Verdict, VerifiableEnv
from tests.chat_templates import spell


class Objecting(VerifiableEnv):
    """Asks `Q?` and takes `done` for an answer. With `goes_on`, a sample that was cut ends nothing."""

    def __init__(self, *, max_turns: int = 3, goes_on: bool = False, render_mode: str | None = None) -> None:
        super().__init__(max_turns=max_turns, render_mode=render_mode)
        self.goes_on = goes_on

    def draw_task(self, seed: int, episode: int) -> Task:
        return Task(f"{seed}/{episode}", "Q?", "done")

    def find_task(self, key: int | str, seed: int) -> Task:
        return self.draw_task(seed, 0)

    def check(self, task: Task, action: str) -> Verdict | Check:
        return Verdict(Status.CORRECT, 1.0) if action.endswith("done") else Verdict(Status.WRONG)

    def feedback(self, task: Task, verdict: Verdict) -> str:
        return f"No {self.turn}."

    def judge(self, check: Check) -> Verdict:
        raise AssertionError("every check of this environment is cheap")

    def prefetch_check(self, check: Check) -> None:
        raise AssertionError("every check of this environment is cheap")

    def conclude(self, action: str, verdict: Verdict) -> tuple[Observation, float, bool, bool, Info]:
        return super().conclude(str(action) if self.goes_on else action, verdict)


class Shouts:
    """What `call a b` runs; the words come back as lines."""

    def plan(self, action: str, calls: int) -> Check | None:
        _, called, words = action.partition("call ")
        return Check("planted:shout", tuple(words.split())) if called else None

    def reply(self, verdict: Verdict, calls: int) -> Message:
        return {"role": "tool", "content": verdict.answer}

    def info(self, calls: int) -> Info:
        return {"calls": calls}


class Shouting(Objecting):
    """The same question, with a tool to call first."""

    toolbox = Shouts()

    def judge(self, check: Check) -> Verdict:
        return Verdict(Status.PENDING, answer="\n".join(map(str.upper, check.arguments)), extraction="shout")

    def prefetch_check(self, check: Check) -> None:
        pass

    def conclude(self, action: str, verdict: Verdict) -> tuple[Observation, float, bool, bool, Info]:
        observation, *rest = super().conclude(action, verdict)
        replies: list[Message] = [
            {"role": message["role"], "content": line}
            for message in observation
            for line in message["content"].split("\n")
        ]
        return tuple(replies), *rest


def logprob(turn: int, i: int) -> float:
    """What `Reciting` says of the i-th token of a turn: another number for each."""
    return -(turn + 1) - i / 100


class Reciting:
    """Says its texts in order. They end with a stop token where the sample is to end with one, else it is cut."""

    def __init__(
        self, tokenizer: Any, answers: Sequence[str | list[int]], stop: Sequence[str] = (), **options: Any
    ) -> None:
        self.tokenizer = tokenizer
        self.answers = [spell(tokenizer, one) if isinstance(one, str) else one for one in answers]
        self.stop_ids = {tokenizer.eos_token_id, *tokenizer.convert_tokens_to_ids(list(stop))}
        self.options = options

    def act(self, conversations: Sequence[Conversation]) -> list[Completion]:
        return [self._answer(conversation) for conversation in conversations]

    def _answer(self, conversation: Conversation) -> Completion:
        turn = sum(message["role"] == "assistant" for message in conversation)
        ids = self.answers[turn]
        stopped = ids[-1] in self.stop_ids
        return Completion(
            self.tokenizer.decode(ids[:-1] if stopped else ids),
            token_ids=ids,
            logprobs=[logprob(turn, i) for i in range(len(ids))],
            prompt_ids=encode(self.tokenizer, conversation, stop_ids=self.stop_ids, **self.options),
            finish_reason=FinishReason.STOP if stopped else FinishReason.LENGTH,
        )
