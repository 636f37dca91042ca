"""Who learns: rollouts, advantages, losses, one file an algorithm, recipes.

- `grpo`, `ppo`, `reinforce`, `expert_iteration`, `sft`: one file an algorithm, over `algorithm`; `presets`: published methods by name.
- `advantages`, `losses`: formulas with their sources. `critic`, `vine`: values for PPO.
- `rollout`, `batches`: episodes from lists of environments and an agent, and which of them are trained on.
- `experience`, `sequences`: episodes as rows of tokens with columns of numbers. `update`: a batch to optimizer steps.
- `learner`: an optimizer step from rows; `forward`, `micro_batches`, `optimizers`, `distributed`, `reference`, `lora` are its parts.
- `settings`, `training`: a whole run; `thinking` is the recipe of `rlvr demo`.
- `evaluation`: accuracy and length of an agent.
- `checkpoint`, `run`, `episodes`, `trackers`: what a run leaves behind; `report`: the page that shows it.
"""

if __name__ != "rlvr.baselines":  # The folder is linked at the repository's root for the eye only.
    raise ImportError(f"Import this package as rlvr.baselines, not as {__name__}.")
