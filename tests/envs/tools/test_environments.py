"""Environments with tools: `MathEnv`, and any other `TaskEnv`."""

import gymnasium as gym
import pytest
from hypothesis import strategies as st

import rlvr
from rlvr.baselines.run.episodes import replay
from rlvr.core import Completion, Status
from rlvr.envs.math.env import MathEnv
from rlvr.envs.plain import are_plain
from rlvr.envs.sandbox import SandboxUnavailable
from rlvr.envs.tools import Toolbox
from rlvr.testing import check_env, env_machine
from rlvr.wrappers import FewShot, PythonTool, RecordEpisodes, TurnBudget
from tests.comparing import require_identical
from tests.planted_env import SumEnv
from tests.planted_tools import Planted

CALL = "Let me see.\n```python\n{}\n```"
ACTIONS = (
    CALL.format("6 * 7"),
    r"\boxed{42}",
    CALL.format("1 / 0"),
    f"<think>{CALL.format('1')}",
    CALL.format("2"),
    CALL.format("3"),
    Completion(CALL.format("4"), finish_reason="length"),
    CALL.format("\ud800"),
    "",
)


def math(**kwargs):
    return gym.make("rlvr/Math-v0", families="sum", level=2, **{"tools": ["python"], "isolation": "none", **kwargs})


class SumsWithTools(SumEnv):
    __doc__ = SumEnv.__doc__

    def __init__(self, *, function="shout", max_calls=2, max_turns=1):
        super().__init__(max_turns=max_turns)
        self.toolbox = Toolbox([Planted(function=f"tests.planted_tools:{function}")], max_calls)


def test_a_model_computes_and_answers():
    env = math(instruction="", render_mode="ansi")
    observation, _ = env.reset(seed=1)
    assert observation[0]["content"].startswith("20+11=?\n\nYou may run Python before you answer")
    assert observation[0]["content"].endswith("You have 4 calls.")
    observation, reward, terminated, truncated, info = env.step(CALL.format("20 + 11"))
    assert observation == ({"role": "tool", "content": "```output\n31\n```"},)
    assert (reward, terminated, truncated) == (0.0, False, False)
    verdict = {"status": "pending", "score": 0.0, "answer": None, "extraction": None, "reason": ""}
    assert info == {
        "task": "sum-2/train/1/0",
        "turn": 1,
        "verdict": verdict,
        "reward_terms": {"correct": 0.0},
        "calls": 1,
        "isolation": "none",
        "tool": "python",
    }
    observation, reward, terminated, truncated, info = env.step(r"So it is \boxed{31}.")
    assert (observation, reward, terminated, truncated) == ((), 1.0, True, False)
    assert (info["turn"], info["calls"], "tool" in info) == (1, 1, False)
    assert [message["role"] for message in env.unwrapped.transcript] == ["user", "assistant", "tool", "assistant"]
    assert "--- tool\n```output\n31" in env.render()
    assert env.reset()[1] and env.step("?")[4]["calls"] == 0


def test_calls_use_up_no_turn_and_turns_no_call():
    env = math(max_turns=2, max_calls=3)
    env.reset(seed=1)
    seen = []
    for action in (CALL.format("1"), r"\boxed{7}", CALL.format("2"), CALL.format("3"), r"\boxed{31}"):
        _, reward, terminated, _, info = env.step(action)
        seen.append((info["turn"], info["calls"], info.get("tool"), terminated))
    assert seen == [
        (1, 1, "python", False),
        (1, 1, None, False),
        (2, 2, "python", False),
        (2, 3, "python", False),
        (2, 3, None, True),
    ]
    assert reward == 1.0


def test_when_the_calls_are_used_up_a_further_one_is_an_answer():
    env = math(max_calls=1, max_turns=2)
    env.reset(seed=1)
    assert env.step(CALL.format("1"))[0][0]["content"].endswith("That was the last call: answer now.")
    observation, _, terminated, _, info = env.step(CALL.format("1"))
    assert observation[0]["role"] == "user" and "No answer was found" in observation[0]["content"]
    assert not terminated and "tool" not in info
    _, _, terminated, _, info = env.step(CALL.format("1"))
    assert terminated and info["verdict"]["status"] == "unparsable"


def test_a_cut_sample_ends_the_episode_as_ever():
    env = math()
    env.reset(seed=1)
    _, _, terminated, _, info = env.step(Completion(CALL.format("1"), finish_reason="length"))
    assert terminated and info["verdict"]["status"] == "truncated" and info["calls"] == 0


def test_options_of_the_tools_own():
    env = math(tools=[{"name": "python", "role": "user", "tag": "run", "instruction": "Go.", "within_think": True}])
    assert env.reset(seed=1)[0][0]["content"].endswith("\n\nGo.")
    assert env.step("<think>\n```run\n1\n```")[0] == ({"role": "user", "content": "```output\n1\n```"},)


def test_without_tools_nothing_is_said_of_them():
    plain, env = gym.make("rlvr/Math-v0", families="sum"), gym.make("rlvr/Math-v0", families="sum", tools=())
    require_identical(plain.reset(seed=1), env.reset(seed=1))
    require_identical(plain.step(CALL.format("1")), env.step(CALL.format("1")))
    assert are_plain([MathEnv()]) and not are_plain([MathEnv(tools=["python"], isolation="none")])


