from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.instructions.text import (
    LETTER,
    MOST,
    UNSPACED,
    count_words,
    is_bullet,
    is_rule,
    lines,
    list_items,
    paragraphs,
    sentences,
    words,
)

# Much of what splits texts, close together.
TEXTS = st.text() | st.text("aB1 .!?…\"')*-_#\n\t\r’水ก。'", max_size=60)
PLAIN_WORDS = st.lists(st.text("abcdefg", min_size=1, max_size=8), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It's a well-known fact.", ["It's", "a", "well-known", "fact"]),
        ("it’s rock'n'roll", ["it’s", "rock'n'roll"]),
        ("'quoted' dogs' -dash- a--b", ["quoted", "dogs", "dash", "a", "b"]),
        ("3.5 km, 1,000,000 and 2.", ["3.5", "km", "1,000,000", "and", "2"]),
        ("v1.2, a.b", ["v1.2", "a", "b"]),
        ("and/or snake_case **bold**", ["and", "or", "snake", "case", "bold"]),
        ("café cafe\u0301", ["café", "cafe\u0301"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("می‌خواهم مُحَمَّد", ["می‌خواهم", "مُحَمَّد"]),
        ("我喝水,ok 東京カー", ["我", "喝", "水", "ok", "東", "京", "カ", "ー"]),
        ("한국어 텍스트", ["한국어", "텍스트"]),
        ("ภาษาไทย", ["ภาษา", "ไทย"]),  # four letters stand for a word
        ("😀 … !!! — $%", []),
        ("\x00a\x00\ud800b", ["a", "b"]),
        ("𝐀𝐁 𠀀𠀁", ["𝐀𝐁", "𠀀", "𠀁"]),
    ],
)
def test_words_are_runs_of_letters_marks_and_digits(text, expected):
    assert words(text) == expected
    assert count_words(text) == len(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ("Dr. Smith met Mrs. Jones, e.g. here.", ["Dr. Smith met Mrs. Jones, e.g. here."]),
        ("The answer is no. We left.", ["The answer is no.", "We left."]),  # "No." is short for "number" before one
        ("See No. 5. Then go.", ["See No. 5.", "Then go."]),
        ("One more rep. Then rest. Rep. Lee came.", ["One more rep.", "Then rest.", "Rep. Lee came."]),
        ("Cats, dogs, etc. are here, etc. They stay.", ["Cats, dogs, etc. are here, etc.", "They stay."]),
        ("The U.S. Congress is in the U.S. It sits.", ["The U.S. Congress is in the U.S.", "It sits."]),
        ("John F. Kennedy won. J. R. R. Tolkien wrote.", ["John F. Kennedy won.", "J. R. R. Tolkien wrote."]),
        ("The answer is B. It is so.", ["The answer is B.", "It is so."]),
        ("So do I. You too.", ["So do I.", "You too."]),
        ("It costs $3.50 at example.com today.", ["It costs $3.50 at example.com today."]),
        ("It was in 1999. Then 2000.", ["It was in 1999.", "Then 2000."]),
        ('"Stop!" he said. "Go." She went.', ['"Stop!" he said.', '"Go."', "She went."]),
        ("(It is so.) Then (or so, etc.) we go.", ["(It is so.)", "Then (or so, etc.) we go."]),
        ("Well... maybe. Wait... What?!", ["Well... maybe.", "Wait...", "What?!"]),
        ("all is low. so it is.", ["all is low.", "so it is."]),  # lower case alone says nothing
        ("**So.** then", ["**So.**", "then"]),
        ("1. First.\n2. Second. Third.", ["1. First.", "2. Second.", "Third."]),
        ("1. One. 2. Two.", ["1. One.", "2. Two."]),
        ("a. one thing\nb) another", ["a. one thing", "b) another"]),
        ("A list:\n- one\n  goes on\n- two", ["A list:", "- one\n  goes on", "- two"]),
        ("# Title\nText\nthat wraps.", ["# Title", "Text\nthat wraps."]),
        ("**Title**\nText.", ["**Title**", "Text."]),
        ("No stop\n\nNone here\n***\nEnd", ["No stop", "None here", "End"]),
        ("第一句。第二句！“好。”", ["第一句。", "第二句！", "“好。”"]),
        ("यह है। वह था।", ["यह है।", "वह था।"]),
        ("... !!! 😀", []),
        ("", []),
    ],
)
def test_sentences_are_those_that_a_reader_counts(text, expected):
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("\n\n\nOne\nline.\n\n\n\n Two.\n", ["One\nline.", "Two."]),
        ("One.\r\n\r\nTwo.", ["One.", "Two."]),
        ("One.\n \t\u00a0\nTwo.", ["One.", "Two."]),
        ("One.\nTwo.", ["One.\nTwo."]),
        ("One.\n\n---\n\n***\n\nTwo.", ["One.", "Two."]),
        ("  \n\n ", []),
    ],
)
def test_empty_lines_divide_paragraphs(text, expected):
    assert paragraphs(text) == expected


