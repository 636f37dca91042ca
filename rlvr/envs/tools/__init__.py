"""Tools: what a model may call before it answers.

- `toolbox(tools, ...)`: the tools of an environment, by name.
- `Tool`, `Toolbox`: what a tool is, and several with their budget of calls.
- `rlvr.envs.tools.python`: the Python tool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rlvr.envs.tools.base import Tool, Toolbox
from rlvr.registry.names import resolve, unknown

__all__ = ["TOOLS", "Tool", "Toolbox", "toolbox"]

TOOLS = {"python": "rlvr.envs.tools.python:Python"}
"""Tools by name: where their classes are."""


def toolbox(
    tools: Sequence[str | Mapping[str, Any]],
    *,
    max_calls: int,
    isolation: str = "auto",
    opened_think: bool = False,
) -> Toolbox | None:
    """The tools that an environment's arguments ask for, or `None` for none.

    Args:
        tools: Names of `TOOLS`, or `"package.module:Class"` for one from elsewhere; or mappings with such a `name` and
            the tool's own options, `{"name": "python", "role": "user"}`.
        max_calls: How often they may be called in an episode.
        isolation: The level of the sandbox, unless a tool's own options name one.
        opened_think: The chat template ends the prompt with `<think>`.

    Raises:
        ValueError: There is no such tool, an option is not one, or a value is not what it has to be.
        SandboxUnavailable: This machine cannot isolate programs as asked.
    """
    if isinstance(tools, (str, Mapping)) or not isinstance(tools, Sequence):
        raise ValueError(f'Expected tools to be several names, such as ("python",), actually: {tools!r}.')
    made = [_made(tool, {"isolation": isolation, "opened_think": opened_think}) for tool in tools]
    return Toolbox(made, max_calls) if made else None


def _made(given: Any, common: Mapping[str, Any]) -> Tool:
    options = dict(given) if isinstance(given, Mapping) else {"name": given}
    name = options.pop("name", None)
    if not isinstance(name, str) or (name not in TOOLS and ":" not in name):
        raise ValueError(unknown("tool", name, TOOLS))
    try:
        tool: Tool = resolve(TOOLS.get(name, name))(**{**common, **options})
    except TypeError as error:
        raise ValueError(f"Expected options of the tool {name!r}, actually: {options!r} ({error}).") from error
    return tool
