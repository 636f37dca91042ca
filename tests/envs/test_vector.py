import pickle
from collections import Counter

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.envs.registration import WrapperSpec
from gymnasium.error import ResetNeeded
from gymnasium.utils.passive_env_checker import data_shares_objects
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.core import Completion
from rlvr.envs.vector import BatchedVectorEnv, make_batched, make_mixture
from rlvr.wrappers import TextObservation
from tests.comparing import require_identical
from tests.planted_env import SumEnv, make_vector

TEXT_OBSERVATION = WrapperSpec("TextObservation", "rlvr.wrappers.text_observation:TextObservation", {})


def sync(num_envs, wrap=lambda env: env, **kwargs):
    return SyncVectorEnv([lambda: wrap(SumEnv(**kwargs))] * num_envs, autoreset_mode="SameStep")


def answers(vec, kinds):
    """One action a slot: right, wrong, or whatever the kind says itself."""
    envs = [env.unwrapped for env in vec.envs]
    said = {"right": lambda env: env.solution(env.task), "wrong": lambda env: env.mistake(env.task)}
    return tuple(said[kind](env) if kind in said else kind for env, kind in zip(envs, kinds, strict=True))


KINDS = ["right", "wrong", "", "half a", "half b", "pool 7", Completion("=1", finish_reason="length")]


@settings(max_examples=40)
@given(
    num_envs=st.integers(1, 5),
    max_turns=st.integers(1, 3),
    seed=st.one_of(st.integers(0, 2**40), st.just(None), st.lists(st.integers(0, 99), min_size=5, max_size=5)),
    moves=st.lists(st.lists(st.sampled_from(KINDS), min_size=5, max_size=5), min_size=1, max_size=8),
    wrapped=st.booleans(),
)
def test_without_groups_it_equals_the_sync_vector_env_to_the_byte(num_envs, max_turns, seed, moves, wrapped):
    wrappers = [TEXT_OBSERVATION] if wrapped else []
    ours = make_vector(num_envs, max_turns=max_turns, env_wrappers=wrappers)
    theirs = sync(num_envs, TextObservation if wrapped else lambda env: env, max_turns=max_turns)
    if seed is None:  # Entropy differs by nature: give the streams a common start.
        seed, then = 5, None
    else:
        seed = then = seed[:num_envs] if isinstance(seed, list) else seed
    require_identical(ours.reset(seed=seed), theirs.reset(seed=seed))
    for kinds in moves:
        actions = answers(ours, kinds[:num_envs])
        require_identical(ours.step(actions), theirs.step(actions))
    require_identical(ours.reset(seed=then), theirs.reset(seed=then))
    require_identical(ours.np_random_seed, theirs.np_random_seed)


def test_errors_are_laid_out_as_in_the_sync_vector_env():
    ours, theirs = make_vector(3), sync(3)
    require_identical(ours.reset(seed=0), theirs.reset(seed=0))
    for kinds in (["right", "fault raises", "wrong"], ["fault raises", "right", "right"]):
        actions = answers(ours, kinds)
        step = ours.step(actions)
        require_identical(step, theirs.step(actions))
    assert step[2].tolist() == [False, True, True]
    assert step[3].tolist() == [True, False, False]
    assert step[4]["final_info"]["verdict"]["_score"].tolist() == [False, True, True]


@pytest.mark.parametrize("mask", [[True, False, True], [False, False, True], [True, True, True]])
@pytest.mark.parametrize("options", [{}, {"task": "sum-1-2"}, {"episode": 7}])
def test_a_masked_reset_equals_the_sync_vector_env(mask, options):
    ours, theirs = make_vector(3, max_turns=2), sync(3, max_turns=2)
    require_identical(ours.reset(seed=3), theirs.reset(seed=3))
    actions = answers(ours, ["wrong", "right", "wrong"])
    last = ours.step(actions)
    require_identical(last, theirs.step(actions))
    for seed in (None, 8):
        given = {**options, "reset_mask": np.array(mask)}
        before, last = last[0], ours.reset(seed=seed, options=given)
        require_identical(last, theirs.reset(seed=seed, options=dict(given)))
        assert not any(data_shares_objects(one, other) for one, other in zip(before, last[0], strict=True))
        assert "reset_mask" in given, "the caller's options are the caller's"
    actions = answers(ours, ["wrong", "wrong", "right"])
    require_identical(ours.step(actions), theirs.step(actions))


