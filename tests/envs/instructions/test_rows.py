"""Rows as IFEval and IFBench publish them, and those that cannot be read."""

from __future__ import annotations

import json

import pytest

from rlvr.envs.instructions.conflicts import COMPOSABLE
from rlvr.envs.instructions.constraints import CONSTRAINTS
from rlvr.envs.instructions.rows import held, reference_of
from rlvr.seeding import StreamKey

NO_COMMA = "punctuation:no_comma"
WORDS = "length_constraints:number_words"


def row(name, **kwargs):
    return {"instruction_id_list": [name], "kwargs": [kwargs]}


@pytest.mark.parametrize("name", CONSTRAINTS)
@pytest.mark.parametrize("level", [1, 2, 3])
def test_what_is_drawn_is_read_as_it_is(name, level):
    kwargs = CONSTRAINTS[name].draw(StreamKey("rows").at(0, 0), level)
    found = reference_of(json.loads(json.dumps(row(name, **kwargs))))
    assert found == row(name, **kwargs)
    assert held(found) == [(CONSTRAINTS[name], kwargs)]


def test_parameters_that_are_null_were_left_out():
    """As on the Hugging Face hub, where each row has a field for every parameter of all instructions."""
    given = {"instruction_id_list": [NO_COMMA, WORDS], "kwargs": [{"num_words": None}, None]}
    given["kwargs"][1] = {"num_words": 5, "relation": "at least", "language": None}
    assert reference_of(given)["kwargs"] == [{}, {"num_words": 5, "relation": "at least"}]
    assert reference_of({"instruction_id_list": [NO_COMMA], "kwargs": [None]})["kwargs"] == [{}]


def test_whole_numbers_may_be_floats_and_texts_lists_of_one():
    assert reference_of(row("count:numbers", N=5.0))["kwargs"] == [{"N": 5}]
    assert type(reference_of(row("count:numbers", N=5.0))["kwargs"][0]["N"]) is int
    word = row("last_word:last_word_answer", last_word=["so"])
    assert reference_of(word)["kwargs"] == [{"last_word": "so"}]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "expected field 'instruction_id_list' to be a list of ids, actually: None."),
        ({"instruction_id_list": [], "kwargs": []}, "to be a list of ids, actually: []."),
        ({"instruction_id_list": NO_COMMA, "kwargs": [{}]}, "to be a list of ids, actually: 'punctuation:no_comma'."),
        ({"instruction_id_list": [5], "kwargs": [{}]}, "to be a list of ids, actually: [5]."),
        ({"instruction_id_list": [NO_COMMA]}, "a mapping for each of 1 ids, actually: None."),
        ({"instruction_id_list": [NO_COMMA], "kwargs": [{}, {}]}, "a mapping for each of 1 ids, actually: [{}, {}]."),
        ({"instruction_id_list": [NO_COMMA], "kwargs": [5]}, "the kwargs of 'punctuation:no_comma' to be a mapping"),
        (row("punctuation:no_coma"), "'punctuation:no_coma'. Perhaps you meant 'punctuation:no_comma'"),
        (row(NO_COMMA, num_words=5), "Unknown parameter of 'punctuation:no_comma' 'num_words'. There are: none."),
        (row(WORDS, num_word=5, relation="at least"), "'num_word'. Perhaps you meant 'num_words'"),
        (row(WORDS, num_words=5), "cannot be checked with {'num_words': 5}"),
        (row(WORDS, num_words=5, relation="at leest"), '"at least" or "less than", actually: \'at leest\'.'),
        (row(WORDS, num_words="5", relation="at least"), "a whole number of at least 0, actually: '5'."),
        (row(WORDS, num_words=5.5, relation="at least"), "a whole number of at least 0, actually: 5.5."),
        (row(WORDS, num_words=-1, relation="at least"), "a whole number of at least 0, actually: -1."),
        (row(WORDS, num_words=True, relation="at least"), "a whole number of at least 0, actually: True."),
        (row(WORDS, num_words=float("nan"), relation="at least"), "a whole number of at least 0, actually: nan."),
        (row("keywords:existence", keywords="so"), "keywords of 'keywords:existence' to be a list of texts"),
        (row("keywords:existence", keywords=[]), "to be a list of texts, actually: []."),
        (row("keywords:existence", keywords=["so", ""]), "to be a list of texts, actually: ['so', '']."),
        (row("startend:end_checker", end_phrase=" "), "to be a text, actually: ' '."),
        (row("startend:end_checker", end_phrase=["a", "b"]), "to be a text, actually: ['a', 'b']."),
        (row("language:response_language", language="xx"), "Unknown language 'xx'"),
    ],
)
def test_a_row_that_cannot_be_read_is_an_error_that_says_where_and_why(given, message):
    with pytest.raises(ValueError) as raised:
        reference_of(given, "own.jsonl, line 7")
    assert message in str(raised.value)
    assert str(raised.value).startswith("own.jsonl, line 7: ")


WRONG = ("x", "", 3, 2.5, -1, True, [], ["a"], [1], ["a", "b"], {}, float("nan"), float("inf"), 10**18)
TEXTS = ("", "a", "水。", "One. Two!\n\n* three\n***\nP.S. [four]", '{"a": 1}', "******", "My answer is yes.", "😀 ?!")


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_with_whatever_is_read_every_check_has_an_answer(name):
    """What cannot be checked is refused when it is loaded, not when the first response happens to get so far."""
    constraint = CONSTRAINTS[name]
    stream = StreamKey("rows").at(0, 1)
    kwargs = constraint.draw(stream, 1)
    texts = (*TEXTS, constraint.write("A text. It goes on.", stream, **kwargs))
    for parameter in kwargs:
        for value in WRONG:
            try:
                ((_, read),) = held(reference_of(row(name, **kwargs | {parameter: value})))
            except ValueError:
                continue
            for text in texts:
                assert constraint.check(text, **read) in (True, False)
                assert constraint.reference(text, **read) in (True, False)


def test_ids_are_the_published_ones():
    by_source = {}
    for constraint in CONSTRAINTS.values():
        by_source.setdefault(constraint.source, []).append(constraint.id)
    assert {source: len(ids) for source, ids in by_source.items()} == {"IFEval": 25, "IFBench": 58, "IF-RLVR": 29}
    assert not set(COMPOSABLE) & set(by_source["IFBench"])
