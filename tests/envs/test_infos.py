"""Gymnasium's own `_add_info` is the oracle."""

import numpy as np
import pytest
from gymnasium.vector import VectorEnv
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.envs.infos import batch_infos
from tests.comparing import require_identical

NUM_ENVS = 4

# One kind of value a key, as infos have; numbers may be mixed, which takes the first one's type.
FLOATS = st.floats(allow_nan=False)
SCALARS = {
    "float": FLOATS,
    "int": st.integers(-100, 100),
    "flag": st.booleans(),
    "number": st.one_of(st.booleans(), st.integers(-100, 100), st.floats(-100, 100)),
    "numpy": st.integers(0, 9).map(np.int16) | st.integers(0, 9).map(np.float32),
    "text": st.text(max_size=3),
    "text or nothing": st.none() | st.text(max_size=3),
    "sequence": st.lists(st.integers(), max_size=2) | st.tuples(st.integers(), st.integers()),
    "array": st.lists(st.integers(0, 9), min_size=2, max_size=2).map(np.array),
    "numpy flag": st.booleans().map(np.bool_),
    "final_obs": st.one_of(FLOATS, st.tuples(), st.just({"a": 1}), st.just(np.zeros(2))),
}
INFOS = st.recursive(
    st.fixed_dictionaries({}, optional=SCALARS),
    lambda inner: st.fixed_dictionaries({}, optional={**SCALARS, "nested": inner, "final_info": inner}),
    max_leaves=3,
)


def oracle(infos, slots):
    vec = VectorEnv()
    vec.num_envs = NUM_ENVS
    batched = {}
    for slot, info in zip(slots, infos, strict=True):
        batched = vec._add_info(batched, info, slot)
    return batched


@settings(max_examples=300)
@given(st.data())
def test_the_layout_is_gymnasiums_to_the_byte(data):
    slots = sorted(data.draw(st.sets(st.integers(0, NUM_ENVS - 1), min_size=1)))
    infos = data.draw(st.lists(INFOS, min_size=len(slots), max_size=len(slots)))
    every = slots == list(range(NUM_ENVS))
    where = None if every and data.draw(st.booleans()) else np.array(slots, dtype=np.intp)
    require_identical(batch_infos(infos, where, NUM_ENVS), oracle(infos, slots))


@settings(max_examples=50)
@given(INFOS)
def test_alike_infos_take_the_quick_way_to_the_same_layout(info):
    infos = [info] * NUM_ENVS
    require_identical(batch_infos(infos, None, NUM_ENVS), oracle(infos, range(NUM_ENVS)))


def test_a_key_that_is_a_dict_here_and_something_else_there_becomes_objects():
    batched = batch_infos([{"a": {"b": 1}}, {"a": "text"}], None, 2)
    assert batched["a"].tolist() == [{"b": 1}, "text"]
    assert batched["_a"].tolist() == [True, True]


def test_infos_without_keys_batch_to_one_without_keys():
    assert batch_infos([{}, {}], None, 2) == {}


def test_what_does_not_fit_its_column_is_refused_as_by_gymnasium():
    for infos in ([{"a": 1}, {"a": None}], [{"a": 1}, {"a": 2**70}]):
        for batch in (lambda infos=infos: batch_infos(infos, None, 2), lambda infos=infos: oracle(infos, range(2))):
            with pytest.raises((TypeError, OverflowError)):
                batch()
