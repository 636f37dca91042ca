"""Laws of every generated family and level."""

from __future__ import annotations

import pytest

from rlvr.core import Status
from rlvr.envs.math.exact import parse_number
from rlvr.envs.math.families import FAMILIES, Family
from rlvr.envs.math.families.base import integers_in
from rlvr.envs.math.verifier import plan
from rlvr.seeding import StreamKey

KEY = StreamKey("tests", "families")
LEVELS = [
    pytest.param(family, level, id=f"{family.name}-{level}")
    for family in FAMILIES.values()
    for level in range(1, len(family.levels) + 1)
]


def problems(family, level, count):
    return [family.draw(KEY.at(level, index), level) for index in range(count)]


def test_there_are_the_families_that_the_design_names():
    named = {"sum", "chain", "fraction", "equation", "gcd", "lcm", "modular", "percent", "base", "counting", "word"}
    assert named <= set(FAMILIES)
    assert len(FAMILIES) >= 12
    assert list(FAMILIES) == sorted(FAMILIES)
    assert all(len(family.levels) >= 3 for family in FAMILIES.values())


@pytest.mark.parametrize(("family", "level"), LEVELS)
def test_a_second_method_that_starts_from_the_prompt_finds_the_same_gold(family, level):
    for problem in problems(family, level, 2_000 if family.name not in ("counting", "divisors") else 500):
        prompt = family.prompt(problem)
        gold = parse_number(family.answer(problem))
        assert gold is not None
        assert family.solve_again(prompt) == gold, prompt


@pytest.mark.parametrize(("family", "level"), LEVELS)
def test_the_gold_scores_1_and_other_numbers_0(family, level):
    for problem in problems(family, level, 200):
        gold = family.answer(problem)
        number = parse_number(gold)
        for form in (r"\boxed{%s}", "<answer>%s</answer>", "so\n#### %s", "The answer is %s."):
            assert plan(form % gold, gold).status is Status.CORRECT
            assert plan(form % (number + 1), gold).status is Status.WRONG
            assert plan(form % -number, gold).status is (Status.CORRECT if number == 0 else Status.WRONG)
            assert plan(form % (number * 10), gold).status is (Status.CORRECT if number == 0 else Status.WRONG)


@pytest.mark.parametrize(("family", "level"), LEVELS)
def test_the_size_is_what_drawing_finds(family, level):
    size = family.size(level)
    assert size >= 50
    count = min(40 * size, 20_000)
    seen = {family.canonical(problem) for problem in problems(family, level, count)}
    if family.exact_size:
        assert len(seen) <= size
        if size <= 500:
            assert len(seen) == size
    elif size < count / 4:
        assert len(seen) >= size


@pytest.mark.parametrize(("family", "level"), LEVELS)
def test_equal_problems_have_equal_golds_and_different_ones_differ_in_their_text(family, level):
    golds, texts = {}, {}
    for problem in problems(family, level, 3_000):
        canonical = family.canonical(problem)
        assert golds.setdefault(canonical, family.answer(problem)) == family.answer(problem)
        assert texts.setdefault(family.prompt(problem), canonical) == canonical


@pytest.mark.parametrize(("family", "level"), LEVELS)
def test_prompts_are_short_plain_and_free_of_their_machinery(family, level):
    for problem in problems(family, level, 100):
        prompt = family.prompt(problem)
        assert prompt == prompt.strip()
        assert len(prompt) < 300
        for mark in ("None", "True", "lambda", "{0}", "boxed", "<answer>", "####", " 1 letters", "  ", "--", "+ -"):
            assert mark not in prompt


def test_the_sum_s_prompt_is_bare():
    assert FAMILIES["sum"].prompt((12, 7)) == "12+7=?"


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("sum", (3, 5), (5, 3)),
        ("chain", ((1, (2, 3)), (-1, (4,))), ((-1, (4,)), (1, (3, 2)))),
        ("chain", ((1, (2, (3, 1, 4))),), ((1, ((4, 1, 3), 2)),)),
        ("equation", ((2, 0, 3), (0, 0, 7)), ((0, 0, 7), (2, 0, 3))),
        ("gcd", (12, 18), (18, 12)),
        ("lcm", (4, 6, 9), (9, 4, 6)),
        ("modular", ("product", 12, 34, 5, 7), ("product", 34, 12, 5, 7)),
        ("percent", ("changes", 5, -10, 100), ("changes", -10, 5, 100)),
        ("average", ("mean", (1, 2, 3)), ("mean", (3, 1, 2))),
        ("average", ("groups", (2, 50), (3, 60)), ("groups", (3, 60), (2, 50))),
    ],
)
def test_commutative_operands_make_no_other_problem(name, one, other):
    assert FAMILIES[name].canonical(one) == FAMILIES[name].canonical(other)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("chain", ((1, (2,)), (-1, (3,))), ((1, (3,)), (-1, (2,)))),
        ("chain", ((1, (2, (3, -1, 4))),), ((1, (2, (4, -1, 3))),)),
        ("modular", ("power", 2, 10, 7), ("power", 10, 2, 7)),
        ("base", (12, 10, 2), (12, 2, 10)),
    ],
)
def test_operands_that_do_not_commute_make_another_problem(name, one, other):
    assert FAMILIES[name].canonical(one) != FAMILIES[name].canonical(other)


def test_a_story_about_other_people_and_things_is_the_same_problem():
    family = FAMILIES["word"]
    by_canonical = {}
    for problem in problems(family, 1, 20_000):
        by_canonical.setdefault(family.canonical(problem), set()).add(family.prompt(problem))
    assert max(map(len, by_canonical.values())) > 1


def test_every_story_is_told_in_every_level():
    for level in (1, 2, 3):
        assert len({problem[0].name for problem in problems(FAMILIES["word"], level, 500)}) == 10


def test_integers_are_found_where_a_text_spells_them():
    assert integers_in("From -3 to 12, x5 and 4x, 2^10, $7.") == [-3, 12, 4, 2, 10, 7]
    assert integers_in("3-5") == [3, 5]


@pytest.mark.parametrize(("name", "levels"), [("Sum", ("a",)), ("a-b", ("a",)), ("sum", ())])
def test_a_family_that_no_id_could_name_is_refused(name, levels):
    functions = dict.fromkeys(("draw", "canonical", "prompt", "answer", "solve_again", "size"), lambda *_: None)
    with pytest.raises(ValueError, match="lower-case letters and a level"):
        Family(name=name, levels=levels, **functions)
