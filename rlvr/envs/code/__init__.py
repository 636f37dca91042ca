"""Programs judged by tests: `rlvr/Code-v0` and its tasks."""
