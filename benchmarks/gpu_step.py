"""What a step of GRPO costs on one GPU: `python -m benchmarks.gpu_step`; `--tiny` tries it out on a CPU.

Qwen3-0.6B's configuration with random weights, built here, so nothing is downloaded: 8 prompts x 8 samples x 512
tokens. No token stops a sample, so all are as long as they may be. The environment is a coin on the text, which costs
nothing and gives every group a spread.

- Step: median seconds, and sampled tokens a second of all of it; of sampling and of learning alone.
- Phases: each one's share. The device is waited for where one ends, which costs little: there are few.
- Memory: the most that was allocated, while sampling and while learning; on a CPU, the most that was resident.

Weights are bfloat16 as a GPU samples them best, or float32 with bfloat16 arithmetic in the learner (`--autocast`).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # Before torch is imported: idle threads would spin on a busy machine.

import torch
import transformers
from rich.console import Console
from rich.table import Table
from transformers import Qwen3Config, Qwen3ForCausalLM

import rlvr
from benchmarks.clock import Clock
from benchmarks.trl_side_by_side.job import peak_megabytes
from rlvr.agents.tiny import tiny_tokenizer
from rlvr.agents.transformers_agent import pick_device
from rlvr.baselines.grpo import GRPO, GRPOConfig
from rlvr.baselines.learner.optimizers import OptimizerConfig
from rlvr.baselines.rollout import batches
from rlvr.baselines.rollout.batches import DataConfig
from rlvr.core import Check, Status, Task, Verdict, VerifiableEnv

PHASES = ("sampling", "tasks and verdicts", "forward and loss", "backward", "optimizer", "rest")
QWEN3_06B: dict[str, Any] = {
    "vocab_size": 151936,
    "hidden_size": 1024,
    "intermediate_size": 3072,
    "num_hidden_layers": 28,
    "num_attention_heads": 16,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "max_position_embeddings": 40960,
    "rope_theta": 1e6,
    "tie_word_embeddings": True,
}
"""As Qwen published it."""
TINY = QWEN3_06B | {"vocab_size": 512, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2}
TINY |= {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16}


class Coin(VerifiableEnv):
    """So many characters are shown; an answer is right if its checksum is even."""

    def __init__(self, characters: int) -> None:
        """Show so many."""
        super().__init__()
        self.characters = characters

    def draw_task(self, seed: int, episode: int) -> Task:
        """Digits that differ from episode to episode."""
        return Task(f"{seed}/{episode}", f"{episode:0{self.characters}d}", "")

    def find_task(self, key: int | str, seed: int) -> Task:
        """By its id."""
        return self.draw_task(*map(int, str(key).split("/")))

    def check(self, task: Task, action: str) -> Verdict:
        """Toss it."""
        return Verdict(Status.WRONG) if zlib.crc32(action.encode()) % 2 else Verdict(Status.CORRECT, 1.0)

    def judge(self, check: Check) -> Verdict:
        """Never asked for."""
        raise AssertionError("Every check is cheap.")

    def prefetch_check(self, check: Check) -> None:
        """Never asked for."""
        raise AssertionError("Every check is cheap.")

    def solution(self, task: Task) -> str:
        """There is none."""
        raise NotImplementedError("Nobody knows how the coin falls.")


def main(words: Sequence[str] | None = None) -> None:
    """Measure, show a table, and append a line to the log."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu_step", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tiny", action="store_true", help="a tiny model, 2 prompts x 2 samples x 16 tokens")
    parser.add_argument("--device", default="auto", help="auto takes the GPU if there is one")
    parser.add_argument("--weights", choices=("bfloat16", "float32"), help="by default bfloat16 on a GPU")
    parser.add_argument("--autocast", action="store_true", help="float32 weights, the learner computes in bfloat16")
    parser.add_argument("--checkpointing", action="store_true", help="compute the blocks again in the backward pass")
    parser.add_argument("--micro-batch", type=int, help="positions in one forward pass; by default the learner's")
    parser.add_argument("--prompts", type=int, default=8)
    parser.add_argument("--samples", type=int, default=8, help="a prompt")
    parser.add_argument("--tokens", type=int, default=512, help="a sample")
    parser.add_argument("--prompt-characters", type=int, default=128)
    parser.add_argument("--warmup", type=int, default=2, help="steps that are not timed")
    parser.add_argument("--steps", type=int, default=5, help="steps that are")
    parser.add_argument("--log", type=Path, default=Path(".benchmarks/gpu_step.jsonl"), help="JSON lines, appended")
    asked = parser.parse_args(words)
    if asked.autocast and asked.weights == "bfloat16":
        parser.error("--autocast needs float32 weights")
    if asked.tiny:
        asked.prompts, asked.samples, asked.tokens, asked.prompt_characters = 2, 2, 16, 8
    device = pick_device(asked.device)
    half = device == "cuda" and not asked.autocast
    asked.weights = asked.weights or ("bfloat16" if half else "float32")

    line = {"version": rlvr.__version__, "time": time.time(), "device": name_of(device), **versions()}
    line |= {"asked": {name: str(value) if name == "log" else value for name, value in vars(asked).items()}}
    line["measured"] = measured = measure(asked, device)
    Console(width=100).print(summary(line["device"], asked, measured))
    asked.log.parent.mkdir(parents=True, exist_ok=True)
    with asked.log.open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


