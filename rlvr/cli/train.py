"""`rlvr train` and `rlvr demo`: a policy learns while a person watches.

Under torchrun every process trains; the first one has the run's folder and the terminal.

Training runs in a thread and the main thread shows how it goes, so Ctrl-C reaches the main thread only: it asks
training to stop, and training finishes its step and saves a checkpoint. No signal handler is needed.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

import transformers
import tyro
from rich.console import Console

from rlvr.baselines.config import merge, read
from rlvr.baselines.learner.distributed import World
from rlvr.baselines.report import write_report
from rlvr.baselines.run import Run, checkpoint
from rlvr.baselines.settings import TrainConfig, check
from rlvr.baselines.training import is_before, train
from rlvr.cli import UsageError
from rlvr.cli.arguments import Parsed, console, environment_id
from rlvr.cli.errors import user_errors
from rlvr.cli.panel import REFRESH_SECONDS, Panel
from rlvr.cli.summary import print_summary
from rlvr.registry import preset, recipe


@dataclass(frozen=True)
class Train(Parsed):
    """Train a policy by a recipe. Ctrl-C saves a checkpoint, and `rlvr train --resume FOLDER` goes on from it.

    Wrappers, and arguments of the environment that the recipe does not name, are set in a file (--config).
    """

    command: ClassVar[str] = "train"

    recipe: Annotated[str, tyro.conf.Positional] = "thinking"
    """Where the defaults come from; `rlvr list` names the recipes."""
    preset: str | None = None
    """A published method, such as dapo or vapo, put into the recipe; `rlvr list` names them."""
    config: Path | None = None
    """A TOML file (or a run's config.json) whose values replace the recipe's; flags replace the file's."""
    out: Path | None = None
    """The run's folder; by default a new one in runs/."""
    resume: Path | None = None
    """Go on with this run: its folder, or one of its checkpoints (what came after that one is dropped)."""
    settings: Annotated[TrainConfig, tyro.conf.arg(name="")] = field(default_factory=TrainConfig)
    """The run's configuration."""

    @classmethod
    def parse(cls, arguments: list[str]) -> Self:
        """Read the arguments over the recipe's defaults and the file's values."""
        if _flag(arguments, "--resume") is not None and len(arguments) > (2 if "--resume" in arguments else 1):
            raise UsageError(
                "--resume goes on with the run's own configuration and folder, so nothing else fits beside it, "
                f"actually: {' '.join(arguments)}. To change a run, edit its config.json."
            )
        name = arguments[0] if arguments and not arguments[0].startswith("-") else "thinking"
        method = _flag(arguments, "--preset")
        try:
            settings = recipe(name)()
            if method is not None:
                settings = preset(method).apply(settings)
        except ValueError as error:
            raise UsageError(str(error)) from error
        path = _flag(arguments, "--config")
        if path is not None:
            settings = read(Path(path), settings)
        default = cls(recipe=name, settings=settings)
        try:
            parsed: Self = tyro.cli(cls, args=arguments, prog=f"rlvr {cls.command}", default=default)
        except ValueError as error:  # From a section's __post_init__.
            raise UsageError(str(error)) from error
        if parsed.recipe != name:
            raise UsageError(
                f"Name the recipe before the flags: rlvr {cls.command} {parsed.recipe} ... Its defaults are read first."
            )
        if method is not None and parsed.settings.algorithm != preset(method).algorithm:
            raise UsageError(
                f"The preset {method} is of the algorithm {preset(method).algorithm}, which --algorithm or the file "
                f"replaces by {parsed.settings.algorithm}. Leave one of them out."
            )
        return parsed

    def run(self) -> int:
        """Train, report, sum up."""
        if self.resume is not None:
            return _resume(self.resume)
        env = replace(self.settings.env, id=environment_id(self.settings.env.id))
        settings = replace(self.settings, env=env)
        check(settings)  # Before there is a folder.
        return _begin(settings, self.out, self.recipe)


@dataclass(frozen=True)
class Demo(Parsed):
    """A 0.4 M parameter policy discovers that thinking pays: cold start, then GRPO on correctness alone."""

    command: ClassVar[str] = "demo"

    seed: int = 0
    """Of weights, tasks and sampling."""
    out: Path | None = None
    """The run's folder; by default a new one in runs/."""

    def run(self) -> int:
        """Train the recipe `thinking`."""
        settings: TrainConfig = merge(recipe("thinking")(), {"seed": self.seed})
        console().print(
            "Three-digit sums. Of the worked examples, 30 % add digit by digit and 70 % answer at once, which a model\n"
            "this small can hardly do. Then GRPO rewards right answers, and nothing else. Does it discover thinking?\n"
        )
        return _begin(settings, self.out, f"demo-seed{self.seed}")


def _begin(settings: TrainConfig, out: Path | None, name: str) -> int:
    """Train in a new folder: `out`, or one of that name in runs/."""
    world = World.current()
    if world.is_first:
        run = Run.create(out or _fresh(Path("runs"), name), settings)
        world.gather([run.path])
    else:
        run = Run.open(world.gather([Path()])[0][0], writes=False)
    try:
        return _watch(settings, run, None, world=world)
    except user_errors():
        if run.writes:
            run.discard()
        raise


def _resume(path: Path) -> int:
    is_checkpoint = (path / checkpoint.MANIFEST).exists() or path.parent.name == "checkpoints"
    world = World.current()
    run = Run.open(path.parent.parent if is_checkpoint else path, writes=world.is_first)
    settings: TrainConfig = read(run.path / "config.json", TrainConfig())
    environment_id(settings.env.id)
    if not is_checkpoint and not checkpoint.names(run.checkpoints):  # Killed before there was one.
        check(settings)
        with run.claimed():
            run.rewind(lambda line: False)
        _say(world, f"Resuming {run.path} from its beginning: it has no checkpoint yet.")
        return _watch(settings, run, None, world=world)
    start = path if is_checkpoint else checkpoint.latest(run.checkpoints)
    state = checkpoint.load(start)  # Refuses a damaged one before anything is built.
    check(settings if state["phase"] == "cold_start" else _without_cold_start(settings))
    before = [line for line in run.metrics() if is_before(line, state)]
    world.gather([None])  # Nobody rewinds the logs before everybody has read them.
    _say(world, f"Resuming {run.path} from {start.name}.")
    return _watch(settings, run, start, before, world=world)


def _without_cold_start(settings: TrainConfig) -> TrainConfig:
    """For a run that is past it, whose file of traces may be gone."""
    cold_start = replace(settings.cold_start, sft=replace(settings.cold_start.sft, steps=0))
    return replace(settings, cold_start=cold_start)


def _say(world: World, text: str) -> None:
    if world.is_first:
        print(text)


def _watch(
    settings: TrainConfig, run: Run, start: Path | None, before: Sequence[Mapping[str, Any]] = (), *, world: World
) -> int:
    """Train in a thread; show how it goes, after the lines that were logged `before`; the exit status."""
    transformers.utils.logging.disable_progress_bar()  # It would draw over the panel at every checkpoint.
    out = console() if world.is_first else Console(quiet=True)
    panel = Panel(settings, out)
    panel.recall(before)
    run.listeners.append(panel)
    stop = threading.Event()
    finished, interrupted = _in_thread(
        lambda: train(settings, run, resume_from=start, stop=stop.is_set, world=world), stop=stop, panel=panel
    )
    if finished is None:
        # Given up, with torch in the middle of something: an orderly end would wait for it, or crash in it. Workers end
        # with their parent.
        out.print("\nGiven up, without a new checkpoint; those before it are whole.")
        sys.stdout.flush()
        os._exit(130)
    world.close()
    if not world.is_first:
        return 0 if finished else 130
    report = write_report(run)
    if not finished or interrupted:
        newest = checkpoint.latest(run.checkpoints)
        out.print(f"\nInterrupted; saved {newest}.\nGo on with: rlvr train --resume {run.path}", soft_wrap=True)
        return 130
    print_summary(run, out)
    out.print(f"\nreport: {report}", soft_wrap=True)
    return 0


def _in_thread(work: Callable[[], bool], *, stop: threading.Event, panel: Panel) -> tuple[bool | None, bool]:
    """Run `work` while the main thread refreshes the panel.

    Returns:
        What `work` returned, or `None` if a second Ctrl-C gave up on it; and whether there was a first one.
    """
    outcome: dict[str, Any] = {}
    # Not thread.join(timeout): a Ctrl-C inside it makes Python 3.11 take the thread for dead.
    done = threading.Event()

    def body() -> None:
        try:
            outcome["finished"] = work()
        except BaseException as error:  # Raised again in the main thread, below.
            outcome["error"] = error
        finally:
            done.set()

    thread = threading.Thread(target=body, name="training", daemon=True)
    interrupted = False
    with panel:
        thread.start()
        while not done.is_set():
            try:
                done.wait(REFRESH_SECONDS)
                panel.refresh()
            except KeyboardInterrupt:
                if interrupted:
                    return None, True
                interrupted = True
                stop.set()
                panel.note("Finishing this step and saving a checkpoint. Ctrl-C again gives up at once.")
    if "error" in outcome:
        raise outcome["error"]
    return outcome["finished"], interrupted


def _fresh(parent: Path, name: str) -> Path:
    """A folder that is not there yet: `name`, or `name-2`, `name-3`, ..."""
    path = parent / name
    number = 1
    while path.exists():
        number += 1
        path = parent / f"{name}-{number}"
    return path


def _flag(arguments: list[str], name: str) -> str | None:
    """The value of a flag, read before the parser is built because the parser's defaults depend on it."""
    values = [argument.partition("=")[2] for argument in arguments if argument.startswith(f"{name}=")]
    values += [value for flag, value in pairwise(arguments) if flag == name]
    if len(values) > 1:
        raise UsageError(f"Expected {name} once, actually: {' and '.join(values)}. Leave all but one out.")
    return values[0] if values else None