def test_attributes_are_called_read_and_set_as_in_the_sync_vector_env():
    ours, theirs = make_vector(2, render_mode="ansi"), sync(2, render_mode="ansi")
    for vec in (ours, theirs):
        vec.reset(seed=0)
        vec.set_attr("max_turns", (1, 2))
        vec.set_attr("note", "same for all")
    for name in ("max_turns", "note", "render_mode", "turn"):
        require_identical(ours.get_attr(name), theirs.get_attr(name))
    require_identical(ours.call("solution", ours.envs[0].task), theirs.call("solution", ours.envs[0].task))
    require_identical(ours.render(), theirs.render())
    actions = answers(ours, ["wrong", "wrong"])
    require_identical(ours.step(actions), theirs.step(actions))
    assert ours.metadata == theirs.metadata
    assert ours.render_mode == "ansi"
    assert ours.observation_space == theirs.observation_space
    assert ours.action_space == theirs.action_space
    with pytest.raises(ValueError, match="one value for each of 2 slots, actually: 3"):
        ours.set_attr("turn", [1, 2, 3])


def test_closing_closes_every_slot_once(monkeypatch):
    closed = Counter()
    monkeypatch.setattr(SumEnv, "close", lambda env: closed.update([id(env)]))
    vec = make_vector(3)
    vec.close()
    vec.close()
    assert sorted(closed.values()) == [1, 1, 1]


def test_autoreset_happens_in_the_same_step_and_says_so():
    assert make_vector(1).metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    assert "autoreset_mode" not in SumEnv.metadata


@settings(max_examples=25)
@given(
    groups=st.integers(1, 3),
    size=st.integers(2, 3),
    seed=st.integers(0, 2**40) | st.none(),
    moves=st.lists(
        st.one_of(
            st.lists(st.sampled_from(["right", "wrong"]), min_size=9, max_size=9),
            st.sampled_from(["reset", "task", "mask"]),
        ),
        max_size=10,
    ),
)
def test_the_nth_episode_of_every_slot_of_a_group_is_the_same_task(groups, size, seed, moves):
    vec = make_vector(groups * size, group_size=size, max_turns=2)
    asked = {}

    def note(tags, mask, tasks):
        for slot, (tag, known, task) in enumerate(zip(tags, mask, tasks, strict=True)):
            if known:
                assert tag[0] == slot // size
                assert asked.setdefault(tag, task) == task

    _, infos = vec.reset(seed=seed)
    note(infos["group"], infos["_group"], infos["task"])
    if seed is not None:
        expected = [SumEnv().reset(seed=seed + group)[1]["task"] for group in range(groups)]
        assert infos["task"].tolist() == [task for task in expected for _ in range(size)]
    for move in moves:
        if isinstance(move, str):
            before = [env.episode for env in vec.envs]
            mask = np.arange(groups * size) // size == 0 if move == "mask" else np.ones(groups * size, dtype=bool)
            options = {"task": {"task": "sum-1-2"}, "mask": {"reset_mask": mask}}.get(move)
            _, infos = vec.reset(options=options)
            if move == "task":
                assert set(infos["task"]) == {"sum-1-2"}
            else:
                note(infos["group"], infos["_group"], infos["task"])
            after = [env.episode for env in vec.envs]
            for group in range(groups):
                members = slice(group * size, (group + 1) * size)
                if mask[members][0]:
                    assert after[members] == [max(before[members]) + 1] * size
                else:
                    assert after[members] == before[members]
        else:
            _, _, terminated, _, infos = vec.step(answers(vec, move[: groups * size]))
            note(infos["group"], infos["_group"], infos["task"])
            if terminated.any():
                final = infos["final_info"]
                assert final["_group"].tolist() == terminated.tolist()
                for slot in np.flatnonzero(terminated):
                    group, episode = final["group"][slot]
                    assert infos["group"][slot] == (group, episode + 1)


def test_single_turn_groups_are_tagged_like_those_of_several_turns():
    single, several = make_vector(4, group_size=2), make_vector(4, group_size=2, max_turns=2)
    require_identical(single.reset(seed=1), several.reset(seed=1))
    actions = answers(single, ["right"] * 4)
    require_identical(single.step(actions), several.step(actions))


def test_unseeded_groups_differ_from_each_other_and_agree_within():
    vec = make_vector(6, group_size=2)
    vec.reset()
    seeds = vec.np_random_seed
    assert [seeds[slot] == seeds[slot + 1] for slot in (0, 2, 4)] == [True] * 3
    assert len(set(seeds)) == 3


def test_a_list_of_seeds_has_one_seed_a_group():
    vec = make_vector(4, group_size=2)
    vec.reset(seed=[7, 3])
    assert vec.np_random_seed == (7, 7, 3, 3)
    with pytest.raises(ValueError, match="one seed for each of 2 groups of 2, actually: 4 seeds"):
        vec.reset(seed=[1, 2, 3, 4])


