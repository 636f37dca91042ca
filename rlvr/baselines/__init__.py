"""Who learns: rollouts, advantages, losses, one file an algorithm, recipes.

- `rollout`: episodes from lists of environments and an agent.
- `sequences`: episodes to padded token tensors.
- `advantages`, `losses`: formulas with their sources.
- `learner`: optimizer, schedule and the loss as a sum, micro-batch by micro-batch.
- `sft`, `grpo`: one file an algorithm.
- `evaluation`: accuracy and length of an agent.
- `checkpoint`, `run`, `episodes`: what a run leaves on disk; `report`: the page that shows it.
- `training`: a whole run, from a recipe's configuration to its report; `thinking` is the recipe of `rlvr demo`.
"""

if __name__ != "rlvr.baselines":  # The folder is linked at the repository's root for the eye only.
    raise ImportError(f"Import this package as rlvr.baselines, not as {__name__}.")
