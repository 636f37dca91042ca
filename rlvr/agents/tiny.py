"""A policy small enough for a laptop, built from code so that nothing is downloaded.

- `tiny_tokenizer()`: one token a character, one a tag, one a role; a chat template that later turns never rewrite.
- `tiny_model(seed)`: a Qwen 3 of about 0.4 million parameters over that vocabulary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

ROLES = ("<|system|>", "<|user|>", "<|assistant|>", "<|tool|>")
TAGS = ("<think>", "</think>", "<answer>", "</answer>")
PAD, UNKNOWN, END = "<|pad|>", "<|unknown|>", "<|end|>"
CHARACTERS = "\n" + "".join(map(chr, range(0x20, 0x7F)))

CHAT_TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def tiny_tokenizer(characters: str = CHARACTERS) -> PreTrainedTokenizerBase:
    """A character tokenizer: 11 special tokens and tags, then one token for each of `characters`; 107 by default."""
    names = [PAD, UNKNOWN, END, *ROLES, *TAGS, *characters]
    tokenizer = Tokenizer(models.WordLevel({name: i for i, name in enumerate(names)}, unk_token=UNKNOWN))
    # `(?s).` is refused by this regex engine; the class below is every character, newlines included.
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), behavior="isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in (PAD, UNKNOWN, END, *ROLES)])
    # Not special: `skip_special_tokens` would hide them from the verifier.
    tokenizer.add_tokens([AddedToken(name, special=False, normalized=False) for name in TAGS])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        unk_token=UNKNOWN,
        eos_token=END,
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


def tiny_model(
    seed: int = 0, *, width: int = 128, layers: int = 2, heads: int = 4, vocab_size: int = 107, context: int = 1024
) -> PreTrainedModel:
    """A Qwen 3 with fresh weights: the same ones for the same seed, whatever the global random state.

    Args:
        seed: Of the initial weights.
        width: Hidden size; a multiple of `heads`.
        layers: Number of blocks.
        heads: Number of attention heads.
        vocab_size: As large as the tokenizer's.
        context: Longest sequence in tokens.
    """
    config: Any = Qwen3Config(
        vocab_size=vocab_size,
        hidden_size=width,
        intermediate_size=width * 11 // 4,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        head_dim=width // heads,
        max_position_embeddings=context,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=2,
        pad_token_id=0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)  # The CPU's alone: torch.manual_seed seeds every GPU, too.
        return Qwen3ForCausalLM(config)
