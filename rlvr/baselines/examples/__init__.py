"""Worked examples to learn from.

- `traces`: conversations from files. `distillation`: from a teacher who answers.
- `hints`: from the policy itself, with the gold in the question.
"""
