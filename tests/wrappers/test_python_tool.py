"""Programs here are ours, so nothing needs isolation; `tests/envs/tools` holds what a call is and what is shown."""

import copy
import json
import math
import pickle

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import ResetNeeded
from hypothesis import strategies as st

from rlvr.agents import ScriptedAgent
from rlvr.baselines.rollout import collect, make_envs
from rlvr.baselines.run.episodes import record, replay
from rlvr.core import Check, Completion, Status
from rlvr.envs import verification
from rlvr.envs.stepping import step_many
from rlvr.envs.tools.python import Python
from rlvr.testing import check_env, env_machine
from rlvr.wrappers import (
    Curriculum,
    Format,
    Hint,
    LengthPenalty,
    PythonTool,
    RecordEpisodes,
    TextObservation,
    TokenEnv,
    TurnBudget,
)
from tests.planted_env import SumEnv
from tests.toys import Successor
from tests.wrappers.vector_modes import require_the_same_batched, require_the_same_everywhere

CALL = "Let me see.\n```python\n{}\n```"
ACTIONS = (
    CALL.format("6 * 7"),
    r"\boxed{42}",
    CALL.format("1 / 0"),
    CALL.format("2"),
    CALL.format("print('a' * 3000)"),
    CALL.format("3"),
    Completion(CALL.format("4"), finish_reason="length"),
    "",
)
FREE = {"isolation": "none"}
WORDS = "rlvr.wrappers.counting:words"


def sums(**kwargs):
    return gym.make("rlvr/Math-v0", families="sum", level=2, **kwargs)


def test_the_question_says_so_and_a_call_is_answered_with_its_output():
    env = PythonTool(sums(instruction=""), **FREE)
    observation, _ = env.reset(seed=1)
    assert observation[0]["content"].startswith("20+11=?\n\nYou may run Python before you answer")
    assert observation[0]["content"].endswith("You have 4 calls.")
    observation, reward, terminated, truncated, info = env.step(CALL.format("20 + 11"))
    assert observation == ({"role": "tool", "content": "```output\n31\n```"},)
    assert (reward, terminated, truncated) == (0.0, False, False)
    assert (info["tool"], info["calls"], info["verdict"]["status"]) == ("python", 1, "pending")
    _, reward, terminated, _, info = env.step(r"\boxed{31}")
    assert (reward, terminated, info["calls"], "tool" in info) == (1.0, True, 1, False)


def test_the_environment_sees_no_calls():
    env = PythonTool(SumEnv(max_turns=2), **FREE)
    env.reset(seed=1)
    env.step(CALL.format("1"))
    assert env.unwrapped.turn == 0 and len(env.unwrapped.transcript) == 1
    assert env.step("x")[4]["turn"] == 1
    assert env.step(CALL.format("1"))[4]["turn"] == 2
    assert env.step("x")[2]


def test_when_the_calls_are_used_up_a_further_one_is_an_answer():
    env = PythonTool(sums(), max_calls=1, **FREE)
    env.reset(seed=1)
    assert env.step(CALL.format("1"))[0][0]["content"].endswith("That was the last call: answer now.")
    _, _, terminated, _, info = env.step(CALL.format("1"))
    assert terminated and info["verdict"]["status"] == "unparsable"
    env.reset()
    assert env.step(CALL.format("1"))[4]["calls"] == 1


def test_options_reach_the_tool():
    options = {"role": "user", "instruction": "Go.", "tag": "run", "within_think": True, "most": 4, **FREE}
    env = PythonTool(SumEnv(), **options)
    assert env.reset(seed=1)[0][0]["content"].endswith("?\n\nGo.")
    observation = env.step("<think>\n```run\nprint('abcdefgh')\n```")[0]
    assert observation == ({"role": "user", "content": "```output\nab\n... (4 characters left out) ...\ngh\n```"},)
    assert PythonTool(SumEnv(), instruction="", **FREE).reset(seed=1) == SumEnv().reset(seed=1)


def test_what_the_environment_said_last_is_said_again_with_a_call():
    env = PythonTool(TurnBudget(Hint(sums(max_turns=3), text="Mind."), turns=2, text=None), **FREE)
    env.reset(seed=1)
    info = env.step(CALL.format("1"))[4]
    assert (info["hint"], info["turns_left"], info["calls"]) == (True, 2, 1)
    env.step("x")
    info = env.step(CALL.format("1"))[4]
    assert (info["turns_left"], info["turn"], info["calls"]) == (1, 2, 2)
    info["verdict"]["status"] = info["reward_terms"]["correct"] = "changed"
    assert env.step(CALL.format("1"))[4]["reward_terms"] == {"correct": 0.0}


