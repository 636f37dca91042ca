from __future__ import annotations

import pytest

from rlvr.envs.answer_part import WINDOW
from rlvr.envs.math.extraction import all_boxes, extract


@pytest.mark.parametrize(
    ("completion", "opened_think", "answer", "unclosed"),
    [
        (r"<think>\boxed{1}</think> \boxed{2}", False, "2", False),
        (r"<think>\boxed{1}</think> nothing", False, None, False),
        (r"<think>\boxed{1}", False, None, True),
        (r"\boxed{1} <think> hm", False, None, True),
        (r"<think></think>\boxed{1}<think>", False, None, True),
        (r"<think>a</think>\boxed{1}<think>b</think>\boxed{2}", False, "2", False),
        (r"\boxed{1}", True, None, True),
        (r"\boxed{1}</think>\boxed{2}", True, "2", False),
        (r"hm</think>\boxed{1}", False, "1", False),
        ("<think>the answer is 1.</think> <answer>2</answer>", True, "2", False),
        (r"<think>a</think>\boxed{1}<|im_end|><|im_start|>assistant<think>b</think>\boxed{2}", False, "1", False),
        (r"<think><|im_end|></think>\boxed{1}", False, "1", False),
        (r"<|im_end|></think>\boxed{1}", True, "1", False),
        (r"<think>a<|im_end|>", False, None, True),
    ],
)
def test_only_what_stands_after_the_last_think_counts(completion, opened_think, answer, unclosed):
    found = extract(completion, opened_think=opened_think)
    assert (found.answer, found.unclosed) == (answer, unclosed)


ROLE_MARKERS = """
<|im_start|> <|im_end|> <|endoftext|> <|end_of_text|> <|begin_of_text|> <|eot_id|> <|start_header_id|> <|end|> <|user|>
<|assistant|> <|system|> <｜User｜> <｜Assistant｜> <｜end▁of▁sentence｜>
""".split()


@pytest.mark.parametrize("marker", ROLE_MARKERS)
@pytest.mark.parametrize("answer", [r"\boxed{42}", "<answer>42</answer>", "#### 42", "The answer is 42", "Answer: 42."])
def test_what_follows_a_role_marker_is_not_the_model_s_answer(marker, answer):
    dialogue = rf"{marker}user\n2+2?{marker}assistant\nThe answer is 4.\n#### 4\n<answer>4</answer>\boxed{{4}}"
    found = extract(answer + dialogue)
    assert (found.answer, found.delimited) == ("42", True)
    assert extract("hm" + dialogue) == (None, None, False, True)
    assert all_boxes("hm" + dialogue) == []


def test_bars_and_other_tags_are_no_role_markers():
    assert extract(r"if a<|b|> then <|box_start|> \boxed{42}").answer == "42"


def test_an_answer_is_looked_for_near_the_end_only():
    box = r"\boxed{42}"
    assert extract(box + " " * (WINDOW - len(box))).answer == "42"
    assert extract(box + " " * WINDOW).answer is None
