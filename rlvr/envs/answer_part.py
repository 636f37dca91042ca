r"""Which part of a completion an answer is looked for in: not the think, not a made-up dialogue, and near the end.

The answer part stands after the last `</think>`. It ends at the first role marker, such as `<|im_end|>`: what follows
is a dialogue that the model went on to write by itself, and its answers answer another question.

- `answer_part(completion, opened_think)`: the text to search.
- `WINDOW`: how much of it, from its end.
"""

from __future__ import annotations

import re

WINDOW = 20_000
"""Number of characters from the end in which an answer is looked for."""

# Who speaks next, in the templates of ChatML, Llama, Phi, GLM and DeepSeek.
_THINK_OR_ROLE = re.compile(
    r"</?think>"
    r"|<\|(?:im_start|im_end|endoftext|end_of_text|begin_of_text|eot_id|start_header_id|end|user|assistant|system)\|>"
    r"|<｜(?:User|Assistant|end▁of▁sentence)｜>"
)


def answer_part(completion: str, opened_think: bool, *, window: int = WINDOW) -> tuple[str | None, bool]:
    """The text that is searched, and whether a role marker ended it.

    A marker inside a think is only talked about and ends nothing.

    Args:
        completion: The model's text and nothing else.
        opened_think: The prompt ended with `<think>`, so the completion starts inside it.
        window: How many characters from the end are searched.

    Returns:
        At most `window` characters, or `None` if a think is still open, and whether a role marker stands after them.

    Example:
        >>> answer_part("<think>hm</think>It is 7.<|im_end|>", False)
        ('It is 7.', True)
    """
    if len(completion) > window:
        completion = completion.rstrip()  # Blank lines at the end take nothing of the window.
    if not opened_think and "<" not in completion:
        return completion[-window:], False
    ended = False
    if "|" in completion or "｜" in completion:  # one character is found many times as fast as two
        is_open = opened_think
        for mark in _THINK_OR_ROLE.finditer(completion):
            if mark[0] == "<think>":
                is_open = True
            elif mark[0] == "</think>":
                is_open = False
            elif not is_open:
                completion, ended = completion[: mark.start()], True
                break
    closed = completion.rfind("</think>")
    if completion.find("<think>", closed + 1) >= 0 or (opened_think and closed < 0):
        return None, False
    begin = closed + 8 if closed >= 0 else 0
    return completion[max(begin, len(completion) - window) :], ended
