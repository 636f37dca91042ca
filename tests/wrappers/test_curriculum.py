import copy
import json
import pickle

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils import RecordConstructorArgs
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.stepping import step_many
from rlvr.envs.vector import make_mixture
from rlvr.testing import check_env, env_machine
from rlvr.wrappers.base import report_progress
from rlvr.wrappers.curriculum import Curriculum, SuccessLevels
from rlvr.wrappers.prompts import Hint
from rlvr.wrappers.scaling import ScaleReward
from tests.wrappers.vector_modes import require_the_same_everywhere

LEVELS = [{"level": 1}, {"level": 2}, {"level": 3}]


class Listening(gym.Wrapper, RecordConstructorArgs):
    # Keeps what it is told of the progress of training.

    def __init__(self, env):
        RecordConstructorArgs.__init__(self)
        gym.Wrapper.__init__(self, env)

    def set_progress(self, fraction):
        self.fraction = fraction


def sums(**kwargs):
    return gym.make("rlvr/Math-v0", **{"families": "sum", **kwargs})


def answer(env, right=True):
    base = env.unwrapped
    return env.step(base.solution(base.task) if right else base.mistake(base.task))


# SuccessLevels

OUTCOMES = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60)
RULES = st.tuples(st.integers(1, 6), st.floats(0, 1), st.floats(0, 1)).filter(lambda rule: rule[1] < rule[2])


@given(OUTCOMES, RULES, st.integers(0, 3))
def test_more_successes_never_lead_to_a_lower_level(outcomes, rule, first):
    window, down, up = rule
    few, many = (SuccessLevels(4, window=window, up=up, down=down, level=first) for _ in range(2))
    for right, also in outcomes:
        assert few.add(right) <= many.add(right or also)


@given(OUTCOMES, RULES)
def test_the_level_moves_by_one_at_most_and_only_at_the_end_of_a_block(outcomes, rule):
    window, down, up = rule
    levels = SuccessLevels(4, window=window, up=up, down=down)
    for number, (right, _) in enumerate(outcomes, 1):
        before = levels.level
        after = levels.add(right)
        assert 0 <= after < 4 and abs(after - before) <= (number % window == 0)


@given(OUTCOMES, RULES, st.integers(0, 60))
def test_it_goes_on_from_a_checkpoint_as_if_nothing_had_happened(outcomes, rule, cut):
    window, down, up = rule
    levels, resumed = (SuccessLevels(4, window=window, up=up, down=down) for _ in range(2))
    for right, _ in outcomes[:cut]:
        levels.add(right)
    resumed.load_state_dict(json.loads(json.dumps(levels.state_dict())))
    assert [levels.add(right) for right, _ in outcomes[cut:]] == [resumed.add(right) for right, _ in outcomes[cut:]]


def test_the_rates_themselves_move_the_level():
    levels = SuccessLevels(3, window=5, up=0.8, down=0.2)
    assert [levels.add(right) for right in (1, 1, 1, 1, 0)][-1] == 1
    assert [levels.add(right) for right in (1, 1, 1, 0, 0)][-1] == 1
    assert [levels.add(right) for right in (1, 0, 0, 0, 0)][-1] == 0


@pytest.mark.parametrize(
    ("kwargs", "match"),
    [
        ({"window": 0}, "window to be an integer of at least 1"),
        ({"up": 1.5}, "up to be between 0 and 1"),
        ({"up": 0.3, "down": 0.3}, "down to be below up"),
        ({"level": 3}, "level to be an integer from 0 to 2"),
        ({"level": True}, "level to be an integer"),
    ],
)
def test_arguments_are_checked(kwargs, match):
    with pytest.raises(ValueError, match=match):
        SuccessLevels(3, **kwargs)
    with pytest.raises(ValueError, match=match):
        Curriculum(sums(), levels=LEVELS, **kwargs)


def test_a_state_of_another_window_or_other_levels_is_refused():
    levels = SuccessLevels(3, window=2)
    with pytest.raises(ValueError, match="block of 2 outcomes"):
        levels.load_state_dict({"level": 0, "seen": 2, "right": 1})
    with pytest.raises(ValueError, match="level to be an integer from 0 to 2"):
        levels.load_state_dict({"level": 7, "seen": 1, "right": 1})


