"""The tables of `docs/envs/instructions.md`, as the constraints say it: `python -m benchmarks.instructions_page`.

What stands on the page between the two marks is written anew; a test holds that it is what the constraints say.
"""

from __future__ import annotations

from pathlib import Path

from rlvr.envs.instructions.conflicts import COMPOSABLE
from rlvr.envs.instructions.constraints import CONSTRAINTS, Constraint

PAGE = Path(__file__).resolve().parents[1] / "docs" / "envs" / "instructions.md"
BEGIN, END = "<!-- begin: python -m benchmarks.instructions_page -->\n", "<!-- end -->\n"
SOURCES = ("IFEval", "IF-RLVR", "IFBench")


def tables() -> str:
    """A table for each source."""
    parts = []
    for source in SOURCES:
        rows = [row(constraint) for constraint in CONSTRAINTS.values() if constraint.source == source]
        head = f"### {source}: {len(rows)} constraints\n\n| id | asks | `reference` and `strict` |\n|---|---|---|\n"
        parts.append(head + "".join(rows))
    return "\n" + "\n".join(parts) + "\n"


def row(constraint: Constraint) -> str:
    """One constraint: its id, what it asks, where the modes differ, and what `reference` approximates."""
    mark = " (d)" if constraint.id in COMPOSABLE else ""
    asks = " ".join((type(constraint).__doc__ or "").split("\n\n")[0].split())
    compared = [constraint.differs or "They agree."]
    if constraint.approximates:
        compared.append(f"Approximated: {constraint.approximates}")
    return f"| `{constraint.id}`{mark} | {asks} | {' '.join(compared)} |\n"


def written(page: str) -> str:
    """The page with the tables in their place."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{tables()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{len(CONSTRAINTS)} constraints on {PAGE.name}")
