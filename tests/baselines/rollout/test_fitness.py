from dataclasses import replace

import pytest

from rlvr.baselines.rollout.fitness import fault, is_finished, masked_if_cut, staleness
from rlvr.core import Episode, FinishReason, Status, Turn


def episode(reward=0.0, status=Status.WRONG, score=0.0, **info):
    info = {"verdict": {"status": status.value, "score": score}, **info}
    return Episode("t", (0, 0), (Turn((1,), (2,), (-0.5,), (1,), reward, info),), True, False, 3)


RIGHT, WRONG = episode(1.0, Status.CORRECT, 1.0), episode()
MASKED = episode(masked=True)
FAILED = replace(episode(status=Status.ERROR), terminated=False, truncated=True)
UNFINISHED = replace(WRONG, terminated=False)


@pytest.mark.parametrize(
    ("group", "why"),
    [
        ([RIGHT, WRONG], None),
        ([RIGHT, FAILED], "error"),
        ([FAILED], "error"),
        ([RIGHT], "partial"),
        ([], "partial"),
        ([RIGHT, UNFINISHED], "partial"),
        ([MASKED, MASKED], "masked"),
        ([MASKED, RIGHT], None),
        ([WRONG, WRONG], "flat"),
        ([RIGHT, RIGHT], "flat"),
        ([MASKED, WRONG], "flat"),
    ],
)
def test_every_fault_has_its_name(group, why):
    assert fault(group, 2) == why


def test_a_group_of_one_is_never_flat():
    assert fault([RIGHT], 1) is None


def test_differences_of_rounding_are_no_spread():
    assert fault([episode(0.0), episode(-8e-17)], 2) == "flat"
    assert fault([episode(0.0), episode(1e-6)], 2) is None


def test_by_the_score_a_punished_length_is_no_spread():
    """DAPO filters by accuracy: with a length penalty all groups would differ in reward."""
    group = [episode(1.0, Status.CORRECT, 1.0), episode(0.5, Status.CORRECT, 1.0)]
    assert fault(group, 2) is None and fault(group, 2, "score") == "flat"


def test_cut_samples_are_masked_and_nothing_else_changes():
    turn = replace(RIGHT.turns[0], finish_reason=FinishReason.LENGTH)
    cut = replace(RIGHT, turns=(WRONG.turns[0], turn))
    masked = masked_if_cut(cut)
    assert masked.masked and not cut.masked
    assert masked.reward == cut.reward and masked.turns[0] == cut.turns[0]
    assert replace(masked, turns=cut.turns) == cut
    earlier = replace(RIGHT, turns=(turn, RIGHT.turns[0]))  # Its last sample came to an end.
    assert masked_if_cut(earlier) is earlier and masked_if_cut(RIGHT) is RIGHT


def test_the_oldest_episode_says_how_stale_a_group_is():
    assert staleness([RIGHT, replace(WRONG, policy_version=5)], 7) == 4


def test_an_episode_is_finished_by_its_end_or_by_a_limit():
    assert is_finished(RIGHT) and is_finished(FAILED) and not is_finished(UNFINISHED)
