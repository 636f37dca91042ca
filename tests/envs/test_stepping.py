import threading

import gymnasium as gym
import pytest

from rlvr import step_many
from rlvr.core import Completion, Status
from rlvr.envs import verification
from rlvr.wrappers import TextObservation
from tests.comparing import require_identical
from tests.planted_env import SumEnv


class Shouting(gym.ActionWrapper):
    """Changes what is checked, and forwards the changed text."""

    def action(self, action):
        return action.replace("?", "")

    def prefetch(self, action):
        self.env.get_wrapper_attr("prefetch")(self.action(action))


def made(count, wrap=lambda env: env, **kwargs):
    envs = [wrap(SumEnv(**kwargs)) for _ in range(count)]
    for seed, env in enumerate(envs):
        env.reset(seed=seed)
    return envs


def test_it_does_what_stepping_one_after_the_other_does():
    actions = ["=1", "pool 2", "", "=3"]
    apart = [env.step(action) for env, action in zip(made(4, max_turns=2), actions, strict=True)]
    require_identical(step_many(made(4, max_turns=2), actions), apart)


def test_every_check_starts_before_any_environment_is_stepped():
    order = []

    class Watching(SumEnv):
        def prefetch(self, action):
            order.append(f"prefetch {action}")

        def step(self, action):
            order.append(f"step {action}")
            return super().step(action)

    envs = [Watching(), TextObservation(Watching())]
    for env in envs:
        env.reset(seed=0)
    step_many(envs, ["=1", "=2"])
    assert order == ["prefetch =1", "prefetch =2", "step =1", "step =2"]


def test_a_wrapper_that_transforms_actions_forwards_the_text_that_is_really_checked():
    envs = made(3, Shouting)
    before = verification.statistics()
    step_many(envs, ["?pool 1", "pool ?2", "pool 3"])
    after = verification.statistics()
    assert (after.hits - before.hits, after.misses - before.misses) == (3, 0)


def test_a_wrapper_that_transforms_actions_unannounced_is_only_slower():
    class Silent(gym.ActionWrapper):
        def action(self, action):
            return "pool 5"

    (env,) = made(1, Silent)
    before = verification.statistics()
    ((_, _, _, _, info),) = step_many([env], ["pool 4"])
    after = verification.statistics()
    assert info["verdict"]["answer"] == "5"
    assert (after.hits - before.hits, after.misses - before.misses) == (0, 1)


def test_environments_without_prefetch_are_just_stepped():
    envs = [gym.make("CartPole-v1"), *made(1)]
    envs[0].reset(seed=0)
    outcomes = step_many(envs, [0, "=1"])
    assert outcomes[0][1] == 1.0
    assert outcomes[1][-1]["verdict"]["status"] == Status.WRONG


def test_a_hint_for_equal_text_with_another_finish_reason_is_not_taken():
    (env,) = made(1, max_turns=2)
    env.prefetch(Completion("=1"))
    _, _, terminated, _, _ = env.step(Completion("=1", finish_reason="length"))
    assert terminated


@pytest.mark.parametrize("actions", [["=1"], ["=1", "=2", "=3"], "=1"])
def test_another_number_of_actions_is_refused_and_nothing_is_stepped(actions):
    envs = made(2)
    with pytest.raises(ValueError, match=r"one action for each environment|sequence of actions"):
        step_many(envs, actions)
    assert [env.turn for env in envs] == [0, 0]


def test_one_environment_named_twice_is_refused_even_behind_a_wrapper():
    (env,) = made(1)
    with pytest.raises(ValueError, match="0 and 1 are the same"):
        step_many([env, TextObservation(env)], ["=1", "=2"])
    assert env.turn == 0


def test_threads_may_step_their_own_environments_at_once():
    outcomes = {}

    def work(name):
        envs = made(8)
        actions = [f"pool {env.task.reference}" if seed % 2 else "pool 1" for seed, env in enumerate(envs)]
        outcomes[name] = [reward for _, reward, *_ in step_many(envs, actions)]

    threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {name: [0.0, 1.0] * 4 for name in range(6)}
