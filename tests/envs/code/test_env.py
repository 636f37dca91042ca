from __future__ import annotations

import asyncio
import copy
import json
import pickle

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils.env_checker import check_env

from rlvr import step_many
from rlvr.core import Completion, Status, Verdict
from rlvr.envs.code.env import INSTRUCTIONS, CodeEnv
from rlvr.envs.code.families import FAMILIES
from rlvr.envs.files import locate
from rlvr.envs.sandbox import Level, SandboxUnavailable, levels
from rlvr.envs.sandbox.guest.values import decode
from rlvr.registry import ENVIRONMENTS

FILES = {"humaneval": "humaneval.jsonl.gz", "mbpp": "mbpp.jsonl"}


def needs(source):
    """Skips where the data of a source is absent."""
    return pytest.mark.skipif(
        source in FILES and locate(FILES[source]) is None, reason="its file is in no data folder; set RLVR_DATA"
    )


IDS = [
    pytest.param(entry.id, marks=needs(entry.kwargs.get("source")))
    for entry in ENVIRONMENTS
    if entry.entry_point == "rlvr.envs.code.env:CodeEnv"
]

pytestmark = pytest.mark.usefixtures("isolated")


def block(program):
    return f"```python\n{program}\n```"


@pytest.fixture
def own(tmp_path):
    """An environment over one row of a file."""

    def make(row, **options):
        path = tmp_path / "own.jsonl"
        path.write_text(json.dumps({"prompt": "Do it.", **row}))
        env = CodeEnv(source="file", data=str(path), **options)
        env.reset(seed=0)
        return env

    return make


DOUBLE = {
    "entry_point": "double",
    "tests": [{"args": [21], "expected": 42}, {"args": [-7], "expected": -14}],
    "public_tests": [{"args": [1], "expected": 2}, {"args": [0], "expected": 0}],
    "solution": "def double(x):\n    return 2 * x\n",
}


@pytest.mark.parametrize("env_id", IDS)
def test_every_id_passes_gymnasium_s_checker(env_id):
    check_env(gym.make(env_id, max_turns=2).unwrapped)


@pytest.mark.parametrize("env_id", IDS)
def test_every_id_is_made_again_from_its_spec_s_json(env_id):
    env = gym.make(env_id, max_turns=2, reward="fraction", packages=("numpy",))
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert env.reset(seed=3) == again.reset(seed=3)
    assert again.unwrapped.max_turns == 2
    assert again.unwrapped.settings == env.unwrapped.settings


@pytest.mark.parametrize("env_id", IDS)
def test_the_oracle_scores_1_and_a_mistake_0(env_id):
    env = gym.make(env_id).unwrapped
    for episode in range(5):
        for act, reward in ((env.solution, 1.0), (env.mistake, 0.0)):
            env.reset(seed=0, options={"episode": episode})
            observation, got, terminated, truncated, info = env.step(act(env.task))
            assert (observation, got, terminated, truncated) == ((), reward, True, False)
            assert info["reward_terms"] == {"correct": reward}
            assert info["isolation"] == env.settings.isolation in list(Level)
            assert json.loads(json.dumps(info)) == info


@pytest.mark.parametrize("name", FAMILIES)
def test_a_mistake_passes_no_test_of_any_family(name):
    env = gym.make("rlvr/Code-v0", families=name, reward="fraction").unwrapped
    for seed in range(5):
        env.reset(seed=seed)
        assert env.step(env.mistake(env.task))[1] == 0.0


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_can_be_made_and_solved_after_a_mistake_that_leaks_nothing(name):
    """No text of a test that is only hidden is in a message, whatever a program does."""
    env = gym.make("rlvr/Code-v0", families=name, max_turns=6, cpu_seconds=2).unwrapped
    for seed in range(2):
        env.reset(seed=seed)
        reference = env.task.reference
        entry_point = reference["entry_point"]
        if entry_point:
            attempts = [
                f"def {entry_point}(*a):\n    print(a)\n    return a",
                f"def {entry_point}(*a):\n    raise ValueError(a)",
                f"def {entry_point}(*a):\n    return object()",
            ]
        else:
            attempts = ["print(input())", "raise ValueError(open(0).read())", "print(globals())"]
        for attempt in [*map(block, attempts), env.mistake(env.task), "I give up."]:
            observation, _, terminated, truncated, info = env.step(attempt)
            assert not (terminated or truncated) and info["verdict"]["status"] == "pending"
            assert len(observation[0]["content"]) < 6_000
        assert env.step(env.solution(env.task))[1:4] == (1.0, True, False)
        said = "\n".join(message["content"] for message in env.transcript if message["role"] == "user")
        shown = [text for test in reference["public"] for text in texts_of(test)]
        for test in reference["tests"]:
            for text in texts_of(test):
                assert len(text) < 12 or any(text in one for one in shown) or text not in said


