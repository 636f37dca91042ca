"""Mathematics: generated and real problems whose answers are compared exactly.

- `env`: `MathEnv`, the environment behind `rlvr/Math-v0`, `rlvr/GSM8K-v0`, `rlvr/MATH500-v0`, `rlvr/AIME-v0` and
  `rlvr/SVAMP-v0`.
- `generated`, `families/`: problems drawn from hash streams, in levels and two splits.
- `datasets`: problems read from files or from the `datasets` library.
- `extraction`, `answer_part`, `phrases`: where the answer stands in a completion.
- `reading/`, `algebra/`, `equivalence/`, `exact`, `spelling`, `verifier`: whether it is the gold.
"""
