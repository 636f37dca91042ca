"""Toy tasks of three kinds, small enough that a policy of 0.1 million parameters learns them in seconds.

- `Programs`: programs by example, run by the verifier of programs in the sandbox.
- `Instructions`: constraints in a code of letters, checked by the verifier of instructions in strict mode.
- `Guess`: a number is guessed in three turns; only who uses the replies is right more than 3 times in 7.

Each can work conversations out for a cold start (`worked`): a minority of the answers is good, the others have the
right form and were drawn without a look at the task. Whoever imitates them is seldom right; which of the two habits
pays, RL has to find out.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import gymnasium as gym

from rlvr.core import Check, Message, Status, Task, Verdict, VerifiableEnv
from rlvr.envs import verification
from rlvr.envs.code.verifier import plan as plan_program
from rlvr.envs.instructions.verifier import plan as plan_response
from rlvr.seeding import Stream, StreamKey

SHARE = 0.3
"""Of good answers among those that are worked out."""


class Toy(VerifiableEnv):
    """What the three have in common: drawn tasks, checks by the pool, worked conversations."""

    characters: str
    """What prompts and answers are spelled with."""
    max_new_tokens: int
    """Room for an answer and its end of turn."""
    key: StreamKey

    def make(self, stream: Stream) -> Task:
        """A task."""
        raise NotImplementedError

    def good(self, task: Task, said: list[Message], stream: Stream) -> str:
        """A good answer to a conversation about the task."""
        raise NotImplementedError

    def blind(self, stream: Stream) -> str:
        """An answer in the right form to whatever is asked."""
        raise NotImplementedError

    def worked(self, seed: int, index: int) -> list[Message]:
        """A conversation for the cold start, to its last turn."""
        stream = StreamKey("learns/worked", type(self).__name__).at(seed, index)
        task = self.make(stream)
        said = self.open(task)
        for turn in range(self.max_turns):
            if turn:
                verdict = self.check(task, said[-1]["content"])
                assert isinstance(verdict, Verdict)
                if verdict.status is Status.CORRECT:
                    break
                said.append({"role": "user", "content": self.feedback(task, verdict)})
            is_good = stream.random() < SHARE
            content = self.good(task, said, stream) if is_good else self.blind(stream)
            said.append({"role": "assistant", "content": content})
        return said

    def draw_task(self, seed: int, episode: int) -> Task:
        return self.make(self.key.at(seed, episode))

    def find_task(self, key: int | str, seed: int) -> Task:
        return self.draw_task(seed, int(key))

    def judge(self, check: Check) -> Verdict:
        return verification.judge(check)

    def prefetch_check(self, check: Check) -> None:
        verification.prefetch(check)


class Programs(Toy):
    """`5>7,8>10` is answered by `x+2`: the body of a function that hidden tests call with other arguments."""

    characters = "0123456789>,x+-*"
    max_new_tokens = 4
    key = StreamKey("learns/programs")

    _bodies = tuple(f"x{sign}{number}" for sign in "+-*" for number in range(1, 5) if (sign, number) != ("*", 1))
    _shown = (5, 6, 7)
    _hidden = (2, 3, 11)

    def make(self, stream: Stream) -> Task:
        body = stream.choice(self._bodies)
        shown = ",".join(f"{x}>{_value(body, x)}" for x in sorted(stream.sample(self._shown, 2)))
        return Task(f"{body}/{shown}", shown, _row(body, self._hidden), {"body": body})

    def good(self, task: Task, said: list[Message], stream: Stream) -> str:
        return str(task.tags["body"])

    def blind(self, stream: Stream) -> str:
        return stream.choice(self._bodies)

    def check(self, task: Task, action: str) -> Verdict | Check:
        return plan_program(f"```python\ndef f(x):\n    return {action}\n```", task.reference)


@cache
def _value(body: str, x: int) -> int:
    sign, number = body[1], int(body[2])
    return {"+": x + number, "-": x - number, "*": x * number}[sign]


@cache
def _row(body: str, arguments: tuple[int, ...]) -> dict[str, Any]:
    tests = [{"args": [x], "expected": _value(body, x)} for x in arguments]
    return {"prompt": "", "entry_point": "f", "tests": tests}


class Instructions(Toy):
    """`A3,`: in capitals, three words, with a comma; `a` asks for lowercase, `.` for no comma."""

    characters = "aA123.,okOK "
    max_new_tokens = 8
    key = StreamKey("learns/instructions")

    def make(self, stream: Stream) -> Task:
        case, words, comma = stream.choice("aA"), stream.integer(1, 3), stream.choice(".,")
        named: list[tuple[str, dict[str, Any]]] = [
            (f"change_case:english_{'lowercase' if case == 'a' else 'capital'}", {}),
            ("length_constraints:number_words", {"relation": "at least", "num_words": words}),
            ("length_constraints:number_words", {"relation": "less than", "num_words": words + 1}),
            ("punctuation:no_comma", {})
            if comma == "."
            else ("keywords:letter_frequency", {"letter": ",", "let_relation": "at least", "let_frequency": 1}),
        ]
        row = {"instruction_id_list": [name for name, _ in named], "kwargs": [kwargs for _, kwargs in named]}
        return Task(f"{case}{words}{comma}", f"{case}{words}{comma}", row)

    def good(self, task: Task, said: list[Message], stream: Stream) -> str:
        case, words, comma = task.prompt
        return _response("ok" if case == "a" else "OK", int(words), comma == ",", stream)

    def blind(self, stream: Stream) -> str:
        return _response(stream.choice(("ok", "OK")), stream.integer(1, 3), stream.random() < 0.5, stream)

    def check(self, task: Task, action: str) -> Verdict:
        return plan_response(action, task.reference, mode="strict")


def _response(letters: str, words: int, comma: bool, stream: Stream) -> str:
    return " ".join(stream.choice(letters) for _ in range(words)) + ("," if comma else "")


class Guess(Toy):
    """A number from 1 to 7 is guessed; `<` says that it is smaller, `>` that it is larger, `!` that this was none."""

    characters = "?1234567<>!"
    max_new_tokens = 2
    key = StreamKey("learns/guess")

    def __init__(self, *, max_turns: int = 3, render_mode: str | None = None) -> None:
        super().__init__(max_turns=max_turns, render_mode=render_mode)

    def make(self, stream: Stream) -> Task:
        number = stream.integer(1, 7)
        return Task(str(number), "?", number)

    def good(self, task: Task, said: list[Message], stream: Stream) -> str:
        """In the middle of what is left."""
        low, high = 1, 7
        for guess, reply in zip(said[1::2], said[2::2], strict=True):
            if reply["content"] == "<":
                high = min(high, int(guess["content"]) - 1)
            else:
                low = max(low, int(guess["content"]) + 1)
        return str((low + high) // 2)

    def blind(self, stream: Stream) -> str:
        return str(stream.integer(1, 7))

    def check(self, task: Task, action: str) -> Verdict:
        if action not in tuple("1234567"):
            return Verdict(Status.UNPARSABLE)
        right = int(action) == task.reference
        return Verdict(Status.CORRECT if right else Status.WRONG, float(right), action)

    def feedback(self, task: Task, verdict: Verdict) -> str:
        if verdict.answer is None:
            return "!"
        return "<" if task.reference < int(verdict.answer) else ">"


TOYS: dict[str, type[Toy]] = {"programs": Programs, "instructions": Instructions, "guess": Guess}

for _toy in TOYS.values():
    if f"learns/{_toy.__name__}-v0" not in gym.registry:
        gym.register(f"learns/{_toy.__name__}-v0", entry_point=f"tests.learns.toys:{_toy.__name__}")