def texts_of(test):
    """How the values of a test would be written."""
    if "stdin" in test:
        return [test["stdin"].strip(), test["stdout"].strip()]
    return [", ".join(repr(decode(value)) for value in test["args"]), repr(decode(test["expected"]))]


def test_the_question_is_followed_by_the_instruction_and_led_by_the_system_prompt():
    question, _ = CodeEnv(families="runs").reset(seed=0)
    bare, info = CodeEnv(families="runs", instruction="").reset(seed=0)
    whole, _ = CodeEnv(families="runs", convention="whole").reset(seed=0)
    led, _ = CodeEnv(families="runs", instruction="Go.", system_prompt="Be brief.").reset(seed=0)
    asked = bare[0]["content"]
    assert question[0]["content"] == f"{asked}\n\n{INSTRUCTIONS['fenced']}"
    assert whole[0]["content"] == f"{asked}\n\n{INSTRUCTIONS['whole']}"
    assert led == ({"role": "system", "content": "Be brief."}, {"role": "user", "content": f"{asked}\n\nGo."})
    assert info == {"task": "runs-1/train/0/0"}


# Turns.


def test_a_public_failure_is_answered_with_what_was_called_returned_expected_and_printed(own):
    env = own(DOUBLE, max_turns=3)
    observation, reward, terminated, truncated, info = env.step(
        block("def double(x):\n    print('x is', x)\n    return x")
    )
    assert (reward, terminated, truncated) == (0.0, False, False)
    assert info["verdict"] == {"status": "pending", "score": 0.0, "answer": None, "extraction": None, "reason": ""}
    assert info["reward_terms"] == {"correct": 0.0}
    assert observation == (
        {
            "role": "user",
            "content": "That program does not pass the public tests.\n\n`double(1)` returned `1`, expected `2`.\n\n"
            "The program printed\n```\nx is 1\nx is 0\n```\n\nCorrect it and give the complete program again.",
        },
    )
    assert env.step(env.solution(env.task))[1:3] == (1.0, True)


def test_a_program_that_passes_the_public_tests_is_judged_by_the_hidden_ones_and_that_is_the_end(own):
    cheat = block("def double(x):\n    return {1: 2, 0: 0}.get(x, -1)")
    env = own(DOUBLE, max_turns=3)
    observation, reward, terminated, truncated, info = env.step(cheat)
    assert (observation, reward, terminated, truncated, info["turn"]) == ((), 0.0, True, False, 1)
    assert info["verdict"]["parts"] == {"public": 1.0, "hidden": 0.0}
    assert info["verdict"]["reason"] == "Test 1 of 2: wrong answer."


def test_the_last_answer_is_judged_by_the_hidden_tests_without_the_public_ones(own):
    env = own(DOUBLE, max_turns=2, reward="fraction")
    env.step("hm")
    _, reward, terminated, _, info = env.step(block("def double(x):\n    return 42 if x == 21 else None"))
    assert (reward, terminated, info["turn"]) == (0.5, True, 2)
    assert info["verdict"]["status"] == "partial"
    assert info["verdict"]["parts"] == {"hidden": 0.5}