@pytest.mark.parametrize("kwargs", [{"max_calls": 3}, {"isolation": "none"}, {"max_calls": 4.0}])
def test_arguments_of_tools_without_tools_are_refused(kwargs):
    with pytest.raises(ValueError, match="Expected max_calls and isolation with tools only"):
        MathEnv(**kwargs)


def test_an_unknown_tool_is_refused_with_the_list():
    with pytest.raises(ValueError, match=r"Unknown tool 'phyton'\. Perhaps you meant 'python'"):
        MathEnv(tools=["phyton"])


def test_no_isolation_is_refused_unless_it_is_asked_for(monkeypatch):
    def refuse(isolation):
        raise SandboxUnavailable("This machine cannot.")

    monkeypatch.setattr("rlvr.envs.tools.python.require", refuse)
    with pytest.raises(SandboxUnavailable, match="This machine cannot"):
        MathEnv(tools=["python"])
    MathEnv()


@pytest.mark.parametrize("max_turns", [1, 3])
def test_the_contract_is_kept(max_turns):
    check_env(math(max_turns=max_turns, max_calls=2), actions=ACTIONS)


def test_the_contract_is_kept_by_another_family():
    check_env(SumsWithTools(max_turns=2), actions=("call a", "=7", "call b", "call c", "half x", "call d"))


def test_it_says_what_the_wrapper_says():
    inside = math(max_turns=2)
    outside = PythonTool(gym.make("rlvr/Math-v0", families="sum", level=2, max_turns=2), isolation="none")
    for action in (None, *ACTIONS, r"\boxed{31}", None, *ACTIONS[::-1]):
        if action is None:
            assert inside.reset(seed=1) == outside.reset(seed=1)
            ended = False
        elif not ended:
            ours, theirs = inside.step(action), outside.step(action)
            assert ours == theirs
            ended = ours[2]
    assert ended


def test_an_infrastructure_fault_is_tried_again_and_then_truncates():
    env = SumsWithTools(function="fails")
    env.reset(seed=1)
    before = rlvr.envs.verification.statistics()
    observation, reward, terminated, truncated, info = env.step("call a")
    assert rlvr.envs.verification.statistics().retries == before.retries + 1
    assert (observation, reward, terminated, truncated) == ((), 0.0, False, True)
    assert info["verdict"]["status"] == "error" and "RuntimeError: planted" in info["verdict"]["reason"]
    assert env.reset() and env.step("=1")[4]["calls"] == 0


def test_a_call_that_hits_a_limit_of_its_worker_is_told_and_goes_on():
    env = SumsWithTools(function="overflows")
    env.reset(seed=1)
    observation, _, terminated, truncated, info = env.step("call a")
    assert observation[0]["content"] == "The check ran out of memory."
    assert not terminated and not truncated and info["tool"] == "planted"
    assert info["verdict"]["status"] == Status.PENDING


def test_a_prefetched_call_is_found():
    env = math()
    env.reset(seed=1)
    before = rlvr.envs.verification.statistics()
    env.unwrapped.prefetch(CALL.format("123 + 1"))
    assert env.step(CALL.format("123 + 1"))[0][0]["content"] == "```output\n124\n```"
    after = rlvr.envs.verification.statistics()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


def test_a_batch_says_what_its_slots_say_alone():
    kwargs = {"families": "sum", "level": 2, "tools": ["python"], "isolation": "none", "max_calls": 2}
    batch = gym.make_vec("rlvr/Math-v0", num_envs=3, **kwargs)
    alone = [MathEnv(**kwargs) for _ in range(3)]
    observations, _ = batch.reset(seed=5)
    assert observations == tuple(env.reset(seed=5 + slot)[0] for slot, env in enumerate(alone))
    actions = [[CALL.format(code) for code in ("1", "2", "3")], [CALL.format("4"), r"\boxed{1}", CALL.format("4")]]
    for row in actions:
        observations, _, terminated, truncated, infos = batch.step(row)
        for slot, (env, action) in enumerate(zip(alone, row, strict=True)):
            observation, _, ended, _, info = env.step(action)
            assert terminated[slot] == ended and not truncated[slot]
            if not ended:
                assert observations[slot] == observation
                assert infos["calls"][slot] == info["calls"] and infos["tool"][slot] == "python"


def test_a_budget_of_turns_and_examples_go_with_it():
    env = TurnBudget(math(max_turns=3), turns=2)
    assert env.reset(seed=1)[1]["turns_left"] == 2
    observation, _, _, _, info = env.step(CALL.format("1"))
    assert info["turns_left"] == 2 and observation[0]["content"].endswith("```\n\nAnswers left: 2.")
    assert len(FewShot(math(), k=1).reset(seed=1)[0]) == 3


def test_recorded_episodes_replay(tmp_path):
    path = tmp_path / "episodes.jsonl"
    env = RecordEpisodes(math(), path=str(path))
    for code in ("20 + 11", "1 / 0", "import time; time.time()"):
        env.reset(seed=1)
        env.step(CALL.format(code))
        env.step(r"\boxed{31}")
    assert [differences for _, differences in replay(path)] == [[], [], []]


TestMachine = env_machine(
    lambda: SumsWithTools(max_turns=2),
    actions=st.sampled_from(["call a", "call b", "=7", "x", "half x"]),
).TestCase
