"""What sources of generated tasks share; `tests/envs/math/test_generated.py` holds it for a real one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from rlvr.core import Task
from rlvr.envs.generated import GeneratedSource, chosen
from rlvr.seeding import in_test_split


def family(name, levels=2, most=1_000):
    return SimpleNamespace(
        name=name,
        levels=("a level",) * levels,
        draw=lambda stream, level: stream.below(most),
        canonical=str,
        size=lambda level: most,
        color=name[0],
    )


FAMILIES = {name: family(name) for name in ("blue", "green", "red")} | {"one": family("one", levels=1, most=1)}


class Source(GeneratedSource):
    __slots__ = ()

    def __post_init__(self):
        self._bind("tests/Toy", FAMILIES, in_test_split, lambda family: {"color": family.color})

    def _task(self, id, member, problem, stream):
        return Task(id, f"{member.family.name} {problem}", stream.below(100), member.tags)

    def __reduce__(self):
        return Source, (self.split, self.families, self.level)


def test_a_subclass_makes_the_tasks_and_may_go_on_drawing():
    source = Source("train", ("blue", "red"), 2)
    tasks = [source.draw(0, episode) for episode in range(300)]
    assert tasks == [source.draw(0, episode) for episode in range(300)]
    assert {task.tags["family"] for task in tasks} == {"blue", "red"}
    assert len({task.reference for task in tasks}) > 80
    for episode, task in enumerate(tasks):
        name, problem = task.prompt.split()
        assert task.id == f"{name}-2/train/0/{episode}"
        assert task.tags == {"family": name, "color": name[0], "level": 2, "split": "train"}
        assert source.canonical(0, episode) == f"{name}:{problem}"
        assert not in_test_split(f"{name}:{problem}")
        assert source.find(task.id, 9) == source.find(episode, 0) == task


def test_the_splits_share_no_problem_on_any_level():
    def drawn(split):
        return {
            Source(split, ("blue", "red"), level).canonical(seed, episode)
            for level in (1, 2)
            for seed in (0, 1)
            for episode in range(500)
        }

    assert not drawn("train") & drawn("test")


def test_a_split_that_a_family_has_no_problem_of_is_refused():
    there, not_there = ("test", "train") if in_test_split("one:0") else ("train", "test")
    assert Source(there, ("one",), 1).draw(0, 0).prompt == "one 0"
    with pytest.raises(
        ValueError, match=f"'one' has no problem of the {not_there} split at level 1: it has 1 problems"
    ):
        Source(not_there, ("blue", "one"), 1)


def test_families_are_chosen_by_name_sorted_each_once():
    assert chosen(FAMILIES, split="train", families=["red", "blue", "red"], level=2) == ("blue", "red")
    assert chosen(FAMILIES, split="test", families="one", level=1) == ("one",)
    assert chosen(FAMILIES, split="test", families=None, level=1) == ("blue", "green", "one", "red")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"split": "tset"}, "Unknown split of the generated problems 'tset'"),
        ({"families": "rde"}, "Unknown family 'rde'. Perhaps you meant 'red'"),
        ({"families": ()}, "Expected at least one family"),
        ({"families": 3}, "Expected families to be a name, several names, or None for all, actually: 3"),
        ({"level": 2}, "blue has 1 to 2, green has 1 to 2, red has 1 to 2, one has 1 to 1"),
        ({"level": True}, "actually: True"),
    ],
)
def test_arguments_that_choose_nothing_are_refused(arguments, message):
    with pytest.raises(ValueError) as error:
        chosen(FAMILIES, **{"split": "train", "families": None, "level": 1} | arguments)
    assert message in str(error.value)