def test_an_answer_without_a_program_is_told_so(own):
    env = own(DOUBLE, max_turns=2)
    observation, _, terminated, _, _ = env.step("x = 1")
    assert not terminated and observation[0]["content"].startswith("No program was found in that.")
    assert "```python" in observation[0]["content"]
    assert env.step("x = 1")[4]["verdict"]["status"] == "unparsable"


def test_a_public_test_that_takes_too_long_is_told_in_words(own):
    env = own(DOUBLE, max_turns=2, cpu_seconds=1)
    observation = env.step(block("def double(x):\n    while x: pass\n    return x"))[0]
    assert "`double(1)` used up its CPU time." in observation[0]["content"]
    assert env.step(block("def double(x):\n    while x: pass"))[4]["verdict"]["status"] == "timeout"


def test_without_public_tests_there_is_one_judgement(own):
    env = own({**DOUBLE, "public_tests": []}, max_turns=3)
    _, reward, terminated, _, info = env.step(env.mistake(env.task))
    assert (reward, terminated, info["turn"], info["verdict"]["status"]) == (0.0, True, 1, "wrong")


def test_a_cut_sample_ends_the_episode_and_is_judged_if_its_program_stands(own):
    right = block(DOUBLE["solution"])
    for text, status in (
        (right, "correct"),
        (right + "\nIt wor", "correct"),
        (right[:-4], "truncated"),
        ("hm", "truncated"),
    ):
        env = own(DOUBLE, max_turns=3)
        _, reward, terminated, truncated, info = env.step(Completion(text, finish_reason="length"))
        assert (reward, terminated, truncated) == (float(status == "correct"), True, False)
        assert info["verdict"]["status"] == status
        assert "public" not in info["verdict"].get("parts", {})


def test_a_task_with_standard_input_has_turns_too(own):
    row = {
        "tests": [{"stdin": "5\n", "stdout": "10\n"}],
        "public_tests": [{"stdin": "2\n", "stdout": "4\n"}],
        "solution": "print(2 * int(input()))",
    }
    env = own(row, max_turns=3)
    told = env.step(block("print(input())"))[0][0]["content"]
    assert "With the input\n```\n2\n```\nthe program wrote\n```\n2\n```\nexpected\n```\n4\n```" in told
    told = env.step(env.mistake(env.task))[0][0]["content"]
    assert "the program wrote\n```\nNotImplemented\n```\nexpected" in told
    assert env.step(env.solution(env.task))[1] == 1.0


def test_feedback_says_what_could_not_be_run():
    env = CodeEnv(families="runs", max_turns=2)
    env.reset(seed=0)
    assert "No program was found" in env.feedback(env.task, Verdict(Status.UNPARSABLE))
    told = env.step(block("#" * 70_000))[0][0]["content"]
    assert "The program has 70001 characters; the most is 65536." in told


# Determinism, copies, batches.


def test_the_same_actions_give_the_same_transcript_and_infos():
    program = "import random, os\ndef longest_run(*a):\n    print(random.random(), object(), {'a', 'b'}, os.environ)\n"
    transcripts = set()
    for _ in range(3):
        env = CodeEnv(families="runs", max_turns=3)
        env.reset(seed=5)
        infos = [
            env.step(block(program + body))[4] for body in ("    return lambda: 0", "    raise KeyError(object())")
        ]
        infos.append(env.step(env.solution(env.task))[4])
        transcripts.add(json.dumps([env.transcript, infos]))
    assert len(transcripts) == 1


def test_a_copy_or_a_pickle_goes_on_alike():
    env = CodeEnv(level=2, max_turns=3)
    env.reset(seed=4)
    env.step("hm")
    for twin in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        assert twin.transcript == env.transcript
        assert twin.source is env.source
        assert twin.step(twin.solution(twin.task)) == copy.deepcopy(env).step(env.solution(env.task))


def test_many_environments_step_together_and_in_an_event_loop():
    async def stepped():
        envs = [CodeEnv(families="runs", max_turns=2) for _ in range(6)]
        for seed, env in enumerate(envs):
            env.reset(seed=seed)
        return step_many(envs, [env.solution(env.task) if n % 2 else "hm" for n, env in enumerate(envs)])

    for results in (asyncio.run(stepped()),):
        assert [result[1] for result in results] == [0.0, 1.0] * 3
        assert [result[2] for result in results] == [False, True] * 3


