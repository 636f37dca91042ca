"""Episodes to rows of tokens, and what a loss sees of them.

- `TokenSequence`: one row of ids, with columns of numbers for the sampled ones.
- `from_episode`: an episode's turns as one row, or several where a prompt does not go on from the previous answer.
- `Tokens`, `Outputs`: the masked tokens of a micro-batch, flat, and what the model says of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor

from rlvr.core import Episode


@dataclass(slots=True)
class TokenSequence:
    """One row: prompt and samples interleaved. Its first position is never masked 1, since nothing predicts it."""

    ids: list[int]
    """`[T]`."""
    mask: list[int]
    """`[T]`: 1 where the id was sampled by the model (or is a target of supervised learning), else 0."""
    columns: dict[str, list[float]] = field(default_factory=dict)
    """Each `[n]`, a number for every id whose mask is 1, in order. `sampled`: the sampler's log-probability; `old`: the
    trainer's before it learned; `advantages`; `weights`: what the token's loss counts, denominator folded in; `ref`;
    `values`; `returns`; `turns`: the number of the turn, from 0."""

    @property
    def count(self) -> int:
        """How many tokens are masked 1: the length of every column."""
        return sum(self.mask)

    def check(self) -> None:
        """Refuse rows that no loss could be computed of.

        Raises:
            ValueError: Lengths disagree, or the first position is masked 1.
        """
        if len(self.mask) != len(self.ids):
            raise ValueError(
                f"Expected a mask of {len(self.ids)} positions, one for each id, actually: {len(self.mask)}."
            )
        if self.mask and self.mask[0]:
            raise ValueError("Expected the first position of a row to have mask 0, actually: 1. Nothing predicts it.")
        count = self.count
        for name, values in self.columns.items():
            if len(values) != count:
                raise ValueError(
                    f"Expected column {name!r} to have {count} values, one for each id with mask 1, "
                    f"actually: {len(values)}."
                )


def from_episode(episode: Episode) -> list[TokenSequence]:
    """The rows of one episode, with the columns `sampled` and `turns`.

    Turns whose prompt continues the row so far extend it, with mask 0 on the environment's tokens. Where an agent
    rewrote the history, a new row begins, so that every token is trained on exactly what it was conditioned on.

    Raises:
        ValueError: A sample has no prompt, so that nothing predicts its first token, or not one log-probability and
            one bit of the mask for each of its ids.
    """
    rows: list[TokenSequence] = []
    for number, turn in enumerate(episode.turns):
        if not turn.output_ids:
            continue
        for name in ("output_logprobs", "output_mask"):
            if len(getattr(turn, name)) != len(turn.output_ids):
                raise ValueError(
                    f"Expected {name} of turn {number} of task {episode.task!r} to have {len(turn.output_ids)} values, "
                    f"one for each of output_ids, actually: {len(getattr(turn, name))}. Have the agent give logprobs "
                    "with its token_ids, as TransformersAgent does."
                )
        row = rows[-1] if rows and list(turn.prompt_ids[: len(rows[-1].ids)]) == rows[-1].ids else None
        if row is None:
            if not turn.prompt_ids:
                raise ValueError(
                    f"Expected turn {number} of task {episode.task!r} to have a prompt, actually: no prompt_ids. "
                    "Nothing predicts its first token; begin the prompt with a token of the template."
                )
            row = TokenSequence([], [], {"sampled": [], "turns": []})
            rows.append(row)
        delta = turn.prompt_ids[len(row.ids) :]
        row.ids.extend([*delta, *turn.output_ids])
        row.mask.extend([0] * len(delta) + list(turn.output_mask))
        kept = [value for value, bit in zip(turn.output_logprobs, turn.output_mask, strict=True) if bit]
        row.columns["sampled"].extend(kept)
        row.columns["turns"].extend([float(number)] * len(kept))
    return rows


@dataclass(frozen=True, slots=True)
class Tokens:
    """The masked tokens of one micro-batch, flat, row after row: `N` tokens of `count` rows."""

    sequence: Tensor
    """`[N]` long: which row of the micro-batch, 0 to `count - 1`."""
    count: int
    columns: Mapping[str, Tensor]
    """The rows' columns, `[N]` each; float64 if the model is, else float32."""

    def __getitem__(self, name: str) -> Tensor:
        """A column.

        Raises:
            KeyError: The rows were given without it.
        """
        if name not in self.columns:
            raise KeyError(
                f"The rows have no column {name!r}, only {sorted(self.columns)}: fill it in before the step."
            )
        return self.columns[name]


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the model says of the tokens of a micro-batch. Half-precision models' numbers are float32."""

    logprobs: Tensor
    """`[N]`, nats, each given everything before the token in its row; with graph."""
    entropies: Tensor | None = None
    """`[N]`, nats, of the distribution that the token was drawn from; with graph only if asked for."""
    values: Tensor | None = None
    """`[N]`, of a value head on the same trunk, read off the state before the token; with graph."""
