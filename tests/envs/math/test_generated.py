from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from collections import Counter
from dataclasses import FrozenInstanceError
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.core import Status
from rlvr.envs.math import generated as module
from rlvr.envs.math.families import FAMILIES
from rlvr.envs.math.generated import SPLITS, generated
from rlvr.envs.math.verifier import plan, read_reference
from rlvr.seeding import TEST_SHARE, Stream, in_test_split

LEVELS = (1, 2, 3)  # every family has these
PER_WORKER = 8_400  # times 3 levels and 4 workers: 100,800 problems
WORKERS = {0: "train", 1: "train", 2: "test", 3: "test"}  # seed of the worker: split
WORKER = """
import json, sys
from rlvr.envs.math.generated import generated
split, seed, episodes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for level in (1, 2, 3):
    source = generated(split=split, level=level)
    print(json.dumps([source.canonical(seed, episode) for episode in range(episodes)]))
"""


@pytest.fixture(scope="module")
def drawn():
    """Canonical problems of 100,800 draws by four processes: {(seed, split, level): [...]}."""
    workers = {
        seed: subprocess.Popen(
            [sys.executable, "-c", WORKER, split, str(seed), str(PER_WORKER)], stdout=subprocess.PIPE, text=True
        )
        for seed, split in WORKERS.items()
    }
    found = {}
    for seed, worker in workers.items():
        lines = worker.communicate()[0].splitlines()
        assert worker.returncode == 0
        for level, line in zip(LEVELS, lines, strict=True):
            found[seed, WORKERS[seed], level] = json.loads(line)
    return found


class Pcg64(Stream):
    """The same draws from NumPy's generator: what chance gives."""

    def __init__(self, rng):
        self._rng, self._words = rng, []

    def below(self, n):
        if not self._words:
            self._words = self._rng.integers(2**64, size=4096, dtype=np.uint64).tolist()
        return self._words.pop() * n >> 64


def test_100_000_problems_over_seeds_workers_and_levels_have_no_train_test_overlap(drawn):
    assert sum(map(len, drawn.values())) >= 100_000
    train, test = (
        {problem for (_, of, _), problems in drawn.items() if of == split for problem in problems} for split in SPLITS
    )
    assert len(test) > 5_000
    assert not train & test


def test_100_000_problems_repeat_no_more_often_than_chance_gives(drawn):
    """Per family, level and split: repeats of the hash streams against those of as many draws from PCG64."""
    rng = np.random.default_rng(0)
    excess = []
    for split in SPLITS:
        for level in LEVELS:
            problems = [p for (_, of, at), found in drawn.items() if (of, at) == (split, level) for p in found]
            for name, count in Counter(problem.partition(":")[0] for problem in problems).items():
                distinct = {problem for problem in problems if problem.startswith(f"{name}:")}
                chance = _by_chance(rng, name, level, split, count)
                repeats, expected = count - len(distinct), count - len(chance)
                # A number of repeats has at most the variance of a Poisson variable of its mean.
                excess.append((repeats - expected) / sqrt(repeats + expected + 1))
    assert len(excess) == len(FAMILIES) * len(LEVELS) * len(SPLITS)
    assert max(map(abs, excess)) < 4.5
    assert abs(sum(excess)) < 4.5 * sqrt(len(excess))


def _by_chance(rng, name, level, split, count):
    """Canonical problems of `count` draws from PCG64 that fall into the split."""
    stream, family, found = Pcg64(rng), FAMILIES[name], []
    while len(found) < count:
        canonical = family.canonical(family.draw(stream, level))
        if in_test_split(f"{name}:{canonical}") is (split == "test"):
            found.append(canonical)
    return set(found)


def test_a_family_is_drawn_as_often_as_the_others(drawn):
    counts = Counter(problem.partition(":")[0] for problems in drawn.values() for problem in problems)
    assert set(counts) == set(FAMILIES)
    expected = sum(counts.values()) / len(counts)
    assert all(abs(count - expected) < 5 * sqrt(expected) for count in counts.values())


def test_what_a_worker_drew_this_process_draws_too(drawn):
    source = generated(split="test", level=2)
    assert [source.canonical(3, episode) for episode in range(200)] == drawn[3, "test", 2][:200]


def test_seeds_give_different_streams(drawn):
    for level in LEVELS:
        one, other = drawn[0, "train", level][:100], drawn[1, "train", level][:100]
        assert sum(a == b for a, b in zip(one, other, strict=True)) < 10


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", FAMILIES)
def test_every_gold_can_be_read_and_scores_1_in_both_splits(name, level):
    for split in SPLITS:
        source = generated(split=split, families=name, level=level)
        for episode in range(50):
            task = source.draw(7, episode)
            gold = read_reference(task.reference)
            assert not isinstance(gold, str)
            assert plan(rf"\boxed{{{task.reference}}}", task.reference).status is Status.CORRECT
            assert plan(rf"\boxed{{{gold + 1}}}", task.reference).status is Status.WRONG
            assert task.tags == {"family": name, "level": level, "split": split}


