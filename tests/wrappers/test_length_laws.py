"""The laws that every length term keeps, and the arguments that it refuses."""

import copy
import itertools
import math
import pickle
import warnings

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from hypothesis import given
from hypothesis import strategies as st

import tests.toys  # noqa: F401  # Registers toy/Successor-v0.
from rlvr.core import Completion
from rlvr.testing import check_env
from rlvr.wrappers.base import report_progress, reward_terms
from rlvr.wrappers.bounds import Bounds, InversionWarning
from rlvr.wrappers.finished import Finished
from rlvr.wrappers.groups import GroupTerm, Member
from rlvr.wrappers.length import Cosine, GrowingTarget, LengthPenalty, SoftOverlong
from rlvr.wrappers.length_group import (
    AroraZanette,
    GroupNormalisedCost,
    GRPOLambda,
    KimiLength,
    O1Pruner,
    ShorterBetter,
)
from rlvr.wrappers.length_targets import DiscreteTargets, L1Exact, L1Max
from tests.planted_env import SumEnv

NUMERAL = "builtins:int"
"""A counter for tests: the text "300" is 300 tokens long."""

EPISODE = [
    (LengthPenalty, {"target": 5, "weight": 20.0}),
    (LengthPenalty, {"target": 0, "weight": 0.5, "floor": -0.9}),
    (SoftOverlong, {"limit": 20, "buffer": 7}),
    (SoftOverlong, {"limit": 8, "buffer": 8, "weight": 0.7}),
    (Cosine, {"limit": 20}),
    (Cosine, {"limit": 20, "right_short": 0.6, "right_long": 0.9, "exceed": 0.5, "weight": 0.8}),
    (GrowingTarget, {"start": 4, "end": 12, "weight": 30.0, "progress": 0.25}),
    (L1Exact, {"low": 3, "high": 12, "alpha": 0.05}),
    (L1Max, {"low": 3, "high": 12, "alpha": 0.05}),
    (L1Max, {"low": 2, "high": 2, "alpha": 0.1, "delta": 0.1, "weight": 0.3}),
    (DiscreteTargets, {"lengths": [3, 9], "alpha": 0.05}),
    (O1Pruner, {"reference_length": 9.5, "reference_accuracy": 0.25}),
]
GROUP = [
    (KimiLength, {}),
    (ShorterBetter, {"beta": 0.02}),
    (AroraZanette, {"alpha": 0.4}),
    (GRPOLambda, {"threshold": 0.5}),
    (GroupNormalisedCost, {"weight": 0.4}),
]
OFF = [
    (LengthPenalty, {"weight": 0}),
    (SoftOverlong, {"weight": 0}),
    (Cosine, {"weight": 0}),
    (GrowingTarget, {"weight": 0}),
    (L1Exact, {"alpha": 0}),
    (L1Max, {"weight": 0}),
    (DiscreteTargets, {"alpha": 0}),
    (O1Pruner, {"reference_length": 9, "weight": 0}),
    (KimiLength, {"weight": 0}),
    (ShorterBetter, {"beta": 0}),
    (AroraZanette, {"alpha": 0}),
    (GRPOLambda, {"alpha": 0}),
    (GroupNormalisedCost, {"weight": 0}),
]
TOY = "toy/Successor-v0"


def named(case):
    return case[0].__name__


def sampled(text, tokens):
    return Completion(text, token_ids=(7,) * tokens)


def play(env, lengths, right, seed=3):
    """One episode with these lengths of its turns; the last one is right, or not."""
    moments = [env.reset(seed=seed)]
    for tokens, last in zip(lengths, [False] * (len(lengths) - 1) + [True], strict=True):
        base = env.unwrapped
        text = base.solution(base.task) if last and right else base.mistake(base.task)
        moments.append(env.step(sampled(text, tokens)))
        if moments[-1][2]:
            break
    return moments


def worth(env, tokens, right, task="t"):
    """What a term makes of a length, without an episode."""
    verdict = {"status": "correct" if right else "wrong", "score": float(right)}
    return float(env.value(Finished(task, (), (str(tokens),), verdict, float(right))))


