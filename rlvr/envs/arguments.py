"""Checks that the constructors of environments have in common: a wrong argument is refused by its name, at once.

- `check_texts`, `check_flags`: arguments that are a `str`, a `bool`.
- `instruction_or`: the instruction, or the default one.
- `source_options`: what the factory of a task source is called with.
"""

from __future__ import annotations

from typing import Any


def check_texts(**texts: Any) -> None:
    """Refuse what is no text.

    Raises:
        ValueError: One of them is no `str`.
    """
    for name, text in texts.items():
        if not isinstance(text, str):
            raise ValueError(f"Expected {name} to be a str, actually: {text!r}.")


def check_flags(**flags: Any) -> None:
    """Refuse what is neither true nor false.

    Raises:
        ValueError: One of them is no `bool`.
    """
    for name, flag in flags.items():
        if not isinstance(flag, bool):
            raise ValueError(f"Expected {name} to be True or False, actually: {flag!r}.")


def instruction_or(default: str, instruction: Any) -> str:
    """The instruction, or, if it is `None`, the default one.

    Raises:
        ValueError: It is no `str`.
    """
    if not isinstance(instruction, str | None):
        raise ValueError(
            f'Expected instruction to be a str, "" for none, or None for the default, actually: {instruction!r}.'
        )
    return default if instruction is None else instruction


def source_options(source: str, split: str, data: Any, **generated: tuple[Any, Any]) -> dict[str, Any]:
    """What the factory of a task source is called with: `split`, and what goes with this source.

    Args:
        source: Its name.
        split: One of its splits.
        data: A folder or a file, for sources that are not generated; `None` is left out.
        **generated: Arguments of generated tasks alone, each with its default, which all other sources have to have.

    Raises:
        ValueError: `data` is no `str`, or an argument does not go with the source.
    """
    if not isinstance(data, str | None):
        raise ValueError(f"Expected data to be a str, a path, or None, actually: {data!r}.")
    values = {name: value for name, (value, _) in generated.items()}
    if source == "generated":
        if data is not None:
            raise ValueError(f"Expected no data for generated tasks, actually: data={data!r}.")
        return {"split": split, **values}
    for value, default in generated.values():
        if type(value) is not type(default) or value != default:  # True == 1 == 1.0
            told = ", ".join(f"{name}={value!r}" for name, value in values.items())
            raise ValueError(
                f'Expected {" and ".join(values)} with source="generated" only, actually: source={source!r}, {told}.'
            )
    return {"split": split} if data is None else {"split": split, "data": data}