@pytest.mark.parametrize("name", FAMILIES)
def test_every_level_has_both_splits_in_about_their_shares(name):
    family = FAMILIES[name]
    for level in range(1, len(family.levels) + 1):
        generated(split="test", families=name, level=level)
        stream = Pcg64(np.random.default_rng(level))
        problems = {family.canonical(family.draw(stream, level)) for _ in range(3_000)}
        share = sum(in_test_split(f"{name}:{problem}") for problem in problems) / len(problems)
        assert abs(share - TEST_SHARE / 100) < 5 * sqrt(0.09 / len(problems))


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(SPLITS),
    st.integers(0, 2**63),
    st.integers(0, 10**6),
    st.sampled_from([None, "sum", ("gcd", "word")]),
)
def test_drawing_is_a_pure_function_and_ids_lead_back(split, seed, episode, families):
    source = generated(split=split, families=families, level=2)
    task = source.draw(seed, episode)
    source.draw(seed + 1, episode)
    assert source.draw(seed, episode) == task
    assert source.find(task.id, seed=12345) == task
    assert source.find(episode, seed) == task
    assert source.canonical(seed, episode).startswith(f"{task.tags['family']}:")


def test_an_id_says_family_level_split_seed_and_episode():
    assert generated(split="test", families="sum", level=3).draw(5, 17).id == "sum-3/test/5/17"


def test_the_sum_s_prompt_is_bare_and_its_gold_the_sum():
    task = generated(families="sum", level=3).draw(0, 0)
    a, b = map(int, task.prompt.removesuffix("=?").split("+"))
    assert task.reference == str(a + b)


def test_streams_differ_between_splits_levels_and_sets_of_families():
    sources = [
        generated(families="sum", level=4),
        generated(families="sum", level=5),
        generated(families=("sum", "gcd"), level=3),
        generated(split="test", families="sum", level=4),
    ]
    assert len({tuple(source.draw(0, episode).prompt for episode in range(5)) for source in sources}) == 4


def test_equal_arguments_give_one_object_that_copies_and_pickles_by_name():
    source = generated(families=["sum", "gcd"], level=2)
    assert source is generated(families=("gcd", "sum", "gcd"), level=2)
    assert copy.copy(source) is copy.deepcopy(source) is pickle.loads(pickle.dumps(source)) is source
    assert len(pickle.dumps(source)) < 200
    assert repr(source).startswith("GeneratedSource(split='train', families=('gcd', 'sum'), level=2")


def test_a_source_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        generated().level = 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"split": "tset"}, "Unknown split of the generated problems 'tset'. Perhaps you meant 'test'"),
        ({"families": "sums"}, "Unknown family 'sums'. Perhaps you meant 'sum'"),
        ({"families": ["sum", 3]}, "Unknown family 3"),
        ({"families": [["sum"]]}, "Unknown family ['sum']"),
        ({"families": 5}, "Expected families to be a name, several names, or None for all, actually: 5. There are:"),
        ({"families": []}, "at least one family"),
        ({"level": 0}, "actually: 0"),
        ({"level": 9}, "actually: 9. average has 1 to 3"),
        ({"level": True}, "actually: True"),
        ({"level": "1"}, "actually: '1'"),
        ({"families": ("sum", "gcd"), "level": 4}, "sum has 1 to 9, gcd has 1 to 3"),
    ],
)
def test_arguments_that_name_nothing_are_refused_with_what_there_is(arguments, message):
    with pytest.raises(ValueError) as error:
        generated(**arguments)
    assert message in str(error.value)


@pytest.mark.parametrize("key", [-1, True, 1.5, "", "sum", "sum-3/train/0", "sum-3/train/0/-1", "sum-3/train/x/0"])
def test_a_key_that_is_no_id_is_refused(key):
    with pytest.raises(ValueError, match="Expected"):
        generated(families="sum", level=3).find(key, 0)


@pytest.mark.parametrize("key", ["sum-2/train/0/0", "gcd-3/train/0/0", "sum-3/test/0/0", "sum-3/train/00/0"])
def test_an_id_of_another_source_is_refused_with_the_remedy(key):
    with pytest.raises(ValueError, match="Make the environment with the families, level and split"):
        generated(families="sum", level=3).find(key, 0)


def test_a_split_without_problems_is_refused(monkeypatch):
    monkeypatch.setattr(module, "in_test_split", lambda canonical: False)
    with pytest.raises(ValueError, match="has no problem of the test split at level 1: it has 55 problems"):
        module.GeneratedSource("test", ("sum",), 1)
