"""What the gallery says in words: read from the docstrings and signatures of `rlvr.wrappers`.

- `groups()`: the public wrappers in the order of the package's docstring.
- `entry(name)`: the text about one of them, as Markdown, without its picture.
- `arguments(wrapper)`: what its constructor takes.
"""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import gymnasium as gym

import rlvr.wrappers
from benchmarks.gallery_figures import REQUIRED, make
from rlvr.wrappers import Bounds, InversionWarning, RewardTerm
from rlvr.wrappers.bounds import CORRECT

COMMON = ("term", "allow_inversion", "preset")
"""Arguments that every term has: the page's beginning says what they are."""

LABELS = ("Formula", "Term", "Defaults", "Bounds", "Source")
"""Paragraphs that a class's docstring marks by their first word."""


class Group(NamedTuple):
    """Wrappers of one kind."""

    part: str
    """`Terms`, or what else wrappers do."""
    title: str
    names: list[str]


def groups() -> list[Group]:
    """The public wrappers in the order of the package's docstring."""
    found = []
    part = ""
    for line in inspect.cleandoc(rlvr.wrappers.__doc__ or "").splitlines()[1:]:
        if line.startswith("- "):
            names, title = re.fullmatch(r"- ((?:`\w+`,? ?)+): (.+?)[;.]", line).groups()  # type: ignore[union-attr]
            title = re.sub("^its ", "an answer's ", title)
            found.append(Group(part, title[0].upper() + title[1:], re.findall(r"`(\w+)`", names)))
        elif line:
            part = re.split(r"[,:]", line)[0]
    return found


def others() -> dict[str, str]:
    """What else is public, with the first sentence about it."""
    named = {name for group in groups() for name in group.names}
    rest = [name for name in rlvr.wrappers.__all__ if name not in named]
    return {name: paragraphs(getattr(rlvr.wrappers, name))[0] for name in rest}


def entry(name: str) -> list[str]:
    """The paragraphs about a wrapper."""
    wrapper = getattr(rlvr.wrappers, name)
    summary, *body = paragraphs(wrapper)
    before = body[: next((at for at, one in enumerate(body) if one.startswith(("Args:", "Raises:"))), len(body))]
    marked = [one for one in before if label(one) in ("Formula", "Term", "Defaults")]
    if not marked:  # Terms say it in other words, all of which matter; of the others the first words do.
        marked = [one for one in before if label(one) is None]
        if not issubclass(wrapper, RewardTerm):
            marked = marked[: 2 if marked[1:] and marked[1].startswith("- ") else 1]
    text = [summary, *map(emphasised, marked), argument_table(wrapper)]
    bounds = next((one for one in body if label(one) == "Bounds"), None)
    if issubclass(wrapper, RewardTerm):
        said = "**Bounds:** " if bounds is None else emphasised(bounds) + " "
        text.append(said + bounds_of(name))
    return text + [emphasised(one) for one in body if label(one) == "Source"]


def paragraphs(documented: Any) -> list[str]:
    """The paragraphs of a docstring, each on one line; the items of lists and arguments on one each."""
    joined = []
    for paragraph in re.split(r"\n\s*\n", inspect.getdoc(documented) or ""):
        if paragraph.startswith(("Args", "Raises:", "Example:")):
            joined.append(paragraph)
        else:
            joined.append(re.sub(r"\n(?!- )\s*", " ", paragraph))
    return joined


def label(paragraph: str) -> str | None:
    """Which of `LABELS` a paragraph begins with."""
    found = re.match(rf"({'|'.join(LABELS)})\b[^.]*?:", paragraph)
    return None if found is None else found[1]


def emphasised(paragraph: str) -> str:
    """The paragraph with its label in bold."""
    return paragraph if label(paragraph) is None else re.sub(r"^(\w+)(.*?):", r"**\1**\2:", paragraph, count=1)


def arguments(wrapper: type) -> dict[str, Any]:
    """The arguments of a wrapper with their defaults, those of its bases included, without `COMMON`."""
    found: dict[str, Any] = {}
    for kind in wrapper.__mro__:
        if kind is RewardTerm:
            break
        if "__init__" not in vars(kind):
            continue
        parameters = inspect.signature(kind.__init__).parameters.values()  # type: ignore[misc]
        for one in parameters:
            if one.kind is one.KEYWORD_ONLY and one.name not in COMMON:
                found.setdefault(one.name, one.default)
        if not any(one.kind is one.VAR_KEYWORD for one in parameters):
            break
    return found


def argument_lines(wrapper: type) -> Iterator[tuple[list[str], str]]:
    """What a class's docstring says of its arguments: names, and what they mean."""
    said = next((one for one in paragraphs(wrapper) if one.startswith("Args:")), "")
    for item in re.split(r"\n    (?=\S)", said)[1:]:
        text = re.sub(r"\s+", " ", item)
        names, remark, meaning = re.fullmatch(r"([\w, ]+?)(?: \((.*?)\))?: (.+)", text).groups()  # type: ignore[union-attr]
        if remark is not None and remark.startswith("None: "):  # The signature has no more than None.
            meaning = f"{meaning.removesuffix('.')}. By default {remark.removeprefix('None: ')}."
        if names != "common":
            yield names.split(", "), meaning


def argument_table(wrapper: type) -> str:
    """The arguments of a wrapper as a table."""
    defaults = arguments(wrapper)
    if not defaults:
        return "It takes no arguments."
    rows = ["| argument | default | |", "|---|---|---|"]
    for names, meaning in argument_lines(wrapper):
        if not set(names) <= set(defaults):  # Common arguments that a class describes once more.
            continue
        shown = ["required" if (d := defaults[name]) is inspect.Parameter.empty else f"`{d!r}`" for name in names]
        named = ", ".join(f"`{name}`" for name in names)
        meaning = meaning.replace("|", "\\|")  # A bar ends a cell, even in code.
        rows.append(f"| {named} | {', '.join(shown)} | {meaning} |")
    return "\n".join(rows)


def bounds_of(name: str) -> str:
    """A term's bounds with its defaults, and with the source's numbers where they differ."""
    with_what = ", ".join(f"{key}={value!r}" for key, value in REQUIRED.get(name, {}).items())
    ours, theirs = make(name), paper(name)
    text = f"With {f'`{with_what}`' if with_what else 'the defaults'} {intervals(ours.bounds())}"
    if theirs.bounds() != ours.bounds():
        text += f'; with `preset="paper"` {intervals(theirs.bounds())}'
        text += ", which breaks the law and warns" if breaks_the_law(theirs) else ""
    return text + "."


def paper(name: str) -> RewardTerm:
    """A term with its source's own numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InversionWarning)
        return make(name, preset="paper")


def breaks_the_law(env: gym.Env[Any, Any]) -> bool:
    """Whether a wrong answer can reach a right one."""
    bounds = CORRECT
    for term in rlvr.wrappers.reward_terms(env):
        bounds = term.extend(bounds)
    return bounds.wrong[1] >= bounds.right[0]


def intervals(bounds: Bounds) -> str:
    """Bounds in words."""
    sides = [(low + 0.0, high + 0.0) for low, high in bounds]  # Not -0.0, which prints.
    right, wrong = (f"[{low:.4g}, {high:.4g}]" if low != high else f"{low:.4g}" for low, high in sides)
    return f"{right}, right or wrong" if right == wrong else f"{right} for right answers, {wrong} for all others"
