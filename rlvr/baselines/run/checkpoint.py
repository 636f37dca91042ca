"""Checkpoints: folders that are whole or not there.

A checkpoint is written under a temporary name, each file synced to disk and listed in a manifest with its size and
digest, and renamed last. So a crash, a full disk or a Ctrl-C leaves the previous checkpoint as it was, and a damaged
one is found out before anything of it is used. Training state is read with `weights_only=True`: loading a checkpoint
runs no code from it.

- `save`, `load`: one checkpoint.
- `is_whole`: whether one can be loaded.
- `names`: all of a run; `latest`: the newest one; `drop_after`: forget those that are newer than one.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

MANIFEST = "manifest.json"
STATE = "state.pt"


class CheckpointError(RuntimeError):
    """A checkpoint is missing, damaged, or of another run."""


def save(
    folder: Path,
    name: str,
    *,
    model: Any,
    tokenizer: Any,
    state: Mapping[str, Any],
    weights: Mapping[str, Any] | None = None,
    keep: int = 2,
) -> Path:
    """Write a checkpoint and drop all but the `keep` newest.

    Args:
        folder: Where the run's checkpoints are.
        name: Of this one; names sort by age.
        model: Saved with `save_pretrained`, so that any transformers program can load it.
        tokenizer: Saved beside it.
        state: What training needs to go on: numbers, strings, containers, tensors.
        weights: The model's, where they are not all in it, or not all of them are to be saved.
        keep: How many checkpoints stay.

    Returns:
        The checkpoint's folder.

    Raises:
        CheckpointError: It cannot be written, as on a full disk; the other checkpoints are as they were.
        ValueError: `keep` is less than 1.
    """
    if keep < 1:
        raise ValueError(f"Expected keep to be at least 1, actually: {keep}.")
    final = folder / name
    if is_whole(final):
        return final  # The same step of the same run.
    temporary = folder / f"{name}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob("*.tmp"):
            shutil.rmtree(leftover)  # Of a write that was cut off.
        _write(temporary, model, tokenizer, state, weights)
        if final.exists():
            shutil.rmtree(final)  # Damaged: nothing in it can be used.
        os.replace(temporary, final)
        _sync(folder)
    except Exception as error:  # torch, safetensors and the operating system each have their own for a full disk.
        raise CheckpointError(
            f"Cannot write checkpoint {final}: {error}. The checkpoints before it are as they were: "
            "make room, or mend what is wrong, and resume from the last one."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)  # Half a checkpoint helps nobody, on a full disk least.
    for path in names(folder)[:-keep]:
        _remove(path)
    return final


def _write(
    temporary: Path, model: Any, tokenizer: Any, state: Mapping[str, Any], weights: Mapping[str, Any] | None
) -> None:
    """All files of a checkpoint, on the disk when this returns."""
    temporary.mkdir()
    model.save_pretrained(temporary, state_dict=None if weights is None else dict(weights))
    tokenizer.save_pretrained(temporary)
    torch.save(dict(state), temporary / STATE)
    files = {}
    for path in sorted(temporary.rglob("*")):
        if path.is_file():
            files[path.relative_to(temporary).as_posix()] = {"bytes": path.stat().st_size, "sha256": _digest(path)}
            _sync(path)
    (temporary / MANIFEST).write_text(json.dumps({"files": files}, indent=1))
    _sync(temporary / MANIFEST)
    _sync(temporary)  # The names in it.


def is_whole(path: Path) -> bool:
    """Whether `load` would read this checkpoint."""
    try:
        load(path)
    except CheckpointError:
        return False
    return True


def load(path: Path) -> dict[str, Any]:
    """Check a checkpoint against its manifest and read its training state.

    Raises:
        CheckpointError: It is not a checkpoint, or a file of it is missing or changed.
    """
    others = [other.name for other in names(path.parent) if other != path]
    remedy = f"Use another one ({', '.join(others)})." if others else "There is no other one: start the run anew."
    try:
        files = json.loads((path / MANIFEST).read_text())["files"]
        manifest = {name: (int(file["bytes"]), str(file["sha256"])) for name, file in files.items()}
        manifest[STATE]  # A manifest without it is cut: there would be nothing to go on from.
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"{path} is no whole checkpoint: {MANIFEST} cannot be read ({error!r}). {remedy}"
        ) from error
    for name, (expected, digest) in manifest.items():
        file = path / name
        size = file.stat().st_size if file.is_file() else None
        if size != expected:
            was = "is missing" if size is None else f"has {size} bytes"
            raise CheckpointError(f"Checkpoint {path} is damaged: {name} {was}, its manifest says {expected}. {remedy}")
        if _digest(file) != digest:
            raise CheckpointError(f"Checkpoint {path} is damaged: {name} is not what was written. {remedy}")
    try:
        state: dict[str, Any] = torch.load(path / STATE, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"Checkpoint {path}: {STATE} holds more than numbers, strings, containers and tensors, and reading that "
            f"could run code. {remedy}"
        ) from error
    return state


def latest(folder: Path) -> Path:
    """The newest checkpoint of a run.

    Raises:
        CheckpointError: There is none.
    """
    found = names(folder)
    if not found:
        raise CheckpointError(f"There is no checkpoint in {folder}: start the run anew, without resume.")
    return found[-1]


def drop_after(path: Path) -> None:
    """Remove the checkpoints that are newer than this one: a run that goes on from it leads somewhere else."""
    for newer in names(path.parent):
        if newer.name > path.name:
            _remove(newer)


def names(folder: Path) -> list[Path]:
    """The checkpoints of a run, the oldest first, damaged ones among them."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and path.suffix != ".tmp")


def _remove(path: Path) -> None:
    """Under another name first: a process that is killed in between must not leave half a checkpoint."""
    leaving = path.with_name(f"{path.name}.tmp")
    shutil.rmtree(leaving, ignore_errors=True)
    os.replace(path, leaving)
    shutil.rmtree(leaving)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
