import math

import pytest
import torch

from rlvr.baselines.advantages import on_policy_distillation

MASK = torch.tensor([[1, 0, 1]])
TEACHER = torch.tensor([[-0.5, math.nan, -2.0]], dtype=torch.float64)
STUDENT = torch.tensor([[-1.5, 0.0, -1.0]], dtype=torch.float64)


def test_the_advantage_is_what_the_teacher_says_more_than_the_student():
    assert on_policy_distillation(TEACHER, STUDENT, MASK).tolist() == [[1.0, 0.0, -1.0]]


def test_an_outcome_advantage_is_added_to_every_sampled_token():
    outcome = torch.tensor([2.0], dtype=torch.float64)
    advantages = on_policy_distillation(TEACHER, STUDENT, MASK, outcome=outcome, weight=0.25)
    assert advantages.tolist() == [[1.5, 0.0, -0.5]]


def test_its_expectation_is_minus_the_reverse_kl_divergence():
    student, teacher = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64), torch.tensor([0.6, 0.3, 0.1]).double()
    advantages = on_policy_distillation(teacher.log()[None], student.log()[None], torch.ones(1, 3))
    kl = sum(p * math.log(p / q) for p, q in zip(student.tolist(), teacher.tolist(), strict=True))
    assert (student * advantages).sum().item() == pytest.approx(-kl, rel=1e-9)


def test_gradients_end_here():
    assert not on_policy_distillation(TEACHER, STUDENT.clone().requires_grad_(), MASK).requires_grad


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"teacher": STUDENT[:, :2]}, r"teacher of the shape of mask, \(1, 3\), actually: \(1, 2\)"),
        ({"student": TEACHER, "mask": torch.ones(1, 3), "teacher": STUDENT}, "student to be finite, actually: nan"),
        ({"outcome": torch.ones(2)}, r"outcome \[rows = 1\], actually: \(2,\)"),
    ],
)
def test_what_does_not_fit_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        on_policy_distillation(**{"teacher": TEACHER, "student": STUDENT, "mask": MASK, **options})
