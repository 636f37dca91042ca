"""GRPO by this project and by TRL, side by side: `python -m benchmarks.trl_side_by_side`, or `make bench-trl`.

- `job`: what both are asked to do.
- `ours`, `trls`: the two contenders.
- `worker`: one process of a contender.
- `__main__`: turns, tables, the log.
"""
