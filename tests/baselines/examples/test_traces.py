import gzip
import json

import pytest

from rlvr.agents import ScriptedAgent
from rlvr.baselines.config import ConfigError
from rlvr.baselines.examples.distillation import distil
from rlvr.baselines.examples.traces import TraceError, read, shuffled
from rlvr.baselines.run.episodes import replay
from rlvr.baselines.settings import ColdStartConfig, EnvConfig, TrainConfig, check
from rlvr.core import Completion

CHAT = [{"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2"}]


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def chat(*said):
    """Messages of the user and the assistant in turns."""
    roles = ("user", "assistant")
    return [{"role": roles[i % 2], "content": text} for i, text in enumerate(said)]


def episode(task, answer, *, reward=1.0, status="correct", cut=False, **more):
    verdict = {"status": status, "score": float(status == "correct")}
    turn = {"text": answer, "verdict": verdict, "finish_reason": "length" if cut else "stop"}
    env = {"id": "toy/Successor-v0", "kwargs": {}}
    return {"env": env, "task": task, "reward": reward, "turns": [turn], "messages": chat(task, answer), **more}


@pytest.mark.parametrize(
    "row",
    [
        {"messages": CHAT},
        {"messages": [{**one, "tool_calls": None} for one in CHAT], "source": "somewhere", "answer": "3"},
        {"conversations": [{"from": "human", "value": "1+1?"}, {"from": "gpt", "value": "2"}]},
        {"prompt": "1+1?", "completion": "2"},
        {"prompt": CHAT[:1], "completion": CHAT[1:]},
        {"prompt": CHAT[:1], "response": "2"},
        {"question": "1+1?", "answer": "2"},
        {"problem": "1+1?", "solution": "2", "answer": "3"},
        {"instruction": "1+1?", "input": "", "output": "2"},
    ],
)
def test_a_worked_answer_is_read_by_any_of_the_usual_names(tmp_path, row):
    assert read(write(tmp_path / "traces.jsonl", row)) == [CHAT]


def test_an_instruction_comes_with_its_input(tmp_path):
    path = write(tmp_path / "traces.jsonl", {"instruction": "Add.", "input": "1, 1", "output": "2"})
    assert read(path)[0][0]["content"] == "Add.\n\n1, 1"


def test_many_turns_tools_and_names_are_kept(tmp_path):
    said = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "1+1?", "name": "Ada"},
        {"role": "assistant", "content": "call add"},
        {"role": "tool", "content": "2"},
        {"role": "assistant", "content": "2"},
    ]
    assert read(write(tmp_path / "traces.jsonl", {"messages": said})) == [said]


def test_packed_files_arrays_and_files_without_a_last_newline_are_read(tmp_path):
    with gzip.open(tmp_path / "traces.jsonl.gz", "wt") as file:
        file.write(json.dumps({"messages": CHAT}))
    (tmp_path / "traces.json").write_text(json.dumps([{"messages": CHAT}, {"messages": CHAT}]))
    assert read(tmp_path / "traces.jsonl.gz") == [CHAT]
    assert read(str(tmp_path / "traces.json")) == [CHAT, CHAT]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {"text": "1+1=2"},
            r"line 2: expected messages, or a prompt and a completion, actually: the fields \['text'\]",
        ),
        ({"prompt": "1+1?"}, "line 2: expected messages, or a prompt and a completion"),
        ({"messages": []}, "line 2: expected a conversation that ends with the assistant"),
        ({"messages": CHAT[:1]}, r"ends with the assistant, actually: the roles \['user'\]"),
        ({"messages": CHAT[1:]}, "expected something said to the assistant before each of its answers"),
        ({"messages": [*CHAT, CHAT[1]]}, "expected something said to the assistant before each of its answers"),
        ({"messages": ["1+1?"]}, "line 2, message 1: expected an object with role and content, actually: '1[+]1[?]'"),
        ({"messages": [CHAT[0], {"role": "robot", "content": "2"}]}, "message 2: expected one of the roles.*'robot'"),
        (
            {"messages": [CHAT[0], {"role": "assistant", "content": None}]},
            "message 2: expected the content to be a text",
        ),
        ({"messages": [CHAT[0], {**CHAT[1], "reasoning_content": "hm"}]}, "reasoning_content, too, which would not be"),
        ({"prompt": "1+1?", "completion": 2}, "expected the content to be a text, actually: 2"),
        ({"env": {}, "turns": []}, "line 2: expected an episode with a reward and a verdict.*Remove that line"),
        ([1], "line 2: expected a JSON object"),
    ],
)
def test_a_fault_is_named_with_its_file_and_line(tmp_path, row, message):
    path = write(tmp_path / "traces.jsonl", {"messages": CHAT}, row)
    with pytest.raises(TraceError, match=message) as error:
        read(path)
    assert str(path) in str(error.value)


def test_files_that_are_missing_damaged_or_empty_are_named(tmp_path):
    with pytest.raises(TraceError, match=r"nowhere.jsonl: No such file or directory. Name a file of JSON lines"):
        read(tmp_path / "nowhere.jsonl")
    damaged, empty = tmp_path / "damaged.jsonl", write(tmp_path / "empty.jsonl")
    damaged.write_text('{"messages": [')
    with pytest.raises(TraceError, match=r"damaged.jsonl, line 1: expected JSON"):
        read(damaged)
    with pytest.raises(TraceError, match=r"empty.jsonl: expected at least one row"):
        read(empty)
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress(b'{"prompt": "1+1", "completion": "2"}\n' * 99)[:-20])
    with pytest.raises(TraceError, match=r"cut.jsonl.gz: .* Get the file again"):
        read(cut)


