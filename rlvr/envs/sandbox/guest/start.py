"""The script that becomes the zygote: `python -s -P -S -B start.py CONTROL SETTINGS`.

First of all it takes memory that what is imported then goes into, so that it lies in one piece; see `memory`.
"""

import sys

SMALL_BYTES, LARGE_BYTES = 6 << 20, 3 << 20
"""What a zygote takes up, in objects of up to 512 bytes, for which Python has arenas of its own, and in larger ones."""


def reserve() -> list[bytes]:
    """Have the allocators get as much memory at once; it is free but for a few objects, which keep it from going back.

    No object shares its arena or the end of the heap with more than it has to.
    """
    small = [bytes(470) for _ in range(SMALL_BYTES // 512)]
    large = [bytes(1 << 16) for _ in range(LARGE_BYTES >> 16)]
    return [*small[::1000], large[-1]]


def stub_packages(root: str) -> None:
    """Let guest modules be imported by their full names, without all that importing `rlvr` brings."""
    for name in ("rlvr", "rlvr.envs", "rlvr.envs.sandbox", "rlvr.envs.verification"):
        module = type(sys)(name)
        module.__path__ = ["/".join((root, *name.split(".")))]
        sys.modules[name] = module


if __name__ == "__main__":
    reserved = reserve()
    stub_packages(__file__.rpartition("/rlvr/envs/")[0])
    from rlvr.envs.sandbox.guest import zygote

    zygote.main(sys.argv[1:])
