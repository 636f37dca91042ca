"""`generated`: prompts that are composed: something to write, and constraints that go together.

- `generated(split=, level=, turns=)`: the source, one object for equal arguments.
- `FAMILIES`: `compose`, single prompts, and conversations of two to eight turns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from rlvr.core import Task
from rlvr.envs import generated as shared
from rlvr.envs.generated import Member
from rlvr.envs.instructions.composing import Contradiction, drawn, witness
from rlvr.envs.instructions.conflicts import COMPOSABLE
from rlvr.envs.instructions.constraints import CONSTRAINTS
from rlvr.envs.instructions.prose import TOPICS
from rlvr.seeding import Stream, in_test_split

COUNTS = ((1, 2), (2, 3), (4, 5))
"""How few and how many constraints a prompt has, by level."""

_NAMES = {
    1: "compose",
    2: "twoturns",
    3: "threeturns",
    4: "fourturns",
    5: "fiveturns",
    6: "sixturns",
    7: "seventurns",
    8: "eightturns",
}
_WITHDRAWN = 4
"""One change in so many takes a constraint back, where more than one is in force."""

_REPEATED = "prompt_to_repeat"
"""The parameter of constraints that want a request again."""

_LEVELS = tuple(
    f"{few} or {many} constraints" + (", drawn larger" if level > 1 else "")
    for level, (few, many) in enumerate(COUNTS, start=1)
)

Named = tuple[str, dict[str, Any]]
"""A constraint's id and parameters."""


class Phrase(NamedTuple):
    """How a prompt says a constraint."""

    text: str
    alone: bool = False
    """Whether it stands by itself: what follows on its line would be taken for a part of what it quotes."""


@dataclass(frozen=True, slots=True)
class Composition:
    """Prompts of one length of conversation, as a family of problems."""

    turns: int
    levels: tuple[str, ...] = _LEVELS

    @property
    def name(self) -> str:
        """As the task's id names it."""
        return _NAMES[self.turns]

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """What is to be written, and for each turn the constraints in force, those that it adds, and what it takes."""
        topic = stream.below(len(TOPICS))
        request = _request(topic)
        few, many = COUNTS[level - 1]
        force = _asked(drawn(stream, level, stream.integer(few, many)), request)
        turns = [{"force": list(force), "added": list(force), "taken": []}]
        while len(turns) < self.turns:
            added: list[Named] = []
            if len(force) == 1 or stream.below(_WITHDRAWN):
                added = _asked(drawn(stream, level, 1, [name for name, _ in force]), request)
            # Where so many are in force that nothing goes with all of them, one is taken back.
            taken = [] if added else [force.pop(stream.below(len(force)))]
            force += added
            turns.append({"force": list(force), "added": added, "taken": taken})
        return {"topic": topic, "turns": turns}

    def canonical(self, problem: Mapping[str, Any]) -> str:
        """What is to be written and the constraints of each turn, in whatever order they are said."""
        turns = [sorted(json.dumps(one, sort_keys=True) for one in turn["force"]) for turn in problem["turns"]]
        return json.dumps([problem["topic"], turns])

    def size(self, level: int) -> int:
        """At least so many problems: those that differ in the topic and the id of one constraint."""
        return len(TOPICS) * len(COMPOSABLE)


FAMILIES: dict[str, Composition] = {name: Composition(turns) for turns, name in _NAMES.items()}
"""Every length of conversation by its name."""


