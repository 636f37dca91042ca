import subprocess
import sys

import gymnasium as gym
import pytest

from rlvr import registry
from rlvr.registry import catalogue
from rlvr.registry.environments import ENVIRONMENTS, register_environments


@pytest.fixture(autouse=True)
def tables_are_put_back(monkeypatch):
    for name in ("_SOURCES", "_VERIFIERS", "_RECIPES"):
        monkeypatch.setattr(catalogue, name, dict(getattr(catalogue, name)))


def test_what_is_registered_can_be_imported():
    for name in registry.sources("math"):
        assert callable(registry.source("math", name))
    for name in registry.verifiers():
        assert callable(registry.verifier(name))
    for entry in ENVIRONMENTS:
        assert callable(registry.resolve(entry.entry_point))
        assert callable(registry.resolve(entry.vector_entry_point))


@pytest.mark.parametrize(
    ("look_up", "match"),
    [
        (lambda: registry.source("math", "gsm8"), "Unknown math task source 'gsm8'. Perhaps you meant 'gsm8k'. .*aime"),
        (lambda: registry.source("maths", "gsm8k"), "Unknown maths task source 'gsm8k'. There are: none"),
        (lambda: registry.verifier("meth"), "Unknown verifier 'meth'. Perhaps you meant 'math'"),
        (lambda: registry.recipe("drinking"), "Unknown recipe 'drinking'. Perhaps you meant 'thinking'"),
    ],
)
def test_a_name_that_does_not_exist_is_met_with_the_nearest_one_and_with_all(look_up, match):
    with pytest.raises(ValueError, match=match):
        look_up()


def test_your_own_source_verifier_and_recipe_are_found_by_name():
    registry.register_source("math", "mine", "collections:Counter")
    registry.register_verifier("mine", "collections:OrderedDict")
    registry.register_recipe("mine", "collections:deque")
    found = registry.source("math", "mine"), registry.verifier("mine"), registry.recipe("mine")
    assert [thing.__name__ for thing in found] == ["Counter", "OrderedDict", "deque"]
    assert "mine" in registry.sources("math") and "mine" in registry.verifiers() and "mine" in registry.recipes()
    registry.register_verifier("mine", "collections:OrderedDict")  # The same again is no conflict.


def test_a_taken_name_and_a_malformed_path_are_refused():
    with pytest.raises(ValueError, match=r"'math' is registered already, as 'rlvr\.envs\.math\.verifier:plan'"):
        registry.register_verifier("math", "mine:plan")
    with pytest.raises(ValueError, match=r"actually: 'mine\.plan'"):
        registry.register_verifier("mine", "mine.plan")


@pytest.mark.parametrize(
    ("path", "error", "match"),
    [
        ("collections", ValueError, "package.module:attribute"),
        (":Counter", ValueError, "package.module:attribute"),
        ("collections:", ValueError, "package.module:attribute"),
        ("no_such_module:f", ImportError, "no_such_module"),
        ("collections:Cuonter", ImportError, "'collections' has no attribute 'Cuonter'"),
    ],
)
def test_a_path_that_leads_nowhere_says_so(path, error, match):
    with pytest.raises(error, match=match):
        registry.resolve(path)


def test_registering_again_overrides_nothing(recwarn):
    before = {entry.id: gym.registry[entry.id] for entry in ENVIRONMENTS}
    register_environments()
    assert all(gym.registry[name] is spec for name, spec in before.items())
    assert not recwarn.list


def test_no_id_has_a_time_limit_or_wrappers_of_its_own():
    for entry in ENVIRONMENTS:
        spec = gym.spec(entry.id)
        assert spec.max_episode_steps is None and spec.additional_wrappers == ()
        assert entry.summary and not entry.summary.endswith(".")


def test_an_id_can_name_the_package_to_import():
    code = "import gymnasium as gym; print(gym.make('rlvr:rlvr/Math-v0').reset(seed=0)[1]['task'])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip()
