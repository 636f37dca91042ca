"""Names to things: `"package.module:attribute"`, and helpful errors for names that do not exist."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable
from typing import Any


def resolve(path: str) -> Any:
    """Import what `"package.module:attribute"` names.

    Raises:
        ValueError: The path has another form.
        ImportError: There is no such module, or it has no such attribute.
    """
    module_name, separator, attribute = path.partition(":")
    if not separator or not module_name or not attribute:
        raise ValueError(f'Expected a path "package.module:attribute", actually: {path!r}.')
    module = importlib.import_module(module_name)
    try:
        return getattr(module, attribute)
    except AttributeError as error:
        raise ImportError(f"Module {module_name!r} has no attribute {attribute!r}, asked for by {path!r}.") from error


def unknown(kind: str, name: object, known: Iterable[object]) -> str:
    """The text of an error about a name that does not exist: the value, the nearest name, all names."""
    names = sorted(str(one) for one in known)
    near = difflib.get_close_matches(str(name), names, n=1)
    guess = f" Perhaps you meant {near[0]!r}." if near else ""
    return f"Unknown {kind} {name!r}.{guess} There are: {', '.join(names) or 'none'}."
