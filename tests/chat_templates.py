"""Chat templates that behave as those of known models do, and small tokenizers that speak them.

- `TEMPLATES`: by name; what is odd about each stands above it.
- `speaking(name)`: the tiny character tokenizer with that template, so that texts and ids can be told apart by eye.
- `merging(name)`: a byte-level BPE tokenizer with it, in which neighbouring characters become one token.
- `marked(tokenizer, text)`: the ids and the mask of a text in which `[[` and `]]` enclose what was sampled.
"""

from __future__ import annotations

from functools import cache

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from rlvr.agents.tiny import CHAT_TEMPLATE, tiny_tokenizer

MARKERS = (
    *("<|im_start|>", "<|im_end|>", "<|endoftext|>"),
    *("<|begin|>", "<|start_header|>", "<|end_header|>", "<|eot|>", "<|eom|>"),
    *("<|bos|>", "<|eos|>"),
)

# As Qwen 2.5's: a line break after the end of a turn; tool messages that follow each other are one user message.
_CHATML = """\
{%- for m in messages %}
  {%- if m.role == 'tool' %}
    {%- if loop.first or messages[loop.index0 - 1].role != 'tool' %}{{ '<|im_start|>user' }}{% endif %}
    {{- '\n<out>' + m.content + '</out>' }}
    {%- if loop.last or messages[loop.index0 + 1].role != 'tool' %}{{ '<|im_end|>\n' }}{% endif %}
  {%- else %}
    {{- '<|im_start|>' + m.role + '\n' + CONTENT + '<|im_end|>\n' }}
  {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' + OPENING }}{% endif %}"""

# As Qwen 3's: reasoning before the last message of the user is left out, reasoning after it stays. Without thinking,
# the prompt says that nothing was thought, which is not said of earlier answers.
_THINKING = """\
{%- set ns = namespace(asked=0) %}
{%- for m in messages %}{% if m.role == 'user' %}{% set ns.asked = loop.index0 %}{% endif %}{% endfor %}
""" + _CHATML.replace(
    "CONTENT",
    "(m.content.split('</think>')[-1].lstrip('\\n')"
    " if '</think>' in m.content and m.role == 'assistant' and loop.index0 < ns.asked else m.content)",
).replace("OPENING", "('<think>\\n\\n</think>\\n\\n' if enable_thinking is defined and not enable_thinking else '')")

# As DeepSeek R1's: the prompt opens a thought, and the thoughts of all earlier answers are left out.
_OPENING = """\
{{- '<|bos|>' }}
{%- for m in messages %}
  {%- if m.role == 'assistant' %}{{ '<|assistant|>' + m.content.split('</think>')[-1] + '<|eos|>' }}
  {%- else %}{{ '<|' + m.role + '|>' + m.content }}
  {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|assistant|><think>\n' }}{% endif %}"""

# As Llama 3's: a token before all, headers, white space trimmed at the ends of every message.
_HEADERS = """\
{{- '<|begin|>' }}
{%- for m in messages %}
  {{- '<|start_header|>' + m.role + '<|end_header|>\n\n' + m.content | trim + '<|eot|>' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|start_header|>assistant<|end_header|>\n\n' }}{% endif %}"""

# Only the last answer's reasoning is shown.
_LAST = """\
{%- set ns = namespace(last=-1) %}
{%- for m in messages %}{% if m.role == 'assistant' %}{% set ns.last = loop.index0 %}{% endif %}{% endfor %}
""" + _CHATML.replace(
    "CONTENT",
    "(m.content.split('</think>')[-1] if m.role == 'assistant' and loop.index0 != ns.last else m.content)",
).replace("OPENING", "''")

# As GLM 4.5's: nothing ends an answer but the marker of whoever speaks next, at which the model stops.
_ENDLESS = """\
{%- for m in messages %}{{ '<|' + m.role + '|>\n' + m.content }}{% endfor %}
{%- if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}"""

# An answer stands on lines of its own.
_LINES = """\
{%- for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '\n<|im_end|>\n' }}{% endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""

# As Gemma's: it knows no roles but two, in turns.
_TWO = """\
{%- for m in messages %}
  {%- if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate') }}{% endif %}
  {{- '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""

# As Phi 3's: it says nothing of messages whose role it does not know.
_DEAF = """\
{%- for m in messages if m.role in ('user', 'assistant') %}
  {{- '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""

TEMPLATES = {
    "tiny": CHAT_TEMPLATE,
    "chatml": _CHATML.replace("CONTENT", "m.content").replace("OPENING", "''"),
    "thinking": _THINKING,
    "opening": _OPENING,
    "headers": _HEADERS,
    "last": _LAST,
    "endless": _ENDLESS,
    "lines": _LINES,
    "two": _TWO,
    "deaf": _DEAF,
}

ENDS = {"tiny": "<|end|>", "opening": "<|eos|>", "headers": "<|eot|>", "endless": "<|user|>"}
"""What ends an answer, where that is not `<|im_end|>`."""


def end(name: str) -> str:
    return ENDS.get(name, "<|im_end|>")


@cache
def speaking(name: str) -> PreTrainedTokenizerFast:
    tokenizer = tiny_tokenizer()
    return _set_up(tokenizer, name)


@cache
def merging(name: str) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    texts = ["user\n system\n assistant\n tool\n\n <think> the answer is no, again. </think>\n\n <out> </out>"] * 9
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=400, initial_alphabet=alphabet))
    more = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>"]
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, additional_special_tokens=more)
    return _set_up(fast, name)


def _set_up(tokenizer: PreTrainedTokenizerFast, name: str) -> PreTrainedTokenizerFast:
    tokenizer.add_special_tokens({"additional_special_tokens": list(MARKERS)}, replace_extra_special_tokens=False)
    tokenizer.eos_token = end(name)
    tokenizer.bos_token = "<|begin|>"
    tokenizer.chat_template = TEMPLATES[name]
    # As Llama's: whatever is encoded begins with the token before all, unless one asks that it does not.
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<|begin|> $A", special_tokens=[("<|begin|>", tokenizer.convert_tokens_to_ids("<|begin|>"))]
    )
    return tokenizer


def spell(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    return tokenizer.encode(text, add_special_tokens=False)


def marked(tokenizer: PreTrainedTokenizerFast, text: str) -> tuple[list[int], list[int]]:
    ids: list[int] = []
    mask: list[int] = []
    for i, part in enumerate(text.replace("]]", "[[").split("[[")):
        more = spell(tokenizer, part)
        ids += more
        mask += [i % 2] * len(more)
    return ids, mask
