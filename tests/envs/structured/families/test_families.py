"""Laws of every family of structured output and level."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rlvr.core import Status
from rlvr.envs.structured.families import FAMILIES, Family
from rlvr.envs.structured.judging import judge
from rlvr.envs.structured.verifier import reference_of
from rlvr.seeding import StreamKey

KEY = StreamKey("tests", "structured")
LEVELS = [
    pytest.param(family, level, id=f"{family.name}-{level}") for family in FAMILIES.values() for level in (1, 2, 3)
]


def drawn(family, level, seed):
    stream = KEY.at(seed, level)
    problem = family.draw(stream, level)
    reference = family.reference(problem, stream)
    return problem, reference, family.prompt(problem, reference, stream)


def test_there_are_the_families_that_were_asked_for():
    assert list(FAMILIES) == sorted(["json", "call", "regex", "table", "csv", "xml", "date"])
    assert all(len(family.levels) == 3 for family in FAMILIES.values())


@pytest.mark.parametrize(("family", "level"), LEVELS)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=200)
def test_what_is_written_is_right_and_whatever_breaks_it_wrong(family, level, seed):
    _, reference, _ = drawn(family, level, seed)
    verdict = judge(family.write(reference), reference)
    assert (verdict.status, verdict.parts) == (Status.CORRECT, {"form": 1.0, "values": 1.0}), verdict
    mistake = judge(family.mistake(reference), reference, reward="fraction")
    assert mistake.parts["form"] == 1.0 and mistake.parts["values"] < 1.0 and mistake.status is Status.PARTIAL
    for number, spoil in enumerate(family.breakers):
        broken = spoil(reference)
        assert judge(broken, reference).status in (Status.WRONG, Status.UNPARSABLE), (number, broken)


@pytest.mark.parametrize(("family", "level"), LEVELS)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_problems_are_json_and_a_function_of_the_stream_and_references_can_be_read_as_rows(family, level, seed):
    problem, reference, prompt = drawn(family, level, seed)
    assert drawn(family, level, seed) == (problem, reference, prompt)
    assert json.loads(json.dumps(problem)) == problem
    assert json.loads(json.dumps(reference)) == reference
    assert prompt == prompt.strip() and len(prompt) < 6_000 and "None" not in prompt and "```" not in prompt
    read = reference_of(reference)
    assert judge(family.write(reference), read).status is Status.CORRECT
    assert judge(family.mistake(reference), read).status is Status.WRONG


@pytest.mark.parametrize(("family", "level"), LEVELS)
def test_the_size_is_not_more_than_there_is(family, level):
    size = family.size(level)
    assert size >= 100
    seen = {family.canonical(drawn(family, level, seed)[0]) for seed in range(1_000)}
    assert len(seen) >= min(size, 1_000) * 0.5
    if family.exact:
        assert len(seen) <= size


@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize("name", ["csv", "xml", "table"])
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_texts_and_numbers_of_a_right_answer_stand_in_the_prompt(name, level, seed):
    _, reference, prompt = drawn(FAMILIES[name], level, seed)
    for row in reference.get("rows", []):
        for cell in row:
            assert cell in prompt or cell in ("yes", "no") or cell[4:5] == "-"


@given(seed=st.integers(0, 2**32 - 1), level=st.integers(1, 3))
@settings(max_examples=100)
def test_a_regular_expression_is_judged_by_texts_that_the_prompt_does_not_show(seed, level):
    _, reference, prompt = drawn(FAMILIES["regex"], level, seed)
    assert not set(reference["match"]) & set(reference["refuse"])
    for kind in ("match", "refuse"):
        hidden = [text for text in reference[kind] if f"`{text}`" not in prompt]
        assert len(hidden) >= 5


@pytest.mark.parametrize(
    "arguments",
    [{"a": ["x"]}, {"a": {"b": [1.5]}}, {"a": None, "b": True}, {"a": [], "b": {"c": "c"}}],
)
def test_calls_of_any_arguments_have_a_mistake(arguments):
    row = {"kind": "call", "functions": [{"name": "f"}], "calls": [{"name": "f", "arguments": arguments}]}
    reference = reference_of(row)
    assert judge(FAMILIES["call"].mistake(reference), reference).parts["form"] == 1.0
    assert judge(FAMILIES["call"].mistake(reference), reference).status is Status.WRONG


@pytest.mark.parametrize("arguments", [{}, {"a": None}, {"a": [[], {}]}])
def test_calls_without_anything_to_change_have_none(arguments):
    row = {"kind": "call", "functions": [{"name": "f"}], "calls": [{"name": "f", "arguments": arguments}]}
    with pytest.raises(NotImplementedError, match="No other arguments of 'f'"):
        FAMILIES["call"].mistake(reference_of(row))


TASKS = {name: drawn(family, 3, 7)[1] for name, family in FAMILIES.items()}
MARKS = st.text(alphabet="ab1 *-#_[]()<>{}`~\"':.,/|\\?!&;=+^$\n\r\tPLs•\u2028\x00\ud800水", max_size=60)


@pytest.mark.parametrize("name", FAMILIES)
@given(st.text(st.characters(), max_size=100) | MARKS)
@example("")
@example("\ud800\udfff")
@example("\x00" * 50)
@example("[" * 5_000)
@example("(" * 5_000)
@example("<a>" * 5_000)
@example('"' * 5_001)
@example("|-|\n" * 2_000)
@example("9" * 10_000)
@example("(?L)a")
@example("(?i")
@example("1e999")
@settings(max_examples=200)
def test_no_text_makes_a_check_raise(name, text):
    verdict = judge(text, TASKS[name])
    assert verdict.status in (Status.WRONG, Status.UNPARSABLE)


@pytest.mark.parametrize("name", FAMILIES)
@given(data=st.data())
@settings(max_examples=60)
def test_a_right_answer_that_was_changed_in_one_place_makes_no_check_raise(name, data):
    right = FAMILIES[name].write(TASKS[name])
    place = data.draw(st.integers(0, len(right) - 1))
    judge(
        right[:place]
        + data.draw(st.sampled_from(["", "\x00", "\ud800", '"', "}", "&", "|", "0", "\n"]))
        + right[place + 1 :],
        TASKS[name],
    )


@pytest.mark.parametrize(("name", "levels"), [("Json", ("a",)), ("a-b", ("a",)), ("json", ())])
def test_a_family_that_no_id_could_name_is_refused(name, levels):
    functions = dict.fromkeys(
        ("draw", "size", "reference", "prompt", "read", "judge", "write", "mistake"), lambda *_: None
    )
    with pytest.raises(ValueError, match="lower-case letters and a level"):
        Family(name=name, levels=levels, breakers=(), **functions)
