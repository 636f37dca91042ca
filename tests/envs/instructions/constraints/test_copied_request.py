from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.copied_request import Copy, CopyingMultiple, CopyingSimple, CopySpan
from tests.envs.instructions.constraints.laws import answers_huge_ones, constraint_laws, prose_of, stream_of, written

COPY, SIMPLE, MULTIPLE, SPAN = Copy(), CopyingSimple(), CopyingMultiple(), CopySpan()
REQUEST = "Write a poem about Rome.\nBe brief."

TestLawsCopy = constraint_laws(COPY)
TestLawsSimple = constraint_laws(SIMPLE)
TestLawsMultiple = constraint_laws(MULTIPLE)
TestLawsSpan = constraint_laws(SPAN)

test_writer_copy = written(COPY)
test_writer_multiple = written(MULTIPLE)
test_writer_span = written(SPAN)

test_huge_copy = answers_huge_ones(COPY, prompt_to_repeat=REQUEST)
test_huge_multiple = answers_huge_ones(MULTIPLE, prompt_to_repeat="a", N=2)
test_huge_span = answers_huge_ones(SPAN, prompt_to_repeat=REQUEST, n_start=0, n_end=4)


@pytest.mark.parametrize("constraint", [COPY, SIMPLE])
@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        (REQUEST, True, True),
        (f"\n {REQUEST} \n", True, True),
        (REQUEST.replace("\n", "\r\n"), True, False),
        (REQUEST.upper(), False, True),  # "verbatim" and "without change"
        (f'"{REQUEST}"', False, False),
        (f"{REQUEST}\n\nRoma.", False, False),
        ("", False, False),
    ],
)
def test_a_copy_is_the_same_letter_by_letter(constraint, response, strict, published):
    assert constraint.check(response, prompt_to_repeat=REQUEST) is strict
    assert constraint.reference(response, prompt_to_repeat=REQUEST) is published


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("Go on.\n******\nGo on.", True, True),
        ("Go on.******Go on.", True, True),
        ("Go on.", False, False),
        ("Go on.\n******\nGo on.\n******", False, False),
        ("Go on.\n******\nGo on.\n******\nGo on.", False, False),
        ("Go on.\n*****\nGo on.", False, False),
        ("Go on.\n*******\nGo on.", False, False),
        ("Go on.\n******\ngo on.", False, True),
        ("Here:\nGo on.\n******\nGo on.", False, False),
    ],
)
def test_copies_are_separated_by_six_asterisks(response, strict, published):
    assert MULTIPLE.check(response, prompt_to_repeat="Go on.", N=2.0) is strict
    assert MULTIPLE.reference(response, prompt_to_repeat="Go on.", N=2.0) is published


def test_a_request_may_have_six_asterisks_itself():
    request = "Use ****** here."
    response = f"{request}\n******\n{request}"
    assert MULTIPLE.check(response, prompt_to_repeat=request, N=2)
    assert not MULTIPLE.reference(response, prompt_to_repeat=request, N=2)


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("poem a", True, False),  # "(and including) index {n_start} and {n_end}"
        ("poem ", False, True),
        ("POEM", False, True),
        ("Poem a", False, False),
    ],
)
def test_a_span_has_both_its_ends(response, strict, published):
    assert SPAN.check(response, prompt_to_repeat=REQUEST, n_start=8.0, n_end=13.0) is strict
    assert SPAN.reference(response, prompt_to_repeat=REQUEST, n_start=8.0, n_end=13.0) is published


def test_a_span_may_begin_with_the_first_character():
    assert SPAN.check("Write", prompt_to_repeat=REQUEST, n_start=0, n_end=4)


def test_what_is_asked_for_meets_both_readings():
    for seed in range(50):
        for constraint in (COPY, SIMPLE, MULTIPLE, SPAN):
            kwargs = constraint.draw(stream_of(seed), 1 + seed % 3)
            text = constraint.write(prose_of(seed), stream_of(seed), **kwargs)
            assert text
            assert constraint.reference(text, **kwargs)
