"""What is asked and how it is judged: one folder a family, and `verification/`, which runs the checks."""

if __name__ != "rlvr.envs":  # The folder is linked at the repository's root for the eye only.
    raise ImportError(f"Import this package as rlvr.envs, not as {__name__}.")
