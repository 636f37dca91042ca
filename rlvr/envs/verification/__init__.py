"""Verification: who runs the checks, under which limits, and what a lost worker means.

- `verify(family, completion, reference, **options) -> Verdict`, `verify_many`: the function-level doors.
- `submit(check)`, `prefetch(check)`, `judge(check)`: for environments, which plan their checks.
- `statistics() -> Statistics`: checks run, prefetches found and missed, retries, errors, restarts, verdicts remembered.

Checks run in worker processes, forked from a small server and killed when they hit a limit. What a check does to itself
is the answer's fault and the verdict `timeout`: CPU time or memory used up, the stack overrun, a crash (SIGSEGV,
SIGABRT, SIGBUS, SIGFPE, SIGILL). A signal may also come from outside, so a crash must repeat itself on a fresh worker,
and SIGXCPU counts only if the worker's own resource usage shows the time used up. Everything else is `error`, says
nothing about the answer, and stands only after a second failure on a fresh worker: a verifier that raises, a worker
killed from outside, a wall clock that runs out while CPU time is left. The last includes a verifier that sleeps, for it
has nothing to wait for. (A model's own program may sleep; what runs programs judges that itself.)
"""

from __future__ import annotations

from rlvr.envs.verification.current import statistics
from rlvr.envs.verification.doors import judge, prefetch, submit, verify, verify_many
from rlvr.envs.verification.pool import Statistics

__all__ = ["Statistics", "judge", "prefetch", "statistics", "submit", "verify", "verify_many"]
