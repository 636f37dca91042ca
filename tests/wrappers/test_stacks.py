"""Any stack of up to five wrappers is still an environment of this suite."""

import copy
import pickle
import warnings

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec, WrapperSpec
from gymnasium.vector import AsyncVectorEnv, SyncVectorEnv
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rlvr.wrappers
from rlvr.registry import ENVIRONMENTS
from rlvr.testing import check_env
from rlvr.wrappers import RewardTerm, reward_terms
from tests.comparing import require_identical

WORDS = "rlvr.wrappers.counting:words"
COUNTED = {"counter": WORDS}
SAFE = {"allow_inversion": True}

# Every wrapper that keeps the observations and actions of this suite, with arguments that need no file.
STACKABLE = {
    "Format": {"grammar": "r1"},
    "TagCount": {},
    "ReasoningSteps": {},
    "LengthPenalty": {"target": 5, **COUNTED},
    "SoftOverlong": {**COUNTED},
    "Cosine": {**COUNTED},
    "GrowingTarget": {**COUNTED},
    "L1Exact": {**COUNTED},
    "L1Max": {**COUNTED},
    "DiscreteTargets": {**COUNTED},
    "Language": {"target": "en"},
    "LanguageAgreement": {},
    "Repetition": {},
    "ThinkingMode": {},
    "ThinkingBudget": {**COUNTED},
    "ScaleReward": {"factor": 0.5},
    "ClipReward": {"low": -1.0, "high": 2.0},
    "PromptTemplate": {"user": "Question: {question}"},
    "FewShot": {"examples": [["1+1?", "\\boxed{2}"]]},
    "Hint": {"text": "Think first."},
    "TurnBudget": {"turns": 1},
    "OverlongFilter": {**COUNTED},
    "KimiLength": {**COUNTED},
    "ShorterBetter": {**COUNTED},
    "GRPOLambda": {**COUNTED},
    "AroraZanette": {**COUNTED},
    "GroupNormalisedCost": {**COUNTED},
    "Magistral": {},
    "O1Pruner": {"reference_length": 100, **COUNTED},
    "PythonTool": {"tag": "run", "isolation": "none"},  # Answers of the code family are Python blocks.
    # No test here ends a block: what the level does to the next episode is held in test_curriculum.
    "Curriculum": {"levels": [{}, {"max_turns": 2}], "window": 1_000_000},
}
IDS = [entry.id for entry in ENVIRONMENTS]


def spec(name):
    """The wrapper as a specification; a term that may stand anywhere, whatever the others are."""
    made = getattr(rlvr.wrappers, name)
    inversion = SAFE if issubclass(made, RewardTerm) else {}
    return WrapperSpec(name, f"rlvr.wrappers:{name}", {**STACKABLE[name], **inversion})


def ordered(names):
    """Innermost first, with what waits for the group outside of what looks at the total."""

    def place(name):
        made = getattr(rlvr.wrappers, name)
        return getattr(made, "needs_group", False), not getattr(made, "looks_at_total", False)

    return sorted(names, key=place)


def stacked(env, names):
    for name in ordered(names):
        wrapper = spec(name)
        env = getattr(rlvr.wrappers, name)(env, **wrapper.kwargs)
    return env


TARGETS = {"L1Exact", "L1Max", "DiscreteTargets"}  # One prompt asks for one length.
STACKS = st.lists(st.sampled_from(sorted(STACKABLE)), min_size=1, max_size=5, unique=True).filter(
    lambda names: len(TARGETS.intersection(names)) <= 1
)
FIVES = [sorted(STACKABLE)[start::7] for start in range(7)]
assert all(len(names) <= 5 and len(TARGETS.intersection(names)) <= 1 for names in FIVES)


@pytest.fixture(params=IDS, scope="module")
def env_id(request):
    try:
        gym.make(request.param).close()
    except FileNotFoundError as error:
        pytest.skip(str(error))
    return request.param


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(STACKS, st.sampled_from([1, 2]))
def test_any_stack_keeps_the_contract(names, max_turns):
    env = stacked(gym.make("rlvr/Math-v0", families="sum", max_turns=max_turns), names)
    check_env(env)


