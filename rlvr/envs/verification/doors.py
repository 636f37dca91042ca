"""The doors to verification: judge a completion, or run a check that an environment has planned."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence, Sized
from concurrent.futures import Future
from typing import Any

from rlvr import registry
from rlvr.core import Check, Verdict
from rlvr.envs.verification.current import current


def verify(family: str, completion: str, reference: Any, **options: Any) -> Verdict:
    r"""Judge one completion.

    Args:
        family: A verifier's name, such as `"math"`; `rlvr.registry.verifiers()` lists them.
        completion: The model's text. A `Completion` may say that it was cut.
        reference: The gold, as the family's tasks hold it.
        options: The family's own.

    Returns:
        The verdict; `error` only if the verifier itself failed, twice.

    Raises:
        ValueError: There is no such family, or the reference or an option is not the family's.
        TypeError: The completion is not a string.

    Example:
        >>> verify("math", "so it is \\boxed{7}", "7").status
        <Status.CORRECT: 'correct'>
    """
    return verify_many(family, [completion], [reference], **options)[0]


def verify_many(family: str, completions: Sequence[str], references: Sequence[Any], **options: Any) -> list[Verdict]:
    """Judge completions, each against its own reference, with their checks side by side.

    Equal checks of a batch run once if they are pure; others are run each. Whoever gives up, by Ctrl-C for one, leaves
    no check waiting.

    Raises:
        ValueError, TypeError: As for `verify`; or there are not as many references as completions, or they are no
            sequences.
    """
    for batch in (completions, references):
        if isinstance(batch, str) or not isinstance(batch, Sized):
            raise TypeError(
                f"Expected sequences of completions and of references, actually: a {type(batch).__name__}. "
                "Pass lists, or use verify for one."
            )
    if len(completions) != len(references):
        raise ValueError(
            f"Expected one reference for each completion, actually: {len(completions)} completions, "
            f"{len(references)} references."
        )
    for completion in completions:
        if not isinstance(completion, str):
            raise TypeError(
                f"Expected the completion to be a str, actually: {type(completion).__name__} {completion!r:.80}."
            )
    plan = registry.verifier(family)
    if options:
        _expect_options(family, plan, options)
    planned: list[Verdict | Future[Verdict]] = []
    try:
        for completion, reference in zip(completions, references, strict=True):
            outcome: Verdict | Check = plan(completion, reference, **options)
            planned.append(outcome if isinstance(outcome, Verdict) else submit(outcome))
        return [outcome if isinstance(outcome, Verdict) else outcome.result() for outcome in planned]
    finally:
        for one in planned:
            if isinstance(one, Future):
                one.cancel()  # Ctrl-C, or a check that cannot run: nobody waits for the rest any more.


def _expect_options(family: str, plan: Callable[..., Any], options: dict[str, Any]) -> None:
    """Refuse options that the family's `plan(completion, reference, **options)` does not have."""
    parameters = list(inspect.signature(plan).parameters.values())[2:]
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return
    known = [parameter.name for parameter in parameters]
    for option in options:
        if option not in known:
            raise ValueError(
                f"Expected an option of verifier {family!r} to be one of {', '.join(known) or '(it has none)'}, "
                f"actually: {option!r}."
            )


def submit(check: Check) -> Future[Verdict]:
    """Queue a check; the future's result is its verdict, and `asyncio.wrap_future` makes it awaitable."""
    return current().submit(check)


def prefetch(check: Check) -> None:
    """Start a check whose verdict `judge` will be asked for."""
    current().prefetch(check)


def judge(check: Check) -> Verdict:
    """The verdict of a check, prefetched or computed now; run once more on a fresh worker if the first run fails."""
    return current().judge(check)
