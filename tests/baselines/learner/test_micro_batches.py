import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.learner.micro_batches import assemble, plan
from rlvr.baselines.learner.sequences import TokenSequence

LENGTHS = st.lists(st.integers(2, 30), min_size=1, max_size=40)
ROWS = [
    TokenSequence([1, 2, 3, 4], [0, 1, 0, 1], {"a": [0.5, -1.0]}),
    TokenSequence([5, 6], [0, 1], {"a": [2.0]}),
    TokenSequence([7, 8, 9], [0, 0, 0], {"a": []}),
]


@given(LENGTHS, st.integers(1, 100), st.sampled_from(["padded", "packed"]))
def test_a_plan_holds_every_row_once_within_the_budget(lengths, budget, layout):
    batches = plan(lengths, budget, layout)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        own = [lengths[i] for i in batch]
        assert len(batch) == 1 or (sum(own) if layout == "packed" else len(own) * max(own)) <= budget


@given(LENGTHS, st.integers(30, 100))
def test_no_two_bins_would_fit_into_one(lengths, budget):
    full = [sum(lengths[i] for i in batch) for batch in plan(lengths, budget, "packed")]
    assert all(a + b > budget for i, a in enumerate(full) for b in full[:i])


def test_packing_takes_the_fullest_bin_that_has_room():
    assert plan([6, 5, 4, 3, 2], 10, "packed") == [[0, 2], [1, 3, 4]]


def test_padded_rows_stand_side_by_side():
    batch = assemble(ROWS, pad_id=99)
    assert batch.ids.tolist() == [[1, 2, 3], [5, 99, 99], [7, 8, 99]]
    assert batch.positions is None
    assert batch.index.tolist() == [0, 2, 3]  # of the ids before the masked ones
    assert batch.targets.tolist() == [2, 4, 6]
    assert batch.tokens.sequence.tolist() == [0, 0, 1] and batch.tokens.count == 3
    assert batch.tokens["a"].tolist() == [0.5, -1.0, 2.0] and batch.tokens["a"].dtype == torch.float32


def test_packed_rows_stand_in_line():
    batch = assemble(ROWS, layout="packed")
    assert batch.ids.tolist() == [[1, 2, 3, 5, 7, 8]]
    assert batch.positions.tolist() == [[0, 1, 2, 0, 0, 1]]
    assert batch.index.tolist() == [0, 2, 3]
    assert batch.targets.tolist() == [2, 4, 6]
    assert batch.tokens.sequence.tolist() == [0, 0, 1]


def test_rows_with_different_columns_are_refused():
    with pytest.raises(ValueError, match=r"to have the columns \['a'\], actually: \[\]"):
        assemble([ROWS[1], TokenSequence([1, 2], [0, 1])])


def test_columns_are_as_precise_as_the_model():
    assert assemble(ROWS, dtype=torch.float64).tokens["a"].dtype == torch.float64
