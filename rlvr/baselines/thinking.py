"""Worked sums: the cold start of the demonstration, in which RL discovers that thinking pays.

A minority of the examples adds digit by digit, from the right with the carry; the majority answers directly, which a
small model cannot do well. RL with the correctness reward alone has to find out which of the two habits pays.
"""

from __future__ import annotations

import re

from rlvr.baselines.settings import EnvConfig, TrainConfig
from rlvr.core import Task
from rlvr.seeding import StreamKey

_SUM = re.compile(r"([0-9]+)\+([0-9]+)=\?")
_KEY = StreamKey("rlvr/worked-sums", "v0")


def config() -> TrainConfig:
    """The recipe: three-digit column sums asked bare, tiny policy, cold start, then GRPO on correctness alone."""
    return TrainConfig(
        threads=2,
        env=EnvConfig("rlvr/Math-v0", kwargs={"families": "sum", "level": 3, "instruction": "", "split": "train"}),
    )


def operands(task: Task) -> tuple[int, int]:
    """The two numbers of a column sum.

    Raises:
        ValueError: The task is not one.
    """
    match = _SUM.fullmatch(task.prompt)
    if match is None:
        raise ValueError(
            f'Expected a bare column sum such as "12+345=?", actually: {task.prompt!r}. '
            'This recipe needs families="sum" and instruction="" among env.kwargs.'
        )
    return int(match[1]), int(match[2])


def thoughts(a: int, b: int) -> str:
    """The column addition, digits from the right, each step `digit+digit+carry=sum`.

    Example:
        >>> thoughts(721, 310)
        '1+0+0=1,2+1+0=3,7+3+0=10'
    """
    steps = []
    carry = 0
    width = max(len(str(a)), len(str(b)))
    for x, y in zip(reversed(f"{a:0{width}}"), reversed(f"{b:0{width}}"), strict=True):
        total = int(x) + int(y) + carry
        steps.append(f"{x}+{y}+{carry}={total}")
        carry = total // 10
    return ",".join(steps)


def worked_answer(task: Task, *, share: float, seed: int, index: int) -> str:
    """The `index`-th example's answer: thought out with probability `share`, else direct."""
    a, b = operands(task)
    answer = f"<answer>{a + b}</answer>"
    if _KEY.at(seed, index).random() < share:
        return f"<think>{thoughts(a, b)}</think>{answer}"
    return answer
