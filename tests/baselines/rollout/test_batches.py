import io
import threading
from dataclasses import dataclass, replace
from typing import Any

import gymnasium as gym
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.baselines.config import as_dict, merge
from rlvr.baselines.learner.distributed import World
from rlvr.baselines.rollout import VerifierFailure, collect, make_envs
from rlvr.baselines.rollout.batches import Batches, DataConfig
from rlvr.baselines.rollout.levels import SharedLevels
from rlvr.core import Completion, FinishReason, Status, Verdict
from rlvr.seeding import StreamKey
from rlvr.wrappers.base import reward_terms

TOY = "tests.toys:toy/Successor-v0"
FIXED = {"entry_point": "tests.wrappers.terms:Fixed", "kwargs": {"amount": 0.1}}
CURRICULUM = {"name": "Curriculum", "kwargs": {"levels": [{}, {"max_turns": 2}], "window": 8, "up": 0.6, "down": 0.4}}
SEED = 5
KEY = StreamKey("tests.batches")


class Planned:
    """Who is right by a plan: a function of the task's number, the member's place in its group and the version."""

    def __init__(self, right, *, cut=lambda member: False):
        self.right = right
        self.cut = cut
        self.version = 0
        self.asked = 0

    def see(self, envs):
        self.envs = [env.unwrapped for env in envs]

    def act(self, conversations):
        self.asked += len(conversations)
        return [self._answer(env) for env in self.envs]

    def _answer(self, env):
        right = self.right(number(env.task.id), env.member, self.version)
        return Completion(
            env.solution(env.task) if right else "x",
            token_ids=(env.member, self.version),
            logprobs=(-0.1, -0.7),
            prompt_ids=(1, 2),
            finish_reason=FinishReason.LENGTH if self.cut(env.member) else FinishReason.STOP,
        )


def number(task):
    return int(task.split("/")[1])


def half(task, member, version):
    """One member of two is right: every group has a spread."""
    return member % 2 == 0


def odd_tasks_flat(task, member, version):
    return task % 2 == 0 and member == 0


def by_chance(task, member, version):
    """Some groups are flat, some are solved, and the policy's version matters."""
    stream = KEY.at(task, version)
    return stream.random() < 0.3 or KEY.at(task * 10 + member, version).random() < 0.5


class WithASet(gym.Wrapper):
    """An environment whose info is no plain data."""

    def step(self, action):
        *result, info = self.env.step(action)
        return *result, {**info, "extra": {1, 2}}


def make(config=None, agent=None, *, groups=3, size=2, wrappers=(), world=None, **changes):
    config = config or DataConfig(**changes)
    mine = groups if world is None else len(range(world.rank, groups, world.size))
    envs = make_envs(TOY, {}, mine * size, wrappers)
    for place, env in enumerate(envs):
        name_members(env, place % size)
    return Batches(envs, agent or Planned(half), config, groups=groups, group_size=size, seed=SEED, world=world)


def name_members(env, member):
    """Also of the environments that a curriculum changes to."""
    for level in getattr(env, "_envs", [env]):
        level.unwrapped.member = member


def break_verifier(batches, tasks):
    for env in batches.envs:
        sound = env.unwrapped.check

        def check(task, action, sound=sound):
            return Verdict(Status.ERROR, reason="planted") if number(task.id) in tasks else sound(task, action)

        env.unwrapped.check = check


def numbers(groups):
    return [number(group[0].task) for group in groups]


def play(batches, first, last, *, version=0):
    """Steps of a learner that makes an optimizer step of each two groups."""
    steps = []
    for step in range(first, last):
        batches.agent.version = version
        steps.append(batches.next(policy_version=version, progress=step / 10))
        version += (len(steps[-1].groups) + 1) // 2
    return steps, version


def saved(batches):
    """The state, through a file that is read without running code."""
    file = io.BytesIO()
    torch.save(batches.state_dict(), file)
    file.seek(0)
    return torch.load(file, weights_only=True)


# Sampling.


def test_by_default_groups_are_those_of_consecutive_rollouts():
    """What GRPO did before there were batches: tasks, members, order, what is left out."""
    batches = make(agent=Planned(by_chance), groups=4, size=3)
    envs, agent = make(groups=4, size=3).envs, Planned(by_chance)
    for step in range(5):
        batch = batches.next(policy_version=step, progress=0.0)
        expected = collect(envs, agent, seed=SEED, first_episode=step * 4, group_size=3, policy_version=step)
        assert batch.sampled == expected
        assert batch.groups == [group for group in expected if len({episode.reward for episode in group}) > 1]
        assert batch.counts["flat_groups"] == 4 - len(batch.groups)
        assert batch.counts["error_episodes"] == batch.counts["masked_episodes"] == 0.0
        agent.version = batches.agent.version = step + 1


