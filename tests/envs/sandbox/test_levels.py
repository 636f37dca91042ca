"""What `require` gives and refuses, and that a level which does not hold is not offered."""

import os

import pytest

from rlvr.cli.doctor import examine
from rlvr.envs.sandbox import (
    Level,
    Sandbox,
    SandboxFailed,
    SandboxUnavailable,
    available,
    filters,
    levels,
    probe,
    require,
)
from rlvr.envs.sandbox.levels import VARIABLE
from tests.envs.sandbox.processes import answer


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """What is available is looked up anew, and the environment says nothing."""
    monkeypatch.delenv(VARIABLE, raising=False)
    available.cache_clear()
    yield
    available.cache_clear()


@pytest.fixture
def without(monkeypatch):
    """A machine on which these levels do not work."""

    def patch(**reasons):
        monkeypatch.setattr(levels, "probe", lambda level: reasons.get(level.value, ""))
        available.cache_clear()

    return patch


def test_levels_are_ordered():
    assert [level.rank for level in (Level.NONE, Level.LANDLOCK, Level.NAMESPACES)] == [0, 1, 2]


def test_auto_is_the_strongest_level_that_works(without):
    without()
    assert require() is Level.NAMESPACES
    without(namespaces="no")
    assert require() is Level.LANDLOCK


def test_a_machine_that_isolates_nothing_is_refused_with_what_is_missing_and_the_way_out(without):
    without(namespaces="unshare: Operation not permitted", landlock="no libseccomp here")
    with pytest.raises(SandboxUnavailable) as refusal:
        require()
    for part in ("unshare: Operation not permitted", "no libseccomp here", "rlvr doctor", 'isolation="none"', VARIABLE):
        assert part in str(refusal.value)
    assert require("none") is Level.NONE


def test_a_level_that_does_not_work_is_never_replaced_by_a_weaker_one(without):
    without(namespaces="unshare: Operation not permitted")
    with pytest.raises(SandboxUnavailable, match="unshare"):
        require("namespaces")
    assert require("landlock") is Level.LANDLOCK


def test_the_environment_says_what_auto_means(without, monkeypatch):
    without(namespaces="no", landlock="no")
    monkeypatch.setenv(VARIABLE, "none")
    assert require() is Level.NONE
    with pytest.raises(SandboxUnavailable):
        require("landlock")
    monkeypatch.setenv(VARIABLE, "")
    with pytest.raises(SandboxUnavailable):
        require()


def test_the_environment_can_ask_for_less_than_there_is(without, monkeypatch):
    without()
    monkeypatch.setenv(VARIABLE, "landlock")
    assert require() is Level.LANDLOCK
    assert require("namespaces") is Level.NAMESPACES


@pytest.mark.parametrize("isolation", ["strong", "", None, 3])
def test_an_unknown_level_is_refused_by_name(isolation):
    with pytest.raises(ValueError, match="isolation"):
        require(isolation)


def test_an_unknown_level_in_the_environment_is_refused_by_name(monkeypatch):
    monkeypatch.setenv(VARIABLE, "everything")
    with pytest.raises(ValueError, match="everything"):
        require()


def test_probing_happens_once(monkeypatch):
    probed = []
    monkeypatch.setattr(levels, "probe", lambda level: probed.append(level) or "")
    assert available() is available()
    assert len(probed) == 1


def test_every_level_that_is_offered_runs_programs(level):
    sandbox = Sandbox(level)
    assert answer(sandbox) == 2
    sandbox.close()


def refuse(error):
    def raises(*arguments):
        raise error

    return raises


@pytest.mark.parametrize("error", [OSError(38, "Function not implemented"), ImportError("no such package")])
@pytest.mark.parametrize("part", ["system_calls", "file_rules"])
def test_a_level_whose_parts_cannot_be_made_says_why(monkeypatch, part, error):
    monkeypatch.setattr(filters, part, refuse(error))
    with pytest.raises(SandboxFailed, match=str(error.args[-1])):
        answer(Sandbox(Level.LANDLOCK))
    assert error.args[-1] in probe.probe(Level.LANDLOCK)


def test_a_missing_libseccomp_says_so(monkeypatch):
    monkeypatch.setattr(filters, "system_calls", refuse(RuntimeError("Unable to find libseccomp")))
    assert "libseccomp" in probe.probe(Level.LANDLOCK)


def test_a_kernel_that_refuses_the_rules_is_no_level(level, monkeypatch, tmp_path):
    (tmp_path / "rules").touch()
    monkeypatch.setattr(filters, "file_rules", lambda folders: os.open(tmp_path / "rules", os.O_RDONLY))
    assert "landlock_restrict_self" in probe.probe(level)


def test_a_kernel_that_refuses_the_filter_confines_no_run(level, monkeypatch):
    def nonsense():
        descriptor = os.memfd_create("filter")
        os.write(descriptor, b"\xff" * 64)
        os.lseek(descriptor, 0, 0)
        return descriptor

    monkeypatch.setattr(filters, "system_calls", nonsense)
    sandbox = Sandbox(level)
    with pytest.raises(SandboxFailed, match="before it was confined"):
        answer(sandbox)
    sandbox.close()
    assert "before it was confined" in probe.probe(level)


def test_a_kernel_that_refuses_namespaces_is_no_level(monkeypatch):
    """A folder that is not there stands for the kernel: it cannot be bound."""
    monkeypatch.setattr(filters, "readable_folders", lambda: ["/nowhere-at-all"])
    monkeypatch.setattr(filters, "file_rules", lambda folders: os.memfd_create("rules"))
    assert probe.probe(Level.NAMESPACES) != ""


def test_a_level_that_lets_something_through_is_not_offered(monkeypatch):
    monkeypatch.setattr(probe, "_ATTEMPTS", "def escaped():\n    return ['read a file']\n")
    assert probe.probe(Level.NONE) == "It does not hold: a program could read a file."


def test_the_doctor_tells_of_every_level(without):
    without(namespaces="unshare: Operation not permitted")
    found = examine()
    assert found["isolation"] == "landlock"
    assert found["levels"] == {"none": "", "landlock": "", "namespaces": "unshare: Operation not permitted"}
