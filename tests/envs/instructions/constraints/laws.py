"""What holds for every constraint of this folder, whatever it asks for; their tests are made of these.

- `constraint_laws(constraint)`: a class of tests; name it `TestLaws` in the test file of the constraint.
- `written(constraint)`: a test that what the writer makes of any text is right, and what the breaker makes wrong.
- `never_raises(constraint, ...)`, `answers_huge_ones(constraint, ...)`: tests that any text has an answer.
- `published_rows(constraint, number)`: a test over the rows that IFEval and IFBench publish; `rows_of(id)` are those.
- `stream_of(seed)`, `prose_of(seed)`, `KEY`: what writers are given.
"""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rlvr.envs.files import locate
from rlvr.envs.instructions.constraints.base import Constraint
from rlvr.envs.instructions.prose import prose
from rlvr.seeding import Stream, StreamKey

KEY = StreamKey("tests", "instructions", "forms")
FILES = ("ifeval.jsonl", "ifbench_test.jsonl")

# Long, hostile or empty; each has broken a checker somewhere.
ODD = (
    "",
    " \n\t\n\n ",
    "\x00\x00",
    "\ud800\udfff",
    "😀🎉👍🏽" * 100,
    "\u0301\u0302",
    "a" * 100_000,
    "\n" * 10_000,
    "***" * 1_000,
    '"' * 5_000,
    "," * 5_000,
    "A. " * 2_000,
    "12345 !!!",
    r"$x^2 + y^2 = z^2$",
    "水" * 5_000,
    "…",
    "'",
    '"',
)

SHORT = ("", "One sentence only", "Word.", "First one. Second one.", "第一句。第二句。", "* a point\n* another one")
"""Texts that a writer is not usually given."""

HUGE = {
    "letters": "a" * 200_000,
    "words": "word " * 40_000,
    "sentences": "This is one more. " * 11_000,
    "line breaks": "x" + "\n" * 199_999,
    "paragraphs": "a\n\n" * 66_000,
    "spaces": "x" + " " * 199_999,
    "lines of spaces": ("   \n" * 50_000) + "x",
    "openings": "[" * 200_000,
    "angles": "<" * 200_000,
    "angles and letters": "<<" + "a" * 199_998,
    "stars": "*" * 200_000,
    "stars and letters": "*a" * 100_000,
    "stars and spaces": "* " * 100_000,
    "six stars": "******a" * 28_000,
    "bullets": "* a\n" * 50_000,
    "a bullet of bullets": "- " * 100_000 + "a",
    "backticks": "```\n" * 50_000,
    "braces": '{"a":' * 40_000,
    "deep lists": "[" * 100_000 + "]" * 100_000,
    "a long number": "[" + "9" * 199_998 + "]",
    "labels": "Section 1\n" * 20_000,
    "label of digits": "Section " + "1" * 199_992,
    "postscripts": "P.S. a\n" * 28_000,
    "answers": "My answer is " * 15_000,
    "templates": "My Answer: " * 18_000,
    "nulls": "\x00" * 200_000,
    "surrogates": "\ud800" * 200_000,
    "emoji": "🙂" * 50_000,
    "Chinese": "水" * 66_000,
    "marks": "!?.,;:" * 33_000,
}
"""Responses of about 200 kB; in time that grows with the square of their length, one would take minutes."""


def stream_of(seed: int) -> Stream:
    return StreamKey("laws").at(seed, 0)


def prose_of(seed: int) -> str:
    return prose(StreamKey("prose").at(seed, 0), "old maps")


def rows_of(name: str) -> list[dict[str, Any]]:
    """The parameters of each published row with this constraint, without those that are null; skips without data."""
    return [kwargs for one, kwargs in _rows() if one == name]


@cache
def _rows() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for file in FILES:
        path = locate(file)
        if path is None:
            pytest.skip(f"{file} is in no data folder; set RLVR_DATA")
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            for one, kwargs in zip(row["instruction_id_list"], row["kwargs"], strict=True):
                found.append((one, {key: value for key, value in kwargs.items() if value is not None}))
    return found


def _rows_can_be_met(constraint: Constraint) -> int:
    """Checks each published row in both modes, with the writer and the breaker; how many there are."""
    rows = rows_of(constraint.id)
    for index, kwargs in enumerate(rows):
        stream = KEY.at(index, 0)
        text = prose_of(index)
        assert set(kwargs) <= set(constraint.parameters)
        assert constraint.check(text, **kwargs) in (True, False)
        assert constraint.reference(text, **kwargs) in (True, False)
        meets = constraint.write(text, stream, **kwargs)
        assert constraint.check(meets, **kwargs), kwargs
        assert not constraint.check(constraint.spoil(meets, stream, **kwargs), **kwargs), kwargs
    return len(rows)


