import copy
import warnings
from collections import Counter

import gymnasium as gym
import pytest

from rlvr.agents.scripted import ScriptedAgent
from rlvr.baselines.rollout import collect
from rlvr.testing import check_env
from rlvr.wrappers.length_targets import DiscreteTargets, L1Exact, L1Max
from tests.planted_env import SumEnv
from tests.wrappers.test_length_laws import NUMERAL, TOY, sampled, worth

KINDS = [L1Exact, L1Max, DiscreteTargets]


def make(kind, env=None, **arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(gym.make(TOY) if env is None else env, **{"counter": NUMERAL, **arguments})


def at(target, kind, **arguments):
    """A term whose target is known."""
    where = {"lengths": [target]} if kind is DiscreteTargets else {"low": target, "high": target}
    env = make(kind, **where, **arguments)
    env.reset(seed=0)
    return env


# Aggarwal and Welleck (arXiv 2503.04697): r = I - alpha * |n_gold - n_y|, alpha = 0.0003.
@pytest.mark.parametrize(("tokens", "off"), [(1000, 0.0), (1500, 0.15), (500, 0.15), (2000, 0.3), (4000, 0.9)])
def test_l1_exact_is_the_papers_formula(tokens, off):
    env = at(1000, L1Exact, preset="paper")
    for right in (True, False):
        assert worth(env, tokens, right) == pytest.approx(-off)
    assert worth(at(1000, L1Exact), tokens, True) == pytest.approx(-min(0.5, off))


# The same: r = I * clip(alpha * (n_gold - n_y) + delta, 0, 1), delta = 0.5.
@pytest.mark.parametrize(
    ("tokens", "reward"), [(0, 1.0), (334, 0.9998), (1000, 0.8), (2000, 0.5), (3000, 0.2), (4000, 0.0), (10**6, 0.0)]
)
def test_l1_max_is_the_papers_formula_less_correctness(tokens, reward):
    env = at(2000, L1Max, preset="paper")
    assert 1.0 + worth(env, tokens, True) == pytest.approx(reward, abs=2e-4)
    assert worth(env, tokens, False) == 0.0
    assert worth(at(2000, L1Max), tokens, True) == pytest.approx(0.5 * (reward - 1.0), abs=2e-4)


# INTELLECT-2 (arXiv 2505.07291): -alpha * |l_target - l_y|, alpha = 0.0003.
@pytest.mark.parametrize(("tokens", "off"), [(2000, 0.0), (1000, 0.3), (3000, 0.3), (12000, 3.0)])
def test_discrete_targets_are_the_reports_formula(tokens, off):
    assert worth(at(2000, DiscreteTargets, preset="paper"), tokens, True) == pytest.approx(-off)
    assert worth(at(2000, DiscreteTargets), tokens, False) == pytest.approx(-min(0.5, off))


@pytest.mark.parametrize("kind", KINDS)
def test_the_target_is_said_last_and_in_every_info(kind):
    env = make(kind, gym.make(TOY, max_turns=2), template="Use {target} {words}.")
    plain = gym.make(TOY, max_turns=2)
    (message,), info = env.reset(seed=4)
    (unasked,), _ = plain.reset(seed=4)
    target = info["length_target"]
    assert message == {"role": "user", "content": f"{unasked['content']}\n\nUse {target} {{words}}."}
    for _ in range(2):
        observation, _, _, _, info = env.step(sampled("x", 3))
        assert observation == plain.step("x")[0] and info["length_target"] == target


class Opening(gym.Wrapper):
    """Opens with messages of ours, the same objects each time."""

    def __init__(self, env, messages):
        super().__init__(env)
        self.messages = messages

    def reset(self, **how):
        return self.messages, self.env.reset(**how)[1]


IMAGE = {"type": "image", "url": "x"}
SAID = "Think for 7 tokens."


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("a", f"a\n\n{SAID}"),
        ("", SAID),
        (None, SAID),
        ([IMAGE], [IMAGE, {"type": "text", "text": SAID}]),
    ],
)
def test_only_the_last_user_message_changes_and_the_wrapped_messages_do_not(content, shown):
    def user(said):
        return {"role": "user", "content": said, "name": "u"}

    around = ({"role": "system", "content": "s"}, user("first"), user(content), {"role": "assistant", "content": "ok"})
    before = copy.deepcopy(around)
    env = make(L1Exact, Opening(gym.make(TOY), around), low=7, high=7)
    observation, _ = env.reset(seed=0)
    assert observation == (*before[:2], user(shown), before[3])
    assert around == before and env.reset()[0] == observation


