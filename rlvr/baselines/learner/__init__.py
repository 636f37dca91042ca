"""The learner: one optimizer step from any number of rows, on one process or many.

- `learner`: `Learner`; `step(rows, loss)` moves the model, `score(rows)` asks it.
- `sequences`: episodes to rows of tokens, and what a loss sees of them. `micro_batches`: rows to tensors.
- `beginnings`: prompts, computed once for all answers to them. `memory`: of the C library, kept.
- `forward`: log-probabilities, entropies and values of a model, in chunks. `probes`: what is made sure of before.
- `optimizers`: AdamW, Muon, and the course of their rates. `distributed`: several processes.
- `reference`: the reference model of a KL penalty. `lora`: adapters. `randomness`: where dropout's numbers come from.
"""

from rlvr.baselines.learner.learner import Learner, TokenLoss
from rlvr.baselines.learner.optimizers import OptimizerConfig

__all__ = ["Learner", "OptimizerConfig", "TokenLoss"]
