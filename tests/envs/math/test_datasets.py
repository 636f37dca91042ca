from __future__ import annotations

import json
import pickle
import subprocess
import sys
import types
from pathlib import Path

import pytest

from rlvr.core import Check, Status
from rlvr.envs.datasets import _published
from rlvr.envs.files import locate
from rlvr.envs.math import datasets
from rlvr.envs.math.datasets import aime, gsm8k, math500, svamp
from rlvr.envs.math.exact import parse_number
from rlvr.envs.math.verifier import compare, plan

SOURCES = [
    (gsm8k, "train", "gsm8k_train.jsonl", 7473),
    (gsm8k, "test", "gsm8k_test.jsonl", 1319),
    (math500, "test", "math500.jsonl", 500),
    (aime, "2024", "aime_2024.jsonl", 30),
    (aime, "2025", "aime_2025.jsonl", 30),
    (svamp, "test", "svamp.json", 1000),
]
REAL = [
    pytest.param(
        factory,
        split,
        size,
        id=f"{factory.__name__}-{split}",
        marks=pytest.mark.skipif(locate(file) is None, reason=f"{file} is in no data folder; set RLVR_DATA"),
    )
    for factory, split, file, size in SOURCES
]
ROWS = {
    "gsm8k": {"question": "How many?", "answer": "2 * 540 = 1080\n#### 1,080"},
    "math500": {"problem": "Which?", "answer": r"\frac{\pi}{2}", "subject": "Algebra", "level": 2},
    "aime": {"problem": "Find it.", "answer": "025"},
    "svamp": {"ID": "chal-1", "Body": "A has 3 cats", "Question": "How many?", "Answer": 3.0, "Type": "Addition"},
}
HUB = {  # What each data set is called on the hub, and the splits that it has there.
    "openai/gsm8k": ("main", {"train", "test"}, "gsm8k"),
    "HuggingFaceH4/MATH-500": (None, {"test"}, "math500"),
    "HuggingFaceH4/aime_2024": (None, {"train"}, "aime"),
    "math-ai/aime25": (None, {"test"}, "aime"),
    "ChilleD/SVAMP": (None, {"train", "test"}, "svamp"),
}


@pytest.fixture
def no_files(tmp_path, monkeypatch):
    monkeypatch.setenv("RLVR_DATA", str(tmp_path))
    _published.cache_clear()
    yield tmp_path
    _published.cache_clear()


def judged(completion, gold):
    outcome = plan(completion, gold)
    return compare(*outcome.arguments) if isinstance(outcome, Check) else outcome


@pytest.mark.parametrize(("factory", "split", "size"), REAL)
def test_every_gold_scores_1_and_every_perturbed_gold_0(factory, split, size):
    tasks = factory(split=split).tasks
    scores = [judged(rf"<think>hm</think> So \boxed{{{task.reference}}}.", task.reference).score for task in tasks]
    assert sum(scores) == len(tasks) == size
    for task in tasks:
        number = parse_number(task.reference)
        wrong = (
            [f"{task.reference} + 1"] if number is None else [number + 1, -number - 1, f"{number},7", f"{number}0.5"]
        )
        for answer in wrong:
            assert judged(rf"\boxed{{{answer}}}", task.reference).status is Status.WRONG


@pytest.mark.parametrize(("factory", "split", "size"), REAL)
def test_every_row_has_a_prompt_an_id_and_tags(factory, split, size):
    source = factory(split=split)
    name = factory.__name__
    assert [task.id for task in source.tasks] == [f"{name}/{split}/{row}" for row in range(size)]
    assert all(
        task.prompt.strip() and task.tags["source"] == name and task.tags["split"] == split for task in source.tasks
    )
    json.dumps([dict(task.tags) for task in source.tasks])
    assert source is factory(split=split) is pickle.loads(pickle.dumps(source))


