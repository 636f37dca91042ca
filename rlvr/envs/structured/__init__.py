"""Structured output that is checked by its form and its values: `rlvr/Structured-v0` and its tasks."""