def constraint_laws(constraint: Constraint) -> type:
    """Tests of one constraint: every drawn prompt can be met and spoiled, and every text has an answer."""

    class Laws:
        @settings(max_examples=200)
        @given(seed=st.integers(0, 2**32 - 1), level=st.integers(1, 3))
        def test_what_the_writer_makes_passes_and_what_is_spoiled_does_not(self, seed: int, level: int) -> None:
            stream = stream_of(seed)
            kwargs = constraint.draw(stream, level)
            written = constraint.write(prose_of(seed), stream, **kwargs)
            assert constraint.check(written, **kwargs)
            assert constraint.write(written, stream, **kwargs) == written
            assert not constraint.check(constraint.spoil(written, stream, **kwargs), **kwargs)

        @given(text=st.text() | st.text("\"“”*,.!?\n 'Aa1我-_", max_size=40), seed=st.integers(0, 50))
        def test_any_text_has_an_answer(self, text: str, seed: int) -> None:
            kwargs = constraint.draw(stream_of(seed), 1 + seed % 3)
            assert isinstance(constraint.check(text, **kwargs), bool)
            assert isinstance(constraint.reference(text, **kwargs), bool)

        @pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
        def test_odd_texts_have_an_answer(self, text: str) -> None:
            kwargs = constraint.draw(stream_of(0), 2)
            assert isinstance(constraint.check(text, **kwargs), bool)
            assert isinstance(constraint.reference(text, **kwargs), bool)

        @pytest.mark.parametrize("phrasing", constraint.phrasings)
        def test_each_phrasing_says_each_parameter(self, phrasing: str) -> None:
            kwargs = constraint.draw(stream_of(1), 2)
            said = constraint.said(kwargs)
            assert set(kwargs) == set(constraint.parameters)
            assert {name for _, name, _, _ in string.Formatter().parse(phrasing) if name} == set(said)
            assert all(value in phrasing.format(**said) for value in said.values())

        def test_published_parameters_are_accepted(self) -> None:
            assert bool(_rows_can_be_met(constraint)) == (constraint.source in ("IFEval", "IFBench"))

    return Laws


def written(constraint: Constraint) -> Callable[[], None]:
    """A test over seeds and levels: written texts pass, come back unchanged, are spoiled, and can be met again."""

    @given(seed=st.integers(0, 2**32 - 1), level=st.integers(1, 3))
    @settings(max_examples=250)
    def test(seed: int, level: int) -> None:
        stream = KEY.at(seed, level)
        kwargs = constraint.draw(stream, level)
        assert set(kwargs) == set(constraint.parameters)
        assert constraint.phrase(stream, kwargs)
        for text in (prose(stream, "old maps"), stream.choice(SHORT)):
            meets = constraint.write(text, stream, **kwargs)
            assert constraint.check(meets, **kwargs), meets
            assert constraint.write(meets, stream, **kwargs) == meets
            spoilt = constraint.spoil(meets, stream, **kwargs)
            assert not constraint.check(spoilt, **kwargs), spoilt
            again = constraint.write(spoilt, stream, **kwargs)
            assert constraint.check(again, **kwargs), (spoilt, again)

    return test


def never_raises(constraint: Constraint, **kwargs: Any) -> Callable[[], None]:
    """A test over any text at all, and texts of marks that the constraints look for."""
    marks = st.text(alphabet="ab1 *-#_[]()<>{}`~\"':.,/|\\\n\r\tPSps•\u2028\x00\ud800水क", max_size=80)

    @given(st.text(st.characters(), max_size=200) | marks)
    @example("")
    @example("\ud800\udfff")
    @example("\x00" * 50)
    @example("🙂" * 50)
    @settings(max_examples=300)
    def test(response: str) -> None:
        assert constraint.check(response, **kwargs) in (True, False)
        assert constraint.reference(response, **kwargs) in (True, False)

    return test


def answers_huge_ones(constraint: Constraint, **kwargs: Any) -> Callable[[str], None]:
    """A test over responses of 200 kB: there is an answer, in both modes."""

    @pytest.mark.parametrize("name", HUGE)
    def test(name: str) -> None:
        assert constraint.check(HUGE[name], **kwargs) in (True, False)
        assert constraint.reference(HUGE[name], **kwargs) in (True, False)

    return test


def published_rows(constraint: Constraint, number: int) -> Callable[[], None]:
    """A test over so many published rows: they are checked in both modes, and texts can be written and spoiled."""

    def test() -> None:
        assert _rows_can_be_met(constraint) == number

    return test