@pytest.mark.parametrize("names", FIVES, ids="+".join)
def test_five_at_once_keep_the_contract_on_every_id(env_id, names):
    check_env(stacked(gym.make(env_id), names))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(STACKS)
def test_the_spec_as_json_rebuilds_any_stack(names):
    env = stacked(gym.make("rlvr/Math-v0", families="sum"), names)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert [str(type(one)) for one in layers(again)] == [str(type(one)) for one in layers(env)]
    assert [one.bounds() for one in reward_terms(again)] == [one.bounds() for one in reward_terms(env)]
    for one in (env, again):
        one.reset(seed=5)
    answer = env.unwrapped.solution(env.unwrapped.task)
    require_identical(env.step(answer), again.step(answer))


def layers(env):
    found = []
    while isinstance(env, gym.Wrapper):
        found.append(env)
        env = env.env
    return found


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(STACKS)
def test_any_stack_can_be_pickled_and_copied_in_the_middle_of_an_episode(names):
    env = stacked(gym.make("rlvr/Math-v0", families="sum", max_turns=3), names)
    env.reset(seed=2)
    if env.step("I do not know.")[2]:  # A budget of one turn.
        env.reset()
    answer = env.unwrapped.solution(env.unwrapped.task)
    copies = [copy.deepcopy(env), pickle.loads(pickle.dumps(env))]
    expected = env.step(answer)
    for one in copies:
        require_identical(one.step(answer), expected)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(STACKS, st.booleans())
def test_no_stack_changes_the_verdict(names, answers_right):
    plain = gym.make("rlvr/Math-v0", families="sum")
    env = stacked(gym.make("rlvr/Math-v0", families="sum"), names)
    plain.reset(seed=4), env.reset(seed=4)
    base = plain.unwrapped
    answer = base.solution(base.task) if answers_right else base.mistake(base.task)
    assert env.step(answer)[4]["verdict"] == plain.step(answer)[4]["verdict"]


@pytest.mark.parametrize("names", FIVES, ids="+".join)
def test_batched_and_gymnasiums_vector_environments_take_it(names):
    specs = [spec(name) for name in ordered(names)]
    makers = [lambda env, wrapper=one: getattr(rlvr.wrappers, wrapper.name)(env, **wrapper.kwargs) for one in specs]
    batched = gym.make_vec("rlvr/Math-v0", num_envs=4, group_size=2, families="sum", env_wrappers=specs)
    sync = gym.make_vec(
        "rlvr/Math-v0", num_envs=4, families="sum", vectorization_mode="sync", wrappers=makers, vector_kwargs={}
    )
    assert isinstance(sync, SyncVectorEnv)
    for vec in (batched, sync):
        vec.reset(seed=0)
        for _ in range(3):
            _, rewards, terminated, truncated, _ = vec.step(("\\boxed{7}",) * 4)
            assert rewards.shape == (4,) and not (terminated & truncated).any()
        vec.close()


def test_async_takes_it_too():
    names = ["Format", "SoftOverlong", "Repetition", "ThinkingMode", "KimiLength"]
    specs = [spec(name) for name in names]
    makers = [lambda env, wrapper=one: getattr(rlvr.wrappers, wrapper.name)(env, **wrapper.kwargs) for one in specs]
    vec = gym.make_vec(
        "rlvr/Math-v0",
        num_envs=2,
        families="sum",
        vectorization_mode="async",
        wrappers=makers,
        vector_kwargs={"shared_memory": False},
    )
    assert isinstance(vec, AsyncVectorEnv)
    vec.reset(seed=0)
    vec.step(("\\boxed{7}",) * 2)
    vec.close()


def test_the_default_weights_of_every_term_keep_correctness_first():
    """Each alone; gates and papers' presets are what says otherwise."""
    for name, kwargs in STACKABLE.items():
        made = getattr(rlvr.wrappers, name)
        if issubclass(made, RewardTerm):
            made(gym.make("rlvr/Math-v0", families="sum"), **kwargs)