turns = st.lists(st.integers(0, 40), min_size=3, max_size=3)
members = st.lists(
    st.builds(Member, right=st.booleans(), length=st.integers(0, 60), reward=st.floats(-2, 2)), min_size=1, max_size=8
)


@pytest.mark.parametrize("case", EPISODE + GROUP, ids=named)
def test_an_episode_keeps_every_law_of_a_term(case):
    kind, arguments = case
    env = kind(gym.make(TOY, max_turns=3), **arguments)
    plain = gym.make(TOY, max_turns=3)

    @given(turns, st.booleans(), st.integers(0, 99))
    def holds(lengths, right, seed):
        moments = play(env, lengths, right, seed)
        bare = play(plain, lengths, right, seed)
        assert len(moments) == len(bare)
        for (_, reward, terminated, truncated, info), expected in zip(moments[1:], bare[1:], strict=True):
            terms = info["reward_terms"]
            assert info["verdict"] == expected[4]["verdict"] and (terminated, truncated) == expected[2:4]
            assert reward == math.fsum(terms.values()) and set(terms) == {"correct", env.term}
            assert all(type(term) is float for term in terms.values())
            if not terminated:
                assert reward == 0.0 and terms[env.term] == 0.0
        assert env.bounds().hold(terms[env.term], right=right)
        play(env, [1, 2, 3], True, seed + 1)
        assert play(env, lengths, right, seed) == moments

    holds()


@pytest.mark.parametrize("case", EPISODE + GROUP, ids=named)
def test_where_the_verifier_failed_the_term_is_zero(case):
    kind, arguments = case
    env = kind(gym.make(TOY, broken=True), **arguments)
    *_, (_, reward, _, truncated, info) = play(env, [40], False)
    assert truncated and reward == 0.0 and info["reward_terms"][env.term] == 0.0


@pytest.mark.parametrize("case", OFF, ids=named)
def test_without_weight_the_term_is_the_identity(case):
    kind, arguments = case
    env = kind(gym.make(TOY), **arguments)
    assert env.bounds() == Bounds((0.0, 0.0), (0.0, 0.0))
    if isinstance(env, GroupTerm):

        @given(members)
        def holds(group):
            assert repr(env.values(group)) == repr([0.0] * len(group))
    else:

        @given(st.integers(0, 30000), st.booleans())
        def holds(tokens, right):
            *_, (_, reward, *_, info) = play(env, [tokens], right)
            assert repr(info["reward_terms"][env.term]) == "0.0" and reward == float(right)

    holds()


@pytest.mark.parametrize("case", EPISODE, ids=named)
def test_bounds_are_tight(case):
    kind, arguments = case
    env = kind(gym.make(TOY), counter=NUMERAL, **arguments)
    for right, (low, high) in ((True, env.bounds().right), (False, env.bounds().wrong)):
        seen = []
        for seed in range(60):  # Targets that are drawn.
            env.reset(seed=seed)
            seen += [worth(env, tokens, right) for tokens in (*range(45), 10**12)]
        # The end of a schedule whose last token `exceed` takes is only approached.
        slack = 0.01 if isinstance(env, Cosine) and env.exceed is not None else 1e-9
        assert min(seen) == pytest.approx(low, abs=slack)
        assert max(seen) == pytest.approx(high, abs=slack)


@pytest.mark.parametrize("case", GROUP, ids=named)
def test_group_terms_stay_within_their_bounds_and_reach_them(case):
    kind, arguments = case
    env = kind(gym.make(TOY), **arguments)

    @given(members)
    def holds(group):
        values = env.values(group)
        assert len(values) == len(group)
        for member, value in zip(group, values, strict=True):
            assert env.bounds().hold(value, right=member.right)
        flipped = env.values(group[::-1])[::-1]
        assert values == pytest.approx(flipped)

    holds()
    crowd = [Member(True, 10_000, 1.0)] * 4000
    extremes = [
        [*crowd, Member(right, tokens, float(right))] for right in (True, False) for tokens in (0, 10_000, 1_000_000)
    ]
    extremes.append([Member(False, 0, 0.0)] * 2)
    seen = {True: [], False: []}
    for group in extremes:
        for member, value in zip(group[-2:], env.values(group)[-2:], strict=True):
            seen[member.right].append(value)
    for right, ends in ((True, env.bounds().right), (False, env.bounds().wrong)):
        assert (min(seen[right]), max(seen[right])) == pytest.approx(ends, abs=1e-3)


