"""Which part of a completion is the response, and the eight readings of loose scoring.

- `response_of(completion, opened_think)`: what stands after the last `</think>`.
- `loose_readings(response)`: the response with and without its first line, its last line and its asterisks.
"""

from __future__ import annotations

from rlvr.envs.answer_part import answer_part


def response_of(completion: str, opened_think: bool = False, *, bare: bool = True) -> str | None:
    """The response, or `None` if a think is still open or nothing stands after it.

    Args:
        completion: The model's text and nothing else.
        opened_think: The prompt ended with `<think>`, so the completion starts inside it.
        bare: Whether white space around it is no part of it. The published checkers see a completion with all its white
            space; where a think stands before it, what parts the two is of neither.
    """
    part, _ = answer_part(completion, opened_think, window=max(1, len(completion)))
    if part is None or not part.strip():
        return None
    return part if not bare and len(part) == len(completion) else part.strip()


def loose_readings(response: str) -> list[str]:
    """The readings of which one has to meet an instruction (Zhou et al. 2023, arXiv:2311.07911, section 2.2).

    Introductions, closing words and emphasis are no failure: each is taken away, and all in combination.
    """
    lines = response.split("\n")
    cut = ["\n".join(part).strip() for part in (lines[1:], lines[:-1], lines[1:-1])]
    readings = [response, *cut]
    return list(dict.fromkeys(readings + [reading.replace("*", "") for reading in readings]))