def test_terms_inside_see_the_answer_alone_and_terms_outside_the_whole_episode():
    arguments = {"counter": WORDS, "target": 5, "allow_inversion": True}
    answer = r"<think> a b </think> <answer> \boxed{31} </answer>"
    paid = {}
    for place in ("inside", "outside"):
        env = LengthPenalty(sums(), **arguments) if place == "inside" else sums()
        env = PythonTool(env, **FREE)
        env = LengthPenalty(env, **arguments) if place == "outside" else env
        env = Format(env, grammar="r1")
        env.reset(seed=1)
        info = env.step(CALL.format("20 + 11"))[4]
        assert set(info["reward_terms"].values()) == {0.0} and len(info["reward_terms"]) == 3
        _, reward, _, _, info = env.step(answer)
        assert math.fsum(info["reward_terms"].values()) == reward and info["reward_terms"]["format"] == 0.1
        paid[place] = next(value for name, value in info["reward_terms"].items() if name not in ("correct", "format"))
    assert paid["outside"] < paid["inside"]


def test_over_programs_a_tag_of_its_own_is_asked_for():
    env = gym.make("rlvr/Code-v0", isolation="none", max_turns=2)
    with pytest.raises(ValueError, match=r"a solution of .* ends with a block of Python.*Pass tag"):
        PythonTool(env, **FREE)
    env = PythonTool(env, tag="run", **FREE)
    env.reset(seed=1)
    assert env.step("```run\n6 * 7\n```")[0] == ({"role": "tool", "content": "```output\n42\n```"},)
    base = env.unwrapped
    _, reward, terminated, _, info = env.step(base.solution(base.task))
    assert (reward, terminated, info["calls"]) == (1.0, True, 1)


def test_around_an_environment_with_tools_of_its_own_all_calls_are_counted():
    env = PythonTool(sums(tools=["tests.planted_tools:Planted"], isolation="none"), **FREE)
    env.reset(seed=1)
    seen = [env.step(action)[4] for action in ("call a", CALL.format("1"), "call b", r"\boxed{31}")]
    assert [(info["calls"], info.get("tool")) for info in seen] == [
        (1, "planted"),
        (2, "python"),
        (3, "planted"),
        (3, None),
    ]


def test_a_call_that_cannot_be_run_is_tried_again_and_then_truncates(monkeypatch):
    env = PythonTool(SumEnv(max_turns=2), **FREE)
    env.reset(seed=1)
    env.step(CALL.format("1"))
    planted = Check("tests.planted_tools:fails", ("a", "python"))
    monkeypatch.setattr(Python, "check", lambda self, call: planted)
    before = verification.statistics()
    observation, reward, terminated, truncated, info = env.step(CALL.format("1"))
    assert verification.statistics().retries == before.retries + 1
    assert (observation, reward, terminated, truncated) == ((), 0.0, False, True)
    assert info["verdict"]["status"] == Status.ERROR and "score" not in info["verdict"]
    assert (info["calls"], info["reward_terms"]) == (1, {"correct": 0.0})
    env.prefetch(CALL.format("1"))
    with pytest.raises(ResetNeeded, match="after the end of an episode"):
        env.step("=1")
    env.reset()
    assert env.step("=1")[4]["calls"] == 0


def test_steps_outside_an_episode_and_actions_that_are_none_are_the_environments_to_refuse():
    env = PythonTool(SumEnv(), **FREE)
    env.prefetch(CALL.format("1"))
    with pytest.raises(ResetNeeded):
        env.step(CALL.format("1"))
    env.reset(seed=0)
    with pytest.raises(TypeError, match="Expected the action to be a str"):
        env.step(7)
    assert env.step("x")[2]
    with pytest.raises(ResetNeeded):
        env.step(CALL.format("1"))


def test_calls_of_many_environments_are_prefetched_with_the_checks_of_others():
    envs = [PythonTool(SumEnv(), **FREE) for _ in range(4)]
    for env in envs:
        env.reset(seed=1)
    before = verification.statistics()
    steps = step_many(envs, [CALL.format("100 + 1"), CALL.format("100 + 2"), "pool 7", "=7"])
    after = verification.statistics()
    assert (after.hits - before.hits, after.misses) == (3, before.misses)
    assert [step[0][0]["content"] for step in steps[:2]] == ["```output\n101\n```", "```output\n102\n```"]


