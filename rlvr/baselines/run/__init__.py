"""What a training run leaves behind, and how it goes on.

- `run`: the folder. `json_lines`: its files. `episodes`: logged episodes, and their replay.
- `checkpoint`: folders that are whole or not there.
- `trackers`: TensorBoard and W&B.
"""

from rlvr.baselines.run.run import Listener, Run, RunError

__all__ = ["Listener", "Run", "RunError"]
