"""Several constraints at once: which go together, and a text that meets them all.

- `compatible(ids)`: whether no two of them contradict each other.
- `drawn(stream, level, count)`: constraints that go together, with their parameters.
- `met(constraints, subject, stream)`: a text that meets them all.
- `witness(named, subject)`: the one that shows that a prompt can be answered; what the oracle answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from rlvr.envs.instructions.conflicts import COMPOSABLE, CONFLICTS
from rlvr.envs.instructions.constraints import CONSTRAINTS
from rlvr.envs.instructions.constraints.base import Constraint, Kwargs
from rlvr.envs.instructions.prose import prose
from rlvr.seeding import Stream, StreamKey

Held = tuple[Constraint, Kwargs]
Named = tuple[str, Kwargs]
"""A constraint's id and parameters."""

_WITNESSES = "rlvr/Instructions v0 witnesses"

ROUNDS = 4
"""How often the writers go over a text before it is begun anew."""

ATTEMPTS = 6
"""How many texts are begun."""


class Contradiction(Exception):
    """No text was found that meets all constraints."""


def compatible(ids: Iterable[str]) -> bool:
    """Whether no two of these constraints contradict each other."""
    return all(frozenset(pair) not in CONFLICTS for pair in combinations(ids, 2))


def drawn(stream: Stream, level: int, count: int, given: Sequence[str] = ()) -> list[tuple[str, dict[str, Any]]]:
    """`count` constraints with parameters of a level, that go together with each other and with those `given`."""
    chosen: list[str] = []
    for name in stream.sample(COMPOSABLE, len(COMPOSABLE)):
        if len(chosen) == count:
            break
        if name not in given and compatible([*given, *chosen, name]):
            chosen.append(name)
    return [(name, CONSTRAINTS[name].draw(stream, level)) for name in chosen]


def met(constraints: Sequence[Held], subject: str, stream: Stream) -> str:
    """A text about a subject that meets all constraints in mode `strict`.

    Their writers go over some paragraphs of prose in the order of their phases, until nothing is left to do.

    Raises:
        Contradiction: None was found.
    """
    ordered = sorted(constraints, key=lambda one: one[0].phase)
    for _ in range(ATTEMPTS):
        text = prose(stream, subject)
        for _ in range(ROUNDS):
            for constraint, kwargs in ordered:
                text = constraint.write(text, stream, **kwargs)
            if all(constraint.check(text, **kwargs) for constraint, kwargs in constraints):
                return text
    names = ", ".join(constraint.id for constraint, _ in constraints)
    raise Contradiction(f"No text was found that meets all of {names}. Some of them may contradict each other.")


def witness(named: Sequence[Named], subject: str) -> str:
    """A text about a subject that meets all constraints: a pure function of them, in whatever order.

    Raises:
        Contradiction: None was found.
    """
    ordered = sorted(named, key=_said)
    stream = StreamKey(_WITNESSES, subject, *map(_said, ordered)).at(0, 0)
    return met([(CONSTRAINTS[name], kwargs) for name, kwargs in ordered], subject, stream)


def _said(one: Named) -> str:
    return json.dumps(one, sort_keys=True)