def test_flat_groups_are_trained_on_if_asked_for_and_counted_all_the_same():
    batch = make(agent=Planned(odd_tasks_flat), skip_flat_groups=False).next(policy_version=0, progress=0.0)
    assert numbers(batch.groups) == [0, 1, 2] and batch.counts["flat_groups"] == 1.0


def test_groups_of_one_are_never_flat():
    batch = make(size=1).next(policy_version=0, progress=0.0)
    assert len(batch.groups) == 3 and batch.counts["flat_groups"] == 0.0


def test_refills_fill_the_batch_exactly_with_the_stream_s_next_tasks():
    agent = Planned(odd_tasks_flat)
    batches = make(agent=agent, groups=4, dynamic_sampling=True)
    batch = batches.next(policy_version=0, progress=0.0)
    # Of tasks 0-3 two are kept, of 4 and 5 one, 6 is kept.
    assert numbers(batch.groups) == [0, 2, 4, 6]
    assert numbers(batch.sampled) == [0, 1, 2, 3, 4, 5, 6]
    assert [group[0].group[0] for group in batch.sampled] == [0, 1, 2, 3, 4, 5, 6]
    expected = {"sampled_groups": 7.0, "refills": 2.0, "missing_groups": 0.0, "flat_groups": 3.0}
    assert expected.items() <= batch.counts.items()
    assert agent.asked == 14
    assert numbers(batches.next(policy_version=0, progress=0.0).groups) == [8, 10, 12, 14]


def test_refills_end_with_a_smaller_batch_that_is_counted():
    batches = make(agent=Planned(lambda *_: True), dynamic_sampling=True, max_refills=2)
    batch = batches.next(policy_version=0, progress=0.0)
    assert batch.groups == [] and len(batch.sampled) == 9
    assert batch.counts["refills"] == 2.0 and batch.counts["missing_groups"] == 3.0


def test_without_refills_allowed_there_are_none():
    batch = make(agent=Planned(odd_tasks_flat), dynamic_sampling=True, max_refills=0).next(
        policy_version=0, progress=0.0
    )
    assert numbers(batch.sampled) == [0, 1, 2] and batch.counts["refills"] == 0.0


@given(
    right=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=30, max_size=30),
    groups=st.integers(1, 4),
    refills=st.integers(0, 4),
)
@settings(max_examples=30)
def test_every_group_is_accounted_for(right, groups, refills):
    agent = Planned(lambda task, member, _: right[task % 30][member])
    batches = make(agent=agent, groups=groups, dynamic_sampling=True, max_refills=refills)
    batch = batches.next(policy_version=0, progress=0.0)
    assert numbers(batch.sampled) == list(range(batches.position))
    assert batch.groups == [group for group in batch.sampled if group[0].reward != group[1].reward]
    assert len(batch.groups) + batch.counts["flat_groups"] == len(batch.sampled) == batch.counts["sampled_groups"]
    assert len(batch.groups) + batch.counts["missing_groups"] == groups
    assert batch.counts["missing_groups"] == 0.0 or batch.counts["refills"] == refills


# What is not trained on.


def test_error_groups_are_left_out_whole_and_counted():
    batches = make()
    break_verifier(batches, {1})
    batch = batches.next(policy_version=0, progress=0.0)
    assert numbers(batch.sampled) == [0, 1, 2] and numbers(batch.groups) == [0, 2]
    assert batch.counts["error_episodes"] == 2.0 and batch.counts["error_groups"] == 1.0


def test_error_groups_are_replaced_by_dynamic_sampling():
    batches = make(dynamic_sampling=True, skip_flat_groups=False)
    break_verifier(batches, {1, 3})
    batch = batches.next(policy_version=0, progress=0.0)
    assert numbers(batch.groups) == [0, 2, 4]
    assert batch.counts["error_episodes"] == 4.0 and batch.counts["refills"] == 2.0