def test_the_vector_environment_has_groups_and_takes_the_same_arguments():
    envs = gym.make_vec("rlvr/Code-v0", num_envs=4, group_size=2, families="runs", level=2, reward="fraction")
    envs.reset(seed=0)
    tasks = [env.unwrapped.task for env in envs.envs]
    assert tasks[0] == tasks[1] != tasks[2] == tasks[3]
    answers = [envs.envs[0].unwrapped.solution(task) for task in tasks]
    assert envs.step(tuple(answers))[1].tolist() == [1.0] * 4


def test_tasks_can_be_asked_for_by_id_index_and_episode():
    env = CodeEnv(level=2)
    env.reset(seed=4)
    env.reset()
    _, info = env.reset()
    assert env.reset(options={"task": info["task"]})[1] == info
    assert env.reset(options={"task": 2})[1] == info
    assert env.reset(seed=4, options={"episode": 2})[1] == info


# Conventions.


@pytest.mark.parametrize("convention", ["fenced", "whole"])
@pytest.mark.parametrize("opened_think", [False, True])
@pytest.mark.parametrize("families", ["runs", "wrapping"])
def test_solutions_and_mistakes_follow_the_convention(convention, opened_think, families):
    env = CodeEnv(families=families, convention=convention, opened_think=opened_think)
    for act, status in ((env.solution, "correct"), (env.mistake, "wrong")):
        env.reset(seed=0)
        verdict = env.step(act(env.task))[4]["verdict"]
        assert (verdict["status"], verdict["extraction"]) == (status, convention)
    if opened_think:
        env.reset(seed=0)
        unopened = env.solution(env.task).removeprefix("</think>")
        assert env.step(unopened)[4]["verdict"]["status"] == "unparsable"


@needs("humaneval")
@pytest.mark.parametrize("opened_think", [False, True])
def test_a_continuation_of_humaneval_s_prompts_is_judged_with_them(opened_think):
    env = CodeEnv(source="humaneval", split="test", convention="continuation", opened_think=opened_think)
    observation, _ = env.reset(seed=0)
    assert observation[0]["content"] == env.task.prompt
    for act, status in ((env.solution, "correct"), (env.mistake, "wrong")):
        env.reset(seed=0)
        assert env.step(act(env.task))[4]["verdict"]["status"] == status
    assert not env.solution(env.task).startswith(env.task.prompt)


def test_a_continuation_of_a_prompt_in_words_is_refused(own):
    with pytest.raises(ValueError, match="Expected tasks whose prompts are beginnings of programs"):
        CodeEnv(convention="continuation")
    with pytest.raises(ValueError, match=r"actually: 'Do it\.' \(own/train/0\)"):
        own(DOUBLE, convention="continuation")
    env = own({**DOUBLE, "prompt": "def double(x):\n"}, convention="continuation")
    assert env.step("    return 2 * x")[1] == 1.0
    env.reset()
    assert env.step(env.mistake(env.task))[1] == 0.0


def test_a_row_without_a_solution_has_no_oracle(own):
    env = own({name: value for name, value in DOUBLE.items() if name != "solution"})
    with pytest.raises(NotImplementedError, match=r"'own/train/0' comes without a solution\. Add the field 'solution'"):
        env.solution(env.task)


