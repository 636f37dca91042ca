"""JSON, XML and schemas are read strictly, and nothing makes more of itself than it is."""

from __future__ import annotations

import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.structured.schemas import first_error, read_schema
from rlvr.envs.structured.strict_json import loads, right_leaves
from rlvr.envs.structured.strict_xml import parse, shape, values

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda held: st.lists(held, max_size=3) | st.dictionaries(st.text(max_size=3), held, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_json_is_read_as_the_standard_library_reads_it(value):
    assert loads(json.dumps(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "NaN", "[Infinity]", "-Infinity", '{"a": 1, "a": 1}', '[{"b": {"a": 1, "a": 2}}]', "{'a': 1}", '{"a": 1,}',
        "01", "1 2", "1e400", "[" * 65 + "]" * 65, "[" * 100_000, '{"a":' * 2_000, "1" * 301, "// c\n1", "\ufeff1",
    ],
)  # fmt: skip
def test_what_is_no_json_or_too_much_of_it_is_refused(text):
    with pytest.raises(ValueError):
        loads(text)


def test_depth_and_digits_are_bounded_where_they_are_said_to_be():
    assert loads("[" * 64 + "]" * 64) is not None
    assert loads("1" * 300) == int("1" * 300)


@pytest.mark.parametrize(
    ("mine", "theirs", "right"),
    [
        (1, 1.0, (1, 1)),
        (1, True, (0, 1)),
        ("1", 1, (0, 1)),
        (None, False, (0, 1)),
        ({}, [], (0, 1)),
        ([1, 2], [2, 1], (0, 2)),
        ({"0": 1}, [1], (0, 2)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 3}, (1, 2)),
        ({"a": 1}, {"a": 1, "b": {"c": []}}, (1, 2)),
    ],
)
def test_kinds_that_differ_are_never_equal(mine, theirs, right):
    assert right_leaves(mine, theirs) == right_leaves(theirs, mine) == right


@given(VALUES, VALUES)
def test_all_leaves_are_right_of_equal_values_only(mine, theirs):
    right, of = right_leaves(mine, mine)
    assert right == of
    right, of = right_leaves(mine, theirs)
    if right == of:
        assert mine == theirs


BOMB = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "<a>", "<a/><a/>", "<a b='1' b='2'/>", "<a>&nbsp;</a>", "<a b=1/>", BOMB,
        "<a>\ud800</a>", "<a>\x00</a>",
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "<a>" * 65 + "</a>" * 65,
    ],
)  # fmt: skip
def test_xml_that_is_not_well_formed_or_declares_something_is_refused(text):
    with pytest.raises(ValueError):
        parse(text)


def test_xml_is_compared_by_names_and_by_what_stands_in_them():
    one = parse(
        '<?xml version="1.0" encoding="UTF-16"?><a z="1" b="&lt;"><c> x<!-- no --> y </c><d><![CDATA[<&]]></d></a>'
    )
    assert shape(one) == [("a", ("b", "z"), 2), ("c", (), 0), ("d", (), 0)]
    assert values(one) == ["<", "1", "", "x y", "<&"]


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        ("string", "a mapping"),
        ({"type": "text"}, "valid JSON schema"),
        ({"pattern": "("}, "valid JSON schema"),
        ({"$ref": "https://example.invalid/schema"}, "itself only"),
        ({"properties": {"a": {"$ref": "other.json"}}}, "itself only"),
        ({"properties": {"a": {"$ref": "#/$defs/gone"}}}, "leads nowhere"),
        ({"$ref": "#"}, "come to an end"),
        ({"const": float("nan")}, "JSON data"),
        ({"const": {1, 2}}, "JSON data"),
    ],
)
def test_a_schema_that_could_not_be_held_is_refused_when_it_is_read(schema, word, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)  # Nothing is fetched.
    with pytest.raises(ValueError, match=word):
        read_schema(schema, "field 'schema'")


def test_a_schema_may_refer_to_itself():
    tree = {
        "type": "object",
        "properties": {"left": {"$ref": "#"}, "const": {"$ref": "#/$defs/x"}},
        "$defs": {"x": {"type": "null"}},
    }
    assert read_schema(tree, "it") == tree
    assert first_error(tree, {"left": {"left": {}}, "const": None}) is None
    assert first_error(tree, {"left": {"left": 1}}) == "At ['left']['left']: 1 is not of type 'object'"
    assert read_schema({"const": {"$ref": "https://example.invalid"}}, "it")


def test_the_draft_is_the_one_that_the_schema_names():
    tuple_of = {"items": [{"type": "integer"}]}
    assert first_error({"$schema": "http://json-schema.org/draft-07/schema#", **tuple_of}, ["a"])
    assert first_error({"prefixItems": [{"type": "integer"}]}, ["a"])


EVERYTHING = {
    "multipleOf": 1e-10,
    "minimum": -1e300,
    "exclusiveMaximum": 10**250,
    "minLength": 1,
    "pattern": "^[a-z]*$",
    "uniqueItems": True,
    "contains": {"type": "integer"},
    "items": {"$ref": "#"},
    "propertyNames": {"maxLength": 2},
    "patternProperties": {"^a": {"$ref": "#"}},
    "unevaluatedProperties": False,
    "dependentRequired": {"a": ["b"]},
    "not": {"const": [1]},
}


@given(VALUES | st.sampled_from([10**299, -(10**299), 1e308, 5e-324, "\ud800"]))
def test_no_value_makes_a_schema_raise(value):
    assert isinstance(first_error(EVERYTHING, value), str | None)
