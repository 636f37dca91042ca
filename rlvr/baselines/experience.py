"""Experience: the episodes of a batch as rows of tokens, with a value for every sampled token.

- `Played`: an episode with its place in the batch and its rows.
- `Experience`: groups of them; columns over all sampled tokens, padded and flat views, mini-batches.
- `fill_rows`: a column from a learner's scores.
- `task_of`: what tells the tasks of episodes apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from rlvr.baselines.learner.sequences import TokenSequence, from_episode
from rlvr.baselines.rollout import Group
from rlvr.core import Episode


@dataclass(frozen=True, slots=True)
class Played:
    """An episode with its rows: one, or several where its agent rewrote the history."""

    episode: Episode
    rows: tuple[TokenSequence, ...]

    @property
    def tokens(self) -> int:
        """Sampled tokens."""
        return sum(sum(row.mask) for row in self.rows)

    def column(self, name: str) -> list[float]:
        """A column over all its sampled tokens, in order, `[tokens]`."""
        return [value for row in self.rows for value in row.columns[name]]

    def fill(self, name: str, values: Sequence[float]) -> None:
        """Set a column over all its sampled tokens, `[tokens]`."""
        if len(values) != self.tokens:
            raise ValueError(f"Expected column {name!r} to have {self.tokens} values, actually: {len(values)}.")
        start = 0
        for row in self.rows:
            end = start + sum(row.mask)
            row.columns[name] = list(values[start:end])
            start = end

    @property
    def total(self) -> float:
        """Its return, less the penalties of its tokens."""
        return math.fsum([self.episode.reward, *(-one for one in self._penalties())])

    def rewards(self) -> list[float]:
        """The reward of each turn on the last token sampled in it, less the penalty of each token, `[tokens]`.

        The reward of a turn in which nothing was sampled goes to the token before it, or to the first one: it must not
        be lost.
        """
        paid = [-penalty for penalty in self._penalties()] or [0.0] * self.tokens
        last_of_turn: dict[int, int] = {}
        for position, number in enumerate(self.column("turns")):
            last_of_turn[int(number)] = position
        position = 0
        for number, turn in enumerate(self.episode.turns):
            position = last_of_turn.get(number, position)
            if paid:
                paid[position] += turn.reward
        return paid

    def _penalties(self) -> list[float]:
        return self.column("penalty") if self.rows and "penalty" in self.rows[0].columns else []


class Experience:
    """Groups of episodes that are trained on.

    Args:
        groups: Each with as many episodes as every other, or there are no tables (`rewards`, `lengths`,
            `fill_episodes`).
        played: The rows of each episode, if they are there already.
    """

    def __init__(self, groups: Sequence[Group], played: Sequence[Sequence[Played]] | None = None) -> None:
        """Make the rows."""
        self.groups = list(groups)
        if played is None:
            played = [[Played(one, tuple(from_episode(one))) for one in group] for group in self.groups]
        self.played = played

    @property
    def all(self) -> list[Played]:
        """All episodes, group after group."""
        return [one for group in self.played for one in group]

    @property
    def trained(self) -> list[Played]:
        """Those with a token to learn from: not masked by a wrapper or by overlong filtering, not empty."""
        return [one for one in self.all if one.tokens and not one.episode.masked]

    @property
    def rewards(self) -> Tensor:
        """Returns, less the penalties of tokens, float64 `[groups, group_size]`."""
        return self._table([[one.total for one in group] for group in self.played])

    @property
    def lengths(self) -> Tensor:
        """Sampled tokens, float64 `[groups, group_size]`."""
        return self._table([[float(one.tokens) for one in group] for group in self.played])

    @property
    def trained_lengths(self) -> Tensor:
        """`lengths`, and 0 for episodes that are masked."""
        return self._table([[float(one.tokens * (not one.episode.masked)) for one in group] for group in self.played])

    def terms(self) -> tuple[list[str], Tensor]:
        """The terms of the rewards: their names, sorted, and what each paid, float64 `[groups, group_size, terms]`."""
        paid = [[_by_term(one.episode) for one in group] for group in self.played]
        names = sorted({name for group in paid for terms in group for name in terms})
        table = [[[terms.get(name, 0.0) for name in names] for terms in group] for group in paid]
        return names, torch.tensor(table, dtype=torch.float64)

    def _table(self, values: list[list[float]]) -> Tensor:
        return torch.tensor(values, dtype=torch.float64) if values else torch.zeros(0, 0, dtype=torch.float64)

    def rows(self) -> list[TokenSequence]:
        """The rows of the trained episodes, in order."""
        return [row for one in self.trained for row in one.rows]

    def flat(self, name: str) -> Tensor:
        """A column over the tokens of the trained episodes, float64 `[N]`."""
        return torch.tensor([value for one in self.trained for value in one.column(name)], dtype=torch.float64)

    def sequence(self) -> Tensor:
        """Which trained episode each of those tokens belongs to, `[N]`."""
        lengths = torch.tensor([one.tokens for one in self.trained], dtype=torch.long)
        return torch.repeat_interleave(torch.arange(len(lengths)), lengths)

    def fill_flat(self, name: str, values: Tensor) -> None:
        """Set a column over the tokens of the trained episodes from `[N]`."""
        start = 0
        plain = values.tolist()
        for one in self.trained:
            one.fill(name, plain[start : start + one.tokens])
            start += one.tokens

    def fill_episodes(self, name: str, values: Tensor) -> None:
        """Set a column that is the same for every token of an episode, from `[groups, group_size]`."""
        for group, given in zip(self.played, values.tolist(), strict=True):
            for one, value in zip(group, given, strict=True):
                one.fill(name, [value] * one.tokens)

    def padded(self, name: str) -> tuple[Tensor, Tensor]:
        """A column of the trained episodes as float64 `[episodes, tokens]`, padded with 0.0 on the right; its mask."""
        return self.pad([one.column(name) for one in self.trained])

    def token_rewards(self) -> tuple[Tensor, Tensor]:
        """The rewards of turns on their last tokens, less penalties, float64 `[trained episodes, tokens]`; the mask."""
        return self.pad([one.rewards() for one in self.trained])

    def pad(self, values: Sequence[Sequence[float]]) -> tuple[Tensor, Tensor]:
        """Rows of numbers as float64 `[rows, longest]`, padded with 0.0 on the right, and the mask of what is real."""
        width = max(map(len, values), default=0)
        table = torch.tensor([[*row, *[0.0] * (width - len(row))] for row in values], dtype=torch.float64)
        lengths = torch.tensor([len(row) for row in values])
        return table.reshape(len(values), width), torch.arange(width) < lengths[:, None]

    def fill_padded(self, name: str, table: Tensor) -> None:
        """Set a column of the trained episodes from `[episodes, tokens]`."""
        for one, row in zip(self.trained, table.tolist(), strict=True):
            one.fill(name, row[: one.tokens])

    def keep(self, numbers: Sequence[int]) -> None:
        """Leave out all groups but these, by their place."""
        self.groups = [self.groups[number] for number in numbers]
        self.played = [self.played[number] for number in numbers]

    def mini_batches(self, count: int) -> Iterator[Experience]:
        """The groups in order, in `count` shares whose sizes differ by at most one; no share is empty."""
        total = len(self.groups)
        shares = min(count, total)
        for i in range(shares):
            part = slice(total * i // shares, total * (i + 1) // shares)
            yield Experience(self.groups[part], self.played[part])


def fill_rows(rows: Sequence[TokenSequence], name: str, scores: Sequence[dict[str, list[float]]], key: str) -> None:
    """Set a column of rows from what a learner's `score` said of them."""
    for row, score in zip(rows, scores, strict=True):
        row.columns[name] = score[key]


def _by_term(episode: Episode) -> dict[str, float]:
    paid: dict[str, list[float]] = {}
    for turn in episode.turns:
        for name, value in turn.info["reward_terms"].items():
            paid.setdefault(name, []).append(value)
    return {name: math.fsum(values) for name, values in paid.items()}


def task_of(episode: Episode) -> tuple[str, Any]:
    """What tells tasks apart: an id, and the level of a curriculum, whose ids may be alike."""
    return episode.task, episode.turns[-1].info.get("level")
