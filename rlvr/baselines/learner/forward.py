"""The forward pass: log-probabilities, entropies and values of the masked tokens, of any transformers causal LM.

A vocabulary's worth of logits a token is most of what a training step would hold. So the LM head sees the masked
positions only, and many of them chunk by chunk, each chunk's logits computed again in the backward pass. For that the
head's `forward` is replaced while the model runs: the model calls it with its last hidden states and hands back as
`logits` whatever it returns. Nothing here knows a model's inside, and hooks such as FSDP's run as always.

- `TokenModel`: a model as the learner calls it.
- `add_value_head`: a value function on the policy's trunk.
- `recompute_blocks`: less memory for more time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint
from transformers import DynamicCache

from rlvr.baselines.learner.beginnings import Beginnings, Memory
from rlvr.baselines.learner.micro_batches import MicroBatch
from rlvr.baselines.learner.sequences import Outputs

EntropyMode = Literal["none", "detached", "graph"]
HALF = (torch.bfloat16, torch.float16)


class TokenModel:
    """A causal LM that gives numbers of tokens, never logits.

    Models that change their logits behind the head (soft caps, scales) are found out when this is made. Their logits
    of a micro-batch's masked tokens come in one piece, `[N, vocabulary]`: bound `micro_batch_tokens` for them.
    """

    def __init__(self, model: Any, *, max_logits: int = 2**26, autocast: bool = False) -> None:
        """Look how the model uses its head, by running it over four tokens.

        Args:
            model: A causal LM with a `get_output_embeddings()`; one without gives the logits of all positions.
            max_logits: Numbers of tokens x vocabulary held at once.
            autocast: Compute in bfloat16.

        Raises:
            ValueError: The model has a value head, but no LM head to find its last hidden state by.
        """
        self.model = model
        self.max_logits = max_logits
        self.autocast = autocast
        self._remembers = False
        self._memory: Memory | None = None
        self.head: Any = getattr(model, "get_output_embeddings", lambda: None)()
        if self.head is None and getattr(model, "value_head", None) is not None:
            raise ValueError(
                "Expected a model with a value_head to have an LM head, actually: get_output_embeddings() gives none."
            )
        self.hands_through = self.head is not None and _hands_through(self)

    def __call__(
        self,
        batch: MicroBatch,
        *,
        temperature: float = 1.0,
        entropy: EntropyMode = "none",
        logprobs: bool = True,
    ) -> Outputs:
        """Run the model over a micro-batch.

        Args:
            batch: Rows with masked tokens.
            temperature: What logits are divided by.
            entropy: Whether to give entropies, and with graph or without.
            logprobs: False gives zeros without running the LM head, for models of values.

        Raises:
            ValueError: The temperature is not above 0.
        """
        if not temperature > 0.0:
            raise ValueError(f"Expected temperature to be above 0, actually: {temperature}.")
        value_head: Any = getattr(self.model, "value_head", None)
        values: list[Tensor] = []

        def numbers(states: Tensor, targets: Tensor) -> Tensor:
            """Hidden states `[n, H]` to `[n, 1]`, or `[n, 2]` with entropies."""
            return token_numbers(forward_head(states), targets, temperature, entropy)

        def head(hidden: Tensor) -> Tensor:
            states = hidden.flatten(0, 1).index_select(0, batch.index)  # [N, H]
            if value_head is not None:
                values.append(_values(value_head, states))
            if not logprobs:
                return states.new_zeros(1, len(states), 1)
            if not self.hands_through:
                return forward_head(states[None])  # [1, N, V]
            return torch.stack([self._chunked(numbers, states, batch.targets)])  # [1, N, 1 or 2], no view: FSDP warns

        if self.head is None:
            logits = self.run(batch.ids, batch.positions, self._remember(batch)).flatten(0, 1)[batch.index]
            columns = token_numbers(logits, batch.targets, temperature, entropy)
        else:
            memory = self._remember(batch)
            with _replaced(self.head, head) as forward_head:
                out = self.run(batch.ids, batch.positions, memory)[0]
            whole = logprobs and not self.hands_through
            columns = token_numbers(out, batch.targets, temperature, entropy) if whole else out
        entropies = None if entropy == "none" or not logprobs else columns[:, 1]
        return Outputs(columns[:, 0], entropies, values[0] if values else None)

    def run(self, ids: Tensor, positions: Tensor | None = None, memory: DynamicCache | None = None) -> Tensor:
        """What the model calls its logits."""
        more: dict[str, Any] = {} if positions is None else {"position_ids": positions}
        if memory is not None:
            more["past_key_values"] = memory
        with torch.autocast(ids.device.type, torch.bfloat16, enabled=self.autocast):
            logits: Tensor = self.model(input_ids=ids, use_cache=memory is not None, **more).logits
        return logits

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Have micro-batches with the same `beginnings`, one after the other, share what is computed of them.

        Their backward passes end at the beginnings; it goes on through these when others come, and at the end.
        """
        outer = self._remembers, self._memory
        self._remembers, self._memory = True, None
        try:
            yield
            self._settle()
        finally:
            self._remembers, self._memory = outer

    def _remember(self, batch: MicroBatch) -> DynamicCache | None:
        """Keys and values of what rows go on from."""
        if batch.beginnings is None:
            return None
        if not self._remembers:
            raise RuntimeError("Micro-batches with beginnings need `with tokens.remembering()` around them.")
        if self._memory is None or self._memory.beginnings is not batch.beginnings:
            self._settle()
            self._memory = Memory(batch.beginnings, self._cache_of(batch.beginnings, batch.ids.device))
        assert batch.owner is not None
        return self._memory.of(batch.owner)

    def _cache_of(self, beginnings: Beginnings, device: torch.device) -> DynamicCache:
        cache = DynamicCache(config=self.model.config)
        if self.head is None:
            self.run(beginnings.ids(device), memory=cache)
        else:
            with _replaced(self.head, lambda hidden: hidden[..., :1]):  # Nothing is predicted there.
                self.run(beginnings.ids(device), memory=cache)
        if cache.get_seq_length() != beginnings.length:  # So it is in training mode, with activation checkpointing.
            raise RuntimeError(
                f"Expected the model to keep keys and values of {beginnings.length} tokens, actually: of "
                f"{cache.get_seq_length()}. Disable its activation checkpointing, or use layout='padded'."
            )
        return cache

    def _settle(self) -> None:
        if self._memory is not None:
            self._memory.settle()
            self._memory = None

    def _chunked(self, numbers: Callable[[Tensor, Tensor], Tensor], states: Tensor, targets: Tensor) -> Tensor:
        size = max(1, self.max_logits // _vocabulary(self.head))
        if len(states) <= size:
            return numbers(states, targets)
        parts = zip(torch.split(states, size), torch.split(targets, size), strict=True)
        if not torch.is_grad_enabled():
            return torch.cat([numbers(*part) for part in parts])
        return torch.cat([checkpoint(numbers, *part, use_reentrant=False) for part in parts])


def token_numbers(logits: Tensor, targets: Tensor, temperature: float, entropy: EntropyMode) -> Tensor:
    """Logits `[n, V]` to log-probabilities of the targets, `[n, 1]`; with entropies, `[n, 2]`."""
    if logits.dtype in HALF:
        logits = logits.float()  # Half precision cannot sum a vocabulary's worth of exponentials.
    if temperature != 1.0:
        logits = logits / temperature
    distribution = logits.log_softmax(-1)
    logprobs = distribution.gather(1, targets[:, None])  # [n, 1]
    if entropy == "none":
        return logprobs
    kept = distribution if entropy == "graph" else distribution.detach()
    # A token that cannot come has log-probability -inf, and 0 times that would be no number.
    entropies = -(kept.exp() * kept.clamp(min=torch.finfo(kept.dtype).min)).sum(-1, keepdim=True)
    return torch.cat([logprobs, entropies], dim=1)


def add_value_head(model: Any) -> Any:
    """Put a linear value function on the model's last hidden state, as its module `value_head`.

    It begins as zero everywhere, and is float32 over half-precision models: bfloat16 cannot tell 0.99 from 1.0.

    Returns:
        The head.
    """
    weights = model.get_input_embeddings().weight
    dtype = torch.float32 if weights.dtype in HALF else weights.dtype
    width = model.config.get_text_config().hidden_size
    head = torch.nn.Linear(width, 1, device="meta", dtype=dtype).to_empty(device=weights.device)  # draws no numbers
    for parameter in head.parameters():
        torch.nn.init.zeros_(parameter)
    model.value_head = head
    return head


def recompute_blocks(model: Any) -> None:
    """Have the blocks keep only their inputs, and compute the rest again in the backward pass."""
    options = {"use_reentrant": False}  # The other kind loses the gradient of blocks whose inputs take none.
    if hasattr(model, "activation_checkpointing_enable"):  # its name since transformers 5.23
        model.activation_checkpointing_enable(activation_checkpointing_kwargs=options)
    else:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs=options)


