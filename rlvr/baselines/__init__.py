"""Who learns: rollouts, advantages, losses, one file an algorithm, recipes.

- `grpo`, `ppo`, `reinforce`, `expert_iteration`, `sft`: one file an algorithm, over `algorithm`.
- `presets`: published methods by name.
- `advantages`, `losses`: formulas with their sources. `values`: what a state is worth, for PPO.
- `rollout`: episodes, and which of them are trained on. `examples`: worked ones.
- `experience`: episodes as rows of tokens with columns of numbers. `update`: a batch of them to optimizer steps.
- `learner`: an optimizer step from rows, on one process or many.
- `settings`, `training`: a whole run; `thinking` is the recipe of `rlvr demo`.
- `evaluation`: accuracy and length of an agent.
- `run`: what a run leaves behind, and how it goes on; `report`: the page that shows it.
"""

if __name__ != "rlvr.baselines":  # The folder is linked at the repository's root for the eye only.
    raise ImportError(f"Import this package as rlvr.baselines, not as {__name__}.")
