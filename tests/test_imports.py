"""Who may import whom, and what importing costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "rlvr"
MODULES = sorted(PACKAGE.rglob("*.py"))
LINKS = ("agents", "baselines", "envs", "registry", "wrappers")

FLOORS = ("core", "registry", "envs", "wrappers", "agents", "baselines", "top", "script")
FLOOR_OF = {
    "core": "core",
    "seeding": "core",
    "spaces": "core",
    "registry": "registry",
    "envs": "envs",
    "wrappers": "wrappers",
    "agents": "agents",
    "baselines": "baselines",
    "bridges": "top",
    "cli": "top",
    "testing": "top",
    "__main__": "script",
}


def floor(parts):
    """The height of a module, given the parts of its name after `rlvr`."""
    return FLOORS.index(FLOOR_OF[parts[0]])


def parts_of(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imported(path):
    """Every module of rlvr that the file imports, at the top or lazily, as parts; and the line."""
    own = parts_of(path)
    package = own if path.name == "__init__.py" else own[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name.split(".")
                if name[0] == "rlvr" and len(name) > 1:
                    yield tuple(name[1:]), node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = (node.module or "").split(".") if node.module else []
            if node.level:
                base = ["rlvr", *package[: len(package) - node.level + 1], *base]
            if base[:1] == ["rlvr"]:
                for alias in node.names:
                    yield (*base[1:], alias.name), node.lineno


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_downwards_only_lazy_ones_too(path):
    own = parts_of(path)
    if not own:
        return  # The package itself opens doors to all floors, by name.
    for parts, line in imported(path):
        if parts[0] in FLOOR_OF:
            assert floor(parts) <= floor(own), f"{path}:{line} imports rlvr.{'.'.join(parts)}, from a floor above"
            if FLOOR_OF[own[0]] == FLOOR_OF[parts[0]] == "top":
                assert parts[0] == own[0], f"{path}:{line}: {own[0]} and {parts[0]} stand beside each other"


def test_every_module_has_a_floor():
    assert {parts_of(path)[0] for path in MODULES if parts_of(path)} <= set(FLOOR_OF)


def test_the_vocabulary_imports_in_one_direction():
    order = ("seeding", "spaces", "core")
    for name in order:
        for parts, line in imported(PACKAGE / f"{name}.py"):
            assert order.index(parts[0]) < order.index(name), f"{name}.py:{line} imports {parts}"


def test_no_module_is_named_like_one_of_the_standard_library():
    names = {path.stem for path in MODULES} | {path.parent.name for path in MODULES if path.parent != PACKAGE}
    # A package named like a standard module is harmless only as long as no one runs a file beside it; math and code are
    # the names of families, and their folder is never on sys.path.
    assert names & set(sys.stdlib_module_names) <= {"__init__", "__main__", "math", "code"}


def run(code, **kwargs):
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, **kwargs)


HEAVY = ("torch", "transformers", "tokenizers", "hypothesis", "datasets", "vllm", "pettingzoo", "rich", "tyro")


def test_importing_rlvr_imports_nothing_heavy_and_no_environment():
    code = f"import rlvr, sys; print([name for name in {HEAVY} if name in sys.modules])\n"
    code += "print(sorted(name for name in sys.modules if name.startswith('rlvr.envs')))"
    assert run(code, check=True).stdout.split("\n")[:2] == ["[]", "[]"]


def test_making_and_stepping_an_environment_imports_no_torch():
    code = "import gymnasium as gym, rlvr, sys\n"
    code += "env = gym.make('rlvr/Math-v0'); env.reset(seed=0); env.step('7')\n"
    code += "rlvr.verify('math', '7', '7'); gym.make_vec('rlvr/Math-v0', num_envs=2)\n"
    code += f"print([name for name in {HEAVY} if name in sys.modules])"
    assert run(code, check=True).stdout.strip() == "[]"


def test_the_public_names_are_there_and_others_are_met_with_a_list():
    code = "import rlvr; print([callable(getattr(rlvr, name)) for name in rlvr.__all__]); rlvr.verfy"
    outcome = run(code)
    assert "False" not in outcome.stdout and "True" in outcome.stdout
    assert "module 'rlvr' has no attribute 'verfy'; it has" in outcome.stderr


@pytest.mark.parametrize("name", LINKS)
def test_the_folders_at_the_root_are_links_for_the_eye_and_refuse_to_be_imported(name):
    link = ROOT / name
    assert link.is_symlink() and link.resolve() == PACKAGE / name
    assert not Path(str(link.readlink())).is_absolute()
    outcome = run(f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {name}")
    assert f"Import this package as rlvr.{name}, not as {name}." in outcome.stderr
    run(f"import rlvr.{name}", check=True)
