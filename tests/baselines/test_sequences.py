import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.sequences import TokenSequence, from_episode, micro_batches, pad
from rlvr.core import Episode, Turn


def turn(prompt, output, mask=None):
    return Turn(
        prompt_ids=tuple(prompt),
        output_ids=tuple(output),
        output_logprobs=tuple(-0.1 * token for token in output),
        output_mask=tuple(mask or [1] * len(output)),
        reward=0.0,
        info={},
    )


def episode(*turns):
    return Episode(task="t", group=(0, 0), turns=turns, terminated=True, truncated=False, policy_version=0)


def test_turns_become_one_row_with_mask_zero_on_what_was_not_sampled():
    [row] = from_episode(episode(turn([1, 2], [3, 4]), turn([1, 2, 3, 4, 5, 6], [7])), weight=0.5)
    assert row.ids == [1, 2, 3, 4, 5, 6, 7]
    assert row.mask == [0, 0, 1, 1, 0, 0, 1]
    assert row.weights == [0, 0, 0.5, 0.5, 0, 0, 0.5]
    assert row.logprobs == pytest.approx([0, 0, -0.3, -0.4, 0, 0, -0.7])


def test_a_rewritten_history_begins_a_new_row_so_that_every_token_keeps_its_context():
    rows = from_episode(episode(turn([1, 2], [3, 4]), turn([1, 2, 9], [7])))
    assert [row.ids for row in rows] == [[1, 2, 3, 4], [1, 2, 9, 7]]
    assert [row.mask for row in rows] == [[0, 0, 1, 1], [0, 0, 0, 1]]


def test_an_empty_answer_gives_no_row():
    assert from_episode(episode(turn([1, 2], []))) == []


def test_padding_is_on_the_right_with_mask_zero():
    batch = pad(
        [TokenSequence([1, 2, 3], [0, 1, 1], [0, -1, -2], [0, 1, 1]), TokenSequence([4], [1], [-3], [2])], pad_id=9
    )
    assert batch.ids.tolist() == [[1, 2, 3], [4, 9, 9]]
    assert batch.mask.tolist() == [[False, True, True], [True, False, False]]
    assert batch.weights.tolist() == [[0, 1, 1], [2, 0, 0]]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40), st.integers(1, 100))
def test_micro_batches_hold_every_row_once_within_the_budget(lengths, budget):
    rows = [
        TokenSequence([i] * length, [1] * length, [0.0] * length, [0.0] * length) for i, length in enumerate(lengths)
    ]
    batches = list(micro_batches(rows, budget))
    assert sorted(row.ids[0] for batch in batches for row in batch) == list(range(len(rows)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(len(row.ids) for row in batch) <= budget
