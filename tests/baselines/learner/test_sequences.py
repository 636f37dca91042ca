import dataclasses

import pytest
import torch

from rlvr.baselines.learner.sequences import Tokens, TokenSequence, from_episode
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
    [row] = from_episode(episode(turn([1, 2], [3, 4]), turn([1, 2, 3, 4, 5, 6], [7])))
    assert row.ids == [1, 2, 3, 4, 5, 6, 7]
    assert row.mask == [0, 0, 1, 1, 0, 0, 1]
    assert row.columns["sampled"] == pytest.approx([-0.3, -0.4, -0.7])
    assert row.columns["turns"] == [0.0, 0.0, 1.0]
    row.check()


def test_a_rewritten_history_begins_a_new_row_so_that_every_token_keeps_its_context():
    rows = from_episode(episode(turn([1, 2], [3, 4]), turn([1, 2, 9], [7])))
    assert [row.ids for row in rows] == [[1, 2, 3, 4], [1, 2, 9, 7]]
    assert [row.mask for row in rows] == [[0, 0, 1, 1], [0, 0, 0, 1]]
    assert [row.columns["turns"] for row in rows] == [[0.0, 0.0], [1.0]]


def test_tokens_that_the_model_did_not_sample_have_no_place_in_the_columns():
    [row] = from_episode(episode(turn([1], [3, 4, 5], [1, 0, 1])))
    assert row.mask == [0, 1, 0, 1]
    assert row.columns == {"sampled": pytest.approx([-0.3, -0.5]), "turns": [0.0, 0.0]}


def test_an_empty_answer_gives_no_row():
    assert from_episode(episode(turn([1, 2], []))) == []


def test_a_sample_without_a_prompt_is_refused():
    with pytest.raises(ValueError, match="turn 0 of task 't' to have a prompt"):
        from_episode(episode(turn([], [3])))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"output_logprobs": ()}, r"output_logprobs of turn 1 of task 't' to have 2 values, .*actually: 0"),
        ({"output_logprobs": (-1.0,)}, r"output_logprobs of turn 1 of task 't' to have 2 values, .*actually: 1"),
        ({"output_mask": (1, 1, 1)}, r"output_mask of turn 1 of task 't' to have 2 values, .*actually: 3"),
    ],
)
def test_a_sample_without_a_number_for_each_of_its_ids_is_refused(changed, message):
    second = dataclasses.replace(turn([1, 2, 3, 4], [5, 6]), **changed)
    with pytest.raises(ValueError, match=message):
        from_episode(episode(turn([1, 2], [3]), second))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (TokenSequence([1, 2], [0], {}), "a mask of 2 positions"),
        (TokenSequence([1, 2], [1, 0], {"a": [0.0]}), "first position"),
        (TokenSequence([1, 2, 3], [0, 1, 1], {"a": [0.0]}), "column 'a' to have 2 values"),
    ],
)
def test_malformed_rows_are_refused(row, message):
    with pytest.raises(ValueError, match=message):
        row.check()


def test_a_missing_column_is_named():
    tokens = Tokens(torch.tensor([0]), 1, {"old": torch.tensor([0.0])})
    assert tokens["old"].tolist() == [0.0]
    with pytest.raises(KeyError, match=r"no column 'ref', only \['old'\]"):
        tokens["ref"]
