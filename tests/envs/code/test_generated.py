import copy
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.envs.code.families import FAMILIES
from rlvr.envs.code.generated import asked, generated
from rlvr.envs.code.suites import suite
from rlvr.seeding import StreamKey, in_test_split
from tests.envs.code.planted_families import ANY_ORDER, FEW_INPUTS, SHOUT, SMALLEST

K = {"k": 3}


def prompt(family, parameters=K):
    stream = StreamKey("tests", "prompts").at(0, 0)
    return asked(family, parameters, suite(family, parameters, stream)["public"])


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(["train", "test"]), st.integers(0, 2**63), st.integers(0, 10**6))
def test_drawing_is_a_pure_function_and_ids_lead_back(split, seed, episode):
    source = generated(split=split)
    task = source.draw(seed, episode)
    source.draw(seed + 1, episode)
    assert source.draw(seed, episode) == task
    assert source.find(task.id, seed=12345) == task
    assert source.find(episode, seed) == task
    assert in_test_split(source.canonical(seed, episode)) is (split == "test")


def test_an_id_says_family_level_split_seed_and_episode():
    assert generated(split="test", families="runs", level=2).draw(5, 17).id == "runs-2/test/5/17"


def test_equal_arguments_give_one_object_that_copies_and_pickles_by_name():
    source = generated(families=["runs"], level=2)
    assert source is generated(families="runs", level=2)
    assert copy.copy(source) is copy.deepcopy(source) is pickle.loads(pickle.dumps(source)) is source
    assert len(pickle.dumps(source)) < 200
    assert repr(source).startswith("GeneratedSource(split='train', families=('runs',), level=2")


def test_all_families_are_drawn_by_default():
    source = generated()
    assert source.families == tuple(FAMILIES)
    drawn = {source.draw(0, episode).tags["family"] for episode in range(12 * len(FAMILIES))}
    assert len(drawn) > len(FAMILIES) * 0.9


def test_a_problem_that_comes_again_has_other_tests():
    source = generated(families="runs")
    by_problem = {}
    for episode in range(1_500):
        by_problem.setdefault(source.canonical(0, episode), []).append(episode)
    one, other = next(episodes[:2] for episodes in by_problem.values() if len(episodes) > 1)
    one, other = source.draw(0, one), source.draw(0, other)
    assert one.reference["solution"] == other.reference["solution"]
    assert one.reference["tests"] != other.reference["tests"]


def test_the_prompt_says_what_to_do_how_to_write_it_and_what_comes_of_some_inputs():
    head, form, examples = prompt(SMALLEST).split("\n\n")
    assert head == "Return the 3 smallest of `numbers`, sorted."
    assert form == "Write a Python function `smallest(numbers: list[int])`."
    title, *lines = examples.split("\n")
    assert title == "Examples:"
    assert len(lines) == 2
    for line in lines:
        call, result = line.removeprefix("- ").split(" returns ")
        numbers = [int(number) for number in call.removeprefix("`smallest([").removesuffix("])`").split(",")]
        assert result == f"`{sorted(numbers)[:3]}`"


def test_the_prompt_of_a_program_for_standard_input_shows_blocks():
    public = [{"stdin": "a\nb\n", "stdout": "A!\nB!\n"}, {"stdin": "", "stdout": ""}]
    assert asked(SHOUT, {"k": 1}, public) == (
        "Write each line in capitals with 1 exclamation marks.\n\n"
        "Write a Python program that reads standard input and writes standard output.\n\n"
        "Examples:\nInput:\n```\na\nb\n```\nOutput:\n```\nA!\nB!\n```\nInput:\n```\n\n```\nOutput:\n```\n\n```"
    )


def test_where_many_outputs_are_right_the_examples_say_so_and_a_tolerance_is_told():
    text = prompt(ANY_ORDER)
    assert ")` may return `[" in text
    assert "Numbers may differ from the right ones by 1e-06, relative or absolute." in text


def test_backticks_in_an_example_do_not_end_it():
    public = [{"call": "f", "args": ["a`b"], "expected": {"$tuple": [1, "x"]}}]
    assert asked(FEW_INPUTS, K, public).endswith("Example:\n- `` f('a`b') `` returns `(1, 'x')`")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"split": "tset"}, "Perhaps you meant 'test'"),
        ({"families": "rums"}, "Unknown family 'rums'. Perhaps you meant 'runs'"),
        ({"families": "runs", "level": 9}, "runs has 1 to 2"),
    ],
)
def test_arguments_that_name_nothing_are_refused_with_what_there_is(arguments, message):
    with pytest.raises(ValueError) as error:
        generated(**arguments)
    assert message in str(error.value)
