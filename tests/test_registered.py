"""What must hold for every registered id."""

import warnings

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv
from hypothesis import settings

from rlvr import step_many
from rlvr.envs.sandbox import SandboxUnavailable
from rlvr.envs.vector import BatchedVectorEnv, make_mixture
from rlvr.registry import ENVIRONMENTS
from rlvr.testing import check_env, env_machine
from tests.comparing import require_identical

IDS = [entry.id for entry in ENVIRONMENTS]


@pytest.fixture(params=IDS, scope="module")
def env_id(request):
    """Each id whose tasks are there, and whose programs can be isolated here."""
    try:
        gym.make(request.param).close()
    except (FileNotFoundError, SandboxUnavailable) as error:
        pytest.skip(str(error))
    return request.param


def solved(base):
    """A right answer, or a wrong one where the task comes without a solution."""
    try:
        return base.solution(base.task)
    except NotImplementedError:
        return base.mistake(base.task)


def played(vec, rng):
    """One action a slot, by chance: right, wrong, or any text."""
    actions = []
    for slot, env in enumerate(vec.envs):
        base = env.unwrapped
        kind = rng.integers(4)
        if kind == 0:
            actions.append(solved(base))
        elif kind == 1:
            actions.append(base.mistake(base.task))
        else:
            vec.single_action_space.seed(int(rng.integers(2**31)) + slot)
            actions.append(vec.single_action_space.sample())
    return tuple(actions)


@pytest.mark.parametrize("max_turns", [1, 3])
def test_it_keeps_the_contract(env_id, max_turns):
    check_env(gym.make(env_id, max_turns=max_turns).unwrapped)
    check_env(gym.make(env_id, max_turns=max_turns))


def test_gymnasium_makes_it_without_a_warning(env_id):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gym.make(env_id)
        env.reset(seed=0)
        env.step("7")
        gym.make_vec(env_id, num_envs=2)


def test_it_is_made_again_from_the_json_of_its_spec(env_id):
    env = gym.make(env_id, max_turns=2)
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert again.spec == env.spec
    assert again.reset(seed=5) == env.reset(seed=5)
    assert again.step("7") == env.step("7")


@pytest.mark.parametrize("steps", [50, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.parametrize("max_turns", [1, 3])
def test_the_batched_environment_equals_gymnasiums_sync_one_to_the_byte(env_id, max_turns, steps):
    ours = gym.make_vec(env_id, num_envs=5, max_turns=max_turns)
    sync = {"vectorization_mode": "sync", "vector_kwargs": {"autoreset_mode": AutoresetMode.SAME_STEP}}
    theirs = gym.make_vec(env_id, num_envs=5, max_turns=max_turns, **sync)
    assert type(ours) is BatchedVectorEnv and type(theirs) is SyncVectorEnv
    require_identical(ours.reset(seed=11), theirs.reset(seed=11))
    rng = np.random.default_rng(0)
    for _ in range(steps):
        actions = played(ours, rng)
        require_identical(ours.step(actions), theirs.step(actions))
    require_identical(ours.reset(), theirs.reset())


def test_gymnasiums_async_environment_runs_it(env_id):
    ours = gym.make_vec(env_id, num_envs=2, max_turns=2)
    theirs = gym.make_vec(
        env_id,
        num_envs=2,
        max_turns=2,
        vectorization_mode="async",
        vector_kwargs={"shared_memory": False, "autoreset_mode": AutoresetMode.SAME_STEP},
    )
    assert type(theirs) is AsyncVectorEnv
    try:
        require_identical(ours.reset(seed=3), theirs.reset(seed=3))
        rng = np.random.default_rng(0)
        for _ in range(6):
            actions = played(ours, rng)
            # Gymnasium's two vector environments differ in the order in which they mention final_info and final_obs.
            require_identical(ours.step(actions), theirs.step(actions), key_order=False)
    finally:
        theirs.close()


def test_the_solution_scores_1_and_the_mistake_0(env_id):
    envs = [gym.make(env_id).unwrapped for _ in range(8)]
    for say, reward in (("solution", 1.0), ("mistake", 0.0)):
        for seed, env in enumerate(envs):
            env.reset(seed=seed)
        steps = step_many(envs, [getattr(env, say)(env.task) for env in envs])
        assert [step[1] for step in steps] == [reward] * 8


def test_groups_ask_one_task(env_id):
    vec = gym.make_vec(env_id, num_envs=6, group_size=3)
    _, infos = vec.reset(seed=0)
    tasks = infos["task"].tolist()
    assert tasks[:3] == [tasks[0]] * 3 and tasks[3:] == [tasks[3]] * 3
    assert infos["group"].tolist() == [(0, 0)] * 3 + [(1, 0)] * 3


def test_twins_agree_whatever_is_done_to_them(env_id):
    machine = env_machine(lambda: gym.make(env_id, max_turns=2))
    machine.TestCase.settings = settings(max_examples=20, stateful_step_count=8)
    machine.TestCase("runTest").runTest()


def test_all_of_them_share_one_batch():
    there = []
    for env_id in IDS:
        try:
            gym.make(env_id)
        except FileNotFoundError:
            continue
        there.append((env_id, {"max_turns": 2}))
    vec = make_mixture(there, 4 * len(there), group_size=2)
    vec.reset(seed=0)
    rng = np.random.default_rng(1)
    for _ in range(10):
        _, _, terminated, truncated, infos = vec.step(played(vec, rng))
        assert infos["_group"].all() and not (terminated & truncated).any()