@pytest.mark.parametrize("seeds", [(7, 3), np.array([7, 3]), np.array([7, 3], dtype=np.uint8), [np.int64(7), 3]])
def test_seeds_may_be_any_sequence_or_array_of_integers(seeds):
    vec, expected = make_vector(4, group_size=2), make_vector(4, group_size=2)
    require_identical(vec.reset(seed=seeds), expected.reset(seed=[7, 3]))
    assert vec.np_random_seed == (7, 7, 3, 3)


@pytest.mark.parametrize("seed", [1.0, "12", np.array([1.0, 2.0]), [1, "2"], np.array([[1, 2], [3, 4]]), {1, 2}])
def test_a_seed_that_is_no_integer_is_refused(seed):
    with pytest.raises(TypeError, match="Expected seed to be an integer, a list of integers or None, actually: "):
        make_vector(4, group_size=2).reset(seed=seed)


def test_wrappers_are_applied_innermost_first_from_specs_and_from_their_json():
    spec = WrapperSpec("TextObservation", "rlvr.wrappers.text_observation:TextObservation", {})
    plain = {"name": "T", "entry_point": "rlvr.wrappers.text_observation:TextObservation", "kwargs": {}}
    for given_spec in (spec, plain):
        vec = make_vector(2, env_wrappers=[given_spec])
        assert all(isinstance(env, TextObservation) for env in vec.envs)
        observations, _ = vec.reset(seed=0)
        assert all(isinstance(observation, str) for observation in observations)
    with pytest.raises(ValueError, match="kwargs=None"):
        make_vector(2, env_wrappers=[WrapperSpec("TextObservation", spec.entry_point, None)])


def test_two_families_share_one_batch_in_whole_groups(registered_sum):
    entries = [registered_sum, (registered_sum, {"max_turns": 3}), gym.spec(registered_sum)]
    vec = make_mixture(entries, 8, group_size=2)
    assert vec.get_attr("max_turns") == (1, 1, 3, 3, 1, 1, 1, 1)
    assert not any(isinstance(env, gym.Wrapper) for env in vec.envs)
    assert {env.spec.id for env in vec.envs} == {registered_sum}
    _, infos = vec.reset(seed=0)
    assert infos["task"][2] == infos["task"][3] != infos["task"][0]
    _, rewards, terminated, _, infos = vec.step(answers(vec, ["wrong"] * 7 + ["right"]))
    assert rewards.tolist() == [0.0] * 7 + [1.0]
    assert terminated.tolist() == [True, True, False, False, True, True, True, True]
    with pytest.raises(ValueError, match="a group for each, actually: 3 entries, num_envs=4, group_size=2"):
        make_mixture(entries, 4, group_size=2)


@pytest.fixture
def registered_sum():
    gym.register("planted/Sum-v0", entry_point="tests.planted_env:SumEnv", vector_entry_point=make_vector)
    yield "planted/Sum-v0"
    del gym.registry["planted/Sum-v0"]


def test_gymnasium_makes_it_and_its_spec(registered_sum):
    vec = gym.make_vec(registered_sum, num_envs=4, group_size=2, env_wrappers=[TEXT_OBSERVATION], max_turns=2)
    assert isinstance(vec, BatchedVectorEnv)
    again = gym.make_vec(vec.spec)
    require_identical(vec.reset(seed=0), again.reset(seed=0))


@pytest.mark.parametrize("size", [0, -1, 3, 5, "2", 2.0, True, None])
def test_a_group_size_that_does_not_divide_is_refused_with_both_numbers(size, registered_sum):
    with pytest.raises(ValueError, match=f"group_size={size!r}, num_envs=4"):
        make_vector(4, group_size=size)
    with pytest.raises(ValueError, match=f"group_size={size!r}, num_envs=4"):
        make_mixture([registered_sum], 4, group_size=size)


def test_no_slots_shared_slots_and_different_spaces_are_refused():
    with pytest.raises(ValueError, match="at least one environment"):
        BatchedVectorEnv([])
    shared = SumEnv()
    with pytest.raises(ValueError, match="0 and 1 are the same"):
        BatchedVectorEnv([lambda: shared, lambda: TextObservation(shared)])
    with pytest.raises(RuntimeError, match="slot 1: AnyText"):
        BatchedVectorEnv([SumEnv, lambda: TextObservation(SumEnv())])


