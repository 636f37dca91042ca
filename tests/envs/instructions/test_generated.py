"""Prompts that are composed, and conversations."""

from __future__ import annotations

import copy
import json
import os
import pickle
import re
import subprocess
import sys
from collections import Counter
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.envs.instructions.conflicts import COMPOSABLE, CONFLICTS
from rlvr.envs.instructions.constraints import CONSTRAINTS
from rlvr.envs.instructions.generated import COUNTS, FAMILIES, generated
from rlvr.envs.instructions.prose import TOPICS
from rlvr.envs.instructions.rows import reference_of
from rlvr.seeding import TEST_SHARE, StreamKey, in_test_split

LEVELS = (1, 2, 3)


def tasks(number, seed=0, **arguments):
    source = generated(**arguments)
    return [source.draw(seed, episode) for episode in range(number)]


def ids_of(turn):
    return turn["instruction_id_list"]


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(["train", "test"]), st.sampled_from([1, 2, 4]), st.integers(0, 2**63), st.integers(0, 10**6))
def test_drawing_is_a_pure_function_and_ids_lead_back(split, turns, seed, episode):
    source = generated(split=split, turns=turns)
    task = source.draw(seed, episode)
    source.draw(seed + 1, episode)
    assert source.draw(seed, episode) == task
    assert source.find(task.id, seed=12345) == task
    assert source.find(episode, seed) == task
    assert in_test_split(source.canonical(seed, episode)) is (split == "test")


def test_an_id_says_length_level_split_seed_and_episode():
    assert generated(split="test", level=2).draw(5, 17).id == "compose-2/test/5/17"
    assert generated(turns=3).draw(5, 17).id == "threeturns-1/train/5/17"


