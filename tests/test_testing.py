import random
import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.envs.registration import EnvSpec
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from rlvr.spaces import AnyText, Messages
from rlvr.testing import check_env, env_machine, from_space
from tests import planted_env
from tests.planted_env import CrashingEnv, LeakyEnv, SumEnv

SPACES = [
    AnyText(),
    Messages(),
    spaces.Discrete(3, start=-1),
    spaces.MultiDiscrete([[2, 3], [1, 5]], start=[[0, -1], [7, 0]]),
    spaces.MultiBinary((2, 3)),
    spaces.Box(-1.0, np.float32(0.1), (2, 2)),
    spaces.Box(np.array([0.0, -np.inf]), np.array([np.inf, 1.5]), dtype=np.float64),
    spaces.Box(0, 255, (3,), dtype=np.uint8),
    spaces.Text(5, min_length=2, charset="abc"),
    spaces.Tuple([spaces.Discrete(2), AnyText()]),
    spaces.Dict({"z": spaces.Discrete(2), "a": spaces.Dict({"b": AnyText()})}),
    spaces.Sequence(spaces.Discrete(3)),
    spaces.Sequence(spaces.Box(0.0, 1.0, (2,)), stack=True),
    spaces.OneOf([spaces.Discrete(2), AnyText()]),
]


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_every_example_is_a_member_of_its_space(space):
    @settings(max_examples=50)
    @given(from_space(space))
    def holds(member):
        assert member in space

    holds()


def test_a_space_without_a_strategy_is_named_with_the_remedy():
    with pytest.raises(TypeError, match=r"Teach it: from_space\.register\(Graph\)"):
        from_space(spaces.Graph(spaces.Discrete(2), None))


def test_text_examples_reach_into_the_verifiers():
    for wanted in (r"\boxed{7}", "</think>", "\0", "\ud800"):
        assert wanted in find(from_space(AnyText()), lambda text, wanted=wanted: wanted in text)


TestSingleTurn = env_machine(SumEnv).TestCase
TestSeveralTurns = env_machine(
    lambda: SumEnv(max_turns=3), actions=st.sampled_from(["", "=1", "pool 2", "fault aborts"]), seeds=st.just(1)
).TestCase
TestSeveralTurns.settings = settings(max_examples=15, stateful_step_count=8)

PLANTED = settings(max_examples=200, stateful_step_count=10, suppress_health_check=list(HealthCheck), database=None)


def test_the_machine_finds_a_planted_state_leak():
    with pytest.raises(AssertionError, match="twins to say the same from reset"):
        run_state_machine_as_test(env_machine(LeakyEnv), settings=PLANTED)


def test_the_machine_finds_a_planted_crash():
    with pytest.raises(UnicodeError, match="planted: NUL"):
        run_state_machine_as_test(env_machine(CrashingEnv), settings=PLANTED)


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("IntegerRewardEnv", "reward to be a finite float, actually: int 0"),
        ("UnsummedEnv", "the sum of its terms, actually: 0.5"),
        ("BothFlagsEnv", "never to be both True"),
        ("NumpyFlagsEnv", "terminated and truncated to be bools"),
        ("OutsideEnv", "observation to be in Messages"),
    ],
)
def test_the_machine_finds_planted_breaches_of_the_contract(name, match):
    kind = getattr(planted_env, name)
    with pytest.raises(AssertionError, match=match):
        run_state_machine_as_test(env_machine(lambda: kind(max_turns=2)), settings=PLANTED)


def test_check_env_passes_a_sound_environment_and_leaves_global_random_state(untouched_global_random_state):
    check_env(SumEnv())
    check_env(SumEnv(max_turns=3, system_prompt="Add."), actions=["=1", "pool 2", "", "pool 3"], seed=5)


@pytest.mark.parametrize(
    ("name", "law", "detail"),
    [
        ("CrashingEnv", "passes_gymnasiums_checks", "planted: NUL"),
        ("SharedMessagesEnv", "passes_gymnasiums_checks", "share an object"),
        ("UndocumentedEnv", "has_a_page", "Version History"),
        ("IntegerRewardEnv", "steps_are_sound", "int 0"),
        ("UnsummedEnv", "steps_are_sound", "the sum of its terms"),
        ("BothFlagsEnv", "steps_are_sound", "never to be both True"),
        ("UnserialisableInfoEnv", "steps_are_sound", "pair"),
        ("NotANumberEnv", "steps_are_sound|passes_gymnasiums_checks", "JSON|info"),
        ("UnknownStatusEnv", "steps_are_sound", "superb"),
        ("ScoredErrorEnv", "steps_are_sound", "score"),
        ("LeakyEnv", "replays_with_others_interleaved|passes_gymnasiums_checks", "total"),
        ("GlobalRandomEnv", "leaves_global_random_state_alone", "they moved"),
        ("GlobalReaderEnv", "leaves_global_random_state_alone", "same again"),
        ("SharedListEnv", "gives_fresh_objects", "same again"),
        ("EndlessEnv", "refuses_steps_outside_an_episode", "ResetNeeded"),
        ("TolerantEnv", "refuses_steps_outside_an_episode", "TypeError for the action None"),
        ("AmnesicEnv", "asks_a_task_again", "same again"),
        ("ForgetfulEnv", "survives_copying", "turn"),
        ("TakesHintsEnv", "ignores_hints", "same again"),
    ],
)
def test_check_env_finds_a_planted_breach_and_names_the_law(name, law, detail):
    env = getattr(planted_env, name)(max_turns=2)
    with pytest.raises(AssertionError, match=f"breaks the law '({law})'") as caught:
        check_env(env)
    assert any(part in str(caught.value) for part in detail.split("|"))


def test_check_env_finds_a_spec_that_does_not_rebuild_the_environment():
    env = gym.make(EnvSpec("planted/Sum-v0", entry_point="tests.planted_env:SumEnv")).unwrapped
    check_env(env)
    env.max_turns = 3
    with pytest.raises(AssertionError, match="is_rebuilt_from_its_spec"):
        check_env(env)


def test_without_hypothesis_the_remedy_is_named():
    code = "import sys; sys.modules['hypothesis'] = None\nimport rlvr.testing"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert 'pip install "rlvr[testing]"' in run.stderr


def test_the_global_generators_are_put_back():
    random.seed(5)
    np.random.seed(5)
    before = random.getstate()
    check_env(SumEnv())
    assert random.getstate() == before
