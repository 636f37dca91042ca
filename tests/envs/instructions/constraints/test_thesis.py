from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.thesis import ItalicThesis
from rlvr.seeding import StreamKey
from tests.envs.instructions.constraints.laws import constraint_laws

THESIS = ItalicThesis()
TestLaws = constraint_laws(THESIS)


@pytest.mark.parametrize(
    "text",
    [
        "<i>\n  A thesis here.\n</i>\nA paragraph",
        '<em>"Animal Farm" explores themes of power.</em>\nIn "Animal Farm," Orwell uses allegory.',
        "# A title\n\n## One\n<i>This is one.</i> More.\n\n## Two\n\n<p><em>This is two.</em> More.</p>",
        "Section 1\n<i>This is one.</i> More.\nSection 2\n<i>This is two.</i> More.",
        "**One**\n<i>This is one.</i>\nMore.",
    ],
)
def test_each_section_begins_with_a_thesis(text):
    assert THESIS.check(text)
    assert THESIS.reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "A text with an <i>italic</i> word.",
        "<i>One</i> word is no statement.",
        "## One\n<i>This is one.</i> More.\n## Two\nThis is two. More.",
        "## One\nFirst of all, <i>this is one.</i> More.",
    ],
)
def test_the_reference_takes_italics_anywhere(text):
    assert not THESIS.check(text)
    assert THESIS.reference(text)


@pytest.mark.parametrize(
    "text", ["", "*A thesis here.* More.", "<i>All of it is in italics.</i>", "<i>Never closed. More."]
)
def test_without_html_or_more_text_it_is_no_thesis(text):
    assert not THESIS.check(text)
    assert not THESIS.reference(text)


@pytest.mark.parametrize(
    "text", ["", "# A title", "# One\n- a\n- b\n\n# Two\nIt is so. It goes on.", "One sentence only."]
)
def test_the_writer_gives_each_section_one(text):
    assert THESIS.check(THESIS.write(text, StreamKey("x").at(0, 0)))
