"""Attention of one new token on a CPU: two products of matrices.

Torch's fused attention reads each key with a loop made for many queries. For one query a row, which is all that
sampling asks for, batched products of matrices take about half as long while contexts are short, and the sampling of a
small model a tenth less. Longer contexts are bound by memory either way and stay with the fused one.

- `token_attention`: a model computes so for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import causal_mask_function, sdpa_mask

_NAME = "rlvr_token"
_MODELS = frozenset({"gpt2", "gpt_neox", "llama", "mistral", "olmo2", "opt", "phi3", "qwen2", "qwen3", "smollm3"})
"""Models (`config.model_type`) that leave attention to what is registered under its name, whichever that is. Others
look at the name: DeepSeek V3.2 makes the mask of its sparse attention for `sdpa` alone."""
_FEWEST_HEADS = 128
"""Rows x heads below which a call costs more than what it computes."""
_LONGEST = 256
"""Positions above which nothing is gained."""
_IDLE = frozenset({"dropout", "is_causal", "sliding_window", "position_ids", "use_cache"})
"""What models pass along that says nothing of one token: the mask holds it already, and dropout is looked at apart."""


@contextmanager
def token_attention(model: Any) -> Iterator[None]:
    """Have a model on a CPU that would use torch's fused attention (`sdpa`) use products where they are faster.

    Models of a kind not known for it, with another attention, or elsewhere, stay as they are. The results differ by
    rounding.
    """
    config = model.config
    if model.device.type != "cpu" or config.model_type not in _MODELS or config._attn_implementation != "sdpa":
        yield
        return
    config._attn_implementation = _NAME
    try:
        yield
    finally:
        config._attn_implementation = "sdpa"


def _attend(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    **others: Any,
) -> tuple[Tensor, None]:
    """Queries `[rows, heads, new, width]` over keys and values `[rows, key heads, length, width]`, as `sdpa` does it.

    Returns:
        `[rows, new, heads, value width]`, and no weights.
    """
    rows, heads, new, width = query.shape
    own = rows * key.shape[1]
    plain = not others.get("dropout") and all(one is None or name in _IDLE for name, one in others.items())
    plain = plain and (attention_mask is None or attention_mask.dtype == torch.bool)
    whole = query.dtype in (torch.float32, torch.float64)
    if not plain or not whole or new > 1 or rows * heads < _FEWEST_HEADS or key.shape[2] > _LONGEST:
        fused: tuple[Tensor, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, scaling=scaling, **others
        )
        return fused
    # Heads that share a key are queries side by side, so that no key is copied for them.
    asked = (query * (width**-0.5 if scaling is None else scaling)).reshape(own, -1, width)
    scores = asked @ key.flatten(0, 1).transpose(1, 2)  # [own, heads that share, length]
    if attention_mask is not None:
        scores.view(rows, heads, 1, -1).masked_fill_(~attention_mask, -torch.inf)
    said = scores.softmax(-1) @ value.flatten(0, 1)
    return said.view(rows, 1, heads, -1), None


def _mask(*, q_length: int, kv_length: int, mask_function: Callable[..., Any], **others: Any) -> Tensor | None:
    """As for `sdpa`; that of one token behind others is their padding, and needs no arithmetic."""
    padding = others.get("attention_mask")
    plain = mask_function is causal_mask_function and not others.get("kv_offset")
    if q_length == 1 and plain and padding is not None and padding.shape[-1] == kv_length:
        seen: Tensor = padding.bool()[:, None, None]
        return seen
    mask: Tensor | None = sdpa_mask(q_length=q_length, kv_length=kv_length, mask_function=mask_function, **others)
    return mask


AttentionInterface.register(_NAME, _attend)
AttentionMaskInterface.register(_NAME, _mask)
