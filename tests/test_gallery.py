import dataclasses
import re
import tomllib
import warnings
from pathlib import Path

import pytest

import rlvr.wrappers
from benchmarks import gallery, gallery_docstrings
from benchmarks.gallery_figures import digest
from benchmarks.gallery_pictures import PICTURES, Picture
from rlvr.baselines import config as configuration
from rlvr.baselines.settings import TrainConfig
from rlvr.wrappers import RewardTerm

PAGE = (gallery.DOCS / "wrappers.md").read_text(encoding="utf-8")
WRAPPERS = [name for group in gallery_docstrings.groups() for name in group.names]
DRAWN = [name for name, shown in PICTURES.items() if isinstance(shown, Picture)]
REMEDY = "run python -m benchmarks.gallery"


def test_every_public_wrapper_has_an_entry_and_a_picture():
    public = [getattr(rlvr.wrappers, name) for name in rlvr.wrappers.__all__]
    bases = {"RewardTerm", "GroupTerm"}
    expected = {one.__name__ for one in public if isinstance(one, type) and hasattr(one, "step")} - bases
    assert set(WRAPPERS) == set(PICTURES) == set(re.findall(r"^#### `(\w+)`$", PAGE, re.MULTILINE)) == expected
    assert len(WRAPPERS) == len(set(WRAPPERS))
    for name in gallery_docstrings.others():
        assert f"| `{name}` |" in PAGE


def test_the_page_is_what_the_code_makes():
    assert gallery.page() == PAGE, REMEDY


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_shows_what_the_wrapper_does_now(name):
    drawn = (gallery.DOCS / "wrappers" / f"{name}.svg").read_text(encoding="utf-8")
    assert f"figures {digest(PICTURES[name].panels())}" in drawn, REMEDY
    assert len(drawn.encode()) < 40_000


def test_there_is_no_picture_of_what_is_gone():
    assert {path.stem for path in (gallery.DOCS / "wrappers").iterdir()} == set(DRAWN)


@pytest.mark.parametrize("name", WRAPPERS)
def test_the_docstring_describes_every_argument(name):
    wrapper = getattr(rlvr.wrappers, name)
    described = [one for names, _ in gallery_docstrings.argument_lines(wrapper) for one in names]
    assert set(gallery_docstrings.arguments(wrapper)) <= set(described)


@pytest.mark.parametrize("name", [name for name in WRAPPERS if issubclass(getattr(rlvr.wrappers, name), RewardTerm)])
def test_rewards_in_the_pictures_lie_within_the_bounds(name):
    env = gallery_docstrings.make(name, **({"weight": 0.1} if name.startswith("Thinking") else {}))
    if env.looks_at_total and not env.needs_group:
        return  # Their pictures go over totals that no answer has.
    panel = PICTURES[name].panels()[0]
    bounds = env.bounds()
    for curve in panel.curves:
        assert all(bounds.hold(y - curve.right, right=curve.right) for y in curve.ys)
    for bar in panel.bars:
        assert bounds.hold(bar.right - 1.0, right=True) and bounds.hold(bar.wrong, right=False)


def test_the_examples_on_the_page_run():
    names = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
            exec(block, names)
    assert str(names["same"]) == str(names["env"])
    assert names["envs"].num_envs == 64


def test_the_example_of_a_file_is_a_configuration(tmp_path: Path):
    (tmp_path / "run.toml").write_text(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1], encoding="utf-8")
    wrappers = tomllib.loads((tmp_path / "run.toml").read_text(encoding="utf-8"))["env"]["wrappers"]
    assert list(configuration.read(tmp_path / "run.toml", TrainConfig()).env.wrappers) == wrappers


def test_figures_that_differ_have_another_digest():
    panels = PICTURES["LengthPenalty"].panels()
    curve = panels[0].curves[0]
    other = dataclasses.replace(curve, ys=[*curve.ys[:-1], curve.ys[-1] + 0.01])
    assert digest([dataclasses.replace(panels[0], curves=[other])]) != digest(panels)
