import json

import pytest

from rlvr.baselines.rollout import collect, make_envs
from rlvr.baselines.run.episodes import Difference, EpisodeLogError, read, record, replay
from rlvr.core import Completion, Status

ENV = "tests.toys:toy/Successor-v0"


class Counting:
    """Says the digits 0, 1, 2, ... in turn, so that some answers are right; every seventh sample is cut."""

    def __init__(self):
        self.said = 0

    def act(self, conversations):
        answers = []
        for _ in conversations:
            self.said += 1
            end = "length" if self.said % 7 == 0 else "stop"
            answers.append(Completion(str(self.said % 10), token_ids=(self.said,), logprobs=(-1.0,), finish_reason=end))
        return answers


@pytest.fixture(params=[1, 3], ids=["single turn", "three turns"])
def log(request, tmp_path):
    """Episodes of two groups, as lines in a file."""
    kwargs = {"max_turns": request.param}
    groups = collect(make_envs(ENV, kwargs, 24), Counting(), seed=5, first_episode=7, group_size=12)
    lines = [record(one, env_id=ENV, kwargs=kwargs, phase="grpo", step=1) for group in groups for one in group]
    path = tmp_path / "episodes.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def change(path, line, edit):
    """Edit one line of a log."""
    lines = [json.loads(text) for text in path.read_text().splitlines()]
    edit(lines[line - 1])
    path.write_text("".join(json.dumps(one) + "\n" for one in lines))


def test_a_record_is_json_and_says_what_a_reader_selects_by(log):
    for number, (position, line) in enumerate(read(log), 1):
        assert position == number
        assert json.loads(json.dumps(line)) == line
        assert (line["phase"], line["step"], line["seed"]) == ("grpo", 1, 5)
        assert (line["group"], line["episode"]) == ((0, 7) if number <= 12 else (1, 8))
        assert [message["role"] for message in line["messages"][:2]] == ["user", "assistant"]
        assert line["reward"] == sum(turn["reward"] for turn in line["turns"])
        assert [turn["text"] for turn in line["turns"]] == [
            message["content"] for message in line["messages"] if message["role"] == "assistant"
        ]


def test_every_logged_episode_replays_to_the_same_verdicts(log):
    lines = list(read(log))
    statuses = {line["turns"][-1]["verdict"]["status"] for _, line in lines}
    assert Status.CORRECT in statuses and Status.WRONG in statuses  # Else the test would hold nothing.
    assert list(replay(log)) == [(number, []) for number, _ in lines]


def test_a_forged_verdict_is_found(log):
    logged = next(read(log))[1]["turns"][-1]["verdict"]
    change(log, 1, lambda line: line["turns"][-1]["verdict"].update(status="partial"))
    turns = len(next(read(log))[1]["turns"])
    differences = dict(replay(log))
    assert differences.pop(1) == [
        Difference(1, turns, {"verdict": {**logged, "status": "partial"}}, {"verdict": logged})
    ]
    assert not any(differences.values())


def test_a_forged_reward_and_a_forged_term_are_found(log):
    change(log, 3, lambda line: line["turns"][0].update(reward=0.5))
    change(log, 4, lambda line: line["turns"][0]["reward_terms"].update(bonus=0.5))
    differences = dict(replay(log))
    assert [(one.line, one.turn, one.logged) for one in differences[3]] == [(3, 1, {"reward": 0.5})]
    assert [(one.line, one.turn, list(one.logged)) for one in differences[4]] == [(4, 1, ["reward_terms"])]


def test_another_answer_is_found(log):
    right = next(n for n, line in read(log) if line["turns"][-1]["verdict"]["status"] == "correct")
    change(log, right, lambda line: line["turns"][-1].update(text="no number"))
    assert dict(replay(log))[right]


def test_another_task_is_found_before_any_answer_is_judged(log):
    change(log, 2, lambda line: line.update(task="elsewhere"))
    assert dict(replay(log))[2] == [Difference(2, 0, "elsewhere", "5/7")]


def test_an_episode_that_ends_earlier_or_later_than_it_did_is_found(log):
    def again(line):
        line["turns"].append(line["turns"][-1])

    change(log, 1, again)
    assert dict(replay(log))[1]
    change(log, 2, lambda line: line["env"]["kwargs"].update(max_turns=9))
    status = list(read(log))[1][1]["turns"][-1]["verdict"]["status"]
    assert status == "wrong" and dict(replay(log))[2]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (b'{"env": {"id"', "is damaged"),
        (b"", "is damaged"),
        (b"[1, 2]", "is damaged"),
        (b"7", "is damaged"),
        (b'{"task": "\xff"}', "is damaged"),
        (b"{}", "the episode has no env, episode, seed, task, turns"),
        (b'{"env": 1, "episode": 0, "seed": 0, "task": "", "turns": []}', "not an episode"),
        (b'{"env": {}, "episode": 0, "seed": 0, "task": "", "turns": []}', r"the episode has no env\.id, env\.kwargs"),
        (
            b'{"env": {"id": "", "kwargs": {}}, "episode": 0, "seed": 0, "task": "", "turns": [{"text": "", '
            b'"token_ids": [], "finish_reason": null, "reward": 0.0}]}',
            "the episode has no reward_terms in turn 1, verdict in turn 1",
        ),
    ],
)
def test_a_damaged_line_names_file_line_and_remedy(log, damage, message):
    lines = log.read_bytes().splitlines()
    lines[4] = damage
    log.write_bytes(b"\n".join(lines) + b"\n")
    replayed = replay(log)
    assert [next(replayed)[0] for _ in range(4)] == [1, 2, 3, 4]
    with pytest.raises(EpisodeLogError, match=rf"episodes\.jsonl, line 5.*{message}") as caught:
        next(replayed)
    assert "Remove that line" in str(caught.value)


def test_a_missing_log_says_where_logs_are(tmp_path):
    with pytest.raises(EpisodeLogError, match=r"nothing\.jsonl: No such file or directory\. A run's episodes are"):
        list(replay(tmp_path / "nothing.jsonl"))


def test_environments_are_closed_after_a_replay(log, monkeypatch):
    closed = []
    monkeypatch.setattr("tests.toys.Successor.close", lambda env: closed.append(env))
    list(replay(log))
    assert len(closed) == 1
    half = replay(log)
    next(half)
    half.close()
    assert len(closed) == 2


@pytest.mark.parametrize(
    ("forge", "message"),
    [
        (lambda line: line["env"].update(kwargs={"levl": 2}), "levl"),
        (lambda line: line["env"].update(kwargs=5), "cannot be replayed"),
        (lambda line: line["env"].update(id="toy/Nobody-v0"), "Nobody"),
        (lambda line: line["turns"][0].update(verdict={}), "status"),
        (lambda line: line["turns"][0].update(finish_reason="foo"), 'finish_reason to be "stop", "length" or None'),
        (lambda line: line["turns"].clear(), "the episode has no turn"),
    ],
)
def test_an_episode_that_cannot_be_replayed_names_its_line(log, forge, message):
    change(log, 3, forge)
    with pytest.raises(EpisodeLogError, match=rf"line 3.*{message}"):
        list(replay(log))


def test_a_last_line_that_a_crash_has_cut_is_left_out(log):
    whole = len(list(replay(log)))
    log.write_bytes(log.read_bytes()[:-9])
    assert len(list(replay(log))) == whole - 1
