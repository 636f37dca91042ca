import dataclasses

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import DynamicCache

from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.learner.beginnings import Beginnings, Memory, families
from rlvr.baselines.learner.forward import TokenModel, recompute_blocks
from rlvr.baselines.learner.micro_batches import assemble
from rlvr.baselines.learner.sequences import TokenSequence
from tests.token_rows import answers_to, furthest, gradients, loss, small

ROWS = [
    TokenSequence([*range(20), 1, 2, 3, 4, 5], [0] * 23 + [0, 1]),  # begins with 20 tokens and 1, 2, 3
    TokenSequence([*range(20), 1, 2, 6, 7], [0] * 23 + [1]),  # with 20 tokens and 1, 2
    TokenSequence([*range(20), 8, 9, 3, 4, 5], [0] * 23 + [1, 1]),  # and 8, 9
]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3), st.integers(2, 60), st.booleans()), min_size=1),
    st.integers(1, 200),
)
def test_a_family_is_cut_to_its_shortest_beginning_and_loses_little_by_it(drawn, budget):
    rows, ends = [], []
    for length, kind, own, masked in drawn:
        ids = [kind] * length + list(range(own))
        rows.append(TokenSequence(ids, [0] * (length + 1) + [int(masked)] * (own - 1)))
        ends.append(length if masked else 0)
    found = families(rows, budget)
    assert sorted(i for family in found for i in family.rows) == list(range(len(rows)))
    for family in found:
        assert family.length == min(ends[i] for i in family.rows)
        assert family.numbers.keys() == {tuple(rows[i].ids[: family.length]) for i in family.rows}
        assert len(family.numbers) == 1 or family.positions <= budget / 4
        for i in family.rows:
            assert ends[i] - family.length <= (len(rows[i].ids) - family.length) / 8
            assert family.ids("cpu")[family.owner(rows[i])].tolist() == rows[i].ids[: family.length]


def test_rows_go_on_from_beginnings_cut_to_the_shortest():
    rows = [dataclasses.replace(row, ids=[*row.ids, *[7] * 8], mask=[*row.mask, *[0] * 8]) for row in ROWS]
    [family] = families(rows, 1000)
    assert family.length == 22 and family.positions == 44
    batch = assemble(rows, beginnings=family, pad_id=99)
    assert family.ids("cpu")[:, 20:].tolist() == [[1, 2], [8, 9]]
    assert batch.owner.tolist() == [0, 0, 1]
    assert batch.ids[:, :2].tolist() == [[3, 4], [6, 7], [3, 4]]
    assert batch.positions[0, :2].tolist() == [22, 23]
    assert batch.index.tolist() == [1, 10, 20, 21]
    assert batch.targets.tolist() == [5, 7, 4, 5]


def test_rows_without_anything_in_common_share_nothing():
    row = TokenSequence([1, 2, 3], [0, 1, 1])
    [family] = families([row], 100)
    batch = assemble([row], beginnings=family)
    assert batch.beginnings is None and batch.owner is None and batch.ids.tolist() == [[1, 2]]


def test_beginnings_are_computed_once_for_all_micro_batches():
    rows = answers_to([20, 20], 6)
    seen = []
    model = small()
    learner = Learner(model, OptimizerConfig(layout="shared", micro_batch_tokens=200), 1, 0)
    model.register_forward_pre_hook(lambda _, args, more: seen.append(more["input_ids"].shape), with_kwargs=True)
    learner.step(rows, loss)
    assert seen[0] == (2, 19)
    assert len(seen) > 2 and all(length < 19 for _, length in seen[1:])


def test_a_step_that_broke_off_leaves_nothing_behind():
    rows = answers_to([20], 6)
    _, expected = gradients(small(), rows)
    model = small()
    learner = Learner(model, OptimizerConfig(layout="shared", micro_batch_tokens=60, lr=0.0, max_grad_norm=1e12), 1, 0)
    calls = []

    def breaks_off(outputs, tokens):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("in between")
        return loss(outputs, tokens)

    with pytest.raises(RuntimeError, match="in between"):
        learner.step(rows, breaks_off)
    kept = {}
    forget = learner._forget_gradients

    def read():
        kept.update({name: one.grad for name, one in model.named_parameters()})
        forget()

    learner._forget_gradients = read
    learner.step(rows, loss, temperature=0.7, entropy="graph")
    assert furthest(kept, expected) <= 1e-6


def test_a_loss_may_ask_for_scores():
    rows = answers_to([20], 6)
    _, expected = gradients(small(), rows)
    model = small()
    learner = Learner(model, OptimizerConfig(layout="shared", micro_batch_tokens=60, lr=0.0), 1, 0)
    kept = {}
    learner._forget_gradients = lambda: kept.update({name: one.grad for name, one in model.named_parameters()})

    def asks(outputs, tokens):
        learner.score(rows[:2])
        model.train()
        return loss(outputs, tokens)

    learner.step(rows, asks, temperature=0.7, entropy="graph")
    clipped = float(torch.stack([one.norm() for one in expected.values()]).norm())
    assert furthest({name: one * clipped for name, one in kept.items()}, expected) <= 1e-6


def test_a_model_that_keeps_no_keys_while_it_learns_is_refused():
    model = small()
    learner = Learner(model, OptimizerConfig(layout="shared"), 1, 0)
    recompute_blocks(model)
    with pytest.raises(RuntimeError, match=r"keys and values of 19 tokens, actually: of 0\. Disable"):
        learner.step(answers_to([20], 3), loss)


def test_many_small_gradients_add_up_in_half_precision():
    weight = torch.ones(1, 1, 1, 1, requires_grad=True)
    cache = DynamicCache()
    cache.update(weight.bfloat16(), weight.bfloat16(), 0)
    memory = Memory(Beginnings([0], 1, {(1,): 0}), cache)
    for gradient in [1.0, *[1 / 512] * 256]:  # 1 + 1/512 is 1 in bfloat16
        (memory.of(torch.tensor([0])).layers[0].keys * gradient).sum().backward()
    assert weight.grad is None
    memory.settle()
    assert float(weight.grad) == 1.5


def test_nobody_forgets_to_go_back_through_the_beginnings():
    rows = answers_to([9], 2)
    [family] = families(rows, 1000)
    with pytest.raises(RuntimeError, match=r"with tokens\.remembering\(\)"):
        TokenModel(small())(assemble(rows, beginnings=family, dtype=torch.float64))
