"""Pairs of constraints that were tried and could not be met together.

- `UNWRITABLE`: pairs that contradict each other, or that the writers meet together for fewer than nine in ten draws of
  their parameters. The tests find the table again by trying all pairs.
"""

from __future__ import annotations

_PAIRS: dict[str, tuple[str, ...]] = {
    "change_case:capital_word_frequency": (
        "change_case:english_capital",
        "change_case:english_lowercase",
        "language:response_language",
    ),
    "change_case:english_capital": (
        "change_case:english_lowercase",
        "combination:repeat_prompt",
        "detectable_format:constrained_response",
        "detectable_format:multiple_sections",
        "language:response_language",
    ),
    "change_case:english_lowercase": (
        "combination:repeat_prompt",
        "count:lowercase_counting",
        "detectable_format:constrained_response",
        "detectable_format:multiple_sections",
        "language:response_language",
    ),
    "combination:repeat_prompt": (
        "count:count_unique",
        "count:lowercase_counting",
        "detectable_format:bigram_wrapping",
        "detectable_format:json_format",
        "detectable_format:square_brackets",
        "first_word:first_word_answer",
        "first_word:first_word_sent",
        "keywords:keyword_specific_position",
        "keywords:no_adjacent_consecutive",
        "language:response_language",
        "last_word:last_word_sent",
        "length_constraints:nth_paragraph_first_word",
        "punctuation:punctuation_dot",
        "startend:quotation",
    ),
    "combination:two_responses": ("detectable_format:sentence_hyphens",),
    "copy:repeat_phrase": (
        "count:count_unique",
        "language:response_language",
    ),
    "count:count_increment_word": (
        "count:count_unique",
        "language:response_language",
    ),
    "count:count_unique": (
        "detectable_content:postscript",
        "detectable_format:constrained_response",
        "detectable_format:multiple_sections",
        "first_word:first_word_sent",
        "keywords:frequency",
        "keywords:letter_frequency",
        "keywords:start_end",
        "keywords:word_count_different_numbers",
        "language:response_language",
        "last_word:last_word_sent",
        "length_constraints:number_words",
        "letters:letter_counting",
        "letters:letter_counting2",
        "startend:end_checker",
    ),
    "count:lowercase_counting": (
        "detectable_format:constrained_response",
        "startend:end_checker",
    ),
    "detectable_content:postscript": (
        "detectable_format:bigram_wrapping",
        "detectable_format:json_format",
        "detectable_format:sentence_hyphens",
        "first_word:first_word_sent",
        "punctuation:punctuation_dot",
    ),
    "detectable_format:bigram_wrapping": (
        "detectable_format:constrained_response",
        "detectable_format:json_format",
        "detectable_format:multiple_sections",
        "first_word:first_word_sent",
        "last_word:last_word_answer",
        "last_word:last_word_sent",
        "startend:end_checker",
    ),
    "detectable_format:constrained_response": (
        "detectable_format:square_brackets",
        "first_word:first_word_sent",
        "last_word:last_word_answer",
        "last_word:last_word_sent",
        "punctuation:punctuation_dot",
    ),
    "detectable_format:json_format": (
        "detectable_format:multiple_sections",
        "detectable_format:number_bullet_lists",
        "detectable_format:square_brackets",
        "keywords:start_end",
        "length_constraints:nth_paragraph_first_word",
        "paragraphs:paragraphs2",
        "startend:end_checker",
        "startend:quotation",
    ),
    "detectable_format:multiple_sections": (
        "detectable_format:sentence_hyphens",
        "detectable_format:square_brackets",
        "first_word:first_word_answer",
        "first_word:first_word_sent",
        "language:response_language",
        "length_constraints:nth_paragraph_first_word",
    ),
    "detectable_format:number_bullet_lists": (
        "detectable_format:sentence_hyphens",
        "language:response_language",
    ),
    "detectable_format:sentence_hyphens": (
        "keywords:keyword_specific_position",
        "language:response_language",
        "length_constraints:nth_paragraph_first_word",
        "length_constraints:number_paragraphs",
        "length_constraints:number_sentences",
        "paragraphs:paragraphs",
        "paragraphs:paragraphs2",
    ),
    "detectable_format:square_brackets": (
        "keywords:start_end",
        "startend:end_checker",
    ),
    "first_word:first_word_answer": (
        "first_word:first_word_sent",
        "length_constraints:nth_paragraph_first_word",
    ),
    "first_word:first_word_sent": (
        "keywords:keyword_specific_position",
        "length_constraints:nth_paragraph_first_word",
    ),
    "keywords:existence": ("language:response_language",),
    "keywords:frequency": ("language:response_language",),
    "keywords:keyword_specific_position": ("language:response_language",),
    "keywords:letter_frequency": ("language:response_language",),
    "keywords:palindrome": ("language:response_language",),
    "keywords:start_end": (
        "last_word:last_word_answer",
        "last_word:last_word_sent",
        "startend:end_checker",
        "startend:quotation",
    ),
    "keywords:word_count_different_numbers": ("language:response_language",),
    "language:response_language": (
        "length_constraints:nth_paragraph_first_word",
        "length_constraints:number_paragraphs",
        "length_constraints:number_sentences",
        "length_constraints:number_words",
        "letters:letter_counting",
        "letters:letter_counting2",
        "startend:end_checker",
    ),
    "last_word:last_word_answer": (
        "last_word:last_word_sent",
        "startend:end_checker",
    ),
    "last_word:last_word_sent": ("startend:end_checker",),
    "length_constraints:nth_paragraph_first_word": (
        "length_constraints:number_paragraphs",
        "paragraphs:paragraphs2",
    ),
    "length_constraints:number_paragraphs": (
        "paragraphs:paragraphs",
        "paragraphs:paragraphs2",
    ),
    "length_constraints:number_words": ("letters:letter_counting",),
    "punctuation:punctuation_dot": ("startend:end_checker",),
}

UNWRITABLE = frozenset(frozenset((one, other)) for one, others in _PAIRS.items() for other in others)
"""Each pair as a set of two."""
