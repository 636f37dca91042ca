import copy
import json
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec

from rlvr.baselines.run.episodes import replay
from rlvr.core import Completion
from rlvr.testing import check_env
from rlvr.wrappers.curriculum import Curriculum
from rlvr.wrappers.prompts import FewShot
from rlvr.wrappers.record_episodes import RecordEpisodes, append_line
from rlvr.wrappers.scaling import ScaleReward
from rlvr.wrappers.turns import TurnBudget
from tests.planted_env import SumEnv
from tests.toys import Successor
from tests.wrappers.vector_modes import require_the_same_batched, require_the_same_everywhere

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "runs" / "episodes.jsonl")


def lines(path):
    return [json.loads(text) for text in Path(path).read_text(encoding="utf-8").splitlines()]


def sums(**kwargs):
    return gym.make("rlvr/Math-v0", **{"families": "sum", **kwargs})


def test_a_line_says_all_there_is_to_say(path):
    env = RecordEpisodes(sums(max_turns=3, instruction=""), path=path)
    env.reset(seed=4)
    env.step(Completion("Hm.", token_ids=(5, 6), logprobs=(-0.5, -1.0), finish_reason="stop"))
    assert lines(path) == []
    *_, info = env.step(env.unwrapped.solution(env.unwrapped.task))
    [line] = lines(path)
    question = env.unwrapped.task.prompt
    reply = env.unwrapped.transcript[2]["content"]
    assert line == {
        "env": {"id": "rlvr/Math-v0", "kwargs": env.unwrapped.spec.kwargs, "wrappers": []},
        "seed": 4,
        "episode": 0,
        "task": "sum-1/train/4/0",
        "progress": 0.0,
        "terminated": True,
        "truncated": False,
        "reward": 1.0,
        "messages": [
            {"role": "user", "content": question},
            {"role": "assistant", "content": "Hm."},
            {"role": "user", "content": reply},
            {"role": "assistant", "content": env.unwrapped.solution(env.unwrapped.task)},
        ],
        "turns": [
            {
                "text": "Hm.",
                "token_ids": [5, 6],
                "logprobs": [-0.5, -1.0],
                "finish_reason": "stop",
                "reward": 0.0,
                "verdict": line["turns"][0]["verdict"],
                "reward_terms": {"correct": 0.0},
            },
            {
                "text": env.unwrapped.solution(env.unwrapped.task),
                "token_ids": None,
                "logprobs": None,
                "finish_reason": None,
                "reward": 1.0,
                "verdict": info["verdict"],
                "reward_terms": {"correct": 1.0},
            },
        ],
        "info": {},
    }
    assert line["turns"][0]["verdict"]["status"] == "pending"


def test_the_same_episodes_give_the_same_bytes(tmp_path):
    written = []
    for name in ("a", "b"):
        env = RecordEpisodes(sums(), path=str(tmp_path / name))
        env.reset(seed=1)
        for _ in range(3):
            env.step(r"\boxed{7}")
            env.reset()
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1] and written[0].count(b"\n") == 3


def test_every_line_replays_to_the_same_verdicts_terms_and_rewards(path):
    env = TurnBudget(FewShot(sums(max_turns=4), k=2), turns=2)
    env = RecordEpisodes(ScaleReward(env, factor=0.5), path=path)
    env.reset(seed=3)
    for right in (True, False, True):
        env.step("?")
        base = env.unwrapped
        env.step(base.solution(base.task) if right else "??")
        env.reset()
    assert [line["reward"] for line in lines(path)] == [0.5, 0.0, 0.5]
    names = [one["name"] for one in lines(path)[0]["env"]["wrappers"]]
    assert names == ["FewShot", "TurnBudget", "ScaleReward"]
    assert [differences for _, differences in replay(Path(path))] == [[], [], []]


def test_each_level_of_a_curriculum_replays_as_the_environment_that_it_was(path):
    levels = [{"level": 1}, {"level": 2}]
    env = RecordEpisodes(Curriculum(sums(), levels=levels, window=1), path=path)
    env.reset(seed=0)
    for _ in levels:
        env.step(env.unwrapped.solution(env.unwrapped.task))
        env.reset()
    assert [line["env"]["kwargs"]["level"] for line in lines(path)] == [1, 2]
    assert [line["info"] for line in lines(path)] == [{"level": 0}, {"level": 1}]
    assert [differences for _, differences in replay(Path(path))] == [[], []]