def test_groups_need_environments_whose_tasks_are_a_function_of_seed_and_episode():
    with pytest.raises(TypeError, match="CartPoleEnv"):
        make_batched(lambda: gym.make("CartPole-v1"), 2, group_size=2)
    vec = make_batched(lambda: gym.make("CartPole-v1"), 2)
    theirs = SyncVectorEnv([lambda: gym.make("CartPole-v1")] * 2, autoreset_mode="SameStep")
    ours = vec.reset(seed=0)
    theirs.reset(seed=0)
    assert len(ours[0]) == 2
    for _ in range(30):
        _, *step = vec.step(np.array([0, 1]))
        _, *expected = theirs.step(np.array([0, 1]))
        require_identical(step, expected)


def test_slots_of_a_group_that_were_made_differently_are_found_out():
    class Other(SumEnv):
        def draw_task(self, seed, episode):
            return super().draw_task(seed + 1, episode)

    vec = BatchedVectorEnv([SumEnv, Other], group_size=2)
    with pytest.raises(RuntimeError, match="group 0 to ask the same task"):
        vec.reset(seed=0)


@pytest.mark.parametrize(
    ("actions", "error", "match"),
    [
        ("ab", TypeError, "the one str 'ab'"),
        (["=1"], ValueError, "each of 2 slots, actually: 1"),
        (["=1", "=2", "=3"], ValueError, "each of 2 slots, actually: 3"),
        (["=1", None], TypeError, "slot 1: NoneType"),
        ([["=1"], "=1"], TypeError, "slot 0: list"),
    ],
)
def test_bad_actions_are_refused_before_anything_is_stepped(actions, error, match):
    vec, untouched = make_vector(2), make_vector(2)
    vec.reset(seed=0)
    untouched.reset(seed=0)
    with pytest.raises(error, match=match):
        vec.step(actions)
    right = answers(untouched, ["right", "right"])
    require_identical(vec.step(right), untouched.step(right))


def test_a_step_before_reset_is_refused():
    vec = make_vector(2)
    with pytest.raises(ResetNeeded, match=r"step\(\) was called before reset"):
        vec.step(["=1", "=2"])
    with pytest.raises(ResetNeeded, match="with a mask was called before reset"):
        vec.reset(options={"reset_mask": np.array([True, False])})


@pytest.mark.parametrize(
    ("mask", "error", "match"),
    [
        ([True, True], TypeError, "boolean NumPy array"),
        (np.array([1, 1, 0, 0]), TypeError, "boolean NumPy array"),
        (np.array([True]), ValueError, "some of 4 slots"),
        (np.zeros(4, dtype=bool), ValueError, "some of 4 slots"),
        (np.array([True, True, True, False]), ValueError, r"whole groups of 2 .* \[True, False\] of group 1"),
    ],
)
def test_a_bad_mask_is_refused(mask, error, match):
    vec = make_vector(4, group_size=2)
    vec.reset(seed=0)
    with pytest.raises(error, match=match):
        vec.reset(options={"reset_mask": mask})


def test_tokens_reach_the_environment():
    seen = []

    class Watching(SumEnv):
        def check(self, task, action):
            seen.append(action.token_ids)
            return super().check(task, action)

    vec = make_batched(Watching, 2)
    vec.reset(seed=0)
    vec.step((Completion("=1", token_ids=[1, 2]), Completion("=2", token_ids=[3])))
    assert seen == [(1, 2), (3,)]


def test_checks_of_a_batch_run_side_by_side_before_any_is_waited_for():
    order = []

    class Watching(SumEnv):
        def prefetch_check(self, check):
            order.append("start")

        def judge(self, check):
            order.append("collect")
            return super().judge(check)

    for max_turns in (1, 2):
        order.clear()
        vec = make_batched(Watching, 3, max_turns=max_turns)
        vec.reset(seed=0)
        vec.step(["pool 1", "pool 2", "pool 3"])
        assert order == ["start"] * 3 + ["collect"] * 3


def test_it_pickles_between_steps():
    vec = make_vector(4, group_size=2, max_turns=2)
    vec.reset(seed=0)
    vec.step(answers(vec, ["right", "wrong", "wrong", "right"]))
    twin = pickle.loads(pickle.dumps(vec))
    actions = answers(vec, ["wrong", "right", "right", "wrong"])
    require_identical(vec.step(actions), twin.step(actions))
    require_identical(vec.reset(), twin.reset())


def test_an_environment_that_overrides_a_part_of_stepping_takes_the_long_way():
    class Bonus(SumEnv):
        def step(self, action):
            observation, reward, terminated, truncated, info = super().step(action)
            return observation, reward + 0.25, terminated, truncated, {**info, "bonus": 0.25}

    ours = make_batched(Bonus, 2)
    theirs = SyncVectorEnv([Bonus] * 2, autoreset_mode="SameStep")
    require_identical(ours.reset(seed=0), theirs.reset(seed=0))
    actions = answers(ours, ["right", "wrong"])
    require_identical(ours.step(actions), theirs.step(actions))