@pytest.mark.parametrize("case", [*EPISODE, *GROUP], ids=named)
def test_it_is_rebuilt_from_the_json_of_the_spec_and_survives_copying(case):
    kind, arguments = case
    env = kind(gym.make(TOY, max_turns=2), term="mine", **arguments)
    env.reset(seed=5)
    outcome = env.step(sampled("x", 9))
    rebuilt = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert type(rebuilt) is kind and rebuilt.bounds() == env.bounds()
    rebuilt.reset(seed=5)
    assert rebuilt.step(sampled("x", 9)) == outcome
    final = [one.step(sampled("x", 12)) for one in (copy.deepcopy(env), pickle.loads(pickle.dumps(env)), rebuilt, env)]
    assert all(result == final[0] for result in final)
    assert final[0][4]["reward_terms"]["mine"] == pytest.approx(final[0][1])


@pytest.mark.parametrize("kind", [kind for kind, _ in OFF if kind is not O1Pruner])
def test_defaults_keep_right_above_wrong_without_a_warning(kind):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bounds = kind(gym.make(TOY)).bounds()
    assert bounds.wrong[1] < 1.0 + bounds.right[0]


BREAKING = {SoftOverlong, Cosine, L1Exact, L1Max, DiscreteTargets, ShorterBetter, O1Pruner}
PRESETS = [SoftOverlong, Cosine, L1Exact, L1Max, DiscreteTargets, O1Pruner, KimiLength, ShorterBetter]