class GeneratedSource(shared.GeneratedSource[Composition]):
    """Prompts of one length of conversation and level, of one split. Make it with `generated`."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """Bind the family."""
        self._bind("rlvr/Instructions", FAMILIES, in_test_split)

    def _problem(self, member: Member[Composition], stream: Stream) -> dict[str, Any]:
        """The first problem of the split that can be answered: of each of its turns a text has been written."""
        while True:
            problem: dict[str, Any] = super()._problem(member, stream)
            try:
                for turn in problem["turns"]:
                    witness(turn["force"], TOPICS[problem["topic"]][1])
            except Contradiction:  # About one prompt in fifty of level 3: beyond what the table of pairs knows.
                continue
            return problem

    def _task(self, id: str, member: Member[Composition], problem: Mapping[str, Any], stream: Stream) -> Task:
        request = _request(problem["topic"])
        phrases: dict[str, Phrase] = {}
        turns: list[dict[str, Any]] = []
        for number, turn in enumerate(problem["turns"]):
            phrases |= {name: _phrase(name, kwargs, stream) for name, kwargs in turn["added"]}
            said = _first(request, list(phrases.values()), stream) if number == 0 else _changed(turn, phrases)
            force: list[Named] = turn["force"]
            ids, kwargs = [name for name, _ in force], [parameters for _, parameters in force]
            turns.append({"said": said, "instruction_id_list": ids, "kwargs": kwargs})
        tags = {**member.tags, "subject": TOPICS[problem["topic"]][1]}
        return Task(id, turns[0]["said"], {"turns": turns}, tags)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by name: its arguments say everything."""
        return _source, (self.split, self.families[0], self.level)


def _request(topic: int) -> str:
    """What the prompt begins with."""
    return f"Write {TOPICS[topic][0]}."


def _asked(force: list[Named], request: str) -> list[Named]:
    """The constraints, of which the one that has a request repeated has this one repeated."""
    return [(name, kwargs | {"prompt_to_repeat": request} if _REPEATED in kwargs else kwargs) for name, kwargs in force]


def _phrase(name: str, kwargs: Mapping[str, Any], stream: Stream) -> Phrase:
    constraint = CONSTRAINTS[name]
    text = constraint.phrase(stream, kwargs)
    values = [value for value in constraint.said(kwargs).values() if not value.startswith('"')]
    alone = "\n" in text or not text.endswith((".", "!")) or any(mark in value for value in values for mark in ".?!")
    return Phrase(text, alone)


def _joined(phrases: Iterable[Phrase]) -> str:
    """On one line if nothing says more than it should there."""
    phrases = list(phrases)
    return ("\n\n" if any(phrase.alone for phrase in phrases) else " ").join(phrase.text for phrase in phrases)


def _first(request: str, phrases: Sequence[Phrase], stream: Stream) -> str:
    """The opening prompt: constraints as sentences, or as a list."""
    if len(phrases) > 1 and stream.below(2):
        items = "\n".join(f"- {phrase.text}" for phrase in phrases)
        return f"{request}\n\nFollow these instructions:\n{items}"
    return _joined([Phrase(request), *phrases])


def _changed(turn: Mapping[str, Any], phrases: Mapping[str, Phrase]) -> str:
    """What a later turn says; a constraint that is taken back is named as it was asked."""
    if turn["taken"]:
        name, lead = turn["taken"][0][0], "You need no longer follow this instruction:"
        rest = "All the others are still in force. Write the whole text again."
    else:
        name, lead = turn["added"][0][0], "Write the whole text again, and follow one more instruction:"
        rest = "All earlier ones that I have not taken back are still in force."
    return _joined([Phrase(lead), phrases[name], Phrase(rest)])


def generated(*, split: str = "train", level: int = 1, turns: int = 1) -> GeneratedSource:
    """The source of composed prompts.

    Args:
        split: `"train"` or `"test"`.
        level: 1, 2 or 3; see `COUNTS`.
        turns: Length of the conversation, from 1 to 8.

    Raises:
        ValueError: There is no such split, level or length.
    """
    if type(turns) is not int or turns not in _NAMES:
        raise ValueError(f"Expected turns to be an integer from 1 to {max(_NAMES)}, actually: {turns!r}.")
    (name,) = shared.chosen(FAMILIES, split=split, families=_NAMES[turns], level=level)
    return _source(split, name, level)


@cache
def _source(split: str, name: str, level: int) -> GeneratedSource:
    return GeneratedSource(split, (name,), level)