# Curriculum


def test_the_level_follows_the_verdicts_and_says_which_one_the_episode_has():
    env = Curriculum(sums(), levels=LEVELS, window=2, up=1.0, down=0.0)
    _, info = env.reset(seed=0)
    seen = []
    for right in (True, True, True, True, False, True, False, False):
        seen.append((info["level"], info["task"].partition("/")[0]))
        *_, info = answer(env, right)
        assert info["level"] == seen[-1][0] == env.level
        _, info = env.reset()
    assert [level for level, _ in seen] == [0, 0, 1, 1, 2, 2, 2, 2]
    assert info["level"] == 1
    assert all(name == f"sum-{level + 1}" for level, name in seen)


def test_the_stream_goes_on_whatever_the_level():
    env = Curriculum(sums(), levels=LEVELS, window=1)
    infos = [env.reset(seed=5)[1]]
    for right in (True, True, False, False, True):
        answer(env, right)
        infos.append(env.reset()[1])
    assert [info["task"] for info in infos] == [
        f"sum-{level}/train/5/{n}" for n, level in enumerate((1, 2, 3, 2, 1, 2))
    ]
    assert env.unwrapped.episode == 5 and env.unwrapped.stream_seed == 5


def test_a_stream_from_entropy_stays_one_stream():
    env = Curriculum(sums(), levels=LEVELS)
    env.set_level(2)
    first = env.reset()[1]["task"].split("/")
    env.set_level(0)
    second = env.reset()[1]["task"].split("/")
    assert first[2] == second[2] and [first[3], second[3]] == ["0", "1"]


def test_a_fixed_level_stays_and_none_lets_it_follow_again():
    env = Curriculum(sums(), levels=LEVELS, window=1)
    env.set_level(1)
    assert env.reset(seed=0)[1]["level"] == 1
    answer(env)
    assert env.reset()[1]["level"] == 1
    env.set_level(None)
    assert env.reset()[1]["level"] == 1
    answer(env)
    assert env.reset()[1]["level"] == 2
    with pytest.raises(ValueError, match="level to be an integer from 0 to 2, actually: 3"):
        env.set_level(3)


def test_a_new_level_begins_with_an_episode_never_within_one():
    env = Curriculum(sums(max_turns=2), levels=LEVELS)
    env.reset(seed=0)
    env.set_level(2)
    assert env.step("?")[4]["level"] == 0
    assert answer(env)[4]["task"] == "sum-1/train/0/0"
    assert env.reset()[1]["level"] == 2


def test_a_verifiers_error_counts_for_nothing():
    env = Curriculum(gym.make("tests.toys:toy/Successor-v0"), levels=[{"broken": True}, {}], window=1)
    env.reset(seed=0)
    assert env.step("x")[3]
    assert env.state_dict() == {"level": 0, "seen": 0, "right": 0, "fixed": False}


def test_a_task_is_found_on_whatever_level_it_is():
    env = Curriculum(sums(), levels=LEVELS)
    env.reset(seed=0)
    assert env.reset(options={"task": "sum-3/train/7/1"})[1] == {"task": "sum-3/train/7/1", "level": 2}
    assert env.reset()[1]["level"] == 0
    assert env.reset(options={"task": 4})[1]["task"] == "sum-1/train/0/4"
    with pytest.raises(ValueError, match="sum-9"):
        env.reset(options={"task": "sum-9/train/0/0"})
    assert answer(env)[1] == 1.0


def test_it_resumes_from_its_state():
    env, other = (Curriculum(sums(), levels=LEVELS, window=3) for _ in range(2))
    env.reset(seed=0)
    for _ in range(4):
        answer(env)
        env.reset()
    other.load_state_dict(json.loads(json.dumps(env.state_dict())))
    other.reset(seed=0, options={"episode": 4})
    for _ in range(4):
        assert answer(other) == answer(env)
        assert other.reset() == env.reset()


def test_wrappers_inside_are_on_every_level_and_wrappers_outside_see_each():
    env = ScaleReward(Curriculum(Hint(sums(), text="!"), levels=LEVELS, window=1), factor=2.0)
    _, info = env.reset(seed=0)
    for level in (0, 1, 2):
        assert (info["level"], info["hint"]) == (level, True)
        assert answer(env)[1] == 2.0
        _, info = env.reset()


