"""The gallery of wrappers: `python -m benchmarks.gallery` writes docs/wrappers.md and docs/wrappers/*.svg.

Words come from the docstrings, arguments from the signatures, and pictures from running the wrappers: there is no
second copy of a formula. `tests/test_gallery.py` says when the committed page is another than this makes.

- `page()`: the page's text, without matplotlib.
- `gallery_docstrings.py`: what it says; `gallery_pictures.py`: what it shows, from `gallery_figures.py` and
  `gallery_texts.py`; `gallery_plots.py`: how that looks.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.gallery_docstrings import entry, groups, others
from benchmarks.gallery_pictures import PICTURES, Picture, Shown

DOCS = Path(__file__).parents[1] / "docs"

INTRODUCTION = """# Wrappers

Everything that is rewarded beside correctness, and everything that changes what is asked, is a Gymnasium wrapper of
`rlvr.wrappers`. A reward term adds one number to `info["reward_terms"]`; the reward is `math.fsum` of them, and the
verdict stays the environment's. Terms are paid once, on the last turn; turns before it and verifier errors pay 0.0.

This page is made by `python -m benchmarks.gallery`: words from the docstrings, pictures by running the wrappers.
Solid lines are right answers, dashed lines wrong ones; the reward is correctness, 1 or 0, and the one term.

## How to stack them

Around one environment, innermost first:

```python
import gymnasium as gym, rlvr
from rlvr.wrappers import Format, OverlongFilter, SoftOverlong

env = gym.make("rlvr/Math-v0", families="sum")
env = OverlongFilter(SoftOverlong(Format(env, grammar="r1"), limit=4096, buffer=1024))
observation, info = env.reset(seed=0)
answer = rlvr.Completion("<think> easy </think> <answer> 16 </answer>", token_ids=range(9))
observation, reward, terminated, truncated, info = env.step(answer)
assert info["reward_terms"] == {"correct": 1.0, "format": 0.1, "overlong": 0.0} and reward == 1.1
```

Around each slot of a batch, by name:

```python
envs = gym.make_vec(
    "rlvr/Math-v0",
    num_envs=64,
    group_size=8,
    families="sum",
    env_wrappers=[{"name": "Format"}, {"name": "SoftOverlong", "kwargs": {"limit": 4096, "buffer": 1024}}],
)
```

In the file of `rlvr train --config`:

```toml
[[env.wrappers]]
name = "Format"

[[env.wrappers]]
name = "SoftOverlong"
kwargs = { limit = 4096, buffer = 1024 }
```

As JSON: the spec has the wrappers with their arguments, and makes the same stack again.

```python
from gymnasium.envs.registration import EnvSpec

same = gym.make(EnvSpec.from_json(env.spec.to_json()))
```

A wrapper of your own needs an `entry_point` (`"package.module:Class"`) beside its `name`. Arguments are keyword only
and JSON data.

## What holds for all

**Correctness comes first.** Every term declares its bounds, for right and for wrong answers, and a stack in which a
wrong answer could reach a right one is refused when it is built. The default weights keep that law, each by itself;
of a stack the sum counts. `allow_inversion=True` on any term of the stack lets it pass. `preset="paper"` takes the
source's own numbers, and gives an `InversionWarning` where they break the law.

**Order.** Terms that do not look at the total commute. A gate, a clip, a scale and `GroupNormalisedCost` look at the
reward so far, that is, at the terms inside of them. Wrappers that draw what the prompt says go outside of terms that
read the prompt; `TextObservation` and `TokenEnv` go outermost.

**Length** is the number of sampled tokens over all turns (`Completion.token_ids`). For text without them, `counter`
names a function, such as `"rlvr.wrappers.counting:words"`, or the path of a tokenizer.

**Groups.** Some terms compare the answers to one task. Their `step` pays 0.0; when the group is finished,
`settle(env, episodes)` adds them. The rollouts of `rlvr.baselines` do so by themselves. What looks at the total goes
inside of terms that wait.

**Progress.** `report_progress(env, fraction)` tells the wrappers how far training is, from 0 to 1; the GRPO learner
does so before each step.

**Masks.** `info["masked"]` on the last turn says that the episode gives no gradient, and stays in its group's
baseline: see `OverlongFilter`.

Arguments of every term, left out below: `term`, its name in `info["reward_terms"]` (two of one kind need two);
`allow_inversion` (`False`); `preset` (`"rlvr"`, or `"paper"`).
"""


def page() -> str:
    """The text of docs/wrappers.md."""
    parts = [INTRODUCTION]
    part = ""
    for group in groups():
        if group.part != part:
            part = group.part
            parts.append(f"## {part}\n")
        parts.append(f"### {group.title}\n")
        for name in group.names:
            parts += [f"#### `{name}`\n", *(f"{paragraph}\n" for paragraph in entry(name)), seen(name)]
    parts.append("## What they stand on\n")
    rows = [f"| `{name}` | {said} |" for name, said in others().items()]
    parts.append("\n".join(["| | |", "|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def seen(name: str) -> str:
    """The picture of a wrapper, or the text in its place."""
    shown = PICTURES[name]
    caption = f"{shown.caption}\n\n" if shown.caption else ""
    if isinstance(shown, Shown):
        return f"{caption}```text\n{shown.text()}\n```\n"
    texts = ""
    if shown.texts:
        width = max(map(len, shown.texts))
        lines = [
            f"{label:<{width}}  {text}".replace("\n", "\n" + " " * (width + 2)) for label, text in shown.texts.items()
        ]
        texts = "\n```text\n" + "\n".join(lines) + "\n```\n"
    return f"{caption}![{name}](wrappers/{name}.svg)\n{texts}"


def main() -> None:
    """Write the page and its pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder to write to")
    parser.add_argument("--png", type=Path, help="also draw on white and on dark, into this folder, to look at")
    arguments = parser.parse_args()
    from benchmarks.gallery_plots import draw  # Only here: it needs matplotlib.

    folder = arguments.docs / "wrappers"
    folder.mkdir(parents=True, exist_ok=True)
    (arguments.docs / "wrappers.md").write_text(page(), encoding="utf-8")
    for name, shown in PICTURES.items():
        if not isinstance(shown, Picture):
            continue
        panels = shown.panels()
        draw(panels, folder / f"{name}.svg")
        for background in ("white", "#0d1117") if arguments.png else ():
            arguments.png.mkdir(parents=True, exist_ok=True)
            png = arguments.png / f"{name}-{background.strip('#')}.png"
            draw(panels, png, transparent=False, facecolor=background, dpi=80)


if __name__ == "__main__":
    main()