def test_a_verifier_that_keeps_failing_stops_training_and_not_the_refills_alone():
    batches = make(dynamic_sampling=True)
    break_verifier(batches, range(100))
    with pytest.raises(VerifierFailure, match="planted"):
        batches.next(policy_version=0, progress=0.0)


@pytest.mark.parametrize("how", ["missing", "unfinished", "empty"])
@pytest.mark.parametrize("dynamic", [False, True])
def test_partial_groups_are_never_trained_on(monkeypatch, how, dynamic):
    def interrupted(*arguments, **options):
        groups = collect(*arguments, **options)
        for group in groups:
            if number(group[0].task) == 1:
                unfinished = replace(group[1], terminated=False)
                group[:] = {"missing": group[:1], "unfinished": [group[0], unfinished], "empty": []}[how]
        return groups

    monkeypatch.setattr("rlvr.baselines.rollout.batches.collect", interrupted)
    batches = make(dynamic_sampling=dynamic, skip_flat_groups=False, easy_pool_share=0.5)
    batch = batches.next(policy_version=0, progress=0.0)
    assert numbers(batch.groups) == ([0, 2, 3] if dynamic else [0, 2])
    assert batch.counts["partial_groups"] == 1.0


def test_cut_episodes_are_masked_and_their_rewards_stay_in_their_groups():
    agent = Planned(half, cut=lambda member: member == 1)
    plain, filtered = (
        make(agent=agent, mask_truncated=masking).next(policy_version=0, progress=0.0) for masking in (False, True)
    )
    assert plain.counts["masked_episodes"] == 0.0 and filtered.counts["masked_episodes"] == 3.0
    assert [[episode.masked for episode in group] for group in filtered.groups] == [[False, True]] * 3
    assert [[episode.reward for episode in group] for group in filtered.groups] == [[1.0, 0.0]] * 3


def test_groups_that_are_masked_whole_are_left_out():
    agent = Planned(half, cut=lambda member: True)
    batch = make(agent=agent, mask_truncated=True).next(policy_version=0, progress=0.0)
    assert batch.groups == [] and batch.counts["masked_groups"] == 3.0 and batch.counts["flat_groups"] == 0.0


# Wrappers.


def test_levels_are_told_before_and_follow_after_each_round_once(monkeypatch):
    calls = []
    for name in ("tell", "add"):
        original = getattr(SharedLevels, name)

        def spy(self, *arguments, name=name, original=original):
            calls.append((name, *map(len, arguments)))
            return original(self, *arguments)

        monkeypatch.setattr(SharedLevels, name, spy)
    make(agent=Planned(odd_tasks_flat), groups=4, dynamic_sampling=True).next(policy_version=0, progress=0.0)
    assert calls == [("tell",), ("add", 4), ("tell",), ("add", 2), ("tell",), ("add", 1)]


def test_wrappers_are_told_how_far_training_has_come_and_batches_remember():
    batches = make(wrappers=[FIXED], lag=1)
    told = []
    for progress in (0.0, 0.25, 0.5):
        batch = batches.next(policy_version=0, progress=progress)
        told.append((batch.progress, [reward_terms(env)[0].progress for env in batches.envs]))
    assert [told_then for told_then, _ in told] == [[0.0] * 3, [0.0] * 3, [0.25] * 3]
    assert [told_now for _, told_now in told] == [[0.0] * 6, [0.25] * 6, [0.5] * 6]


# The easy pool.


def test_solved_tasks_are_asked_again():
    solved = {1, 2}
    agent = Planned(lambda task, member, version: task in solved or member == 0)
    batches = make(agent=agent, easy_pool_share=1.0)
    first = batches.next(policy_version=0, progress=0.0)
    assert numbers(first.sampled) == [0, 1, 2] and first.counts["easy_pool"] == 2.0
    solved.clear()  # Forgotten: both are worth training on now.
    second = batches.next(policy_version=1, progress=0.0)
    assert sorted(numbers(second.groups)) == [1, 2, 3]
    assert second.counts["easy_groups"] == 2.0 and second.counts["easy_pool"] == 0.0
    assert {episode.group[1] for group in second.groups for episode in group} == {1, 2, 3}
    assert numbers(batches.next(policy_version=2, progress=0.0).groups) == [4, 5, 6]


def test_refills_draw_from_the_pool_too():
    solved = {0, 1}
    agent = Planned(lambda task, member, version: (task in solved and version == 0) or member == 0)
    batches = make(agent=agent, easy_pool_share=1.0, dynamic_sampling=True, max_refills=1)
    batch = batches.next(policy_version=0, progress=0.0)
    assert sorted(numbers(batch.sampled)) == [0, 0, 1, 1, 2] and batch.counts["easy_groups"] == 2.0


