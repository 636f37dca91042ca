from __future__ import annotations

from rlvr.envs.instructions.constraints.filler import FILLERS
from rlvr.envs.instructions.constraints.forbidden_words import WORDS, ForbiddenWords
from rlvr.envs.instructions.constraints.keyword_finding import has_word
from rlvr.envs.instructions.constraints.vocabulary import KEYWORDS
from tests.envs.instructions.constraints.laws import constraint_laws

FORBIDDEN = ForbiddenWords()
TestLaws = constraint_laws(FORBIDDEN)


def test_a_word_inside_a_longer_one_is_allowed():
    assert FORBIDDEN.check("The barking dog went running.", forbidden_words=["bark", "run"])
    assert not FORBIDDEN.check("Do not RUN!", forbidden_words=["bark", "run"])


def test_the_published_checker_misses_words_in_emphasis_and_in_chinese():
    for text, word in (("a _very_ good day", "very"), ("我的猫很可爱", "猫")):
        assert not FORBIDDEN.check(text, forbidden_words=[word])
        assert FORBIDDEN.reference(text, forbidden_words=[word])


def test_no_filler_sentence_has_a_word_that_constraints_draw():
    for sentence in FILLERS:
        assert not any(has_word(sentence, word) for word in (*WORDS, *KEYWORDS))
        assert sentence[:-1].replace(" ", "").isalpha()
        assert sum(letter.isupper() for letter in sentence) == 1
    assert not set(WORDS) & set(KEYWORDS)
