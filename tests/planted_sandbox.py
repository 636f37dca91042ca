"""Judging with a sandbox that fails, for workers to import by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

from rlvr.core import Verdict
from rlvr.envs.code import judging
from rlvr.envs.sandbox import SandboxFailed


def judge(program: str, reference: dict[str, Any], **options: Any) -> Verdict:
    """As `judging.judge`, but the sandbox fails as long as there is a line in the file that the program's first names.

    Each failure takes a line away.
    """
    failures = Path(program.split("\n", 1)[0].removeprefix("# "))
    lines = failures.read_text().splitlines()
    if not lines:
        return judging.judge(program, reference, **options)
    failures.write_text("".join(f"{line}\n" for line in lines[1:]))
    with patch.object(judging.sandbox, "current", side_effect=SandboxFailed(lines[0])):
        return judging.judge(program, reference, **options)
