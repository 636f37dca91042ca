import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.thinking import config, operands, thoughts, worked_answer
from rlvr.core import Task


def test_the_column_addition_of_the_documentation():
    assert thoughts(721, 310) == "1+0+0=1,2+1+0=3,7+3+0=10"


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_the_thoughts_are_true_and_lead_to_the_sum(a, b):
    digits = ""
    carry = 0
    steps = thoughts(a, b).split(",")
    for i, step in enumerate(steps):
        x, y, c, total = map(int, re.fullmatch(r"(\d)\+(\d)\+(\d)=(\d+)", step).groups())
        assert c == carry and x + y + c == total
        carry, digit = divmod(total, 10)
        digits = (str(total) if i == len(steps) - 1 else str(digit)) + digits
    assert int(digits) == a + b


def test_the_share_of_examples_that_think_is_what_was_asked_for():
    task = Task("t", "12+3=?", "15")
    answers = [worked_answer(task, share=0.3, seed=0, index=i) for i in range(2000)]
    assert set(answers) == {"<answer>15</answer>", "<think>2+3+0=5,1+0+0=1</think><answer>15</answer>"}
    assert 0.26 < sum("<think>" in answer for answer in answers) / 2000 < 0.34


def test_another_task_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"bare column sum.*actually: 'What is 1\+1\?'.*instruction"):
        operands(Task("t", "What is 1+1?", "2"))


def test_the_recipe_asks_bare_three_digit_sums_and_holds_some_out():
    settings = config()
    assert settings.env.kwargs["split"] == "train" and settings.env.held_out == {"split": "test"}