# Arguments.


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"source": "humanevl"}, ValueError, "Unknown code task source 'humanevl'. Perhaps you meant 'humaneval'"),
        ({"source": 5}, ValueError, "Expected source to be a str, actually: 5."),
        ({"split": "dev"}, ValueError, "Unknown split"),
        ({"split": None}, ValueError, "Expected split to be a str, actually: None."),
        ({"source": "humaneval"}, ValueError, "Unknown split of humaneval 'train'. There are: test."),
        ({"source": "mbpp", "split": "valid"}, ValueError, "There are: prompt, test, train, validation."),
        ({"families": "run"}, ValueError, "Perhaps you meant 'runs'"),
        ({"level": 12}, ValueError, "actually: 12"),
        ({"source": "mbpp", "level": 2}, ValueError, 'families and level with source="generated" only'),
        ({"data": "/tmp"}, ValueError, "Expected no data for generated tasks, actually: data='/tmp'."),
        ({"source": "mbpp", "data": "/nowhere"}, FileNotFoundError, "/nowhere"),
        ({"source": "mbpp", "data": 5}, ValueError, "Expected data to be a str, a path, or None, actually: 5."),
        ({"source": "file"}, ValueError, 'Expected data to name a JSON-lines file for source="file"'),
        ({"source": "file", "data": "/nowhere.jsonl"}, FileNotFoundError, "'/nowhere.jsonl', which is none."),
        ({"convention": "auto"}, ValueError, "Unknown convention 'auto'. There are: continuation, fenced, whole."),
        ({"convention": ["fenced"]}, ValueError, "Expected convention to be a str, actually: ['fenced']."),
        ({"instruction": 5}, ValueError, '"" for none, or None for the default, actually: 5.'),
        ({"opened_think": 1}, ValueError, "Expected opened_think to be True or False, actually: 1."),
        ({"reward": "all"}, ValueError, "Unknown reward 'all'. There are: fraction, gate."),
        ({"reward": ["gate"]}, ValueError, "Unknown reward ['gate']"),
        ({"isolation": "jail"}, ValueError, "Unknown isolation 'jail'"),
        ({"isolation": None}, ValueError, "Unknown isolation None"),
        ({"packages": "numpy"}, ValueError, "Expected packages to be several names"),
        ({"packages": ("no_such_package",)}, ValueError, "'no_such_package', which is not. Install it"),
        ({"cpu_seconds": -1}, ValueError, "Expected cpu_seconds to be an integer of at least 1, actually: -1."),
        ({"memory_bytes": "1G"}, ValueError, "actually: '1G'."),
        ({"max_turns": 0}, ValueError, "actually: 0"),
        ({"system_prompt": 5}, ValueError, "Expected system_prompt to be a str, None for none, actually: 5."),
        ({"render_mode": "human"}, ValueError, "actually: 'human'"),
    ],
)
def test_arguments_that_name_nothing_are_refused_with_what_there_is(arguments, error, message):
    with pytest.raises(error) as raised:
        CodeEnv(**arguments)
    assert message in str(raised.value)


def test_without_isolation_it_refuses_to_be_made_unless_told_to(monkeypatch):
    found = levels.Available(Level.NONE, {Level.NAMESPACES: "forbidden here", Level.LANDLOCK: "no libseccomp"})
    monkeypatch.setattr(levels, "available", lambda: found)
    monkeypatch.delenv(levels.VARIABLE, raising=False)
    with pytest.raises(SandboxUnavailable, match=r'forbidden here.*no libseccomp.*isolation="none"'):
        gym.make("rlvr/Code-v0")
    env = gym.make("rlvr/Code-v0", isolation="none").unwrapped
    env.reset(seed=0)
    info = env.step(env.solution(env.task))[4]
    assert (info["verdict"]["status"], info["isolation"]) == ("correct", "none")


def test_numpy_may_be_imported_by_programs_of_who_asks_for_it(own):
    pytest.importorskip("numpy")
    program = block("import numpy\ndef double(x):\n    return (2 * numpy.array([x])).tolist()[0]")
    assert own(DOUBLE, packages=["numpy"]).step(program)[1] == 1.0
    assert own(DOUBLE).step(program)[4]["verdict"]["status"] == "wrong"


def test_memory_and_cpu_are_limited_as_asked(own):
    program = block("def double(x):\n    hold = bytearray(100 << 20)\n    return 2 * x")
    assert own(DOUBLE).step(program)[1] == 1.0
    assert own(DOUBLE, memory_bytes=50 << 20).step(program)[4]["verdict"]["status"] == "timeout"