def test_an_environment_without_hints_and_without_verdicts_will_do():
    class Echo(gym.Env):
        observation_space, action_space = SumEnv().observation_space, SumEnv().action_space

        def reset(self, *, seed=None, options=None):
            return ({"role": "user", "content": "?"},), {}

        def step(self, action):
            return ({"role": "user", "content": action},), 0.5, False, False, {}

    env = PythonTool(Echo(), instruction="", **FREE)
    env.reset(seed=0)
    env.prefetch("hello")
    assert env.step("hello")[:2] == (({"role": "user", "content": "hello"},), 0.5)
    assert env.step(CALL.format("1"))[4] == {
        "calls": 1,
        "isolation": "none",
        "turn": 2,
        "reward_terms": {"correct": 0.0},
        "tool": "python",
        "verdict": {"status": "pending", "score": 0.0, "answer": None, "extraction": None, "reason": ""},
    }


def test_text_and_tokens_go_outside_of_it():
    env = TextObservation(PythonTool(sums(), **FREE))
    env.reset(seed=1)
    assert env.step(CALL.format("20 + 11"))[0] == "```output\n31\n```"
    pytest.importorskip("transformers")
    env = TokenEnv(PythonTool(sums(), **FREE), max_tokens=40)
    env.reset(seed=1)
    from rlvr.agents.tiny import tiny_tokenizer

    ids = tiny_tokenizer().encode(CALL.format("20 + 11"), add_special_tokens=False)
    for token in [*ids, env.end_id]:
        env.prefetch(token)
        _, _, terminated, _, info = env.step(token)
    assert info["tool"] == "python" and not terminated
    with pytest.raises(TypeError, match="observes Messages"):
        PythonTool(TextObservation(sums()), **FREE)


def test_an_environment_that_acts_otherwise_is_refused():
    env = SumEnv()
    env.action_space = gym.spaces.Discrete(2)
    with pytest.raises(TypeError, match="acts by text, actually: Discrete"):
        PythonTool(env, **FREE)


@pytest.mark.parametrize(
    ("kwargs", "match"),
    [
        ({"max_calls": 0}, "max_calls to be an integer of at least 1, actually: 0"),
        ({"role": "system"}, "role to be one of tool, user, actually: 'system'"),
        ({"isolation": "jail"}, "Unknown isolation 'jail'"),
        ({"packages": "numpy"}, "packages to be several names"),
    ],
)
def test_arguments_are_checked(kwargs, match):
    with pytest.raises(ValueError, match=match):
        PythonTool(SumEnv(), **{**FREE, **kwargs})


@pytest.mark.parametrize("max_turns", [1, 3])
def test_the_contract_is_kept(max_turns):
    check_env(PythonTool(sums(max_turns=max_turns), max_calls=2, **FREE), actions=ACTIONS)
    actions = [*ACTIONS, "=7", "pool 9", "half x"]
    check_env(Format(PythonTool(SumEnv(max_turns=max_turns), max_calls=3, **FREE)), actions=actions)


def test_it_is_rebuilt_from_json_and_copied_in_the_middle_of_an_episode():
    env = PythonTool(sums(), max_calls=2, packages=("numpy",), **FREE)
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    for one in (env, again):
        one.reset(seed=1)
        one.step(CALL.format("1"))
    expected = env.step(CALL.format("import numpy; numpy.arange(3).sum() + 0"))
    for one in (again, *(kind(again) for kind in (copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))))):
        copied = copy.deepcopy(one)
        assert copied.step(CALL.format("import numpy; numpy.arange(3).sum() + 0")) == expected


def test_it_says_the_same_in_every_vector_environment():
    actions = [CALL.format("1 + 1"), r"\boxed{9}", CALL.format("1 / 0"), CALL.format("2"), CALL.format("3"), "x", "y"]
    arguments = {"max_calls": 2, **FREE}
    make, sync = require_the_same_everywhere(PythonTool, arguments, actions, families="sum", max_turns=2)
    require_the_same_batched(make, sync, actions)


