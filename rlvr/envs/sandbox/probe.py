"""Whether a level works on this machine: start it, and let a program try what it must not be able to do.

- `probe(level)`: why it does not work, or `""`.
- `facts()`: what the kernel says of itself, for a person who asks why.
"""

from __future__ import annotations

import ctypes.util
import platform
from pathlib import Path

from rlvr.envs.sandbox.guest import values
from rlvr.envs.sandbox.level import Level
from rlvr.envs.sandbox.limits import Limits, SandboxFailed
from rlvr.envs.sandbox.running import run_calls
from rlvr.envs.sandbox.supervisor import Sandbox

_ATTEMPTS = """
def escaped():
    import os, socket
    def attempt(action, *arguments):
        try:
            action(*arguments)
        except OSError:
            return False
        return True
    attempts = {
        "read a file": (open, "/etc/passwd"),
        "list a folder": (os.listdir, "/"),
        "write a file": (open, "/tmp/rlvr-probe", "x"),
        "make a socket": (socket.socket,),
        "start a process": (os.fork,),
        "send a signal": (os.kill, os.getpid(), 0),
    }
    if hasattr(os, "memfd_create"):
        attempts["make a file in memory"] = (os.memfd_create, "x")
    return [what for what, call in attempts.items() if attempt(*call)]
"""


def probe(level: Level) -> str:
    """Why programs cannot be isolated like this here, in a few words; empty if they can."""
    sandbox = Sandbox(level)
    try:
        called = run_calls(sandbox, _ATTEMPTS, [{"call": "escaped", "args": []}], Limits(cpu_seconds=5))
    except SandboxFailed as error:
        return str(error)
    finally:
        sandbox.close()
    try:
        escaped = values.decode(called.answers[0]["returned"])
    except (IndexError, KeyError, ValueError):
        return f"A program could not run: {called.loaded or called.ended.detail} {called.answers}"
    return f"It does not hold: a program could {', '.join(map(str, escaped))}." if escaped else ""


def facts() -> dict[str, str]:
    """Kernel, Landlock, seccomp and user namespaces, as far as they tell."""
    return {
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Landlock": _landlock(),
        "libseccomp": ctypes.util.find_library("seccomp") or "not found: install the package libseccomp2",
        "user namespaces": _user_namespaces(),
    }


def _landlock() -> str:
    try:
        import landlockpy

        return f"ABI {landlockpy.abi_version()}"
    except (ImportError, OSError) as error:
        return f"no ({error})"


def _user_namespaces() -> str:
    """What settings of the kernel say; a container's filter of system calls may forbid them all the same."""
    settings = {
        "/proc/sys/user/max_user_namespaces": ("0", "switched off (user.max_user_namespaces = 0)"),
        "/proc/sys/kernel/unprivileged_userns_clone": ("0", "not for users (kernel.unprivileged_userns_clone = 0)"),
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": (
            "1",
            "restricted by AppArmor (kernel.apparmor_restrict_unprivileged_userns = 1)",
        ),
    }
    said = []
    for path, (value, meaning) in settings.items():
        try:
            said += [meaning] if Path(path).read_text().strip() == value else []
        except OSError:
            continue
    return "; ".join(said) or "not forbidden by the kernel's settings"
