"""`generated`: the task source of programming problems drawn from hash streams, without end.

What it shares with other generated sources, the splits above all, is in `rlvr.envs.generated`. The tests of a problem
are drawn from the stream that drew the problem, so the same problem comes with other tests in another episode.

- `generated(split=, families=, level=)`: the source, one object for equal arguments.
- `GeneratedSource`: what it returns.
- `asked(family, problem, public)`: the prompt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from rlvr.core import Task
from rlvr.envs import generated as shared
from rlvr.envs.code.families import FAMILIES, Family
from rlvr.envs.code.families.base import Parameters
from rlvr.envs.code.suites import suite
from rlvr.envs.generated import Member, chosen
from rlvr.envs.sandbox.guest.values import decode
from rlvr.seeding import Stream, in_test_split


class GeneratedSource(shared.GeneratedSource[Family]):
    """Problems of some families at one level, of one split. Make it with `generated`."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """Bind the families, and refuse a split that none of a family's problems falls into."""
        self._bind("rlvr/Code", FAMILIES, in_test_split, lambda family: {"topic": family.topic})

    def _task(self, id: str, member: Member[Family], problem: Parameters, stream: Stream) -> Task:
        reference = suite(member.family, problem, stream)
        return Task(id, asked(member.family, problem, reference["public"]), reference, member.tags)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by name: its arguments say everything."""
        return _source, (self.split, self.families, self.level)


def generated(*, split: str = "train", families: str | Sequence[str] | None = None, level: int = 1) -> GeneratedSource:
    """The source of generated problems.

    Args:
        split: `"train"` or `"test"`.
        families: One name or several of `FAMILIES`; all of them by default.
        level: Which level each family's problems are of, from 1.

    Raises:
        ValueError: There is no such split or family, or a family has no such level, or no problem in that split.
    """
    return _source(split, chosen(FAMILIES, split=split, families=families, level=level), level)


@cache
def _source(split: str, families: tuple[str, ...], level: int) -> GeneratedSource:
    return GeneratedSource(split, families, level)


def asked(family: Family, problem: Parameters, public: Sequence[Mapping[str, Any]]) -> str:
    """What the program has to do, as what it has to be written, and the public tests as examples."""
    if family.entry_point:
        form = f"Write a Python function {_code(f'{family.entry_point}({family.signature})')}."
    else:
        form = "Write a Python program that reads standard input and writes standard output."
    if family.tolerance:
        form += f" Numbers may differ from the right ones by {family.tolerance:g}, relative or absolute."
    verb = "returns" if family.checker is None else "may return"
    examples = "\n".join(_call(test, verb) if family.entry_point else _run(test) for test in public)
    return f"{family.prompt(problem)}\n\n{form}\n\n{'Examples' if len(public) > 1 else 'Example'}:\n{examples}"


def _call(test: Mapping[str, Any], verb: str) -> str:
    arguments = ", ".join(repr(decode(argument)) for argument in test["args"])
    call = f"{test['call']}({arguments})"
    return f"- {_code(call)} {verb} {_code(repr(decode(test['expected'])))}"


def _run(test: Mapping[str, Any]) -> str:
    return f"Input:\n{_block(test['stdin'])}\nOutput:\n{_block(test['stdout'])}"


def _code(text: str) -> str:
    """The text as a code span of Markdown, whose fence is longer than any in it."""
    return f"`{text}`" if "`" not in text else f"`` {text} ``"


def _block(text: str) -> str:
    return f"```\n{text.removesuffix(chr(10))}\n```"
