"""Five keywords, each exactly so often. Bugs of the published checker: allenai/IFBench at db69a6f."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.keywords_multiple import KeywordsMultiple
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

SERIES = KeywordsMultiple()
KEYWORDS = {f"keyword{place}": word for place, word in enumerate(("door", "bread", "blue", "lamp", "river"), 1)}
OFTEN = (1, 2, 3, 5, 7)
EXACT = " ".join(f"{word} " * often for word, often in zip(KEYWORDS.values(), OFTEN, strict=True))

test_keywords_that_are_written_pass_and_spoiled_ones_do_not = written(SERIES)
test_any_text_is_checked_for_keywords = never_raises(SERIES, **KEYWORDS)
test_huge_texts_are_checked_for_keywords = answers_huge_ones(SERIES, **KEYWORDS)
test_the_rows_with_keywords = published_rows(SERIES, 5)


def test_each_keyword_occurs_exactly_so_often():
    assert SERIES.check(EXACT, **KEYWORDS)
    assert SERIES.check(EXACT.upper(), **KEYWORDS)
    for word in KEYWORDS.values():
        assert not SERIES.check(f"{EXACT} {word}", **KEYWORDS)
        assert not SERIES.check(EXACT.replace(word, "", 1), **KEYWORDS)


@pytest.mark.parametrize("longer", ["outdoors", "breadth", "rivers", "lamplight"])
def test_longer_words_do_not_count_but_do_for_the_reference(longer):
    # modelscope/evalscope, pull request 1755: `art` in `start`.
    assert SERIES.check(f"{EXACT} {longer}", **KEYWORDS)
    assert not SERIES.reference(f"{EXACT} {longer}", **KEYWORDS)
    assert SERIES.reference(EXACT, **KEYWORDS)


def test_white_space_around_a_published_keyword_is_no_part_of_it():
    assert SERIES.check(EXACT, **{**KEYWORDS, "keyword1": " door "})
    assert SERIES.reference(EXACT, **{**KEYWORDS, "keyword1": " door "})