@pytest.mark.parametrize("kind", [*PRESETS, GroupNormalisedCost])
def test_the_papers_numbers_warn_where_they_break_the_law(kind):
    arguments = {"reference_length": 1000} if kind is O1Pruner else {}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        env = kind(gym.make(TOY), preset="paper", **arguments)
    assert [one.category for one in caught] == [InversionWarning] * (kind in BREAKING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert gym.make(EnvSpec.from_json(env.spec.to_json())).bounds() == env.bounds()
    assert kind(gym.make(TOY), **arguments).bounds() != env.bounds()


def test_an_argument_wins_over_the_preset():
    assert SoftOverlong(gym.make(TOY), weight=0.3, preset="paper").weight == 0.3


def test_a_weight_that_breaks_the_law_is_refused():
    with pytest.raises(ValueError, match=r"actually: up to 0 against down to 0 with the terms correct, overlong"):
        SoftOverlong(gym.make(TOY), weight=1.0)
    SoftOverlong(gym.make(TOY), weight=1.0, allow_inversion=True)


def test_terms_commute_and_stack():
    first, second = EPISODE[0], EPISODE[2]
    stacks = []
    for (a, a_arguments), (b, b_arguments) in itertools.permutations([first, second]):
        env = b(a(gym.make(TOY), **a_arguments), **b_arguments)
        stacks.append([(step[1], step[4]["reward_terms"]) for step in play(env, [17], True)[1:]])
    assert stacks[0] == stacks[1]


REFUSED = [
    (LengthPenalty, {"target": -1}, "target to be an integer of at least 0, actually: -1"),
    (LengthPenalty, {"target": 2.5}, "target"),
    (LengthPenalty, {"weight": -1}, "weight"),
    (LengthPenalty, {"weight": math.nan}, "weight to be a finite number"),
    (LengthPenalty, {"floor": 0.1}, "floor"),
    (LengthPenalty, {"counter": "nothing:here"}, "counter"),
    (SoftOverlong, {"limit": 0}, "limit"),
    (SoftOverlong, {"buffer": 0}, "buffer"),
    (SoftOverlong, {"limit": 10, "buffer": 11}, "buffer to be at most limit=10, actually: 11"),
    (SoftOverlong, {"weight": True}, "weight"),
    (Cosine, {"limit": True}, "limit"),
    (Cosine, {"right_long": "1"}, "right_long"),
    (Cosine, {"exceed": math.inf}, "exceed"),
    (Cosine, {"weight": -0.1}, "weight"),
    (GrowingTarget, {"start": -1}, "start"),
    (GrowingTarget, {"end": None}, "end"),
    (GrowingTarget, {"progress": 1.1}, "progress to be between 0 and 1"),
    (L1Exact, {"low": 5, "high": 4}, "high to be from low=5"),
    (L1Exact, {"high": 1 << 31}, "high"),
    (L1Exact, {"low": 0}, "low"),
    (L1Exact, {"alpha": -1}, "alpha"),
    (L1Exact, {"template": "Think."}, 'with "{target}" in it'),
    (L1Max, {"delta": 1.5}, "delta"),
    (L1Max, {"weight": -1}, "weight"),
    (DiscreteTargets, {"lengths": []}, "at least one length"),
    (DiscreteTargets, {"lengths": "123"}, "at least one length"),
    (DiscreteTargets, {"lengths": [3, 0]}, "each of lengths"),
    (DiscreteTargets, {"floor": 1}, "floor"),
    (O1Pruner, {}, "reference_length or references, actually: neither"),
    (O1Pruner, {"reference_length": 0}, "reference_length"),
    (O1Pruner, {"reference_length": 9, "reference_accuracy": 2}, "reference_accuracy"),
    (O1Pruner, {"reference_length": 9, "low": 2.0}, "high"),
    (O1Pruner, {"reference_length": 9, "lambda_": -1}, "lambda_"),
    (KimiLength, {"weight": -1}, "weight"),
    (KimiLength, {"warmup": 2}, "warmup"),
    (KimiLength, {"counter": "nothing:here"}, "counter"),
    (ShorterBetter, {"alpha": -1}, "alpha"),
    (ShorterBetter, {"beta": -1}, "beta"),
    (AroraZanette, {"alpha": 1.5}, "alpha"),
    (GRPOLambda, {"threshold": -0.1}, "threshold"),
    (GroupNormalisedCost, {"weight": "1"}, "weight"),
    (KimiLength, {"preset": "mine"}, "preset"),
]


@pytest.mark.parametrize(("kind", "arguments", "message"), REFUSED)
def test_an_argument_that_makes_no_sense_is_refused_by_name(kind, arguments, message):
    with pytest.raises(ValueError) as caught:
        kind(gym.make(TOY), **arguments)
    assert message in str(caught.value)


def test_progress_reaches_every_term_of_a_stack():
    env = KimiLength(LengthPenalty(GrowingTarget(gym.make(TOY))), warmup=0.5)
    report_progress(env, 0.75)
    assert [wrapper.progress for wrapper in reward_terms(env) if hasattr(type(wrapper), "set_progress")] == [0.75] * 2
    assert copy.deepcopy(env).progress == pickle.loads(pickle.dumps(env)).progress == 0.75
    report_progress(gym.make(TOY), 1.0)
    for wrong in (-0.1, 1.5, None, True):
        with pytest.raises(ValueError, match="fraction"):
            env.set_progress(wrong)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda env: Cosine(SoftOverlong(LengthPenalty(env, counter=NUMBER), counter=NUMBER), counter=NUMBER),
        lambda env: L1Exact(env, low=9, high=9, counter=NUMBER),
        lambda env: KimiLength(AroraZanette(O1Pruner(env, reference_length=9, counter=NUMBER))),
    ],
)
def test_a_wrapped_environment_keeps_the_contract(wrap):
    check_env(wrap(SumEnv(max_turns=2)))


NUMBER = "rlvr.wrappers.counting:characters"


def test_an_action_without_tokens_needs_a_counter_and_both_may_be_mixed():
    env = LengthPenalty(gym.make(TOY, max_turns=2), target=0, weight=10)
    env.reset(seed=0)
    env.step(sampled("x", 5))
    with pytest.raises(ValueError, match="Give the wrapper a counter"):
        env.step("x")
    env = LengthPenalty(gym.make(TOY, max_turns=2), target=0, weight=10, counter=NUMBER)
    env.reset(seed=0)
    env.step(sampled("x", 5))
    assert env.step("xyz")[4]["reward_terms"]["length"] == pytest.approx(-0.08)
