"""The learner: one optimizer step from any number of rows.

The loss is a sum. Its denominator is folded into the rows' weights by whoever makes them, so the gradient is the same
for every way of cutting the rows into micro-batches and sharing them among processes.

- `Learner`: model, optimizer and schedule; `step(rows, loss)` moves the model, `score(rows)` asks it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from rlvr.baselines.learner.beginnings import Beginnings
from rlvr.baselines.learner.distributed import World, distribute, full, reshard, shard_like, share, sum_gradients
from rlvr.baselines.learner.forward import EntropyMode, TokenModel, recompute_blocks
from rlvr.baselines.learner.memory import keep_freed_memory
from rlvr.baselines.learner.micro_batches import MicroBatch, assemble, together
from rlvr.baselines.learner.optimizers import OptimizerConfig, load_moments, make_optimizers, rate_share
from rlvr.baselines.learner.probes import check_trainable, keeps_rows_apart, remembers_beginnings
from rlvr.baselines.learner.randomness import seeded
from rlvr.baselines.learner.sequences import Outputs, Tokens, TokenSequence

__all__ = ["Learner", "OptimizerConfig", "TokenLoss"]

TokenLoss = Callable[[Outputs, Tokens], tuple[Tensor, dict[str, Tensor]]]
"""From what the model says of the tokens, and the tokens, to values whose sum is the loss, and scalars to report.