def test_an_opening_without_a_user_message_says_it_in_its_last():
    env = make(L1Exact, Opening(gym.make(TOY), ({"role": "system", "content": "s"},)), low=7, high=7)
    assert env.reset(seed=0)[0] == ({"role": "system", "content": f"s\n\n{SAID}"},)


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_shares_its_target_and_episodes_draw_their_own(kind):
    envs = [make(kind, counter="rlvr.wrappers.counting:words") for _ in range(8)]
    groups = collect(envs, ScriptedAgent("oracle"), seed=5, first_episode=3, group_size=4)
    targets = [{turn.info["length_target"] for episode in group for turn in episode.turns} for group in groups]
    assert [len(seen) for seen in targets] == [1, 1]
    assert all(str(*seen) in group[0].messages[0]["content"] for seen, group in zip(targets, groups, strict=True))
    env = envs[0]
    drawn = [env.reset(seed=9)[1]["length_target"], *(env.reset()[1]["length_target"] for _ in range(30))]
    assert len(set(drawn)) > 3
    assert [env.reset(seed=9, options={"episode": n})[1]["length_target"] for n in range(31)] == drawn
    assert [env.reset(seed=10, options={"episode": n})[1]["length_target"] for n in range(31)] != drawn


def test_the_draw_depends_on_the_class_and_the_range_and_on_nothing_else():
    def draws(kind, **arguments):
        env = make(kind, **arguments)
        return [env.reset(seed=1, options={"episode": n})[1]["length_target"] for n in range(20)]

    reference = draws(L1Exact)
    assert draws(L1Exact, alpha=0.1, floor=-0.9, template="{target}", term="mine") == reference
    assert draws(L1Max) != reference
    ones, tens = draws(DiscreteTargets, lengths=[1, 2]), draws(DiscreteTargets, lengths=[10, 20])
    assert [10 * target for target in ones] != tens


def test_every_length_of_a_list_is_drawn_about_equally_often():
    env = make(DiscreteTargets)
    count = Counter(env.reset(seed=2, options={"episode": n})[1]["length_target"] for n in range(2000))
    assert sorted(count) == [2000, 4000, 6000, 8000, 10000]
    assert all(320 < times < 480 for times in count.values())  # 400 expected, standard deviation 18.


def test_both_ends_of_a_range_are_drawn():
    env = make(L1Exact, low=3, high=5)
    assert {env.reset(seed=2, options={"episode": n})[1]["length_target"] for n in range(50)} == {3, 4, 5}


@pytest.mark.parametrize("kind", KINDS)
def test_the_contract_holds(kind):
    check_env(make(kind, SumEnv(max_turns=2), counter="rlvr.wrappers.counting:words"))


def test_two_wrappers_that_ask_for_a_length_are_refused():
    with pytest.raises(ValueError, match="one wrapper that asks for a length, actually: two"):
        L1Max(L1Exact(gym.make(TOY)))


def test_a_refused_reset_leaves_the_target_alone():
    env = make(L1Exact)
    target = env.reset(seed=0)[1]["length_target"]
    with pytest.raises(ValueError):
        env.reset(options={"nothing": 1})
    assert env.step("1")[4]["length_target"] == target
