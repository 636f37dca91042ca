"""The `rlvr` command: one subcommand a file or two, each a frozen dataclass that tyro turns into flags.

A subcommand's module is imported when the subcommand is called, so that `rlvr list` does not wait for torch.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Protocol

from rlvr.registry import resolve
from rlvr.registry.names import unknown

COMMANDS = {
    "list": ("rlvr.cli.browse:List", "environments, task sources, recipes"),
    "show": ("rlvr.cli.browse:Show", "an environment's page and one of its tasks"),
    "play": ("rlvr.cli.play:Play", "answer an environment's tasks yourself"),
    "eval": ("rlvr.cli.evaluate:Eval", "how often an agent is right"),
    "train": ("rlvr.cli.train:Train", "train a policy by a recipe"),
    "demo": ("rlvr.cli.train:Demo", "watch a small policy discover thinking, in about two minutes"),
    "report": ("rlvr.cli.inspect_run:Report", "write a run's report.html"),
    "doctor": ("rlvr.cli.doctor:Doctor", "what this machine can enforce and what is installed"),
    "replay": ("rlvr.cli.inspect_run:Replay", "judge logged episodes again"),
}


TRAIN_EXTRA = ("torch", "transformers", "tokenizers", "safetensors")
"""What the extra `train` brings and the environments do without."""


class Command(Protocol):
    """What every subcommand is."""

    def run(self) -> int:
        """Do it; the exit status."""
        ...


class UsageError(Exception):
    """What was asked for cannot be done; the message says why and what can."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status: 0 done, 1 a check failed, 2 bad input, 130 interrupted."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_help())
        return 0 if arguments else 2
    if arguments[0] == "--version":
        from rlvr import __version__

        print(f"rlvr {__version__}")
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"rlvr: {unknown('command', name, COMMANDS)}", file=sys.stderr)
        return 2
    # Idle OpenMP threads spin by default, which starves everything else on a small machine. Before torch is imported.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    try:
        return _run(name, rest)
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        go_quiet()
        return 0


def go_quiet() -> None:
    """The reader of standard output (a pager, head) has enough. Python would complain again when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(name: str, arguments: list[str]) -> int:
    from rlvr.cli.errors import user_errors

    try:
        command_class = resolve(COMMANDS[name][0])
        command: Command = command_class.parse(arguments)
        return command.run()
    except BrokenPipeError:
        raise  # An OSError that is nobody's mistake.
    except user_errors() as error:
        print(f"rlvr {name}: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in TRAIN_EXTRA:
            raise
        print(
            f'rlvr {name}: This needs {error.name}, which is not installed: pip install "rlvr[train]"', file=sys.stderr
        )
        return 2


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {summary}" for name, (_, summary) in COMMANDS.items()]
    return "\n".join(
        [
            "usage: rlvr COMMAND [...]",
            "",
            "Environments for reinforcement learning of language models with verifiable rewards.",
            "",
            *lines,
            "",
            "rlvr COMMAND --help explains a command.",
        ]
    )
