"""`settle`, over episodes that were played."""

import copy
import math

import gymnasium as gym
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.toys  # noqa: F401  # Registers toy/Successor-v0.
from rlvr.baselines.rollout import collect
from rlvr.core import Completion, Episode, Turn
from rlvr.wrappers.bounds import Bounds
from rlvr.wrappers.groups import GroupTerm, Member, settle
from rlvr.wrappers.length import LengthPenalty
from rlvr.wrappers.length_group import GroupNormalisedCost, KimiLength
from tests.wrappers.test_length_laws import TOY

ANSWERS = st.lists(
    st.tuples(st.booleans(), st.lists(st.integers(1, 30), min_size=1, max_size=3)), min_size=1, max_size=6
)


class Spy(GroupTerm):
    """Remembers what it was shown; worth the length, 0.001 a token."""

    term_name = "spy"

    def __init__(self, env, *, counter=None, **common):
        super().__init__(env, counter=counter, **common)
        self.shown = []

    def bounds(self):
        return Bounds((0.0, 0.1), (0.0, 0.1))

    def values(self, group):
        self.shown.append(list(group))
        return [member.length / 1000 for member in group]


def episode(env, right, lengths, seed=3):
    """What `collect` makes of an episode, before it settles the group."""
    _, info = env.reset(seed=seed)
    base = env.unwrapped
    turns = []
    for position, tokens in enumerate(lengths):
        last = position == len(lengths) - 1
        text = base.solution(base.task) if last and right else base.mistake(base.task)
        reason = "length" if last else "stop"  # A cut ends the episode, whatever turns are left.
        action = Completion(text, token_ids=(7,) * tokens, logprobs=(-1.0,) * tokens, finish_reason=reason)
        _, reward, terminated, truncated, info = env.step(action)
        turns.append(
            Turn((1,), action.token_ids, action.logprobs, (1,) * tokens, reward, info, text, action.finish_reason)
        )
        if terminated or truncated:
            break
    return Episode(info["task"], (0, 0), tuple(turns), terminated, truncated, 0, seed=seed)


@given(ANSWERS)
def test_sums_are_recomputed_and_nothing_but_the_last_turn_changes(answers):
    env = KimiLength(Spy(LengthPenalty(gym.make(TOY, max_turns=3), target=5)))
    spy = env.env
    group = [episode(env, *answer) for answer in answers]
    before = copy.deepcopy(group)
    settled = settle(env, group)
    assert group == before
    assert [(member.right, member.length) for member in spy.shown[-1]] == [(right, sum(n)) for right, n in answers]
    kimi = env.values([Member(right, sum(n), 0.0) for right, n in answers])
    for old, new, expected, (_, lengths) in zip(group, settled, kimi, answers, strict=True):
        terms = new.turns[-1].info["reward_terms"]
        assert terms == {**old.turns[-1].info["reward_terms"], "spy": sum(lengths) / 1000, "kimi_length": expected}
        assert new.turns[-1].reward == math.fsum(terms.values()) == pytest.approx(new.reward)
        assert new.verdict == old.verdict
        assert new.turns[:-1] == old.turns[:-1]
        assert all(turn.reward == 0.0 for turn in new.turns[:-1])


def test_an_outer_term_sees_what_an_inner_one_paid():
    env = Spy(GroupNormalisedCost(gym.make(TOY), weight=0.4), term="outer")
    group = [episode(env, True, [10]), episode(env, False, [20])]
    settle(env, group)
    assert [member.reward for member in env.shown[-1]] == pytest.approx([1 - 0.4 * 0.5 * 0.5, -0.4 * 0.5])
    env = GroupNormalisedCost(LengthPenalty(gym.make(TOY), target=0, weight=10), weight=0.4)
    group = [episode(env, True, [10]), episode(env, False, [20])]
    mean = ((1 - 0.1) + (0 - 0.2)) / 2
    assert [one.reward for one in settle(env, group)] == pytest.approx([0.9 - 0.2 * mean, -0.2 - 0.4 * mean])


def test_several_terms_of_one_kind_stack_under_two_names():
    env = KimiLength(KimiLength(gym.make(TOY)), term="again", weight=0.4)
    settled = settle(env, [episode(env, True, [10]), episode(env, True, [20])])
    assert [one.turns[-1].info["reward_terms"] for one in settled] == [
        {"correct": 1.0, "kimi_length": 0.1, "again": 0.2},
        {"correct": 1.0, "kimi_length": -0.1, "again": -0.2},
    ]


def test_a_group_with_an_error_is_left_as_it_is():
    sound, broken = KimiLength(gym.make(TOY)), KimiLength(gym.make(TOY, broken=True))
    group = [episode(sound, True, [10]), episode(broken, False, [20]), episode(sound, True, [30])]
    assert group[1].truncated
    settled = settle(sound, group)
    assert settled == group and all(one is other for one, other in zip(settled, group, strict=True))


def test_without_group_terms_nothing_happens():
    env = LengthPenalty(gym.make(TOY))
    group = [episode(env, True, [10])]
    assert settle(env, group) == group


def test_text_without_tokens_needs_a_counter():
    def played(env):
        env.reset(seed=3)
        _, reward, terminated, truncated, info = env.step("three whole words")
        turn = Turn((), (), (), (), reward, info, "three whole words")
        return Episode(info["task"], (0, 0), (turn,), terminated, truncated, 0)

    env = Spy(gym.make(TOY), counter="rlvr.wrappers.counting:words")
    settle(env, [played(env)])
    assert env.shown[-1] == [Member(False, 3, 0.0)]
    env = Spy(gym.make(TOY))
    with pytest.raises(ValueError, match="Give the wrapper a counter"):
        settle(env, [played(env)])


class Lengths:
    """An agent that is always wrong, the n-th conversation of a batch with n + 1 tokens."""

    def act(self, conversations):
        return [Completion("x", token_ids=(7,) * n, logprobs=(-1.0,) * n) for n in range(1, len(conversations) + 1)]


def test_collected_groups_are_settled_each_by_itself():
    envs = [KimiLength(gym.make(TOY), weight=1.0) for _ in range(6)]
    groups = collect(envs, Lengths(), seed=1, first_episode=0, group_size=3)
    assert [[one.reward for one in group] for group in groups] == [[0.0, 0.0, -0.5]] * 2
    assert [[one.length for one in group] for group in groups] == [[1, 2, 3], [4, 5, 6]]
