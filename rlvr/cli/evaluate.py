"""`rlvr eval`: how often an agent is right."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

import tyro
from rich.table import Table

from rlvr.agents import ScriptedAgent
from rlvr.agents.base import Agent
from rlvr.agents.scripted import SCRIPTS
from rlvr.cli import UsageError
from rlvr.cli.arguments import Parsed, console, environment_id, environment_kwargs, make_environment

_MOST_LISTED = 20
"""Ids of tasks without a scripted answer that are printed."""


@dataclass(frozen=True)
class Eval(Parsed):
    """Evaluate an agent on an environment."""

    command: ClassVar[str] = "eval"

    id: Annotated[str, tyro.conf.Positional] = "rlvr/Math-v0"
    """The environment."""
    agent: str = "oracle"
    """oracle, wrong, random, or a model: a checkpoint's folder, or a hub name."""
    episodes: int = 256
    """Tasks to answer."""
    kwargs: str = "{}"
    """The environment's arguments, as a JSON object such as '{"split": "test"}'."""
    seed: int = 0
    """Of tasks and sampling."""
    temperature: float = 1.0
    """Of a model's sampling; 0 decodes greedily."""
    max_new_tokens: int = 512
    """Budget of a model's answer."""
    batch_size: int = 256
    """Tasks answered at once."""
    out: Path | None = None
    """Write the episodes to this file, as JSON lines that `rlvr replay` takes."""

    def run(self) -> int:
        """Evaluate and print."""
        from rlvr.baselines.evaluation import evaluate
        from rlvr.baselines.run.episodes import record
        from rlvr.baselines.run.json_lines import write_whole

        kwargs = environment_kwargs(self.kwargs)
        env_id = environment_id(self.id)
        make_environment(self.id, kwargs).close()
        self._refuse_mistakes()
        agent = self._agent()
        result = evaluate(agent, env_id, kwargs, episodes=self.episodes, seed=self.seed, batch_size=self.batch_size)
        unanswered = agent.unanswered if isinstance(agent, ScriptedAgent) else {}
        if unanswered and all(one.task in unanswered for one in result.episodes):
            raise UsageError(next(iter(unanswered.values())))
        out = console()
        out.print(f"{self.agent} on {env_id}", soft_wrap=True)
        out.print(_table(result.metrics))
        if unanswered:
            out.print(_listed(unanswered, self.agent), soft_wrap=True)
        if self.out is not None:
            lines = [record(one, env_id=env_id, kwargs=kwargs, phase="evaluation") for one in result.episodes]
            write_whole(self.out, "".join(json.dumps(line) + "\n" for line in lines))
            out.print(f"{len(lines)} episodes in {self.out}")
        return 0

    def _refuse_mistakes(self) -> None:
        """Before anything is computed: what could not be evaluated, or not be written."""
        for name, least in (("episodes", 1), ("batch_size", 1), ("seed", 0), ("temperature", 0), ("max_new_tokens", 1)):
            if not getattr(self, name) >= least:
                flag = name.replace("_", "-")
                raise UsageError(f"Expected --{flag} to be at least {least}, actually: {getattr(self, name)}.")
        if self.out is not None and (self.out.is_dir() or not self.out.parent.is_dir()):
            raise UsageError(f"Expected --out to be a file in a folder that exists, actually: {self.out}.")
        if self.out is not None:
            try:
                with tempfile.TemporaryFile(dir=self.out.parent):
                    pass
            except OSError as error:
                raise UsageError(
                    f"Cannot write into the folder of --out, {self.out.parent}: {error.strerror}. Choose another one."
                ) from error

    def _agent(self) -> Agent:
        if self.agent in SCRIPTS:
            return ScriptedAgent(self.agent, seed=self.seed, missing="")
        if self.agent.startswith((".", "/", "~")) and not Path(self.agent).expanduser().is_dir():
            raise UsageError(f"Cannot load the agent {self.agent!r}: there is no such folder.")
        import transformers

        from rlvr.agents.transformers_agent import TransformersAgent

        transformers.utils.logging.disable_progress_bar()
        try:
            return TransformersAgent.from_pretrained(
                Path(self.agent).expanduser() if Path(self.agent).expanduser().is_dir() else self.agent,
                temperature=self.temperature,
                max_new_tokens=self.max_new_tokens,
                batch_size=self.batch_size,
                seed=self.seed,
            )
        except (OSError, ValueError) as error:
            raise UsageError(
                f"Cannot load the agent {self.agent!r}: {str(error).splitlines()[0]} "
                f"Expected {', '.join(SCRIPTS)}, a checkpoint's folder, or a hub name."
            ) from error


def _listed(unanswered: Collection[str], script: str) -> str:
    shown = ", ".join(sorted(unanswered)[:_MOST_LISTED]) + (", ..." if len(unanswered) > _MOST_LISTED else "")
    tasks = "1 task has" if len(unanswered) == 1 else f"{len(unanswered)} tasks have"
    return f"{tasks} no {script} answer and got an empty one: {shown}"


def _table(metrics: dict[str, Any]) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(justify="left")
    table.add_column(justify="right")
    for name, value in metrics.items():
        shown = f"{value:.4f}" if name != "episodes" else f"{value:.0f}"
        if name == "accuracy":
            shown = f"{value:.4f} ± {metrics['standard_error']:.4f}"
        table.add_row(name, shown)
    return table
