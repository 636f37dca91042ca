"""What exists: environments, task sources, verifiers, recipes and presets, by name.

Everything is named by a string `"module:attribute"` and imported when it is asked for, so this floor names the upper
ones and imports none of them.

- `register_environments()`: what `import rlvr` calls.
- `source(family, name)`, `verifier(family)`, `recipe(name)`, `preset(name)`: look a thing up; the error lists what
  there is.
- `register_source`, `register_verifier`, `register_recipe`: add your own.
"""

from __future__ import annotations

if __name__ != "rlvr.registry":  # The folder is linked at the repository's root for the eye only.
    raise ImportError(f"Import this package as rlvr.registry, not as {__name__}.")

from rlvr.registry.catalogue import (
    preset,
    presets,
    recipe,
    recipes,
    register_recipe,
    register_source,
    register_verifier,
    source,
    sources,
    verifier,
    verifiers,
)
from rlvr.registry.environments import ENVIRONMENTS, register_environments
from rlvr.registry.names import resolve

__all__ = [
    "ENVIRONMENTS",
    "preset",
    "presets",
    "recipe",
    "recipes",
    "register_environments",
    "register_recipe",
    "register_source",
    "register_verifier",
    "resolve",
    "source",
    "sources",
    "verifier",
    "verifiers",
]