@pytest.mark.skipif(locate("gsm8k_train.jsonl") is None, reason="gsm8k_train.jsonl is in no data folder; set RLVR_DATA")
def test_the_published_solutions_of_gsm8k_are_right_completions():
    path = locate("gsm8k_train.jsonl")
    with path.open(encoding="utf-8") as file:
        for line, task in zip(file, gsm8k(split="train").tasks, strict=True):
            verdict = plan(json.loads(line)["answer"], task.reference)
            assert (verdict.status, verdict.extraction) == (Status.CORRECT, "hash")


@pytest.mark.skipif(locate("math500.jsonl") is None, reason="math500.jsonl is in no data folder; set RLVR_DATA")
def test_the_published_solutions_of_math500_are_right_completions():
    path = locate("math500.jsonl")
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    wrong = [row["answer"] for row in rows if judged(row["solution"], row["answer"]).status is not Status.CORRECT]
    assert wrong == []


@pytest.mark.skipif(locate("svamp.json") is None, reason="svamp.json is in no data folder; set RLVR_DATA")
def test_svamp_s_golds_are_whole_so_none_is_a_rounded_fraction():
    published = json.loads(locate("svamp.json").read_text(encoding="utf-8"), parse_float=str)
    for row, task in zip(published, svamp().tasks, strict=True):
        assert row["Answer"] == f"{task.reference}.0"


@pytest.mark.parametrize(
    ("body", "question", "prompt"),
    [
        ("A has 3 cats.", "How many?", "A has 3 cats. How many?"),
        ("A has 3 cats", "How many?", "A has 3 cats. How many?"),
        ("A has cats. If A has 3 cats", "How many?", "A has cats. If A has 3 cats, how many?"),
        ("If A has 3 cats ", " What then?", "If A has 3 cats, what then?"),
        ("Is it 3?", "How many?", "Is it 3? How many?"),
    ],
)
def test_svamp_s_body_and_question_make_sentences(body, question, prompt, tmp_path):
    row = ROWS["svamp"] | {"Body": body, "Question": question}
    (tmp_path / "svamp.json").write_text(json.dumps([row]))
    assert svamp(data=str(tmp_path)).tasks[0].prompt == prompt


@pytest.mark.parametrize(("factory", "split", "file", "size"), SOURCES)
def test_a_data_folder_can_be_named(factory, split, file, size, tmp_path):
    row = json.dumps(ROWS[factory.__name__])
    (tmp_path / file).write_text(f"[{row}]" if file.endswith(".json") else row)
    (task,) = factory(split=split, data=str(tmp_path)).tasks
    assert (
        task.reference == {"gsm8k": "1080", "math500": r"\frac{\pi}{2}", "aime": "25", "svamp": "3"}[factory.__name__]
    )


def test_a_folder_that_is_found_by_its_name_is_found_from_another_process(tmp_path):
    (tmp_path / "aime_2024.jsonl").write_text(json.dumps(ROWS["aime"]))
    source = aime(split="2024", data=str(tmp_path))
    script = "import pickle, sys; print(pickle.load(sys.stdin.buffer).tasks[0].reference)"
    done = subprocess.run([sys.executable, "-c", script], input=pickle.dumps(source), capture_output=True, check=True)
    assert done.stdout.strip() == b"25"


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("gsm8k", {"answer": "no mark"}, "to have a gold after '####', actually: 'no mark'"),
        ("gsm8k", {"answer": "#### many"}, "expected the gold to be an integer, actually: ' many'"),
        ("gsm8k", {"answer": "#### "}, "Expected the gold to have 1 to 1000 characters"),
        ("gsm8k", {"question": None}, "expected field 'question' to be a text, actually: None"),
        ("math500", {"answer": ""}, "expected field 'answer' to be a text"),
        ("aime", {"answer": "2/3"}, "expected the gold to be an integer, actually: '2/3'"),
        ("svamp", {"Answer": 0.333}, "expected the gold to be an integer, actually: '0.333'"),
        ("svamp", {"ID": "x"}, "expected field 'ID' to be 'chal-' and a number, actually: 'x'"),
    ],
)
def test_a_row_that_cannot_be_read_is_reported_with_file_and_place(name, change, message, tmp_path):
    factory, split, file, _ = next(one for one in SOURCES if one[0].__name__ == name)
    rows = [json.dumps(ROWS[name]), json.dumps(ROWS[name] | change)]
    (tmp_path / file).write_text(f"[{','.join(rows)}]" if file.endswith(".json") else "\n".join(rows))
    with pytest.raises(ValueError) as error:
        factory(split=split, data=str(tmp_path))
    place = "element 1" if file.endswith(".json") else "line 2"
    assert f"{tmp_path / file}, {place}: " in str(error.value)
    assert message in str(error.value)