@pytest.mark.parametrize("line", ["---", "***", "* * *", "___", "  -----  ", "- - -"])
def test_a_rule_is_no_bullet_and_no_item(line):
    assert is_rule(line)
    assert not is_bullet(line)
    assert list_items(line) == []


# verification.md, section 4: the published checker takes rules and negative numbers for bullets, but not `•`.
@pytest.mark.parametrize("line", ["-5 degrees", "*bold* text", "**bold**", "-", "- ", "text - text", "--x", "-- x"])
def test_what_only_begins_like_a_bullet_is_none(line):
    assert not is_bullet(line)
    assert not is_rule(line)


@pytest.mark.parametrize("line", ["- a", "* a", "+ a", "• a", "  - a", "\t* a", "- - a", "- -5"])
def test_a_bullet_has_white_space_and_something_behind_it(line):
    assert is_bullet(line)


def test_items_are_bulleted_or_numbered():
    text = "Intro:\n- one\n* two\n1. three\n2) four\n(3) five\na) six\n1.5 km\n2024. year\n---\nend"
    assert list_items(text) == ["one", "two", "three", "four", "five", "six"]


def test_lines_are_not_blank():
    assert lines("one\n\n  two \r\n\t\n") == ["one", "two"]


def test_a_letter_beside_a_word_makes_it_longer_but_in_scripts_without_spaces():
    assert all(re.fullmatch(LETTER, letter) for letter in "aZ9éжश한")
    assert not any(re.fullmatch(LETTER, letter) for letter in "_ -'水カกខ😀")
    assert all(re.fullmatch(f"[{UNSPACED}]", letter) for letter in "水カกខຂက")


@given(TEXTS)
def test_any_text_has_an_answer_and_what_is_found_stands_in_it(text):
    for split in (words, sentences, paragraphs, lines, list_items):
        at = 0
        for part in split(text):
            assert part
            assert part == part.strip()
            if split is not sentences:  # Sentences have `\n` for whichever line break there was.
                at = text.index(part, at) + len(part)


@given(TEXTS)
def test_sentences_and_paragraphs_have_words_and_lose_none(text):
    for split in (sentences, paragraphs):
        parts = split(text)
        assert all(words(part) for part in parts)
        assert "".join(words(" ".join(parts))) == "".join(words(text))


@given(st.text("abcdEF012 .,'’-\n!?é"))
def test_ascii_and_other_texts_are_cut_into_words_by_the_same_rules(text):
    assert [*words(text), "é"] == words(f"{text} é")


@given(st.lists(PLAIN_WORDS, min_size=1, max_size=6))
def test_what_was_put_together_is_found_again(made):
    said = [f"{' '.join(one).capitalize()} here." for one in made]
    assert sentences(" ".join(said)) == said
    assert paragraphs("\n\n".join(said)) == said
    assert lines("\n".join(said)) == said
    assert list_items("\n".join(f"- {one}" for one in said)) == said
    assert words(" ".join(said)) == [word for one in said for word in one[:-1].split()]


@pytest.mark.parametrize(
    "text",
    ["!" * 100_000 + "x", "." * 100_000, '."' * 50_000 + "x", "* " * 50_000 + "x", "\n" * 100_000, " " * 100_000 + "x"],
    ids=range(6),
)
def test_long_runs_of_marks_take_linear_time(text):
    # Quadratic time would be minutes.
    for split in (words, sentences, paragraphs, lines, list_items):
        assert len(split(text)) <= 1


def test_what_comes_after_the_most_sentences_or_lines_is_one():
    assert sentences("So. " * (MOST + 9)) == ["So."] * MOST + [" ".join(["So."] * 9)]
    found = sentences("- so\n" * (MOST + 9))
    assert len(found) == MOST
    assert found[-1] == "\n".join(["- so"] * 10)