def test_of_a_log_of_episodes_only_what_is_right_whole_and_not_held_out_is_taken(tmp_path):
    rows = [
        episode("a", "right"),
        episode("a", "wrong", status="wrong", reward=0.0),
        episode("b", "cut", cut=True),
        episode("c", "held out", phase="evaluation", step=0),
        episode("d", "asked of rlvr eval", phase="evaluation"),
        {"messages": CHAT},
    ]
    path = write(tmp_path / "episodes.jsonl", *rows)
    assert [said[-1]["content"] for said in read(path)] == ["right", "asked of rlvr eval", "2"]
    with pytest.raises(TraceError, match="expected at least one right answer, actually: 1 cut, 1 held out, 1 not corr"):
        read(write(tmp_path / "none.jsonl", *rows[1:4]))


def test_a_cap_takes_the_best_paid_of_a_task_and_of_these_the_shortest_in_the_order_of_the_file(tmp_path):
    rows = [
        episode("a", "long and well paid", reward=1.5),
        episode("a", "badly paid"),
        episode("b", "alone"),
        episode("a", "well paid", reward=1.5),
        {"messages": CHAT},
        {"messages": CHAT},
        {**episode("a", "of another environment"), "env": {"id": "toy/Other-v0", "kwargs": {}}},
    ]
    path = write(tmp_path / "episodes.jsonl", *rows)
    others = ["2", "2", "of another environment"]  # Chats have no task.
    assert [said[-1]["content"] for said in read(path, per_task=1)] == ["alone", "well paid", *others]
    two = ["long and well paid", "alone", "well paid", *others]
    assert [said[-1]["content"] for said in read(path, per_task=2)] == two
    assert len(read(path)) == 7


def test_every_pass_shows_each_example_once_in_an_order_of_its_own(untouched_global_random_state):
    example = shuffled(range(50), seed=3)
    passes = [[example(start + i) for i in range(50)] for start in (0, 50, 100)]
    assert all(sorted(one) == list(range(50)) for one in passes)
    assert len({tuple(one) for one in passes}) == 3
    assert [shuffled(range(50), seed=3)(i) for i in range(50)] == passes[0]
    assert [shuffled(range(50), seed=4)(i) for i in range(50)] != passes[0]


class Teacher:
    """Right, wrong, right at greater length, and right but cut, in turns of four attempts."""

    def act(self, conversations):
        assert len(conversations) % 4 == 0
        answers = []
        for i, conversation in enumerate(conversations):
            right = str((int(conversation[-1]["content"]) + 1) % 10)
            said = (right, "x", f"  {right}", right)[i % 4]
            answers.append(Completion(said, finish_reason="length" if i % 4 == 3 else "stop"))
        return answers


def test_a_teacher_s_right_answers_become_traces_and_replay(tmp_path):
    path = tmp_path / "taught.jsonl"
    counts = distil(Teacher(), "tests.toys:toy/Successor-v0", {}, path, tasks=5, attempts=4, batch_size=8, seed=7)
    assert counts == {"answers": 20.0, "right": 15.0, "kept": 10.0, "solved": 5.0}
    traces = read(path)
    assert len(traces) == 10
    assert all((int(said[0]["content"]) + 1) % 10 == int(said[1]["content"]) for said in traces)
    assert [differences for _, differences in replay(path)] == [[]] * 10
    with pytest.raises(FileExistsError, match="is there already: name another file"):
        distil(Teacher(), "tests.toys:toy/Successor-v0", {}, path, tasks=5)


def test_a_cap_on_a_teacher_takes_the_shortest_of_what_is_paid_alike(tmp_path):
    path = tmp_path / "taught.jsonl"
    counts = distil(Teacher(), "tests.toys:toy/Successor-v0", {}, path, tasks=3, attempts=4, per_task=1)
    assert counts["kept"] == 3.0
    assert all(len(said[1]["content"]) == 1 for said in read(path))


def test_a_teacher_that_is_never_right_leaves_an_error_for_the_reader(tmp_path):
    path = tmp_path / "taught.jsonl"
    assert distil(ScriptedAgent("wrong"), "tests.toys:toy/Successor-v0", {}, path, tasks=3)["kept"] == 0.0
    with pytest.raises(TraceError, match="expected at least one row"):
        read(path)
    with pytest.raises(ValueError, match="Expected attempts to be at least 1, actually: 0"):
        distil(ScriptedAgent("wrong"), "tests.toys:toy/Successor-v0", {}, path, tasks=3, attempts=0)


def test_a_run_finds_out_beforehand_that_its_traces_cannot_be_read(tmp_path):
    config = TrainConfig(
        env=EnvConfig("tests.toys:toy/Successor-v0", kwargs={}, held_out={}),
        cold_start=ColdStartConfig(traces=str(tmp_path / "nowhere.jsonl")),
    )
    with pytest.raises(ConfigError, match=r"cold_start.traces: Cannot read the traces .*nowhere.jsonl"):
        check(config)
    with pytest.raises(ValueError, match=r"cold_start.per_task to be at least 1, actually: 0"):
        ColdStartConfig(per_task=0)