def build(asked: argparse.Namespace, device: str) -> GRPO:
    """The algorithm around a model with random weights."""
    config = Qwen3Config(**(TINY if asked.tiny else QWEN3_06B), pad_token_id=0, eos_token_id=2, bos_token_id=None)
    torch.manual_seed(0)
    model = Qwen3ForCausalLM._from_config(config, dtype=getattr(torch, asked.weights)).to(device)
    grpo = GRPO(
        model,
        tiny_tokenizer(),  # Its ids are the first ones of the vocabulary; the others are no text.
        [Coin(asked.prompt_characters) for _ in range(asked.prompts * asked.samples)],
        GRPOConfig(
            steps=asked.warmup + asked.steps,
            groups=asked.prompts,
            group_size=asked.samples,
            mini_batches=1,
            max_new_tokens=asked.tokens,
            data=DataConfig(skip_flat_groups=False),
            optimizer=OptimizerConfig(
                lr=1e-6,
                schedule="constant",
                micro_batch_tokens=asked.micro_batch,
                gradient_checkpointing=asked.checkpointing,
                autocast=asked.autocast,
            ),
        ),
    )
    grpo.agent.stop_ids = frozenset()
    return grpo


def measure(asked: argparse.Namespace, device: str) -> dict[str, Any]:
    """Run the steps.

    Returns:
        `seconds` of each step, `phases` in seconds of all, `sampled` tokens a step, `positions` learned from a step
        (prompts included), `sampling_mb` and `learning_mb`.
    """
    grpo = build(asked, device)
    memory = Memory(device)
    memory.around(grpo.agent, "act", "sampling_mb")
    memory.around(grpo.learner, "step", "learning_mb")
    seconds: list[float] = []
    sampled = positions = 0
    with Clock(torch.cuda.synchronize if device == "cuda" else lambda: None) as clock:
        clock.around_torch()
        clock.around(batches, "collect", "tasks and verdicts")
        clock.around(grpo.agent, "act", "sampling")
        clock.around(grpo.learner, "step", "forward and loss")
        for step in range(asked.warmup + asked.steps):
            if step == asked.warmup:
                clock.restart()
            start = time.perf_counter()
            _, groups = grpo.step()
            phases = clock.stop()  # It waits for the device.
            seconds.append(time.perf_counter() - start)
            episodes = [episode for group in groups for episode in group]
            sampled = sum(episode.length for episode in episodes)
            positions = sampled + sum(len(episode.turns[0].prompt_ids) for episode in episodes)
    return {
        "seconds": seconds[asked.warmup :],
        "phases": phases,
        "sampled": sampled,
        "positions": positions,
        **memory.most,
    }


class Memory:
    """The most megabytes that were in use during calls."""

    def __init__(self, device: str) -> None:
        """Begin."""
        self.device = device
        self.most: dict[str, float] = {}

    def around(self, owner: Any, name: str, what: str) -> None:
        """Watch calls of `owner.name`."""
        function = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            if self.device == "cuda":
                torch.cuda.reset_peak_memory_stats()
            result = function(*args, **kwargs)
            now = torch.cuda.max_memory_allocated() / (1 << 20) if self.device == "cuda" else peak_megabytes()
            self.most[what] = max(self.most.get(what, 0.0), now)
            return result

        setattr(owner, name, watched)


def summary(device: str, asked: argparse.Namespace, measured: dict[str, Any]) -> Table:
    """A row a figure."""
    step = statistics.median(measured["seconds"])
    total = sum(measured["phases"].values())
    shares = {phase: measured["phases"].get(phase, 0.0) / total for phase in PHASES}
    learning = step * (shares["forward and loss"] + shares["backward"] + shares["optimizer"])
    sampled = measured["sampled"]
    arithmetic = f"{asked.weights} weights{', bfloat16 in the learner' if asked.autocast else ''}"
    size = f"{asked.prompts} x {asked.samples} x {asked.tokens} tokens"
    table = Table(
        "", "", show_header=False, title=f"{'tiny' if asked.tiny else 'Qwen3-0.6B'}, {size}, {arithmetic}, {device}"
    )
    table.columns[1].justify = "right"
    table.add_row("step", f"{step:,.3f} s")
    table.add_row("sampled tokens/s, whole step", f"{sampled / step:,.0f}")
    table.add_row("sampled tokens/s, sampling", f"{sampled / (step * shares['sampling']):,.0f}")
    table.add_row("positions/s, learning", f"{measured['positions'] / learning:,.0f}")
    table.add_row("most memory, sampling", f"{measured['sampling_mb']:,.0f} MB")
    table.add_row("most memory, learning", f"{measured['learning_mb']:,.0f} MB")
    for phase, share in shares.items():
        table.add_row(phase, f"{step * share:,.3f} s ({share:.1%})")
    return table


def name_of(device: str) -> str:
    """What it is called by its maker."""
    return torch.cuda.get_device_name() if device == "cuda" else platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Of what does the work."""
    return {"torch": torch.__version__, "transformers": transformers.__version__, "python": platform.python_version()}


if __name__ == "__main__":
    main()
