"""How strongly programs are isolated.

- `Level`: `none` < `landlock` < `namespaces`, each with all that the ones before it have.
"""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """What stands between a program of a model's and this machine."""

    NONE = "none"
    """A process of its own with resource limits and nothing else: it can read, write and send what its user can."""
    LANDLOCK = "landlock"
    """No new privileges, no capabilities, an allow-list of system calls (seccomp), and no file but those of Python's
    standard library (Landlock). Needs no privilege: Linux 5.13 with Landlock, and libseccomp."""
    NAMESPACES = "namespaces"
    """User, process, mount, network, IPC and UTS namespaces, and a root file system without any other file, besides."""

    @property
    def rank(self) -> int:
        """From 0, the weakest."""
        return list(Level).index(self)
