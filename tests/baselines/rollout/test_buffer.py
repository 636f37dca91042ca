import enum
import io
import math
import struct
from dataclasses import fields, is_dataclass
from typing import NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.agents import ScriptedAgent
from rlvr.baselines.rollout import collect, make_envs
from rlvr.baselines.rollout.buffer import pack, unpack
from rlvr.core import Completion, Episode, FinishReason, Status, Turn

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
PLAIN = st.recursive(
    SCALARS | st.sampled_from([*Status, *FinishReason]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)
IDS = st.lists(st.integers(0, 2**31), max_size=4).map(tuple)
REASONS = st.none() | st.sampled_from(FinishReason)


@st.composite
def completions(draw):
    ids = draw(st.none() | IDS)
    logprobs = None if ids is None else draw(st.none() | st.just(tuple(-0.1 * i for i in ids)))
    return Completion(
        draw(st.text()),
        token_ids=ids,
        logprobs=logprobs,
        prompt_ids=draw(st.none() | IDS),
        finish_reason=draw(REASONS),
    )


TURNS = st.builds(
    Turn,
    prompt_ids=IDS,
    output_ids=IDS,
    output_logprobs=st.lists(st.floats(), max_size=4).map(tuple),
    output_mask=st.lists(st.integers(0, 1), max_size=4).map(tuple),
    reward=st.floats(),
    info=st.dictionaries(st.text(), PLAIN, max_size=3),
    text=st.text(),
    finish_reason=REASONS,
)
MESSAGES = st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": st.text() | completions()})
EPISODES = st.builds(
    Episode,
    task=st.text(),
    group=st.tuples(st.integers(0, 9), st.integers(0, 2**40)),
    turns=st.lists(TURNS, min_size=1, max_size=2).map(tuple),
    terminated=st.booleans(),
    truncated=st.booleans(),
    policy_version=st.integers(0, 2**40),
    messages=st.lists(MESSAGES, max_size=3).map(tuple),
    seed=st.integers(0, 2**64),
)


def through_a_file(plain):
    file = io.BytesIO()
    torch.save(plain, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def same(a, b):
    """Equal in type and to the bit, where `==` would let True be 1 and no NaN be itself."""
    if type(a) is not type(b):
        return False
    if is_dataclass(a):
        return all(same(getattr(a, one.name), getattr(b, one.name)) for one in fields(a))
    if isinstance(a, Completion):
        names = ("token_ids", "logprobs", "prompt_ids", "finish_reason")
        return str(a) == str(b) and all(same(getattr(a, name), getattr(b, name)) for name in names)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a), list(b)) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float):
        return struct.pack("d", a) == struct.pack("d", b) or (math.isnan(a) and math.isnan(b))
    return a == b


@given(st.lists(st.lists(EPISODES, max_size=2), max_size=2))
def test_episodes_come_back_as_they_were(groups):
    assert same(unpack(pack(groups)), groups)
    assert same(unpack(through_a_file(pack(groups))), groups)


def test_what_was_really_played_comes_back_and_is_equal():
    groups = collect(
        make_envs("tests.toys:toy/Successor-v0", {"max_turns": 3}, 4),
        ScriptedAgent("wrong"),
        seed=3,
        first_episode=10,
        group_size=2,
        policy_version=7,
    )
    back = unpack(through_a_file(pack(groups)))
    assert back == groups and same(back, groups)


def episode(**info):
    return Episode("t", (0, 0), (Turn((1,), (2,), (-0.5,), (1,), 1.0, info),), True, False, 0)


def test_nothing_in_an_info_is_mistaken_for_a_record():
    info = {"a": ("tuple", (1,)), "b": ("status", "correct"), "c": ["completion", "x", {}], "d": ("episode", {})}
    assert same(unpack(pack([[episode(**info)]])), [[episode(**info)]])


def test_halves_of_surrogate_pairs_survive_a_file():
    groups = [[episode(text="\ud800", more=Completion("a\udfff", token_ids=(1,)))]]
    assert same(unpack(through_a_file(pack(groups))), groups)


def test_a_turn_and_its_message_share_their_token_ids_in_a_file():
    ids = tuple(range(1000, 21000))
    lonely = [[Episode("t", (0, 0), (Turn(ids, (2,), (-0.5,), (1,), 1.0, {}),), True, False, 0)]]
    said = {"role": "assistant", "content": Completion("x", prompt_ids=ids)}
    shared = [[Episode("t", (0, 0), (Turn(ids, (2,), (-0.5,), (1,), 1.0, {}),), True, False, 0, messages=(said,))]]

    def size(groups):
        file = io.BytesIO()
        torch.save(pack(groups), file)
        return file.tell()

    assert size(shared) < 1.1 * size(lonely)
    [[back]] = unpack(through_a_file(pack(shared)))
    assert back.messages[0]["content"].prompt_ids is back.turns[0].prompt_ids


class Colour(enum.StrEnum):
    RED = "red"


class Loud(str):
    def __str__(self):
        return "LOUD"


class Point(NamedTuple):
    x: int


class Bag(dict):
    pass


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float32(0.1), float(np.float32(0.1))),
        (np.float64(0.1), 0.1),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (Colour.RED, "red"),
        (Loud("quiet"), "quiet"),
        (enum.IntEnum("Number", "ONE").ONE, 1),
        (Point(1), (1,)),
        (Bag(a=1), {"a": 1}),
    ],
)
def test_subclasses_of_plain_types_become_what_they_equal(value, plain):
    [[back]] = unpack(through_a_file(pack([[episode(x=value, y=(value,), z={"k": [value]})]])))
    info = back.turns[0].info
    assert same(info, {"x": plain, "y": (plain,), "z": {"k": [plain]}})
    assert info["x"] == value


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", torch.zeros(2), np.zeros(2), 1j])
def test_what_a_checkpoint_cannot_keep_is_refused_with_its_place(value):
    with pytest.raises(TypeError, match=r"episode 0 of group 0, turns\[0\], info\['deep'\]\[1\], actually: .*lag=0"):
        pack([[episode(deep=[1, value])]])
