"""Verifiers with planted faults, for workers to import by name."""

from __future__ import annotations

import os
import signal
import sys
import time

import numpy as np

from rlvr.core import Status, Verdict


def echo(text: str, **options: object) -> Verdict:
    """Correct, with the text as the answer."""
    return Verdict(Status.CORRECT, 1.0, answer=text, reason=repr(sorted(options)))


def codepoints(text: str) -> Verdict:
    return Verdict(Status.CORRECT, 1.0, answer=" ".join(format(ord(c), "x") for c in text))


def pid(salt: int = 0) -> Verdict:
    return Verdict(Status.CORRECT, 1.0, answer=str(os.getpid()))


def loops() -> Verdict:
    while True:
        pass


def loops_through_signals() -> Verdict:
    while True:
        try:
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
            while True:
                pass
        except BaseException:
            continue


def allocates() -> Verdict:
    return Verdict(Status.CORRECT, 1.0, answer=str(len(bytearray(1 << 40))))


HOARD: list[np.ndarray] = []


def hoards(size: int) -> Verdict:
    """Keep so many bytes of address space for good."""
    HOARD.append(np.empty(size, dtype=np.uint8))
    return Verdict(Status.CORRECT, 1.0)


def recurses(depth: int = 0) -> Verdict:
    return recurses(depth + 1)


def aborts() -> Verdict:
    os.abort()


def segfaults() -> Verdict:
    os.kill(os.getpid(), signal.SIGSEGV)
    return Verdict(Status.CORRECT, 1.0)


def sleeps() -> Verdict:
    time.sleep(3600)
    return Verdict(Status.CORRECT, 1.0)


def raises(message: str = "planted") -> Verdict:
    raise RuntimeError(message)


def exits() -> Verdict:
    sys.exit(0)


def exits_hard() -> Verdict:
    os._exit(0)


def closes_everything() -> Verdict:
    os.closerange(0, 1 << 10)
    time.sleep(3600)
    return Verdict(Status.CORRECT, 1.0)


def prints(text: str) -> Verdict:
    print(text)
    sys.stdout.write("\x00\x00\x00\x05hello")
    sys.stdout.flush()
    os.write(1, b"\x00\x00\x00\x02{}")
    os.write(2, b"noise")
    return Verdict(Status.CORRECT, 1.0, answer=sys.stdin.read())


def naps(seconds: float, name: int) -> Verdict:
    time.sleep(seconds)
    return Verdict(Status.CORRECT, 1.0, answer=str(name))


def returns_a_bool() -> bool:
    return True


def raises_once(marker: str) -> Verdict:
    """Fail until the file `marker` exists, and make it: the second run is right."""
    if not os.path.exists(marker):
        with open(marker, "w"):
            pass
        raise RuntimeError("first run")
    return Verdict(Status.CORRECT, 1.0)


def dies_once(marker: str) -> Verdict:
    if not os.path.exists(marker):
        with open(marker, "w"):
            pass
        os.kill(os.getpid(), signal.SIGKILL)
    return Verdict(Status.CORRECT, 1.0)


def waits_once(marker: str) -> Verdict:
    """Make the file `marker` and wait to be killed; the second run is right."""
    if not os.path.exists(marker):
        with open(marker, "w"):
            pass
        time.sleep(3600)
    return Verdict(Status.CORRECT, 1.0)


def dies_by_turns(marker: str, *signals: int) -> Verdict:
    """Die of one signal after the other; the file `marker` holds how often it did."""
    with open(marker, "a+") as file:
        file.seek(0)
        turn = len(file.read())
        file.write("x")
    if turn < len(signals):
        os.kill(os.getpid(), signals[turn])
    return Verdict(Status.CORRECT, 1.0, answer=str(turn))


def burns(seconds: float) -> Verdict:
    """Use so many seconds of CPU time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return Verdict(Status.CORRECT, 1.0)


def ignores_its_limit() -> Verdict:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True:
        pass


def same(answer: str, reference: str) -> Verdict:
    if answer == reference:
        return Verdict(Status.CORRECT, 1.0, answer, "pool")
    return Verdict(Status.WRONG, 0.0, answer, "pool")


def kills_itself() -> Verdict:
    os.kill(os.getpid(), signal.SIGKILL)
    return Verdict(Status.CORRECT, 1.0)


def writes_noise() -> Verdict:
    """Write to every descriptor that is open."""
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, b"\xff" * 64)
        except OSError:
            continue
    return Verdict(Status.CORRECT, 1.0)


def meets(folder: str, number: int, name: int) -> Verdict:
    """Wait until `number` checks are here at once; they can only meet if they run side by side."""
    with open(os.path.join(folder, str(name)), "w"):
        pass
    while len(os.listdir(folder)) < number:
        time.sleep(0.01)
    return Verdict(Status.CORRECT, 1.0)


def path() -> Verdict:
    return Verdict(Status.CORRECT, 1.0, answer="\n".join(sys.path))


def parent() -> Verdict:
    return Verdict(Status.CORRECT, 1.0, answer=str(os.getppid()))


def has(*modules: str) -> Verdict:
    """Which of the modules are imported already."""
    return Verdict(Status.CORRECT, 1.0, answer=" ".join(name for name in modules if name in sys.modules))


def takes_notes(marker: str, seconds: float = 0.0, status: str = "correct") -> Verdict:
    """Count in the file `marker` how often it ran, and say so."""
    with open(marker, "a+") as file:
        file.write("x")
        file.seek(0)
        turn = len(file.read())
    time.sleep(seconds)
    return Verdict(Status(status), float(status == "correct"), answer=str(turn))


def has_parts() -> Verdict:
    return Verdict(Status.PARTIAL, 0.5, parts={"a": 0.5})


def multiplies() -> Verdict:
    """Compute in C for minutes, without a look at Python's signals."""
    return Verdict(Status.CORRECT, 1.0, answer=str(len(str(7 ** (10**8)))))


def fills(size: int) -> Verdict:
    """Use so many bytes, and give them back."""
    return Verdict(Status.CORRECT, 1.0, answer=str(np.empty(size, dtype=np.uint8).nbytes))


def address_space() -> Verdict:
    with open("/proc/self/statm") as file:
        return Verdict(Status.CORRECT, 1.0, answer=str(int(file.read().split()[0]) * 4096))


def leaves_a_child(marker: str) -> Verdict:
    """Start a process that would outlive its worker, write its pid into `marker`, and compute for ever."""
    child = os.fork()
    if child == 0:
        time.sleep(3600)
    with open(marker, "w") as file:
        file.write(str(child))
    time.sleep(3600)
    return Verdict(Status.CORRECT, 1.0)


def power_in_c() -> Verdict:
    """Python's own integers: one instruction that takes minutes and sees no signal."""
    return Verdict(Status.CORRECT, 1.0, str((3 ** (10**9)).bit_length()))


def factorial_in_gmp() -> Verdict:
    import gmpy2

    return Verdict(Status.CORRECT, 1.0, str(gmpy2.fac(10**9).bit_length()))
