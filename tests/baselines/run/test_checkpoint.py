import errno
import json
import os

import pytest
import torch

from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.agents.transformers_agent import load_pretrained
from rlvr.baselines.run import checkpoint
from rlvr.baselines.run.checkpoint import CheckpointError, is_whole, latest, load, save

FULL = OSError(errno.ENOSPC, "No space left on device")
STATE = {"step": 20, "learner": {"moments": torch.arange(6.0).reshape(2, 3), "rates": [0.1, 0.2]}, "name": "x"}


@pytest.fixture(scope="module")
def policy():
    return {"model": tiny_model(0, width=16, layers=1, heads=2), "tokenizer": tiny_tokenizer()}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "checkpoints"


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_checkpoint_comes_back_as_it_was(folder, policy):
    path = save(folder, "grpo-000020", state=STATE, **policy)
    assert path == folder / "grpo-000020" == latest(folder)
    assert is_whole(path)
    state = load(path)
    assert torch.equal(state["learner"].pop("moments"), STATE["learner"]["moments"])
    assert state == {"step": 20, "learner": {"rates": [0.1, 0.2]}, "name": "x"}
    model, tokenizer = load_pretrained(path, device="cpu")
    for name, value in policy["model"].state_dict().items():
        assert torch.equal(model.state_dict()[name], value)
    assert tokenizer.get_vocab() == policy["tokenizer"].get_vocab()
    assert not list(folder.glob("*.tmp"))


def test_the_newest_ones_are_kept(folder, policy):
    for name in ("cold_start-000400", "grpo-000020", "grpo-000040"):
        save(folder, name, state=STATE, **policy)
    assert sorted(path.name for path in folder.iterdir()) == ["grpo-000020", "grpo-000040"]
    save(folder, "grpo-000060", state=STATE, keep=1, **policy)
    assert [path.name for path in folder.iterdir()] == ["grpo-000060"]
    assert latest(folder).name == "grpo-000060"


def test_keeping_none_is_refused(folder, policy):
    with pytest.raises(ValueError, match="Expected keep to be at least 1, actually: 0"):
        save(folder, "grpo-000020", state=STATE, keep=0, **policy)


def test_a_whole_checkpoint_of_the_same_step_is_not_written_again(folder, policy):
    path = save(folder, "grpo-000020", state=STATE, **policy)
    before = {file: file.stat().st_mtime_ns for file in path.iterdir()}
    save(folder, "grpo-000020", state=STATE, **policy)
    assert {file: file.stat().st_mtime_ns for file in path.iterdir()} == before


def test_a_damaged_checkpoint_of_the_same_step_is_replaced(folder, policy):
    path = save(folder, "grpo-000020", state=STATE, **policy)
    (path / "state.pt").write_bytes(b"")
    save(folder, "grpo-000020", state=STATE, **policy)
    assert is_whole(path)


def test_there_is_no_latest_where_there_is_none(folder):
    for _ in range(2):
        with pytest.raises(CheckpointError, match=r"no checkpoint in .*checkpoints: start the run anew"):
            latest(folder)
        folder.mkdir(exist_ok=True)
    (folder / "grpo-000020.tmp").mkdir()
    with pytest.raises(CheckpointError, match="no checkpoint"):
        latest(folder)


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def change_a_byte(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("file", ["state.pt", "model.safetensors", "config.json", "tokenizer.json"])
@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (cut, r"{file} has \d+ bytes, its manifest says \d+\."),
        (os.remove, r"{file} is missing, its manifest says \d+\."),
        (change_a_byte, r"{file} is not what was written\."),
    ],
)
def test_damage_is_found_and_named_with_the_remedy_and_nothing_is_lost(folder, policy, file, damage, what):
    good = save(folder, "grpo-000020", state=STATE, **policy)
    bad = save(folder, "grpo-000040", state=STATE, **policy)
    damage(bad / file)
    before = contents(folder)
    assert not is_whole(bad)
    with pytest.raises(CheckpointError, match=what.format(file=file)) as caught:
        load(bad)
    assert f"Checkpoint {bad} is damaged" in str(caught.value)
    assert "Use another one (grpo-000020)." in str(caught.value)
    assert contents(folder) == before
    assert load(good)["step"] == 20


