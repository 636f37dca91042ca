from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.question_answers import MultipleChoiceQuestions
from tests.envs.instructions.constraints.laws import constraint_laws

QUIZ = MultipleChoiceQuestions()
TestLaws = constraint_laws(QUIZ)

OPTIONS = "\n".join(f"{letter}) Art {letter}" for letter in "ABCDE")


def quiz(
    label: str = "Question {}: ", options: str = OPTIONS, after: str = "", lengths: tuple[int, ...] = (1, 2, 3, 4)
) -> str:
    parts = [
        f"{label.format(n)}Who{' really' * length} did it?\n{options}{after}" for n, length in enumerate(lengths, 1)
    ]
    return "\n\n".join(parts)


@pytest.mark.parametrize("label", ["Question {}: ", "Question {} ", "Question {}\n", "Question {}. (Easy)\n"])
def test_four_questions_grow_longer(label):
    assert QUIZ.check(quiz(label))
    assert QUIZ.reference(quiz(label))


@pytest.mark.parametrize("label", ["Question: ", "**Question {}:** ", "### Question {}\n"])
def test_strict_knows_other_labels(label):
    assert QUIZ.check(quiz(label))
    assert not QUIZ.reference(quiz(label))


@pytest.mark.parametrize(
    "text",
    [
        quiz("{}. "),
        quiz(lengths=(1, 2, 3)),
        quiz(lengths=(1, 2, 3, 4, 5)),
        quiz(lengths=(4, 3, 2, 1)),
        quiz(lengths=(1, 2, 2, 3)),
        quiz(options=OPTIONS.rsplit("\n", 1)[0]),
        "Here are four questions:\n" + quiz(),
        "",
    ],
)
def test_other_numbers_and_introductions_do_not_pass(text):
    assert not QUIZ.check(text)
    assert not QUIZ.reference(text)


def test_an_explanation_is_a_fault_and_the_letter_of_the_answer_is_none():
    assert QUIZ.check(quiz(after="\nAnswer: B"))
    assert QUIZ.check(quiz(after="\n**Correct answer:** B) Art B"))
    explained = quiz(after="\nIt was B since he painted it.")
    assert QUIZ.reference(explained) and not QUIZ.check(explained)


def test_options_go_from_a_to_e():
    mixed = quiz(options=OPTIONS.replace("B)", "A)"))
    assert QUIZ.reference(mixed) and not QUIZ.check(mixed)
    bold = quiz(options=OPTIONS.replace("A)", "**(A)**"))
    assert not QUIZ.reference(bold)