def test_tasks_of_another_level_are_not_asked_again_at_this_one():
    wrappers = [{"name": "Curriculum", "kwargs": {"levels": [{}, {"max_turns": 2}], "window": 6}}]
    agent = Planned(lambda task, member, version: task in (0, 1, 2, 4) or member == 0)
    batches = make(agent=agent, wrappers=wrappers, easy_pool_share=1.0)
    steps = [batches.next(policy_version=0, progress=0.0) for _ in range(3)]
    # All right at level 0, so level 1 comes next, where the pool is empty and then has task 4.
    assert [sorted(numbers(batch.sampled)) for batch in steps] == [[0, 1, 2], [3, 4, 5], [4, 6, 7]]
    assert [{episode.turns[-1].info["level"] for episode in batch.sampled[0]} for batch in steps] == [{0}, {1}, {1}]


# Lag and staleness.


def test_batches_are_learned_from_as_many_steps_later_as_the_lag_says():
    batches = make(lag=2)
    steps = [batches.next(policy_version=10 * step, progress=0.0) for step in range(5)]
    assert [numbers(batch.sampled) for batch in steps] == [[3 * i, 3 * i + 1, 3 * i + 2] for i in range(5)]
    assert [batch.groups[0][0].policy_version for batch in steps] == [0, 0, 0, 10, 20]
    assert [batch.counts["staleness_mean"] for batch in steps] == [0.0, 10.0, 20.0, 20.0, 20.0]
    assert [batch.counts["staleness_max"] for batch in steps] == [0.0, 10.0, 20.0, 20.0, 20.0]


def test_waiting_changes_nothing_of_a_batch():
    """What was sampled, what is fit and what was counted; for an agent that does not change meanwhile."""

    def steps(lag):
        batches = make(agent=Planned(odd_tasks_flat), lag=lag, dynamic_sampling=True, max_refills=1)
        break_verifier(batches, {3})
        return [batches.next(policy_version=0, progress=0.0) for _ in range(4)]

    for now, later in zip(steps(0), steps(2), strict=True):
        assert now.sampled == later.sampled and now.groups == later.groups
        assert now.counts.items() <= later.counts.items()


def test_what_waits_is_learned_from_first_although_nothing_is_to_wait_any_more():
    before, after = make(lag=2), make()
    before.next(policy_version=0, progress=0.0)
    after.load_state_dict(saved(before))
    assert [numbers(after.next(policy_version=0, progress=0.0).sampled)[0] for _ in range(4)] == [3, 6, 9, 12]


def test_groups_that_are_too_old_are_dropped_and_counted():
    batches = make(lag=2, max_staleness=1)
    steps = [batches.next(policy_version=step, progress=0.0) for step in range(4)]
    assert [len(batch.groups) for batch in steps] == [3, 3, 0, 0]
    assert [batch.counts["stale_groups"] for batch in steps] == [0.0, 0.0, 3.0, 3.0]
    assert [len(batch.sampled) for batch in steps] == [3] * 4
    assert steps[2].counts["staleness_max"] == 0.0


def test_dynamic_sampling_replaces_what_is_too_old_with_what_is_new():
    batches = make(lag=1, max_staleness=0, dynamic_sampling=True)
    first, second = (batches.next(policy_version=step, progress=step / 2) for step in range(2))
    assert first.counts["stale_groups"] == 0.0 and second.counts["stale_groups"] == 3.0
    assert numbers(second.sampled) == [3, 4, 5, 9, 10, 11]  # 6, 7 and 8 wait.
    assert numbers(second.groups) == [9, 10, 11] and second.counts["staleness_max"] == 0.0
    assert second.progress == [0.0] * 3 + [0.5] * 3
    assert second.counts["refills"] == 1.0


# Checkpoints.

CONFIGS = st.builds(
    lambda refills, **options: DataConfig(**options, **refills),
    refills=st.just({}) | st.fixed_dictionaries({"dynamic_sampling": st.just(True), "max_refills": st.integers(0, 3)}),
    skip_flat_groups=st.booleans(),
    easy_pool_share=st.sampled_from([0.0, 0.5, 1.0]),
    mask_truncated=st.booleans(),
    lag=st.integers(0, 2),
    max_staleness=st.none() | st.integers(0, 3),
)


