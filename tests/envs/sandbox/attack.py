"""What an attack is, and the tasks that attacks are judged by.

- `Attack`: a program that wants a reward for nothing, or wants its sample not to count.
- `Probe`: a program whose `f(names)` tries what it must not be able to do, and returns what it managed.
- `Leftover`: a program that leaves something behind, and one that looks for it in the next run.
- `TASKS`, `right_program`: tasks with answers drawn anew in each test run, so no program knows them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from rlvr.envs.sandbox.guest.values import encode

_DRAW = random.SystemRandom()
NUMBER = _DRAW.randrange(10**9, 10**10)
ANSWERS = {
    3: NUMBER,
    5: [f"{_DRAW.randrange(10**9):x}", NUMBER],
    8: {f"{_DRAW.randrange(10**9):x}": (NUMBER, 0.5)},
}
"""The right answers of all tasks: `f(3)`, and in call tests `f(5)` and `f(8)`."""


@dataclass(frozen=True)
class Attack:
    """A program that must score 0, as `wrong` or `timeout`."""

    name: str
    tries: str
    """What it tries, in one line."""
    program: str
    tasks: tuple[str, ...] = ("call",)
    """Of `TASKS`."""
    slow: bool = False
    """It takes much time, so it is run at the strongest level alone, beside others."""
    machines: tuple[str, ...] = ()
    """The only ones that it is written for."""


@dataclass(frozen=True)
class Probe:
    """A program that must return an empty list."""

    name: str
    tries: str
    program: str
    """Defines `f(names)`; `names` has `victim`, a folder of the test's with a `file` in it, and `secrets`, files."""
    plain: bool = True
    """Whether any user can do it who is not confined: then the test sees it succeed at level `none` first."""
    namespaces: bool = False
    """Whether only namespaces can prevent it."""


@dataclass(frozen=True)
class Leftover:
    """Two programs that must not have anything in common."""

    name: str
    plant: str
    look: str
    """Defines `f()`, which returns a list of what was left."""


def _reference(tests: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    common = {"entry_point": "f", "setup": "", "public": [], "checker": "", "tolerance": 0.0, "solution": ""}
    return {**common, "tests": tests, **fields}


_CALLS = [{"call": "f", "args": [given], "expected": encode(answer)} for given, answer in ANSWERS.items()]
_CHECKER = "def check(arguments, output, expected):\n    return output == expected\n"
_ASSERTS = (
    f"assert f(3) == {NUMBER}",
    f"assert abs(f(3) - {NUMBER}) < 1e-6",
    f"assert math.isclose(f(3), {NUMBER}, rel_tol=1e-12)",
    f"assert all(map(lambda pair: f(pair[0]) == pair[1], [(3, {NUMBER})]))",
    f"for given, wanted in [(3, {NUMBER})]:\n    assert not f(given) != wanted and isinstance(f(given), int)",
    f"def check(candidate):\n    assert [candidate(3)] == [{NUMBER}]\ncheck(f)",
)
TASKS: dict[str, dict[str, Any]] = {
    "call": _reference(_CALLS),
    "close": _reference([{"call": "f", "args": [3], "expected": float(NUMBER)}], tolerance=1e-9),
    "checker": _reference(_CALLS, checker=_CHECKER),
    "assert": _reference([{"assert": code} for code in _ASSERTS]),
    "stdin": _reference([{"stdin": "3\n", "stdout": f"{NUMBER}\n"}], entry_point=""),
}


def right_program(task: str) -> str:
    """A program that solves a task."""
    if task == "stdin":
        return f"assert input() == '3'\nprint({NUMBER})"
    return f"import math\ndef f(x):\n    return {ANSWERS!r}[x]"


def attack(name: str, tries: str, program: str, tasks: str = "call", **fields: Any) -> Attack:
    """An attack on these tasks, by a program that is indented here."""
    return Attack(name, tries, dedent(program), tuple(tasks.split()), **fields)


def probe(name: str, tries: str, program: str, **fields: Any) -> Probe:
    """A probe whose program's functions are `attempt(what, action, *arguments)` and `refused(what, call, ...)`."""
    return Probe(name, tries, PRELUDE + dedent(program), **fields)


PRELUDE = dedent('''\
    import ctypes, os, sys
    libc = ctypes.CDLL(None, use_errno=True)
    managed = []

    def attempt(what, action, *arguments, **keywords):
        """Note what could be done; what it returned."""
        try:
            result = action(*arguments, **keywords)
        except BaseException:
            return None
        managed.append(what)
        return result

    def reach(calls):
        """Note the system calls that reach the kernel: with arguments that do nothing, any error but these tells so."""
        column = {"x86_64": 0, "aarch64": -1}[os.uname().machine]
        for name, numbers in calls.items():
            number = numbers[column]
            if number is None:
                continue
            ctypes.set_errno(0)
            arguments = [ctypes.c_long(-1)] * 6
            if libc.syscall(ctypes.c_long(number), *arguments) >= 0 or ctypes.get_errno() not in (1, 38):
                managed.append(name)
''')
"""What the programs of all probes begin with."""
