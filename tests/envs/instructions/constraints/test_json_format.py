"""JSON as a whole. Bugs of the published checker: google-research, instruction_following_eval."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.instructions.constraints.json_format import JsonFormat
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

JSON = JsonFormat()

test_written_ones_pass_and_spoiled_ones_do_not = written(JSON)
test_any_text_is_checked = never_raises(JSON)
test_huge_texts_are_checked = answers_huge_ones(JSON)
test_the_rows_with_json = published_rows(JSON, 17)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(values, st.sampled_from(("", "```", "```json\n", "```JSON\n")))
def test_objects_and_arrays_with_something_in_them_pass(value, opening):
    text = f"{opening}{json.dumps(value)}" + ("\n```" if opening else "")
    assert JSON.check(text) is (isinstance(value, list | dict) and bool(value))
    assert JSON.reference(text)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("42", True),  # Scalars: the bug of the published checker.
        ('"a string"', True),
        ("null", True),
        ("NaN", True),
        ('{"a": NaN}', True),
        ("[-Infinity]", True),
        ("```json\n42\n```", True),
        ("```json\n[NaN]\n```", True),
        ("{}", True),
        ("[]", True),
        ('```json\n{"a": 1}', True),
        ('{"a": 1}\n```', True),
        ('Here it is: {"a": 1}', False),
        ('{"a": 1} Enjoy!', False),
        ('{"a": 1}{"b": 2}', False),
        ("{'a': 1}", False),
        ('{"a": 1,}', False),
        ('```python\n{"a": 1}\n```', False),
        ("", False),
        ("```", False),
        ("``````", False),
        ("[" * 100_000 + "]" * 100_000, False),
    ],
)
def test_what_is_no_object_or_array_alone_does_not_pass(text, published):
    assert not JSON.check(text)
    assert JSON.reference(text) is published


def test_a_number_may_be_longer_than_python_reads():
    assert JSON.check(f"[{'1' * 10_000}]")
