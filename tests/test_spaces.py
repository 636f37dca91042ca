import copy
import json
import pickle

import gymnasium as gym
import pytest
from gymnasium.vector.utils import batch_space, iterate
from hypothesis import given
from hypothesis import strategies as st

from rlvr.core import Completion
from rlvr.spaces import AnyText, Messages
from rlvr.testing import check_env, from_space
from tests.planted_env import SumEnv

SPACES = [AnyText, Messages]


@pytest.mark.parametrize("space", SPACES)
@given(data=st.data())
def test_members_go_to_json_and_back(space, data):
    members = data.draw(st.lists(from_space(space()), max_size=3))
    again = space().from_jsonable(json.loads(json.dumps(space().to_jsonable(members), ensure_ascii=False)))
    assert all(member in space() for member in again)
    assert [repr(member) for member in again] == [repr(member) for member in members]


@pytest.mark.parametrize("space", SPACES)
def test_samples_are_members_and_follow_the_seed(space):
    one, two, other = space(seed=3), space(), space(seed=4)
    two.seed(3)
    samples = [one.sample() for _ in range(50)]
    assert all(sample in one for sample in samples)
    assert samples == [two.sample() for _ in range(50)]
    assert samples != [other.sample() for _ in range(50)]
    assert one.sample() == copy.deepcopy(two).sample()


@pytest.mark.parametrize("space", SPACES)
def test_all_spaces_of_a_kind_are_one_and_cost_little(space):
    assert space() == space(seed=1) != gym.spaces.Discrete(2)
    assert (space() == AnyText()) == (space is AnyText)
    assert repr(space()) == f"{space.__name__}()"
    assert len(pickle.dumps(space())) < 1000
    assert pickle.loads(pickle.dumps(space())) == space()
    assert not space().is_np_flattenable


@pytest.mark.parametrize("space", SPACES)
def test_masks_are_refused(space):
    for arguments in ({"mask": [1]}, {"probability": [1.0]}):
        with pytest.raises(ValueError, match="mask=None and probability=None"):
            space().sample(**arguments)


@pytest.mark.parametrize(
    ("member", "inside"),
    [("", True), ("\ud800\0", True), (Completion("x"), True), (b"x", False), (None, False), (["x"], False), (7, False)],
)
def test_any_text_holds_strings_and_nothing_else(member, inside):
    assert (member in AnyText()) == inside


@pytest.mark.parametrize(
    ("member", "inside"),
    [
        ((), True),
        (({"role": "user", "content": ""},), True),
        (({"role": "assistant", "content": None},), True),
        (({"role": "user", "content": [{"type": "text", "text": "x"}], "name": "n"},), True),
        ([{"role": "user", "content": "x"}], False),
        (({"role": "", "content": "x"},), False),
        (({"role": "user"},), False),
        (({"role": "user", "content": 7},), False),
        (({"role": "user", "content": ["x"]},), False),
        (("x",), False),
    ],
)
def test_messages_holds_tuples_that_a_chat_template_can_read(member, inside):
    assert (member in Messages()) == inside


def test_a_batch_of_texts_is_iterated_by_texts_not_by_characters():
    batch = batch_space(AnyText(), 3)
    assert list(iterate(batch, ("ab", "cd", "ef"))) == ["ab", "cd", "ef"]


def test_both_spaces_pass_gymnasiums_checks():
    check_env(SumEnv())
