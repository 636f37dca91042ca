"""One process of a contender, so that its memory is its own: `python -m benchmarks.trl_side_by_side.worker NAME JSON`.

`JSON` describes the job. The last line of the output is what came of it. With `policies` for a name, the policies are
made, and `JSON` holds the arguments.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # Before torch is imported: idle threads would spin on a busy machine.

import torch

from benchmarks.trl_side_by_side.gate import wait
from benchmarks.trl_side_by_side.job import Job

OURS, SKIPPING, TRL = "rlvr", "rlvr, flat groups skipped", "TRL"


def main() -> None:
    """Do it."""
    name, asked = sys.argv[1], json.loads(sys.argv[2])
    print(json.dumps(policies(**asked) if name == "policies" else run(name, Job(**asked))))


def policies(folder: str, steps: int) -> dict[str, str]:
    """Make the policies."""
    from benchmarks.trl_side_by_side.ours import make_policies

    return make_policies(Path(folder), steps=steps)


def run(name: str, job: Job) -> dict[str, Any]:
    """Run the job by the contender of that name. Each imports its own libraries only."""
    torch.set_num_threads(job.threads)
    if name == TRL:
        from benchmarks.trl_side_by_side import trls

        return asdict(trls.measure(job, wait))
    from benchmarks.trl_side_by_side import ours

    return asdict(ours.measure(job, wait, skip_flat_groups=name == SKIPPING))


if __name__ == "__main__":
    main()
