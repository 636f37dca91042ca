"""Sections and the template. Bugs of the published checkers: google-research, instruction_following_eval; IFBench."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.sections import MultipleSections, OutputTemplate
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

SECTIONS = MultipleSections()
TEMPLATE = OutputTemplate()

test_written_sections_pass_and_spoiled_ones_do_not = written(SECTIONS)
test_written_templates_pass_and_spoiled_ones_do_not = written(TEMPLATE)
test_any_text_is_checked_for_sections = never_raises(SECTIONS, section_spliter="P", num_sections=1)
test_any_text_is_checked_for_the_template = never_raises(TEMPLATE)
test_huge_texts_are_checked_for_sections = answers_huge_ones(SECTIONS, section_spliter="Section", num_sections=3)
test_huge_texts_are_checked_for_the_template = answers_huge_ones(TEMPLATE)
test_the_rows_with_sections = published_rows(SECTIONS, 14)
test_the_rows_with_the_template = published_rows(TEMPLATE, 4)


@pytest.mark.parametrize(
    "text",
    [
        "Section 1\nOne.\nSection 2\nTwo.",
        "**Section 1: Begin**\n\nOne.\n\n**Section 2: End**\n\nTwo.",
        "## Section 1\nOne.\n## Section 2\nTwo.",
        "Section 1 One. \n\nSection 2 Two.",
        "Before.\n\nSection 1\nOne.\n\nSection 2\nTwo.\n\nSection 3\nThree.",
        '"Section 1\nOne.\nSection 2\nTwo."',
        "Section 2\nTwo.\nSection 1\nOne.",
        "Section1\nOne.\nSection2\nTwo.",
    ],
)
def test_a_section_begins_with_a_line_with_its_label_and_number(text):
    assert SECTIONS.check(text, section_spliter="Section", num_sections=2)
    assert SECTIONS.reference(text, section_spliter="Section", num_sections=2)


@pytest.mark.parametrize(
    "text",
    [
        "see Section 1 and Section 2",  # The bug of the published checker.
        "Section 1\nOne. As Section 2 says.",
        "Section 1\nSection 2\n",
        "Section 1\nOne.\nSection 2\n---\n",
        "Section 1\nOne.\nSection 1\nTwo.",
        "Section 3\nOne.\nSection 4\nTwo.",
        "Section 11\nOne.\nSection 22\nTwo.",
        "Section one\nOne.\nSection two\nTwo.",
        "SECTION 1\nOne.\nSECTION 2\nTwo.",
        "My Section 1\nOne.\nMy Section 2\nTwo.",
    ],
)
def test_mentions_and_empty_sections_do_not_count(text):
    assert not SECTIONS.check(text, section_spliter="Section", num_sections=2)


def test_sections_of_two_versions_may_have_the_same_numbers():
    # IFEval has a row of two responses with `Day X` sections, seven each.
    days = "\n".join(f"Day {day}\nWe go." for day in range(1, 8))
    assert SECTIONS.check(f"{days}\n******\n{days}", section_spliter="Day", num_sections=7)


@pytest.mark.parametrize(
    ("text", "number"),
    [("see Section 1 and Section 2", 2), ("Section 9 Section9", 2), ("SECTION 1", 0), ("Section", 0)],
)
def test_reference_counts_labels_with_numbers_anywhere(text, number):
    assert SECTIONS.reference(text, section_spliter="Section", num_sections=number)
    assert not SECTIONS.reference(text, section_spliter="Section", num_sections=number + 1)


FILLED = "My Answer: Yes. My Conclusion: It is so. Future Outlook: It will stay so."


@pytest.mark.parametrize(
    "text",
    [
        FILLED,
        FILLED.replace(" My C", "\n\nMy C").replace(" Future", "\n\nFuture"),
        "**My Answer:** Yes.\n\n**My Conclusion:** So.\n\n**Future Outlook:** Good.",
        "**My Answer**: Yes.\n\n**My Conclusion**: So.\n\n**Future Outlook**: Good.",
        "### My Answer:\nYes.\n### My Conclusion:\nSo.\n### Future Outlook:\nGood.",
        f"\n{FILLED}\n",
    ],
)
def test_the_template_is_filled_in_in_order(text):
    assert TEMPLATE.check(text)


@pytest.mark.parametrize(
    "text",
    [
        f"Sure! {FILLED}",
        "My Conclusion: a My Answer: b Future Outlook: c",
        "My Answer: My Conclusion: Future Outlook:",
        "My Answer: [answer] My Conclusion: [conclusion] Future Outlook: [outlook]",
        "My Answer: a. My Conclusion: b.",
        "my answer: a. my conclusion: b. future outlook: c.",
        f"{FILLED} My Answer: again.",
        "My Answer: a My Conclusion: - Future Outlook: c",
        "",
    ],
)
def test_another_order_or_empty_parts_are_not_the_template(text):
    assert not TEMPLATE.check(text)


def test_reference_finds_the_labels_in_any_order():
    assert TEMPLATE.reference("Future Outlook: My Conclusion: My Answer:")
    assert not TEMPLATE.reference("Future Outlook: My Conclusion:")
    assert not TEMPLATE.reference("**My Answer**: a **My Conclusion**: b **Future Outlook**: c")