def test_levels_of_a_curriculum_have_it_inside_and_outside():
    levels = [{"level": 1}, {"level": 2}]
    for env in (
        Curriculum(PythonTool(sums(), **FREE), levels=levels, window=1),
        PythonTool(Curriculum(sums(), levels=levels, window=1), **FREE),
    ):
        env.reset(seed=1)
        for level in (0, 1):
            info = env.step(CALL.format("1"))[4]
            assert (info["level"], info["calls"]) == (level, 1)
            assert env.step(env.unwrapped.solution(env.unwrapped.task))[1] == 1.0
            env.reset()


def computes(conversation):
    """Has the tool compute the question, then says what it gave."""
    if conversation[-1]["role"] == "tool":
        return f"So it is \\boxed{{{conversation[-1]['content'].splitlines()[1]}}}."
    question = next(one["content"] for one in conversation if one["role"] == "user")
    return CALL.format(question.partition("=")[0])


@pytest.mark.parametrize("place", ["argument", "wrapper"])
def test_an_agent_computes_with_it_and_answers(place, tmp_path):
    kwargs = {"families": "sum", "level": 3, "max_turns": 1}
    wrappers = []
    if place == "argument":
        kwargs |= {"tools": ["python"], **FREE}
    else:
        wrappers = [{"name": "PythonTool", "kwargs": FREE}, {"name": "Format"}]
    envs = make_envs("rlvr/Math-v0", kwargs, 6, wrappers)
    groups = collect(envs, ScriptedAgent(computes), seed=3, first_episode=0, group_size=2)
    episodes = [episode for group in groups for episode in group]
    assert all(episode.verdict["status"] == "correct" and len(episode.turns) == 2 for episode in episodes)
    lines = [record(one, env_id="rlvr/Math-v0", kwargs=kwargs, wrappers=wrappers) for one in episodes]
    path = tmp_path / "episodes.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert [differences for _, differences in replay(path)] == [[]] * 6
    assert [message["role"] for message in lines[0]["messages"]] == ["user", "assistant", "tool", "assistant"]


def test_recorded_episodes_replay(tmp_path):
    path = tmp_path / "episodes.jsonl"
    env = RecordEpisodes(Format(PythonTool(sums(), **FREE)), path=str(path))
    for code in ("20 + 11", "1 / 0", "import time; time.time()"):
        env.reset(seed=1)
        env.step(CALL.format(code))
        env.step(r"\boxed{31}")
    assert [differences for _, differences in replay(path)] == [[], [], []]


def test_output_of_the_tool_is_no_token_of_the_models():
    pytest.importorskip("transformers")
    from rlvr.agents.conversation import encode
    from rlvr.agents.tiny import tiny_tokenizer
    from rlvr.baselines.learner.sequences import from_episode

    tokenizer = tiny_tokenizer()

    class Typing:
        """Says what `computes` says, as the tokens of a policy."""

        def act(self, conversations):
            said = []
            for conversation in conversations:
                text = computes(conversation)
                ids = [*tokenizer.encode(text, add_special_tokens=False), tokenizer.eos_token_id]
                prompt = encode(tokenizer, conversation)
                said.append(Completion(text, token_ids=ids, logprobs=[-1.0] * len(ids), prompt_ids=prompt))
            return said

    envs = make_envs("rlvr/Math-v0", {"families": "sum"}, 1, [{"name": "PythonTool", "kwargs": FREE}])
    [[episode]] = collect(envs, Typing(), seed=3, first_episode=0)
    [row] = from_episode(episode)
    sampled = tokenizer.decode([one for one, kept in zip(row.ids, row.mask, strict=True) if kept])
    given = tokenizer.decode([one for one, kept in zip(row.ids, row.mask, strict=True) if not kept])
    assert sampled == "<|end|>".join([*(turn.text for turn in episode.turns), ""])
    assert "<|tool|>```output\n" in given and "```output" not in sampled
    assert episode.reward == 1.0 and [turn.reward for turn in episode.turns] == [0.0, 1.0]


def test_toys_of_every_kind_take_it():
    env = PythonTool(Successor(), **FREE)
    env.reset(seed=0)
    digit = env.unwrapped.task.prompt
    shown = env.step(CALL.format(f"({digit} + 1) % 10"))[0][0]["content"]
    assert env.step(shown.splitlines()[1])[1] == 1.0


TestMachine = env_machine(
    lambda: PythonTool(SumEnv(max_turns=2), max_calls=2, **FREE),
    actions=st.sampled_from([*ACTIONS, "=7", "x", "pool 3"]),
).TestCase
