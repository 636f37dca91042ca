from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.special_bullets import SentencesThenBullets, SpecialBullets, SubBullets
from rlvr.seeding import StreamKey
from tests.envs.instructions.constraints.laws import constraint_laws

MARKS, AFTER, UNDER = SpecialBullets(), SentencesThenBullets(), SubBullets()
TestMarksLaws = constraint_laws(MARKS)
TestUnderLaws = constraint_laws(UNDER)


class TestAfterLaws(constraint_laws(AFTER)):
    # Paragraphs before the list are rejected by the reference.
    test_what_the_writer_makes_passes_the_published_checker_too = None


@pytest.mark.parametrize(
    ("text", "sep"),
    [
        ("Some explanation.\n ... A bullet point.\n ... Another bullet point.", "..."),  # IFBench's own test
        ("SEPARATOR one\nSEPARATOR two", "SEPARATOR"),
        ("!?!?one\n!?!?two", "!?!?"),
        ("- one\n- two", "-"),
    ],
)
def test_items_begin_with_the_mark(text, sep):
    assert MARKS.check(text, sep=sep)
    assert MARKS.reference(text, sep=sep)


@pytest.mark.parametrize(
    ("text", "sep"),
    [
        ("So... and so... on.", "..."),
        ("SEPARATOR one\n- two\nSEPARATOR three", "SEPARATOR"),
        ("SEPARATORS are one\nSEPARATORS are two", "SEPARATOR"),
        ("It is -5 degrees.\n-6 degrees later.", "-"),
        ("---\n---", "-"),
        ("well-known and long-lived", "-"),
    ],
)
def test_marks_elsewhere_are_no_list(text, sep):
    assert not MARKS.check(text, sep=sep)
    assert MARKS.reference(text, sep=sep)


def test_the_writer_changes_the_bullets_of_a_list():
    assert MARKS.write("A list:\n- one\n  * two", StreamKey("x").at(0, 0), sep="=>") == "A list:\n=> one\n  => two"


def test_two_sentences_come_before_two_bullets():
    text = "This is a sentence. This is another sentence.\n  * A bullet.\n  * Another bullet.\n  * A third bullet."
    assert AFTER.check(text) and AFTER.reference(text)  # IFBench's own test
    assert AFTER.check("One. Two.\n\n* a\n* b") and AFTER.reference("One. Two.\n\n* a\n* b")


@pytest.mark.parametrize(
    "text",
    [
        "This is a sentence.\n  * A bullet.\n  * Another bullet.",
        "This is a sentence. This is another sentence.\n  * A bullet.\n",
        "One. Two.\n- a\n- b",
        "* One. Two.\n* Three. Four.",
        "* a\n* b\n\nOne. Two.",
        "",
    ],
)
def test_fewer_or_other_bullets_do_not_pass(text):
    assert not AFTER.check(text)
    assert not AFTER.reference(text)


@pytest.mark.parametrize(
    "text", ["One. Two.\n\nThree.\n* a\n* b", "One. Two.\n* a\n\n* b", "One. Two.\n* a\n* b\n\nThe end."]
)
def test_the_reference_rejects_empty_lines_and_an_end(text):
    assert AFTER.check(text)
    assert not AFTER.reference(text)


@pytest.mark.parametrize("text", ["One? Two!\n* a\n* b", "One. Two.\n**a** is\n**b** is"])
def test_the_reference_takes_other_ends_and_bold(text):
    assert not AFTER.check(text)
    assert AFTER.reference(text)


def test_each_bullet_has_a_sub_bullet():
    text = "Some sentence.\n  * A bullet.\n     - A sub-bullet.\n     - Another sub-bullet."
    assert UNDER.check(text) and UNDER.reference(text)  # IFBench's own test
    bare = "* A bullet.\n* Another bullet.\n - Only one has a sub bullet.\n - There are two."
    assert not UNDER.check(bare) and not UNDER.reference(bare)


def test_the_reference_looks_for_hyphens_anywhere():
    assert UNDER.reference("No bullets.") and not UNDER.check("No bullets.")
    assert UNDER.reference("* well-known") and not UNDER.check("* well-known")
    bold = "* **One**\n  - two"
    assert UNDER.check(bold) and not UNDER.reference(bold)
