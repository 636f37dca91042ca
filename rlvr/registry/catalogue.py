"""Task sources, verifiers, recipes and presets: names to `"module:attribute"` paths."""

from __future__ import annotations

from typing import Any

from rlvr.registry.names import resolve, unknown

_SOURCES: dict[tuple[str, str], str] = {
    ("math", "generated"): "rlvr.envs.math.generated:generated",
    ("math", "gsm8k"): "rlvr.envs.math.datasets:gsm8k",
    ("math", "math500"): "rlvr.envs.math.datasets:math500",
    ("math", "aime"): "rlvr.envs.math.datasets:aime",
    ("math", "svamp"): "rlvr.envs.math.datasets:svamp",
    ("instructions", "generated"): "rlvr.envs.instructions.generated:generated",
    ("instructions", "ifeval"): "rlvr.envs.instructions.datasets:ifeval",
    ("instructions", "ifbench"): "rlvr.envs.instructions.datasets:ifbench",
    ("instructions", "file"): "rlvr.envs.instructions.datasets:file",
    ("code", "generated"): "rlvr.envs.code.generated:generated",
    ("code", "humaneval"): "rlvr.envs.code.datasets:humaneval",
    ("code", "mbpp"): "rlvr.envs.code.datasets:mbpp",
    ("code", "file"): "rlvr.envs.code.datasets:file",
    ("structured", "generated"): "rlvr.envs.structured.generated:generated",
}
_VERIFIERS: dict[str, str] = {
    "math": "rlvr.envs.math.verifier:plan",
    "code": "rlvr.envs.code.verifier:plan",
    "instructions": "rlvr.envs.instructions.verifier:plan",
    "structured": "rlvr.envs.structured.verifier:plan",
}
_RECIPES: dict[str, str] = {"thinking": "rlvr.baselines.thinking:config"}
_PRESETS = "rlvr.baselines.presets:PRESETS"


def source(family: str, name: str) -> Any:
    """The factory of a family's task source: called with `split` and the source's own options.

    Raises:
        ValueError: The family has no source of that name.
    """
    if (family, name) not in _SOURCES:
        raise ValueError(unknown(f"{family} task source", name, sources(family)))
    return resolve(_SOURCES[family, name])


def sources(family: str) -> list[str]:
    """Names of a family's task sources."""
    return sorted(name for of, name in _SOURCES if of == family)


def verifier(family: str) -> Any:
    """A family's verifier: `plan(completion, reference, **options) -> Verdict | Check`.

    Raises:
        ValueError: There is no such family.
    """
    if family not in _VERIFIERS:
        raise ValueError(unknown("verifier", family, _VERIFIERS))
    return resolve(_VERIFIERS[family])


def verifiers() -> list[str]:
    """Names of the verifiers."""
    return sorted(_VERIFIERS)


def recipe(name: str) -> Any:
    """A training recipe: called without arguments, gives its default configuration.

    Raises:
        ValueError: There is no such recipe.
    """
    if name not in _RECIPES:
        raise ValueError(unknown("recipe", name, _RECIPES))
    return resolve(_RECIPES[name])


def recipes() -> list[str]:
    """Names of the recipes."""
    return sorted(_RECIPES)


def register_source(family: str, name: str, path: str) -> None:
    """Add a task source under `name`; `path` is `"module:factory"`. A taken name is refused."""
    _register(_SOURCES, (family, name), path)


def register_verifier(family: str, path: str) -> None:
    """Add a verifier; `path` is `"module:plan"`. A taken name is refused."""
    _register(_VERIFIERS, family, path)


def register_recipe(name: str, path: str) -> None:
    """Add a training recipe; `path` is `"module:factory"`. A taken name is refused."""
    _register(_RECIPES, name, path)


def _register(table: dict[Any, str], name: Any, path: str) -> None:
    if ":" not in path:
        raise ValueError(f'Expected a path "package.module:attribute", actually: {path!r}.')
    if table.get(name, path) != path:
        raise ValueError(f"{name!r} is registered already, as {table[name]!r}. Choose another name.")
    table[name] = path


def preset(name: str) -> Any:
    """A published method: `.apply(config)` gives a training configuration that learns by it.

    Raises:
        ValueError: There is no such preset.
    """
    known = resolve(_PRESETS)
    if name not in known:
        raise ValueError(unknown("preset", name, known))
    return known[name]


def presets() -> list[str]:
    """Names of the presets."""
    return sorted(resolve(_PRESETS))