def _values(head: Any, states: Tensor) -> Tensor:
    with torch.autocast(states.device.type, enabled=False):
        values: Tensor = head(states.to(next(head.parameters()).dtype))
    return values[:, 0]


def _vocabulary(head: Any) -> int:
    return int(getattr(head, "out_features", 0) or head.weight.shape[0])


@contextmanager
def _replaced(module: Any, forward: Callable[[Tensor], Tensor]) -> Iterator[Callable[[Tensor], Tensor]]:
    """Have a module compute something else for a while; gives what it computes otherwise."""
    original = module.forward
    own = vars(module).get("forward")
    module.forward = forward
    try:
        yield original
    finally:
        if own is None:
            del module.forward
        else:
            module.forward = own


@torch.no_grad()
def _hands_through(probed: TokenModel) -> bool:
    """Whether the model's logits are its head's output as it stands.

    Large numbers are planted as that output: soft caps, scales and cuts all change them.
    """
    model = probed.model
    planted: list[Tensor] = []

    def plant(hidden: Tensor) -> Tensor:
        logits = original(hidden)
        planted.append(torch.linspace(-100.0, 100.0, logits.numel(), device=logits.device).view_as(logits))
        planted[-1] = planted[-1].to(logits.dtype)
        return planted[-1]

    was_training = model.training
    model.eval()
    with _replaced(probed.head, plant) as original:
        logits = probed.run(torch.zeros(1, 4, dtype=torch.long, device=next(model.parameters()).device))
    model.train(was_training)
    return len(planted) == 1 and torch.equal(logits.to(planted[0].dtype), planted[0])
