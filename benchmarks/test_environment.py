"""The same as cases for pytest-benchmark, to compare commits: `pytest benchmarks --benchmark-autosave`."""

import gymnasium as gym
import pytest

import rlvr
from benchmarks.environment import ANSWER, ENV, KWARGS, SIZES


def test_scalar_episode(benchmark):
    env = gym.make(ENV, **KWARGS)
    env.reset(seed=0)

    @benchmark
    def episode():
        env.step(ANSWER)
        env.reset()


@pytest.mark.parametrize("size", SIZES)
def test_batched_step(benchmark, size):
    envs = gym.make_vec(ENV, num_envs=size, **KWARGS)
    envs.reset(seed=0)
    benchmark(envs.step, (ANSWER,) * size)


def test_verify_in_process(benchmark):
    assert benchmark(rlvr.verify, "math", ANSWER, "77").score == 1.0


def test_verify_by_a_worker(benchmark):
    assert benchmark(rlvr.verify, "math", r"\boxed{x+1}", "x+2").score == 0.0
