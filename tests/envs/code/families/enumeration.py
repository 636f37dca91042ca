"""All draws of a family: each path through its decisions, one after the other."""

from __future__ import annotations

import math

from rlvr.seeding import Stream


class _Walk(Stream):
    """Takes the decisions that a path says, and the first of each kind after its end."""

    __slots__ = ("at", "longest", "path")

    def __init__(self, path, longest):
        self.path, self.longest, self.at = path, longest, 0

    def below(self, n):
        if self.at == len(self.path):
            if self.at == self.longest:
                raise _TooLong
            self.path.append([0, n])
        taken, of = self.path[self.at]
        assert of == n, "a draw that depends on more than the stream"
        self.at += 1
        return taken


class _TooLong(Exception):
    pass


class _Counted(Stream):
    """Draws from a stream and counts among how many paths."""

    __slots__ = ("paths", "stream")

    def __init__(self, stream):
        self.stream, self.paths = stream, 1

    def below(self, n):
        self.paths *= n
        return self.stream.below(n)


def number_of_paths(draw, streams):
    """An estimate without bias (Knuth 1975, "Estimating the efficiency of backtrack programs")."""
    counted = [_Counted(stream) for stream in streams]
    for stream in counted:
        draw(stream)
    return math.fsum(stream.paths for stream in counted) / len(counted)


def all_draws(draw, longest=60):
    """What every path gives; paths of more than `longest` decisions, which draw again and again, are left out."""
    path = []
    while True:
        try:
            yield draw(_Walk(path, longest))
        except _TooLong:
            pass  # The same problems come on shorter paths.
        while path and path[-1][0] + 1 == path[-1][1]:
            path.pop()
        if not path:
            return
        path[-1][0] += 1
