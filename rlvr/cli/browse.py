"""`rlvr list` and `rlvr show`: what there is."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Annotated, ClassVar

import tyro
from rich.table import Table

from rlvr.cli.arguments import Parsed, console, environment_kwargs, make_environment
from rlvr.registry import ENVIRONMENTS, presets, recipes, sources, verifiers


@dataclass(frozen=True)
class List(Parsed):
    """List environments, task sources, verifiers, recipes and presets."""

    command: ClassVar[str] = "list"

    def run(self) -> int:
        """Print the tables."""
        table = Table("environment", "what it asks", box=None, pad_edge=False)
        for entry in ENVIRONMENTS:
            table.add_row(entry.id, entry.summary)
        out = console()
        out.print(table)
        out.print()
        for family in verifiers():
            out.print(f"{family} task sources: {', '.join(sources(family))}")
        out.print(f"recipes: {', '.join(recipes())}")
        out.print(f"presets, for rlvr train RECIPE --preset NAME: {', '.join(presets())}")
        out.print("\nrlvr show ID prints an environment's page.")
        return 0


@dataclass(frozen=True)
class Show(Parsed):
    """Print an environment's page, then one of its tasks."""

    command: ClassVar[str] = "show"

    id: Annotated[str, tyro.conf.Positional]
    """The environment, such as rlvr/Math-v0."""
    kwargs: str = "{}"
    """Its arguments, as a JSON object."""
    seed: int = 0
    """Of the task that is shown."""

    def run(self) -> int:
        """Print the page."""
        env = make_environment(self.id, environment_kwargs(self.kwargs))
        spec = env.spec
        assert spec is not None
        print(f"{spec.id}\n{'=' * len(spec.id)}\n")
        print(inspect.getdoc(type(env.unwrapped)))
        print(f"\nArguments in force: {spec.kwargs}\n\nA task (seed {self.seed}):\n")
        observation, info = env.reset(seed=self.seed)
        for message in observation:
            print(f"  {message['role']}: {message['content']}")
        print(f"  task id: {info['task']}")
        env.close()
        return 0