def test_only_finished_episodes_are_there_and_of_these_every_nth(path):
    env = RecordEpisodes(sums(max_turns=2), path=path, every=3)
    env.reset(seed=0)
    for _ in range(7):
        env.step(env.unwrapped.solution(env.unwrapped.task))
        env.reset()
    env.step("?")
    env.reset()
    assert [line["episode"] for line in lines(path)] == [0, 3, 6]


def test_a_task_that_was_asked_for_is_marked(path):
    env = RecordEpisodes(Successor(), path=path)
    env.reset(seed=0, options={"task": "5/6"})
    env.step("x")
    env.reset()
    env.step("x")
    assert [line.get("options") for line in lines(path)] == [{"task": "5/6"}, None]


def test_a_verifiers_error_is_recorded_as_one(path):
    env = RecordEpisodes(Successor(broken=True), path=path)
    env.reset(seed=0)
    env.step("x")
    [line] = lines(path)
    assert line["truncated"] and line["turns"][0]["verdict"]["status"] == "error"
    assert line["env"] == {"id": None, "kwargs": {}, "wrappers": []}


def test_whatever_the_model_says_comes_back(path):
    env = RecordEpisodes(Successor(), path=path)
    texts = ["\ud800", "\0", "a\nb\r\u2028", "\U0001f600", '"}\\', ""]
    env.reset(seed=0)
    for text in texts:
        env.step(text)
        env.reset()
    assert [line["turns"][0]["text"] for line in map(json.loads, Path(path).read_text().split("\n")[:-1])] == texts


def test_many_threads_and_processes_share_a_file_without_a_line_being_broken(path):
    code = (
        "import sys; from tests.toys import Successor\n"
        "from rlvr.wrappers.record_episodes import RecordEpisodes\n"
        "env = RecordEpisodes(Successor(), path=sys.argv[1]); env.reset(seed=int(sys.argv[2]))\n"
        "for _ in range(100): env.step('x' * 20000); env.reset()\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, path, str(seed)], cwd=ROOT) for seed in range(3)]

    def write(seed):
        env = RecordEpisodes(Successor(), path=path)
        env.reset(seed=seed)
        for _ in range(100):
            env.step("y" * 20000)
            env.reset()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, range(3, 6)))
    assert [process.wait() for process in processes] == [0, 0, 0]
    written = lines(path)
    expected = [(seed, episode) for seed in range(6) for episode in range(100)]
    assert sorted((line["seed"], line["episode"]) for line in written) == expected
    for line in written:
        assert line["turns"][0]["text"] == ("x" if line["seed"] < 3 else "y") * 20000


def test_a_line_that_could_only_be_written_in_part_is_an_error(path, monkeypatch):
    RecordEpisodes(Successor(), path=path)
    monkeypatch.setattr("os.write", lambda file, line: len(line) - 1)
    with pytest.raises(OSError, match="Only 3 of 4 bytes"):
        append_line(path, b"abc\n")


@pytest.mark.parametrize(
    ("kwargs", "match"),
    [
        ({"path": ""}, "path to be the name of a file"),
        ({"path": "a", "every": 0}, "every to be an integer of at least 1"),
        ({"path": "a", "every": True}, "every to be an integer"),
    ],
)
def test_arguments_are_checked(kwargs, match):
    with pytest.raises(ValueError, match=match):
        RecordEpisodes(Successor(), **kwargs)


def test_what_cannot_be_recorded_is_found_out_at_once(tmp_path):
    with pytest.raises(OSError, match=str(tmp_path)):
        RecordEpisodes(Successor(), path=str(tmp_path))
    with pytest.raises(TypeError, match="observes Messages"):
        RecordEpisodes(gym.make("CartPole-v1"), path=str(tmp_path / "a"))


def test_it_keeps_the_contract_copies_and_is_rebuilt_from_json(path):
    check_env(RecordEpisodes(SumEnv(max_turns=2), path=path))
    env = RecordEpisodes(sums(max_turns=2), path=Path(path), every=2)
    env.reset(seed=0)
    env.step("?")
    before = len(lines(path))
    for one in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        one.step("??")
    assert [len(line["turns"]) for line in lines(path)[before:]] == [2, 2]
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert isinstance(again, RecordEpisodes) and (again.path, again.every) == (path, 2)


def test_it_says_the_same_in_every_vector_environment_and_all_write_to_one_file(path):
    actions = ["x", r"\boxed{9}", "y"]
    make, sync = require_the_same_everywhere(RecordEpisodes, {"path": path}, actions, families="sum")
    require_the_same_batched(make, sync, actions)
    logged = {json.dumps({**line, "env": None}, sort_keys=True) for line in lines(path)}
    assert len(lines(path)) == 4 * 2 * len(actions) and len(logged) == 2 * len(actions)
