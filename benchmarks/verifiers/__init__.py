"""An accuracy and cost comparison of mathematical answer graders: `python -m benchmarks.verifiers`.

- `pairs.py`: what a labelled pair is, and the register of the kinds that make pairs.
- `shapes.py`, `polynomials.py`: what the makers of pairs read from a gold, with integers and regular expressions only.
- `rewritten_*.py`: answers that are right by construction; `missed_*.py`: answers that are wrong by construction.
- `hand_written.py`: pairs written and labelled by hand; `sets.py`: all of them, from the golds of real data sets.
- `graders.py`, `limits.py`: the contenders, each in a process that can be killed.
- `measure.py`, `throughput.py`, `report.py`, `__main__.py`: accuracy, cost, the table and the plot.

No label is the opinion of a grader, and nothing that makes pairs imports one.
"""
