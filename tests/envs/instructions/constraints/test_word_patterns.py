from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.word_patterns import CountUnique, NoAdjacentConsecutive, Palindrome
from tests.envs.instructions.constraints.laws import answers_huge_ones, constraint_laws, written

UNIQUE, ADJACENT, PALINDROME = CountUnique(), NoAdjacentConsecutive(), Palindrome()

TestLawsUnique = constraint_laws(UNIQUE)
TestLawsAdjacent = constraint_laws(ADJACENT)
TestLawsPalindrome = constraint_laws(PALINDROME)
test_writer_unique = written(UNIQUE)
test_writer_adjacent = written(ADJACENT)
test_writer_palindrome = written(PALINDROME)
test_huge_unique = answers_huge_ones(UNIQUE)
test_huge_adjacent = answers_huge_ones(ADJACENT)
test_huge_palindrome = answers_huge_ones(PALINDROME)


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("Birds sing outside.", True, True),
        ("Birds sing. Dogs bark.", True, False),  # two full stops
        ("Birds, dogs, cats", True, False),
        ("The birds hear the dogs", False, True),  # in another case
        ("birds hear birds", False, False),
        ("It’s it's", False, True),
        ("", True, True),
    ],
)
def test_no_word_occurs_twice(response, strict, published):
    assert UNIQUE.check(response) is strict
    assert UNIQUE.reference(response) is published


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("a cat", True, True),
        ("a boat", False, False),
        ("boats are", True, True),  # "b" and "a", not in their order
        ("A (boat)", False, True),
        ("So it is. Just so.", False, False),  # over the end of a sentence
        ("1. 2.", True, False),
        ("z a", True, True),
        ("é f", True, True),
        ("İ am", True, False),  # two characters in lower case
        ("a", True, True),
        ("", True, True),
    ],
)
def test_no_word_begins_with_the_next_letter(response, strict, published):
    assert ADJACENT.check(response) is strict
    assert ADJACENT.reference(response) is published


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("The radar works", True, True),
        ("The Radar, it works", True, False),  # the published checker compares "Radar,"
        ("A text", False, True),  # "A" is the same backwards
        ("Plus - 11", False, True),
        ("Madam, I'm Adam", True, False),
        ("Here it is: A man, a plan, a canal, Panama!", True, True),
        ('She said "never odd or even" to us', True, False),
        ("Never odd or even nor so", False, False),
        ("www.example.com", False, False),
        ("In 2002", False, True),
        ("aaa", False, True),
        ("Race-car", True, False),
        ("", False, False),
    ],
)
def test_a_palindrome_reads_the_same_backwards(response, strict, published):
    assert PALINDROME.check(response) is strict
    assert PALINDROME.reference(response) is published
