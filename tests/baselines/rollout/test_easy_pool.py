from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.rollout.easy_pool import EasyPool
from rlvr.core import Episode, Status, Turn

RIGHT, WRONG, ERROR = Status.CORRECT, Status.WRONG, Status.ERROR


def group(number, *statuses, task=None):
    turn = Turn((), (), (), (), 0.0, {})
    return [
        Episode(
            task=task or f"task {number}",
            group=(0, number),
            turns=(replace(turn, info={"verdict": {"status": status.value}}),),
            terminated=True,
            truncated=False,
            policy_version=0,
        )
        for status in statuses
    ]


def test_tasks_that_a_whole_group_solves_come_in_and_leave_when_one_member_fails():
    pool = EasyPool(1.0, seed=0)
    pool.add([group(3, RIGHT, RIGHT), group(4, RIGHT, WRONG), group(5, WRONG, WRONG)])
    assert pool.draw(3) == [3, None, None]
    pool.add([group(3, RIGHT, WRONG)])
    assert len(pool) == 0 and pool.draw(1) == [None]


def test_a_failed_verifier_changes_nothing():
    pool = EasyPool(1.0, seed=0)
    pool.add([group(3, RIGHT, RIGHT)])
    pool.add([group(3, RIGHT, ERROR), group(4, RIGHT, ERROR)])
    assert pool.draw(2) == [3, None]


def test_a_task_that_is_visited_again_is_in_the_pool_once():
    pool = EasyPool(1.0, seed=0)
    pool.add([group(3, RIGHT, task="row 1"), group(103, RIGHT, task="row 1")])
    assert pool.draw(2) == [103, None]


def test_a_drawn_task_stays_for_the_next_round():
    pool = EasyPool(1.0, seed=0)
    pool.add([group(3, RIGHT)])
    assert [pool.draw(1), pool.draw(1)] == [[3], [3]]


def test_each_level_of_a_curriculum_has_a_pool_of_its_own():
    pool = EasyPool(1.0, seed=0)
    pool.add([group(3, RIGHT)], level=0)
    pool.add([group(3, RIGHT), group(4, RIGHT)], level=1)
    pool.add([group(3, WRONG)], level=1)
    assert pool.draw(2, level=0) == [3, None]
    assert pool.draw(2, level=1) == [4, None]
    assert pool.draw(2, level=2) == [None, None]


def test_with_a_share_of_zero_nothing_is_kept_or_drawn():
    pool = EasyPool(0.0, seed=0)
    pool.add([group(3, RIGHT)])
    assert len(pool) == 0 and pool.draw(2) == [None, None]
    assert pool.state_dict() == EasyPool(0.0, seed=0).state_dict()


def test_the_share_is_the_frequency_of_draws(untouched_global_random_state):
    pool = EasyPool(0.1, seed=0)
    pool.add([group(number, RIGHT) for number in range(100)])
    drawn = [one for _ in range(200) for one in pool.draw(10) if one is not None]
    assert 150 < len(drawn) < 250
    assert len(set(drawn)) > 70


def test_other_seeds_draw_other_tasks():
    drawn = []
    for seed in range(3):
        pool = EasyPool(0.5, seed=seed)
        pool.add([group(number, RIGHT) for number in range(100)])
        drawn.append(tuple(pool.draw(20)))
    assert len(set(drawn)) == 3


@given(
    seed=st.integers(0, 2**40),
    solved=st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=30),
    share=st.floats(0.01, 1.0),
    cut=st.integers(0, 5),
)
def test_draws_are_distinct_tasks_of_the_pool_and_go_on_from_a_checkpoint(seed, solved, share, cut):
    def rounds(pool, first, last):
        drawn = []
        for step in range(first, last):
            pool.add([group(number, RIGHT if right else WRONG) for number, right in solved[step::5]])
            present = len(pool)
            drawn.append(pool.draw(6))
            picked = [one for one in drawn[-1] if one is not None]
            assert len(picked) == len(set(picked)) <= present
        return drawn

    straight = rounds(EasyPool(share, seed=seed), 0, 5)
    before, after = EasyPool(share, seed=seed), EasyPool(share, seed=seed)
    first = rounds(before, 0, cut)
    after.load_state_dict(before.state_dict())
    assert first + rounds(after, cut, 5) == straight


@pytest.mark.parametrize("count", [0, 1, 7])
def test_there_is_an_answer_for_every_group(count):
    assert len(EasyPool(0.5, seed=1).draw(count)) == count