Scalars are summed over micro-batches and processes; of names that end with `_max` or `_min` the extreme is taken."""

Scores = dict[str, list[float]]


class Learner:
    """Moves a model by gradients of summed token losses."""

    def __init__(
        self, model: Any, config: OptimizerConfig, total_steps: int, pad_id: int, *, world: World | None = None
    ) -> None:
        """Take the model and, in a world of several processes, distribute it.

        Args:
            model: Any transformers causal LM; a module `value_head` on it gives values.
            config: How it moves.
            total_steps: What the rates' schedule spans.
            pad_id: What shorter rows are padded with.
            world: The processes that learn together; all of them make the same calls with the same rows.

        Raises:
            ValueError: The model's type cannot be trained, or it does not keep packed rows apart.
        """
        check_trainable(model, config)
        self.model = model
        self.config = config
        self.pad_id = pad_id
        self.world = world or World()
        self.steps = 0
        if model.device.type == "cpu":
            keep_freed_memory()
        if config.gradient_checkpointing:
            recompute_blocks(model)
        distribute(model, self.world, config.parallel)
        self.optimizers = make_optimizers(model, config)
        self.schedules = [
            torch.optim.lr_scheduler.LambdaLR(optimizer, rate_share(config, total_steps))
            for optimizer in self.optimizers
        ]
        self._tokens = self._wrap(model)
        self._most_tokens = config.micro_batch_tokens or (2048 if model.device.type == "cpu" else 16384)
        if config.layout == "packed" and not keeps_rows_apart(self._tokens):
            raise ValueError(
                f"Expected a model that keeps packed rows apart by their position_ids, actually: "
                f"{type(model).__name__}, whose tokens see the rows before theirs. Use layout='padded'."
            )
        if config.layout == "shared" and not remembers_beginnings(self._tokens):
            raise ValueError(
                f"Expected a model that goes on from keys and values as from the tokens themselves, actually: "
                f"{type(model).__name__}. Use layout='padded'."
            )
        reshard(model)

    def step(
        self,
        rows: Sequence[TokenSequence],
        loss: TokenLoss,
        *,
        temperature: float = 1.0,
        entropy: EntropyMode = "none",
        logprobs: bool = True,
    ) -> dict[str, float]:
        """One optimizer step on the sum of token losses.

        Args:
            rows: The same on every process; those without a masked token teach nothing.
            loss: Of the tokens of one micro-batch.
            temperature: Of the distribution that learns.
            entropy: Whether the loss is given entropies, and whether they carry a gradient.
            logprobs: False leaves the LM head out and gives zeros, for models of values.

        Returns:
            `loss`, `grad_norm` before clipping, `lr` (AdamW's, of this step), and the scalars that `loss` reported.

        Raises:
            FloatingPointError: The loss or the gradient is not finite; the model is left as it was.
            ValueError: A row is malformed.
        """
        self.model.train()
        # Dropout, if there is any, is of the step: a resumed run draws what the uninterrupted one does.
        chance = seeded(self.steps * self.world.size + self.world.rank, next(self.model.parameters()).device)
        try:
            with chance, self._tokens.remembering():
                reported = self._accumulate(rows, loss, temperature=temperature, entropy=entropy, logprobs=logprobs)
        except BaseException:  # Nothing of it may enter the next step.
            self._forget_gradients()
            raise
        if self.config.parallel == "ddp":
            sum_gradients(self.model.parameters(), self.world)
        parts = [{name: float(value) for name, value in part.items()} for part in reported]
        metrics = _total([part for one in self.world.gather(parts) for part in one])
        norm = float(full(torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.max_grad_norm)))
        if not (math.isfinite(norm) and math.isfinite(metrics["loss"])):
            self._forget_gradients()
            raise FloatingPointError(
                f"Loss {metrics['loss']} and gradient norm {norm} at optimizer step {self.steps}: "
                "lower the learning rate, or resume from the last checkpoint with another seed."
            )
        lr = float(self.schedules[0].get_last_lr()[0])
        for optimizer, schedule in zip(self.optimizers, self.schedules, strict=True):
            optimizer.step()
            schedule.step()
        self._forget_gradients()
        self.steps += 1
        return {**metrics, "grad_norm": norm, "lr": lr}

    def _accumulate(self, rows: Sequence[TokenSequence], loss: TokenLoss, **asked: Any) -> list[dict[str, Tensor]]:
        """Add up the gradients of this process's micro-batches; what the loss reported of each."""
        reported: list[dict[str, Tensor]] = []
        for numbers, batch in self._batches([row for row in rows if any(row.mask)]):
            outputs = self._tokens(batch, **asked)
            if numbers is None:
                _nothing(outputs).backward()  # type: ignore[no-untyped-call]
                continue
            values, scalars = loss(outputs, batch.tokens)
            total = values.sum()
            total.backward()  # type: ignore[no-untyped-call]
            reported.append({"loss": total.detach(), **{name: value.detach() for name, value in scalars.items()}})
        return reported

    @torch.no_grad()
    def score(
        self,
        rows: Sequence[TokenSequence],
        *,
        temperature: float = 1.0,
        entropy: bool = False,
        values: bool = False,
        logprobs: bool = True,
        model: Any = None,
    ) -> list[Scores]:
        """What a model says of the masked tokens of each row, in the order of `rows`, on every process.

        Args:
            rows: The same on every process; their columns are not read.
            temperature: Of the distribution.
            entropy: Give `entropies`, too, in nats.
            values: Give `values`, too, of the model's value head.
            logprobs: False leaves `logprobs` out, and the LM head's work with them.
            model: Another one than the learner's.

        Returns:
            A dictionary a row: `logprobs`, and what else was asked for, each `[n]`.

        Raises:
            ValueError: Values are asked of a model without a value head.
        """
        tokens = self._tokens if model is None else self._wrap(model)
        if values and getattr(tokens.model, "value_head", None) is None:
            raise ValueError("Expected a model with a value_head, actually: one without. Use forward.add_value_head.")
        wanted = {"logprobs": logprobs, "entropies": entropy and logprobs, "values": values}
        asked = [i for i, row in enumerate(rows) if any(row.mask)]
        bare = [TokenSequence(rows[i].ids, rows[i].mask) for i in asked]
        done: list[tuple[int, Scores]] = []
        was_training = tokens.model.training
        tokens.model.eval()
        with tokens.remembering():
            for numbers, batch in self._batches(bare):
                outputs = tokens(
                    batch, temperature=temperature, entropy="detached" if entropy else "none", logprobs=logprobs
                )
                if numbers is None:
                    continue
                counts = [bare[i].count for i in numbers]
                flat = {name: getattr(outputs, name).split(counts) for name, given in wanted.items() if given}
                for k, i in enumerate(numbers):
                    done.append((asked[i], {name: parts[k].tolist() for name, parts in flat.items()}))
        tokens.model.train(was_training)
        reshard(tokens.model)
        scores: list[Scores] = [{name: [] for name, given in wanted.items() if given} for _ in rows]
        for part in self.world.gather(done):
            for i, one in part:
                scores[i] = one
        return scores

    def _wrap(self, model: Any) -> TokenModel:
        return TokenModel(model, max_logits=self.config.max_logits, autocast=self.config.autocast)

    def _batches(self, rows: Sequence[TokenSequence]) -> Iterator[tuple[list[int] | None, MicroBatch]]:
        """This process's share, with the rows' numbers.

        Shards come together in every forward and backward pass, so all processes run equally many with `fsdp`: those
        that have fewer repeat a row, with `None` for numbers, and make nothing of it.
        """
        config, most = self.config, self._most_tokens
        lengths = [len(row.ids) for row in rows]
        plans = [
            [
                ([own[i] for i in batch], before)
                for batch, before in together([rows[i] for i in own], most, config.layout)
            ]
            for own in share(lengths, self.world.size)
        ]
        batches: list[tuple[list[int] | None, Beginnings | None]] = [*plans[self.world.rank]]
        if config.parallel == "fsdp":
            batches += [(None, None)] * (max(map(len, plans)) - len(batches))
        parameter = next(self.model.parameters())
        for numbers, beginnings in batches:
            chosen = [min(range(len(rows)), key=lengths.__getitem__)] if numbers is None else numbers
            yield (
                numbers,
                assemble(
                    [rows[i] for i in chosen],
                    layout=config.layout,
                    beginnings=beginnings,
                    pad_id=self.pad_id,
                    device=parameter.device,
                    dtype=torch.float64 if parameter.dtype == torch.float64 else torch.float32,
                ),
            )

    def forget_moments(self) -> None:
        """Begin anew with the optimizers' averages, as ProRL does; rates go on."""
        for optimizer in self.optimizers:
            optimizer.state.clear()

    def _forget_gradients(self) -> None:
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)

    def state_dict(self) -> dict[str, Any]:
        """Optimizers, schedules, the step count and a value head; the model is saved beside them.

        Sharded tensors are made whole, so all processes must call it.
        """
        head = getattr(self.model, "value_head", None)
        return {
            "steps": self.steps,
            "optimizers": [full(optimizer.state_dict()) for optimizer in self.optimizers],
            "schedules": [schedule.state_dict() for schedule in self.schedules],
            "value_head": None if head is None else full(dict(head.state_dict())),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint, with any number of processes."""
        self.steps = state["steps"]
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            load_moments(optimizer, saved)
        for schedule, saved in zip(self.schedules, state["schedules"], strict=True):
            schedule.load_state_dict(saved)
        if state.get("value_head") is not None:
            with torch.no_grad():
                for name, parameter in self.model.value_head.named_parameters():
                    parameter.copy_(shard_like(state["value_head"][name], parameter))


def _nothing(outputs: Outputs) -> Tensor:
    """Zero, by way of everything that has a gradient."""
    given = [one for one in (outputs.logprobs, outputs.values) if one is not None and one.requires_grad]
    return torch.stack([one.sum() for one in given]).sum() * 0.0


def _total(parts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Scalars summed up, or the extreme of those that are named so."""
    gathered: dict[str, list[float]] = {"loss": []}
    for part in parts:
        for name, value in part.items():
            gathered.setdefault(name, []).append(value)
    return {name: _kind(name)(values) for name, values in gathered.items()}


def _kind(name: str) -> Callable[[list[float]], float]:
    return max if name.endswith("_max") else min if name.endswith("_min") else sum
