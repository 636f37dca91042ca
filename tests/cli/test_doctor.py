"""`rlvr doctor`: what this machine can enforce, as text and as JSON, and the exit code."""

from __future__ import annotations

import json

import pytest

from rlvr.cli import doctor, main
from rlvr.envs.sandbox import Level, levels

REASONS = {Level.NAMESPACES: "unshare: [errno 1] not permitted", Level.LANDLOCK: "no [bold]libseccomp[/]"}


@pytest.fixture
def machine(monkeypatch, capsys):
    """A machine that can enforce this level; what `rlvr doctor` prints there, and its exit code."""

    def examined(level, *arguments, variable=None):
        found = levels.Available(level, {one: why for one, why in REASONS.items() if one.rank > level.rank})
        for module in (levels, doctor):
            monkeypatch.setattr(module, "available", lambda: found)
        if variable is None:
            monkeypatch.delenv(levels.VARIABLE, raising=False)
        else:
            monkeypatch.setenv(levels.VARIABLE, variable)
        status = main(["doctor", *arguments])
        printed = capsys.readouterr()
        assert printed.err == ""
        return status, printed.out

    return examined


def row(text, level):
    """What stands in the table beside a level."""
    return next(line.rstrip() for line in text.splitlines() if line.startswith(level))


@pytest.mark.parametrize("level", [Level.LANDLOCK, Level.NAMESPACES])
def test_it_says_which_levels_work_and_which_is_taken(machine, level):
    status, text = machine(level)
    assert status == 0
    for one in Level:
        assert row(text, one).endswith("works, and is taken" if one is level else "works") or one.rank > level.rank
    assert "refuse" not in text
    if level is Level.LANDLOCK:
        assert "no: unshare: [errno 1] not permitted" in row(text, "namespaces")


def test_where_nothing_isolates_it_says_why_what_that_means_and_the_way_out(machine):
    status, text = machine(Level.NONE)
    assert status == 1
    assert "no: no [bold]libseccomp[/]" in row(text, "landlock")  # Reasons are no markup.
    assert row(text, "none").endswith("works")  # It works, but nobody takes it by itself.
    joined = " ".join(text.split())
    assert "Code environments refuse to be made here." in joined
    assert 'isolation="none", or RLVR_ISOLATION=none' in joined


def test_a_variable_that_says_so_is_shown_and_obeyed(machine):
    status, text = machine(Level.NONE, variable="none")
    assert status == 0
    assert row(text, "none").endswith("works, and is taken") and "RLVR_ISOLATION=none says what" in text
    status, text = machine(Level.NAMESPACES, variable="landlock")
    assert (status, row(text, "landlock").endswith("is taken")) == (0, True)


@pytest.mark.parametrize(("variable", "reason"), [("jail", "Unknown isolation 'jail'"), ("namespaces", "(namespaces)")])
def test_a_variable_that_cannot_be_obeyed_is_a_refusal(machine, variable, reason):
    status, text = machine(Level.LANDLOCK, variable=variable)
    assert status == 1 and reason in " ".join(text.split()) and "is taken" not in text


@pytest.mark.parametrize("level", list(Level))
def test_json_is_one_object_that_says_the_same(machine, level):
    status, text = machine(level, "--json")
    found = json.loads(text)
    assert text.count("\n") == 1
    assert found["isolation"] == level
    assert list(found["levels"]) == list(Level)
    assert [bool(why) for why in found["levels"].values()] == [one.rank > level.rank for one in Level]
    assert found["variable"] is None
    assert (found["auto"], status) == ((None, 1) if level is Level.NONE else (level, 0))
    assert bool(found["refusal"]) == (level is Level.NONE)
    assert found["cpus"] >= 1 and found["packages"]["gymnasium"] and found["python"]
    assert {"kernel", "Landlock", "libseccomp", "user namespaces"} == set(found["kernel"])


def test_packages_that_are_not_there_are_null(machine, monkeypatch):
    monkeypatch.setattr(doctor, "_PACKAGES", ("gymnasium", "no-such-package"))
    assert json.loads(machine(Level.LANDLOCK, "--json")[1])["packages"]["no-such-package"] is None
    assert "no-such-package" not in machine(Level.LANDLOCK)[1]


def test_on_this_machine_it_tells_what_a_probe_has_seen(capsys):
    status = main(["doctor", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["isolation"] == levels.available().level
    assert status == (0 if found["auto"] else 1)