def test_how_far_training_has_come_reaches_the_wrappers_of_every_level():
    env = Curriculum(Listening(sums()), levels=LEVELS)
    report_progress(env, 0.5)
    for level in range(3):
        env.set_level(level)
        env.reset(seed=0)
        assert env.get_wrapper_attr("fraction") == 0.5


def test_hints_reach_the_present_level_through_a_method_that_was_kept():
    env = Curriculum(sums(), levels=LEVELS)
    prefetch = env.get_wrapper_attr("prefetch")
    env.reset(seed=0)
    env.set_level(1)
    env.reset()
    prefetch(r"\boxed{7}")
    assert env.unwrapped.source.level == 2 and env.unwrapped._hint[0] == r"\boxed{7}"


def test_a_group_has_one_level_where_a_learner_sets_it():
    spec = {"entry_point": "rlvr.wrappers.curriculum:Curriculum", "kwargs": {"levels": LEVELS}}
    envs = make_mixture([("rlvr/Math-v0", {"families": "sum"})], 4, group_size=2, env_wrappers=[spec])
    envs.reset(seed=0)
    for episode, level in enumerate((2, 0, 1), 1):
        envs.call("set_level", level)
        infos = envs.step([r"\boxed{9}"] * 4)[4]
        assert infos["level"].tolist() == [level] * 4
        assert infos["group"].tolist() == [(0, episode)] * 2 + [(1, episode)] * 2
        assert infos["task"].tolist() == [f"sum-{level + 1}/train/{slot // 2}/{episode}" for slot in range(4)]
    _, infos = envs.reset()
    assert infos["group"].tolist() == [(0, 4)] * 2 + [(1, 4)] * 2


def test_lists_of_environments_keep_one_level_from_one_tracker():
    envs = [Curriculum(sums(), levels=LEVELS) for _ in range(4)]
    levels = SuccessLevels(3, window=4)
    for episode in range(3):
        for env in envs:
            env.set_level(levels.level)
        tasks = {env.reset(seed=0, options={"episode": episode})[1]["task"] for env in envs}
        assert tasks == {f"sum-{episode + 1}/train/0/{episode}"}
        actions = [env.unwrapped.solution(env.unwrapped.task) for env in envs]
        for _, reward, *_ in step_many(envs, actions):
            levels.add(reward == 1.0)


def test_an_environment_without_a_spec_or_levels_is_refused_with_the_remedy():
    bare = sums().unwrapped
    bare.spec = None
    with pytest.raises(ValueError, match=r"from gym\.make.*make_mixture"):
        Curriculum(bare, levels=LEVELS)
    with pytest.raises(ValueError, match="at least one level"):
        Curriculum(sums(), levels=[])
    with pytest.raises(ValueError, match="level of every chosen family"):
        Curriculum(sums(), levels=[{"level": 99}])
    with pytest.raises(TypeError, match="observes Messages"):
        Curriculum(gym.make("CartPole-v1"), levels=[{}])


def test_it_keeps_the_contract_copies_and_is_rebuilt_from_json():
    env = Curriculum(sums(max_turns=2), levels=LEVELS, window=1000)
    check_env(env)
    env = Curriculum(sums(), levels=LEVELS, window=1)
    env.reset(seed=0)
    answer(env)
    copies = [copy.deepcopy(env), pickle.loads(pickle.dumps(env))]
    expected = env.reset()
    assert expected[1]["level"] == 1
    assert all(one.reset() == expected for one in copies)
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert isinstance(again, Curriculum) and again.reset(seed=3) == Curriculum(sums(), levels=LEVELS).reset(seed=3)
    env.close()


def test_it_says_the_same_in_every_vector_environment():
    actions = [rf"\boxed{{{n}}}" for n in (9, 13, 9, 8)]
    arguments = {"levels": LEVELS, "window": 1, "up": 0.5, "down": 0.0}
    require_the_same_everywhere(Curriculum, arguments, actions, families="sum")


TestMachine = env_machine(lambda: Curriculum(sums(max_turns=2), levels=LEVELS, window=2)).TestCase
