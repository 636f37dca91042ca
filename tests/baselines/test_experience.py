import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.experience import Experience
from tests.baselines.planted import answer, episode, turn


def two_turns():
    """Sampled 5 6, then the environment's 7 8, then sampled 9; the last turn samples nothing."""
    return episode(
        turn([1, 2], [5, 6], reward=0.25),
        turn([1, 2, 5, 6, 7, 8], [9], reward=0.5),
        turn([1, 2, 5, 6, 7, 8, 9, 7], [], reward=1.0),
    )


def test_rewards_sit_on_the_last_sampled_token_of_their_turn_and_none_is_lost():
    (one,) = Experience([[two_turns()]]).all
    assert one.tokens == 3 and one.column("turns") == [0.0, 0.0, 1.0]
    assert one.rewards() == [0.0, 0.25, 1.5]


def test_a_first_turn_without_tokens_pays_the_first_token_there_is():
    (one,) = Experience([[episode(turn([1], [], reward=0.5), turn([1, 7], [5, 6], reward=1.0))]]).all
    assert one.rewards() == [0.5, 1.0]


def test_rewritten_history_makes_rows_and_columns_go_over_all_of_them():
    rewritten = episode(turn([1, 2], [5, 6]), turn([1, 3], [7], reward=1.0))
    (one,) = Experience([[rewritten]]).all
    assert [row.ids for row in one.rows] == [[1, 2, 5, 6], [1, 3, 7]]
    one.fill("advantages", [1.0, 2.0, 3.0])
    assert [row.columns["advantages"] for row in one.rows] == [[1.0, 2.0], [3.0]]
    assert one.column("advantages") == [1.0, 2.0, 3.0] and one.rewards() == [0.0, 0.0, 1.0]
    with pytest.raises(ValueError, match="column 'advantages' to have 3 values, actually: 2"):
        one.fill("advantages", [1.0, 2.0])


def test_penalties_are_taken_from_the_tokens_and_from_the_return():
    experience = Experience([[two_turns()]])
    experience.fill_flat("penalty", torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64))
    (one,) = experience.all
    assert one.rewards() == pytest.approx([-0.1, 0.05, 1.2])
    assert one.total == pytest.approx(1.15) and experience.rewards.tolist() == [[pytest.approx(1.15)]]


def test_masked_and_empty_episodes_bear_no_loss_but_their_rewards_count():
    group = [answer(2, 1.0), answer(3, 0.0, masked=True), answer(0, 0.5)]
    experience = Experience([group])
    assert experience.rewards.tolist() == [[1.0, 0.0, 0.5]]
    assert [one.tokens for one in experience.trained] == [2] and len(experience.rows()) == 1


@given(st.lists(st.integers(1, 4), min_size=4, max_size=4), st.data())
def test_columns_come_back_from_every_view_as_they_were_set(lengths, data):
    experience = Experience([[answer(n, 1.0) for n in lengths[:2]], [answer(n, 0.0) for n in lengths[2:]]])
    numbers = [float(i) for i in range(sum(lengths))]
    experience.fill_flat("a", torch.tensor(numbers, dtype=torch.float64))
    assert experience.flat("a").tolist() == numbers
    table, mask = experience.padded("a")
    assert table[mask].tolist() == numbers and mask.sum(1).tolist() == lengths
    assert table[~mask].tolist() == [0.0] * int((~mask).sum())
    experience.fill_padded("b", table * 2)
    assert experience.flat("b").tolist() == [2 * one for one in numbers]
    experience.fill_episodes("c", torch.arange(4.0).reshape(2, 2))
    assert experience.flat("c").tolist() == [float(i) for i, n in enumerate(lengths) for _ in range(n)]
    assert experience.sequence().tolist() == [i for i, n in enumerate(lengths) for _ in range(n)]
    count = data.draw(st.integers(1, 3))
    chunks = list(experience.mini_batches(count))
    assert [group for chunk in chunks for group in chunk.groups] == experience.groups
    assert len(chunks) == min(count, 2) and math.fsum(len(chunk.rows()) for chunk in chunks) == 4


@given(st.integers(0, 40), st.integers(1, 15))
def test_mini_batches_are_as_many_as_asked_for_and_of_nearly_one_size(groups, count):
    experience = Experience([[answer(1, float(i))] for i in range(groups)])
    sizes = [len(chunk.groups) for chunk in experience.mini_batches(count)]
    assert len(sizes) == min(groups, count) and sum(sizes) == groups
    assert not sizes or max(sizes) - min(sizes) <= 1
