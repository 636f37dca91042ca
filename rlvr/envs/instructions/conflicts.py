"""Which constraints generated prompts draw, and which of them contradict each other.

The pool holds IFEval's and IF-RLVR's. Those of IFBench are left out, since they are there to test what was not trained,
and so are those that ask for the prompt itself again, or for a whole text of one fixed form.

- `COMPOSABLE`: the ids that are drawn.
- `UNCLEAR`: pairs that a text can meet, but of which a reader would say that they contradict each other, that it is
  not clear what they ask for together, or that one of them asks for nothing.
- `CONFLICTS`: these, and those of `rlvr.envs.instructions.unwritable`.
"""

from __future__ import annotations

from itertools import product

from rlvr.envs.instructions.unwritable import UNWRITABLE

COMPOSABLE = (
    "change_case:capital_word_frequency",
    "change_case:english_capital",
    "change_case:english_lowercase",
    "combination:repeat_prompt",
    "combination:two_responses",
    "copy:repeat_phrase",
    "count:count_increment_word",
    "count:count_unique",
    "count:lowercase_counting",
    "detectable_content:number_placeholders",
    "detectable_content:postscript",
    "detectable_format:bigram_wrapping",
    "detectable_format:constrained_response",
    "detectable_format:json_format",
    "detectable_format:multiple_sections",
    "detectable_format:number_bullet_lists",
    "detectable_format:number_highlighted_sections",
    "detectable_format:sentence_hyphens",
    "detectable_format:square_brackets",
    "detectable_format:title",
    "first_word:first_word_answer",
    "first_word:first_word_sent",
    "keywords:exclude_word_harder",
    "keywords:existence",
    "keywords:forbidden_words",
    "keywords:frequency",
    "keywords:keyword_specific_position",
    "keywords:letter_frequency",
    "keywords:no_adjacent_consecutive",
    "keywords:palindrome",
    "keywords:start_end",
    "keywords:word_count_different_numbers",
    "keywords:word_once",
    "language:response_language",
    "last_word:last_word_answer",
    "last_word:last_word_sent",
    "length_constraints:nth_paragraph_first_word",
    "length_constraints:number_paragraphs",
    "length_constraints:number_sentences",
    "length_constraints:number_words",
    "letters:letter_counting",
    "letters:letter_counting2",
    "paragraphs:paragraphs",
    "paragraphs:paragraphs2",
    "punctuation:no_comma",
    "punctuation:punctuation_dot",
    "punctuation:punctuation_exclamation",
    "startend:end_checker",
    "startend:quotation",
)
"""In alphabetical order."""

_LAYOUT = (
    "detectable_format:multiple_sections",
    "detectable_format:number_bullet_lists",
    "detectable_format:title",
)
"""Lines of their own, of which a reader may wonder whether they are sentences."""
_SENTENCES = (
    "detectable_format:sentence_hyphens",
    "first_word:first_word_sent",
    "keywords:keyword_specific_position",
    "last_word:last_word_sent",
)
"""What is asked of all sentences, or of the n-th."""

_GROUPS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    # Is a heading, a title, or an item of a list a sentence? Is a key of JSON a word of one?
    (_SENTENCES, (*_LAYOUT, "detectable_format:json_format")),
    (("detectable_content:postscript",), ("last_word:last_word_sent",)),
    # How many does each of the two responses have, and where does it begin?
    (
        ("combination:two_responses",),
        (
            "combination:repeat_prompt",
            "copy:repeat_phrase",
            "count:count_increment_word",
            "count:count_unique",
            "detectable_content:number_placeholders",
            "detectable_content:postscript",
            "detectable_format:constrained_response",
            "detectable_format:json_format",
            "detectable_format:multiple_sections",
            "detectable_format:number_bullet_lists",
            "detectable_format:number_highlighted_sections",
            "first_word:first_word_answer",
            "keywords:keyword_specific_position",
            "keywords:start_end",
            "keywords:word_count_different_numbers",
            "last_word:last_word_answer",
            "length_constraints:nth_paragraph_first_word",
            "length_constraints:number_paragraphs",
            "length_constraints:number_sentences",
            "length_constraints:number_words",
            "letters:letter_counting",
            "paragraphs:paragraphs",
            "paragraphs:paragraphs2",
            "startend:end_checker",
            "startend:quotation",
        ),
    ),
    # The first word of JSON would be a key, and its line breaks are not those of the text in it.
    (
        ("detectable_format:json_format",),
        ("first_word:first_word_answer", "length_constraints:number_paragraphs", "paragraphs:paragraphs"),
    ),
    # An English word in a language that is the only one allowed, or one that has to be absent, as it would be anyway.
    # Not every language has small letters or begins its words with those of our alphabet.
    (
        ("language:response_language",),
        (
            "change_case:capital_word_frequency",
            "combination:repeat_prompt",
            "copy:repeat_phrase",
            "count:count_increment_word",
            "count:lowercase_counting",
            "detectable_content:postscript",
            "detectable_format:constrained_response",
            "detectable_format:multiple_sections",
            "first_word:first_word_answer",
            "first_word:first_word_sent",
            "keywords:exclude_word_harder",
            "keywords:existence",
            "keywords:forbidden_words",
            "keywords:frequency",
            "keywords:keyword_specific_position",
            "keywords:letter_frequency",
            "keywords:no_adjacent_consecutive",
            "keywords:word_count_different_numbers",
            "keywords:word_once",
            "last_word:last_word_answer",
            "last_word:last_word_sent",
            "length_constraints:nth_paragraph_first_word",
            "letters:letter_counting2",
            "startend:end_checker",
        ),
    ),
    # Is the request that is repeated a sentence or a paragraph of the response?
    (
        ("combination:repeat_prompt",),
        (
            "keywords:keyword_specific_position",
            "length_constraints:nth_paragraph_first_word",
            "length_constraints:number_paragraphs",
            "paragraphs:paragraphs",
            "paragraphs:paragraphs2",
        ),
    ),
    # Two paragraphs, with two things that part them, or with more sections than paragraphs.
    (("paragraphs:paragraphs",), ("length_constraints:nth_paragraph_first_word", "paragraphs:paragraphs2")),
    (
        ("detectable_format:multiple_sections",),
        ("length_constraints:number_paragraphs", "paragraphs:paragraphs", "paragraphs:paragraphs2"),
    ),
    # A phrase or a marker has capitals and small letters of its own; where all are capitals, no word is in lower case.
    (("change_case:english_capital", "change_case:english_lowercase"), ("startend:end_checker",)),
    (("change_case:english_lowercase",), ("detectable_content:postscript",)),
    (("change_case:english_capital",), ("count:lowercase_counting",)),
    # Where all words stand in brackets, each is a placeholder, each pair a title, and a bracket follows the last one.
    (
        ("detectable_format:bigram_wrapping",),
        ("detectable_format:sentence_hyphens", "detectable_format:title", "keywords:start_end"),
    ),
    (
        ("detectable_format:square_brackets",),
        ("detectable_content:number_placeholders", "detectable_content:postscript"),
    ),
    # Brackets inside a phrase that has to be repeated; and one constraint under two ids.
    (("copy:repeat_phrase",), ("detectable_format:bigram_wrapping", "detectable_format:square_brackets")),
    (("keywords:letter_frequency",), ("letters:letter_counting2",)),
)

UNCLEAR = frozenset(frozenset(pair) for group in _GROUPS for pair in product(*group)) - UNWRITABLE
"""Each pair as a set of two. For two responses IFEval's own table leaves out most others too."""

CONFLICTS = UNWRITABLE | UNCLEAR
"""Pairs that no prompt has."""