@given(config=CONFIGS, cut=st.integers(0, 5), curriculum=st.booleans())
@settings(max_examples=40)
def test_a_resumed_run_has_the_batches_of_the_uninterrupted_one(config, cut, curriculum):
    def fresh():
        agent = Planned(by_chance, cut=lambda member: member == 2)
        batches = make(config, agent, groups=2, size=3, wrappers=[CURRICULUM] if curriculum else [])
        break_verifier(batches, {4})
        return batches

    whole, stopped, resumed = fresh(), fresh(), fresh()
    straight, _ = play(whole, 0, 6)
    before, version = play(stopped, 0, cut)
    resumed.load_state_dict(saved(stopped))
    after, _ = play(resumed, cut, 6, version=version)
    assert before + after == straight
    assert resumed.state_dict() == whole.state_dict()
    assert all(
        episode.messages[-1]["content"].token_ids == episode.turns[-1].output_ids
        for batch in after
        for group in batch.sampled
        for episode in group
    )


def test_a_state_does_not_change_while_its_run_goes_on():
    batches = make(agent=Planned(by_chance), lag=2, easy_pool_share=0.5)
    play(batches, 0, 2)
    state, file = batches.state_dict(), saved(batches)
    play(batches, 2, 5, version=2)
    assert state == file


def test_what_cannot_be_kept_is_refused_when_it_is_sampled():
    batches = make(lag=1, wrappers=[{"entry_point": "tests.baselines.rollout.test_batches:WithASet", "kwargs": {}}])
    with pytest.raises(TypeError, match=r"info\['extra'\], actually: set"):
        batches.next(policy_version=0, progress=0.0)


# Several processes.


class Lockstep:
    """The worlds of threads that wait for each other where processes would."""

    def __init__(self, size):
        self.barrier = threading.Barrier(size, timeout=30)
        self.items = [None] * size
        self.worlds = [OneOf(rank, size, self) for rank in range(size)]


@dataclass(frozen=True)
class OneOf(World):
    together: Any = None

    def gather(self, items):
        self.together.items[self.rank] = list(items)
        self.together.barrier.wait()
        everything = list(self.together.items)
        self.together.barrier.wait()
        return everything


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize(
    "config",
    [
        DataConfig(),
        DataConfig(dynamic_sampling=True, easy_pool_share=0.5, max_refills=4),
        DataConfig(dynamic_sampling=True, lag=1, max_staleness=1),
    ],
)
def test_several_processes_have_the_batches_of_one(config, size):
    alone, _ = play(make(config, Planned(by_chance), groups=4, size=3, wrappers=[CURRICULUM]), 0, 4)
    seen = [[] for _ in range(size)]

    def run(world):
        batches = make(config, Planned(by_chance), groups=4, size=3, wrappers=[CURRICULUM], world=world)
        seen[world.rank] = play(batches, 0, 4)[0]

    threads = [threading.Thread(target=run, args=(world,)) for world in Lockstep(size).worlds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [alone] * size


def test_a_process_takes_the_environments_of_its_groups_alone():
    world = Lockstep(2).worlds[1]
    envs = make_envs(TOY, {}, 4)
    with pytest.raises(ValueError, match="1 x 2 environments on rank 1 of 2, actually: 4"):
        Batches(envs, Planned(half), DataConfig(), groups=3, group_size=2, seed=0, world=world)


def test_the_number_of_environments_is_checked():
    with pytest.raises(ValueError, match="Expected 3 x 2 environments, actually: 4"):
        Batches(make_envs(TOY, {}, 4), Planned(half), DataConfig(), groups=3, group_size=2, seed=0)


# Configuration.


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lag": -1}, "data.lag to be at least 0"),
        ({"max_refills": -1}, "data.max_refills to be at least 0"),
        ({"max_staleness": -1}, "data.max_staleness to be at least 0"),
        ({"easy_pool_share": 1.5}, r"data.easy_pool_share to be in \[0, 1\], actually: 1.5"),
    ],
)
def test_what_means_nothing_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        DataConfig(**changes)


def test_a_configuration_survives_a_file():
    config = DataConfig(flat_by="score", max_staleness=3, easy_pool_share=0.1)
    assert merge(DataConfig(), as_dict(config)) == config
    assert merge(DataConfig(), as_dict(DataConfig())) == DataConfig()