def test_without_another_checkpoint_the_remedy_is_a_new_run(folder, policy):
    path = save(folder, "grpo-000020", state=STATE, **policy)
    cut(path / "state.pt")
    with pytest.raises(CheckpointError, match="There is no other one: start the run anew"):
        load(path)


@pytest.mark.parametrize(
    "manifest", ['{"files": {"state.pt": {"byt', "", "[]", "5", '{"files": {}}', '{"files": []}', '{"files": {"a": 1}}']
)
def test_a_manifest_that_says_too_little_is_damage_too(folder, policy, manifest):
    path = save(folder, "grpo-000020", state=STATE, **policy)
    (path / "manifest.json").write_text(manifest)
    with pytest.raises(CheckpointError, match=r"grpo-000020 is no whole checkpoint: manifest\.json cannot be read"):
        load(path)


def test_what_is_no_checkpoint_is_refused(folder):
    for path in (folder, folder / "grpo-000099"):
        with pytest.raises(CheckpointError, match="is no whole checkpoint"):
            load(path)


def raising(*_, **__):
    raise FULL


@pytest.mark.parametrize("where", ["torch.save", "os.replace", "os.fsync", "save_pretrained"])
def test_a_full_disk_leaves_the_previous_checkpoint_and_no_half_one(folder, policy, monkeypatch, where):
    previous = save(folder, "grpo-000020", state=STATE, **policy)
    before = contents(folder)
    with monkeypatch.context() as patched:
        owner = {"torch": torch, "os": os}.get(where.partition(".")[0], type(policy["model"]))
        patched.setattr(owner, where.rpartition(".")[2], raising)
        with pytest.raises(CheckpointError, match=r"Cannot write checkpoint .*grpo-000040: .*No space left.*resume"):
            save(folder, "grpo-000040", state=STATE, **policy)
    assert contents(folder) == before
    assert [path.name for path in folder.iterdir()] == ["grpo-000020"]
    assert latest(folder) == previous
    assert load(previous)["step"] == 20
    assert is_whole(save(folder, "grpo-000040", state=STATE, **policy))


def test_a_write_that_was_cut_off_does_not_stand_in_the_way(folder, policy):
    half = folder / "grpo-000020.tmp"
    half.mkdir(parents=True)
    (half / "state.pt").write_bytes(b"half")
    assert is_whole(save(folder, "grpo-000020", state=STATE, **policy))
    assert not half.exists()


def test_every_file_but_the_manifest_is_in_the_manifest(folder, policy):
    path = save(folder, "grpo-000020", state=STATE, **policy)
    listed = json.loads((path / checkpoint.MANIFEST).read_text())["files"]
    assert {*listed, checkpoint.MANIFEST} == set(contents(path))


def test_loading_runs_no_code_from_a_checkpoint(folder, policy):
    path = save(folder, "grpo-000020", state=STATE, **policy)
    executed = []

    class Payload:
        def __reduce__(self):
            return executed.append, (1,)

    torch.save({"step": Payload()}, path / "state.pt")
    manifest = json.loads((path / "manifest.json").read_text())
    manifest["files"]["state.pt"] = {
        "bytes": (path / "state.pt").stat().st_size,
        "sha256": checkpoint._digest(path / "state.pt"),
    }
    (path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CheckpointError, match=r"state\.pt holds more than .* could run code"):
        load(path)
    assert executed == []


@pytest.mark.parametrize("remove", ["prune", "drop"])
def test_a_removal_that_is_cut_off_leaves_no_half_checkpoint(folder, policy, monkeypatch, remove):
    for name in ("grpo-000020", "grpo-000040"):
        save(folder, name, state=STATE, **policy)

    def cut_off(path, **_):
        if (path / checkpoint.MANIFEST).exists():
            (path / checkpoint.MANIFEST).unlink()
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint.shutil, "rmtree", cut_off)
    with pytest.raises(KeyboardInterrupt):
        if remove == "prune":
            save(folder, "grpo-000060", state=STATE, **policy)
        else:
            checkpoint.drop_after(folder / "grpo-000020")
    left = checkpoint.names(folder)
    assert [path.name for path in left] == (["grpo-000040", "grpo-000060"] if remove == "prune" else ["grpo-000020"])
    assert all(is_whole(path) for path in left)
    monkeypatch.undo()
    save(folder, "grpo-000080", state=STATE, **policy)
    assert not list(folder.glob("*.tmp"))
