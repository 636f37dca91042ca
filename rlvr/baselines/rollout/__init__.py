"""Where experience comes from: episodes in groups, and which of them are trained on.

- `rollout`: `collect` plays one episode in each environment; errors are counted, and stop training if they go on.
- `batches`: one batch after another: groups are sampled, sorted out, replaced and buffered.
- `fitness`: which groups are fit for training.
- `easy_pool`, `levels`: tasks that are asked again, and how hard they are.
- `buffer`: episodes as plain data, for a checkpoint.
"""

from rlvr.baselines.rollout.rollout import ErrorWindow, Group, VerifierFailure, collect, make_envs

__all__ = ["ErrorWindow", "Group", "VerifierFailure", "collect", "make_envs"]