def test_the_same_is_drawn_in_another_process():
    program = (
        "from rlvr.envs.instructions.generated import generated; import json; "
        "print(json.dumps([generated(level=3, turns=3).draw(9, n).reference for n in range(10)]))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    ).stdout
    assert json.loads(printed) == [task.reference for task in tasks(10, 9, level=3, turns=3)]


def test_equal_arguments_give_one_object_that_copies_and_pickles_by_name():
    source = generated(level=2, turns=2)
    assert source is generated(turns=2, level=2)
    assert copy.copy(source) is copy.deepcopy(source) is pickle.loads(pickle.dumps(source)) is source
    assert len(pickle.dumps(source)) < 200


def test_seeds_splits_levels_and_lengths_give_different_prompts():
    drawn = [
        tasks(20, seed=seed, split=split, level=level, turns=turns)
        for seed, split, level, turns in ((0, "train", 1, 1), (1, "train", 1, 1), (0, "test", 1, 1), (0, "train", 2, 1))
    ] + [tasks(20, turns=2)]
    assert len({tuple(task.prompt for task in some) for some in drawn}) == 5
    for one, other in combinations(drawn, 2):
        assert sum(a.prompt == b.prompt for a, b in zip(one, other, strict=True)) < 3


@pytest.mark.parametrize("level", LEVELS)
def test_the_splits_share_no_prompt_and_each_has_its_share(level):
    train, test = (
        {generated(split=split, level=level).canonical(seed, episode) for seed in (0, 1) for episode in range(400)}
        for split in ("train", "test")
    )
    assert not train & test
    family = FAMILIES["compose"]
    stream = StreamKey("shares").at(0, level)
    problems = {family.canonical(family.draw(stream, level)) for _ in range(800)}
    in_test = sum(in_test_split(f"compose:{problem}") for problem in problems) / len(problems)
    assert abs(in_test - TEST_SHARE / 100) < 0.05
    assert len(problems) > 700


def test_the_order_in_which_constraints_are_said_makes_no_other_problem():
    problem = FAMILIES["twoturns"].draw(StreamKey("orders").at(0, 0), 3)
    turned = {**problem, "turns": [{**turn, "force": turn["force"][::-1]} for turn in problem["turns"]]}
    assert FAMILIES["twoturns"].canonical(turned) == FAMILIES["twoturns"].canonical(problem)
    other = {**problem, "topic": problem["topic"] + 1}
    assert FAMILIES["twoturns"].canonical(other) != FAMILIES["twoturns"].canonical(problem)


@pytest.mark.parametrize("level", LEVELS)
def test_prompts_have_as_many_constraints_as_the_level_says_none_twice_and_no_conflict(level):
    few, many = COUNTS[level - 1]
    numbers = Counter()
    for task in tasks(400, level=level):
        (turn,) = task.reference["turns"]
        numbers[len(ids_of(turn))] += 1
        assert len(set(ids_of(turn))) == len(ids_of(turn))
        assert not [pair for pair in combinations(ids_of(turn), 2) if frozenset(pair) in CONFLICTS]
        assert task.tags["level"] == level and task.tags["subject"] in task.prompt
    assert set(numbers) == {few, many}
    assert min(numbers.values()) > 100


def test_every_constraint_of_the_pool_is_drawn_at_every_level():
    for level in LEVELS:
        drawn = Counter(one for task in tasks(1_500, level=level) for one in ids_of(task.reference["turns"][0]))
        assert set(drawn) == set(COMPOSABLE)


@pytest.mark.parametrize("turns", [1, 3])
def test_references_are_rows_as_published(turns):
    for task in tasks(100, level=2, turns=turns):
        assert json.loads(json.dumps(task.reference)) == task.reference
        for turn in task.reference["turns"]:
            row = {name: turn[name] for name in ("instruction_id_list", "kwargs")}
            assert reference_of(row) == row


# What prompts say.


def said(name, kwargs):
    constraint = CONSTRAINTS[name]
    return [phrasing.format(**constraint.said(kwargs)) for phrasing in constraint.phrasings]


@pytest.mark.parametrize("level", LEVELS)
def test_a_prompt_says_what_to_write_and_each_constraint_once(level):
    requests = {f"Write {wanted}." for wanted, _ in TOPICS}
    for task in tasks(200, level=level):
        (turn,) = task.reference["turns"]
        assert task.prompt == turn["said"]
        assert any(task.prompt.startswith(request) for request in requests)
        for name, kwargs in zip(ids_of(turn), turn["kwargs"], strict=True):
            assert sum(phrase in task.prompt for phrase in said(name, kwargs)) == 1


def test_a_prompt_is_a_line_a_list_or_parts_with_empty_lines_between_them():
    forms = Counter()
    for task in tasks(300, level=2):
        if "\n\nFollow these instructions:\n- " in task.prompt:
            forms["list"] += 1
        elif "\n\n" in task.prompt:
            forms["parts"] += 1
        else:
            forms["line"] += 1
            assert "\n" not in task.prompt and task.prompt.endswith((".", "!"))
    assert min(forms[form] for form in ("list", "parts", "line")) > 20


def test_nothing_follows_on_the_line_of_a_text_that_has_to_be_written_word_for_word():
    """`begins with P.S. Use no comma.` or `has to be: Any other questions? Use no comma.` would mislead."""
    verbatim = re.compile(r"(?:P\.P\.S|P\.S\.|\*\*\*|point 2|section 2\]|maybe\.|\n(?:Write [a-z ]+\.)) [A-Z]")
    for level in LEVELS:
        for task in tasks(400, level=level):
            assert not verbatim.search(task.prompt)


def test_the_request_that_has_to_be_repeated_is_the_prompt_s_own():
    seen = 0
    for task in tasks(400, level=2, turns=2):
        for turn in task.reference["turns"]:
            for kwargs in turn["kwargs"]:
                if "prompt_to_repeat" in kwargs:
                    assert task.prompt.startswith(kwargs["prompt_to_repeat"])
                    seen += 1
    assert seen > 5


# Conversations.


@pytest.mark.parametrize("turns", [2, 3, 8])
@pytest.mark.parametrize("level", LEVELS)
def test_each_later_turn_adds_a_constraint_or_takes_one_back(turns, level):
    changes = Counter()
    for task in tasks(40, level=level, turns=turns):
        assert len(task.reference["turns"]) == turns
        for before, after in pairwise(task.reference["turns"]):
            old, new = (dict(zip(ids_of(turn), turn["kwargs"], strict=True)) for turn in (before, after))
            assert not [pair for pair in combinations(new, 2) if frozenset(pair) in CONFLICTS]
            added, taken = new.keys() - old.keys(), old.keys() - new.keys()
            assert len(added) + len(taken) == 1 and len(new) >= 1
            assert all(new[name] == old[name] for name in new.keys() & old.keys())
            ((name, kwargs),) = [(name, (new | old)[name]) for name in added | taken]
            lead = "follow one more instruction" if added else "You need no longer follow this instruction"
            assert lead in after["said"]
            assert sum(phrase in after["said"] for phrase in said(name, kwargs)) == 1
            changes["added" if added else "taken"] += 1
    assert changes["added"] > changes["taken"] > 0


def test_what_is_taken_back_is_named_in_the_words_in_which_it_was_asked():
    seen = 0
    for task in tasks(60, level=2, turns=4):
        turns = task.reference["turns"]
        for number, (before, after) in enumerate(pairwise(turns), start=1):
            for name, kwargs in zip(ids_of(before), before["kwargs"], strict=True):
                if name not in ids_of(after):
                    (phrase,) = (phrase for phrase in said(name, kwargs) if phrase in after["said"])
                    assert any(phrase in turn["said"] for turn in turns[:number])
                    seen += 1
    assert seen > 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"split": "tset"}, "Perhaps you meant 'test'"),
        ({"level": 4}, "compose has 1 to 3"),
        ({"level": True}, "actually: True"),
        ({"turns": 0}, "Expected turns to be an integer from 1 to 8, actually: 0."),
        ({"turns": 9}, "actually: 9."),
        ({"turns": 2.0}, "actually: 2.0."),
        ({"turns": True}, "actually: True."),
        ({"turns": [2]}, "actually: [2]."),
    ],
)
def test_arguments_that_name_nothing_are_refused_with_what_there_is(arguments, message):
    with pytest.raises(ValueError) as error:
        generated(**arguments)
    assert message in str(error.value)
