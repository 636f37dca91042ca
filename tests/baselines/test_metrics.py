import pytest

from rlvr.baselines.metrics import describe
from rlvr.core import Episode, Turn


def turn(text, logprobs, mask, reward, status, terms):
    verdict = {"status": status} if status == "error" else {"status": status, "score": terms.get("correct", 0.0)}
    info = {"verdict": verdict, "reward_terms": terms}
    return Turn((), tuple(range(len(mask))), tuple(logprobs), tuple(mask), reward, info, text)


def episode(*turns):
    return Episode("task", (0, 0), turns, terminated=True, truncated=False, policy_version=0)


RIGHT = episode(
    turn("<think>1</think>2", [-0.5, -1.5, -1.0], [1, 1, 1], 0.8, "correct", {"correct": 1.0, "length": -0.2})
)
WRONG = episode(turn("3", [-3.0], [1], 0.0, "wrong", {"correct": 0.0, "length": 0.0}))
FAILED = episode(turn("4", [-1.0, -1.0], [1, 1], 0.0, "error", {"correct": 0.0}))
SECOND_TRY = episode(
    turn("<think>", [-1.0, -9.0], [1, 0], 0.0, "pending", {"correct": 0.0}),
    turn("5", [-1.0], [1], 0.5, "partial", {"correct": 0.5}),
)


def test_numbers_worked_by_hand():
    numbers = describe([[RIGHT, WRONG], [FAILED, SECOND_TRY]])
    assert numbers == pytest.approx(
        {
            "reward": (0.8 + 0.0 + 0.5) / 3,  # The failed check paid nothing that is known.
            "accuracy": (1.0 + 0.0 + 0.5) / 3,  # The failed check has no score.
            "length": (3 + 1 + 2 + 2) / 4,  # The token with mask 0 was not sampled.
            "thinking": 1 / 4,  # Only a closed thought counts, and only in the last answer.
            "surprise": (3.0 + 3.0 + 2.0 + 2.0) / 8,
            "reward/correct": (1.0 + 0.5) / 3,
            "reward/length": -0.2 / 3,
            "verdict/correct": 1 / 4,
            "verdict/error": 1 / 4,
            "verdict/partial": 1 / 4,
            "verdict/wrong": 1 / 4,
        }
    )


def test_verdict_shares_sum_to_one_and_terms_to_the_reward():
    numbers = describe([[RIGHT, WRONG, FAILED], [SECOND_TRY]])
    assert sum(value for name, value in numbers.items() if name.startswith("verdict/")) == pytest.approx(1.0)
    terms = sum(value for name, value in numbers.items() if name.startswith("reward/"))
    assert terms == pytest.approx(numbers["reward"])


def test_grouping_changes_nothing():
    assert describe([[RIGHT, WRONG], [SECOND_TRY]]) == describe([[RIGHT, WRONG, SECOND_TRY]])


def test_without_a_score_or_a_token_the_means_are_zero():
    silent = episode(turn("", [], [], 0.0, "error", {"correct": 0.0}))
    numbers = describe([[silent]])
    assert (numbers["accuracy"], numbers["length"], numbers["surprise"]) == (0.0, 0.0, 0.0)


def test_answers_that_were_not_sampled_here_have_length_but_no_surprise():
    scripted = episode(turn("7", [], [1, 1], 1.0, "correct", {"correct": 1.0}))
    assert describe([[scripted]])["length"] == 2.0
    assert describe([[scripted]])["surprise"] == 0.0
