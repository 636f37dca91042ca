"""JSON lines on disk: appended while a run goes on, read back whatever befell the file.

- `write_whole`: a file that is there whole, or as it was before.
- `append`, `read`: lines.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole, or as it was before."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)  # Of a write that failed: half a file helps nobody, on a full disk least.


def append(path: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    """Add lines to a file, which is made if it is not there."""
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(json.dumps(line) + "\n" for line in lines))


def read(path: Path, *, error: type[Exception]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line numbers, from 1, and lines. A last line that a crash has cut is left out.

    Raises:
        error: Another line is no JSON object; the message names file and line.
        OSError: The file cannot be read.
    """
    # Bytes that are no UTF-8 become `\\xff`, which JSON refuses: they are reported below like any other damage.
    with path.open(encoding="utf-8", errors="backslashreplace") as file:
        for number, text in enumerate(file, 1):
            if not text.endswith("\n"):
                return  # Every line is written with its newline: this one was cut, and it is the last.
            try:
                line = json.loads(text)
            except ValueError as cause:
                raise error(f"{path}, line {number} is damaged ({cause}): {text!r:.60}. Remove that line.") from cause
            if not isinstance(line, dict):
                raise error(f"{path}, line {number} is damaged (no object): {text!r:.60}. Remove that line.")
            yield number, line