@pytest.mark.parametrize(("factory", "split", "file", "size"), SOURCES)
def test_an_unknown_split_is_refused_with_those_there_are(factory, split, file, size):
    with pytest.raises(ValueError, match=rf"Unknown split of {factory.__name__} 'validation'.* There are: .*{split}"):
        factory(split="validation")


def test_a_named_folder_without_the_file_is_an_error_and_nothing_else_is_tried(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", types.ModuleType("datasets"))
    with pytest.raises(FileNotFoundError) as error:
        gsm8k(split="test", data=str(tmp_path))
    for part in ("'gsm8k_test.jsonl'", str(tmp_path), "RLVR_DATA", "data="):
        assert part in str(error.value)


def test_without_file_and_library_the_error_says_what_was_tried_and_the_remedy(no_files, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(FileNotFoundError) as error:
        aime(split="2025")
    for part in ("'aime_2025.jsonl'", str(no_files), "RLVR_DATA", "pip install 'rlvr[data]'"):
        assert part in str(error.value)


@pytest.fixture
def hub(no_files, monkeypatch):
    """A stand-in for the library that has the data sets of `HUB`, with a row a split."""
    calls = []

    def load_dataset(path, name=None, *, split):
        calls.append((path, name, split))
        config, splits, key = HUB[path]
        if name != config or split not in splits:
            raise ValueError(f"Unknown split {split!r} or config {name!r}.")
        if key == "svamp":  # the hub has the rows in another order, and shares them out
            return [
                ROWS[key] | {"ID": identity} for identity in (["chal-3", "chal-10"] if split == "train" else ["chal-2"])
            ]
        return [ROWS[key]]

    library = types.ModuleType("datasets")
    library.load_dataset = load_dataset
    monkeypatch.setitem(sys.modules, "datasets", library)
    return calls


@pytest.mark.parametrize(("factory", "split", "file", "size"), SOURCES)
def test_without_a_file_the_rows_come_from_the_hub(factory, split, file, size, hub):
    source = factory(split=split)
    assert len(hub) == (2 if factory is svamp else 1)
    assert all(read_like_a_file(task, factory.__name__) for task in source.tasks)
    assert factory(split=split) is source
    assert len(hub) <= 2


def read_like_a_file(task, name):
    return judged(rf"\boxed{{{ROWS[name].get('Answer', task.reference)}}}", task.reference).score == 1.0


def test_the_hub_s_rows_come_in_the_publication_s_order(hub, monkeypatch):
    order = []
    monkeypatch.setattr(datasets, "_whole", lambda gold, where: order.append(where) or "3")
    svamp()
    assert [where.rpartition("/")[2] for where in order] == [
        "SVAMP (split 'test'), row 0",
        "SVAMP (split 'train'), row 0",
        "SVAMP (split 'train'), row 1",
    ]


def test_a_hub_that_fails_is_reported_with_its_reason_and_the_remedy(hub, monkeypatch):
    def offline(*arguments, **options):
        raise ConnectionError("no network")

    monkeypatch.setattr(sys.modules["datasets"], "load_dataset", offline)
    with pytest.raises(
        FileNotFoundError, match=r"openai/gsm8k.*failed: ConnectionError: no network\. Set RLVR_DATA"
    ) as error:
        gsm8k(split="test")
    assert isinstance(error.value.__cause__, ConnectionError)


def test_the_module_s_name_does_not_hide_the_library():
    assert Path(datasets.__file__).parent.name == "math"
    assert datasets.__name__ == "rlvr.envs.math.datasets"
