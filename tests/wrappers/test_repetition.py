"""Repetition: against a slow reading of the definition, and tables worked out by hand."""

import gymnasium as gym
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.core import Completion
from rlvr.wrappers.repetition import Repetition, distinct_share, repeated_positions

tokens = st.lists(st.integers(0, 3), max_size=40)
lengths = st.integers(1, 9)


def math_env(**kwargs):
    return gym.make("rlvr/Math-v0", families="sum", level=1, **kwargs)


def term(text, **arguments):
    env = Repetition(math_env(), **arguments)
    env.reset(seed=0)
    return env.step(text)[4]["reward_terms"]["repetition"]


# demystify-long-cot, openrlhf/reward/repetition.py, get_repetition_penalty(n, p, text): p * (1 - unique / total) over
# the n-grams of the words in lower case. The fractions are worked out by hand.
SPARSE = [
    ("a b c d", 2, 0.0),  # ab bc cd
    ("a b a b a", 2, 2 / 4),  # ab ba ab ba
    ("a a a a a", 2, 3 / 4),
    ("a a a a a", 1, 4 / 5),
    ("A a\nA  a", 1, 3 / 4),  # Case and white space do not matter.
    ("a b c a b c a", 3, 2 / 5),  # abc bca cab abc bca
    ("a b c", 3, 0.0),
    ("a b", 3, 0.0),  # Too short: there 0 / 0.
    ("", 3, 0.0),
    (" \n", 1, 0.0),
]


@pytest.mark.parametrize(("text", "n", "share"), SPARSE)
def test_sparse_costs_the_share_of_ngrams_that_are_not_new(text, n, share):
    assert term(text, n=n, weight=0.5) == pytest.approx(-0.5 * share)


# The same file, RepetitionDensePenalty: an n-gram that stood before is paid for on each of its tokens, once.
DENSE = [
    ([1, 2, 3, 4], 2, []),
    ([1, 2, 3, 1, 2], 2, [3, 4]),
    ([1, 2, 1, 2, 1], 2, [2, 3, 4]),
    ([1, 1, 1, 1], 2, [1, 2, 3]),  # 11 at 0 is new; it comes again at 1 and 2.
    ([1, 1, 1, 1], 4, []),
    ([7, 8, 7], 1, [2]),
    ([1, 2, 3, 9, 1, 2, 3, 9, 1, 2], 3, [4, 5, 6, 7, 8, 9]),
    ([1, 2], 3, []),
    ([], 1, []),
]


@pytest.mark.parametrize(("ids", "n", "repeated"), DENSE)
def test_dense_costs_the_share_of_tokens_in_ngrams_that_stood_before(ids, n, repeated):
    flags = repeated_positions(ids, n)
    assert [position for position, flag in enumerate(flags) if flag] == repeated and len(flags) == len(ids)
    expected = -0.5 * len(repeated) / max(1, len(ids))
    assert term(Completion("x", token_ids=ids), kind="dense", n=n, weight=0.5) == pytest.approx(expected)


def naive(ids, n):
    seen, flags = set(), [False] * len(ids)
    for start in range(len(ids) - n + 1):
        ngram = tuple(ids[start : start + n])
        if ngram in seen:
            flags[start : start + n] = [True] * n
        seen.add(ngram)
    return flags, len(seen)


@given(tokens, lengths)
def test_the_hashes_agree_with_the_ngrams_themselves(ids, n):
    flags, unique = naive(ids, n)
    assert repeated_positions(ids, n) == flags
    total = max(0, len(ids) - n + 1)
    assert distinct_share(ids, n) == (unique / total if total else 1.0)


def test_the_sequence_that_breaks_polynomial_hashes_is_told_apart():
    # Thue-Morse: its first 2**k letters and their complement collide modulo 2**64 from k = 11 on, in every base.
    letters = [bin(i).count("1") % 2 for i in range(2**13)]
    half = letters[:4096]
    assert not any(repeated_positions([*half, 2, *(1 - letter for letter in half)], 4096))
    assert sum(repeated_positions([*half, 2, *half], 4096)) == 4096


@given(tokens, lengths)
def test_tokens_of_any_kind_are_alike(ids, n):
    assert repeated_positions([f"w{one}" for one in ids], n) == repeated_positions(ids, n)


@given(tokens, lengths)
def test_longer_ngrams_repeat_no_more_than_shorter_ones(ids, n):
    longer, shorter = repeated_positions(ids, n + 1), repeated_positions(ids, n)
    assert all(short or not long for long, short in zip(longer, shorter, strict=True))


# From the second round on: the first may bring n-grams across its seam that are new.
@given(st.lists(st.integers(0, 3), min_size=1, max_size=20), st.integers(2, 9), lengths)
def test_going_round_a_loop_once_more_never_pays(ids, times, n):
    for kind in ("sparse", "dense"):
        once, more = Completion("", token_ids=ids * times), Completion("", token_ids=ids * (times + 1))
        assert term(more, kind=kind, n=n) <= term(once, kind=kind, n=n) + 1e-12


def test_tokens_count_where_all_turns_know_them_and_words_elsewhere():
    known = Completion("a b", token_ids=(5, 5, 5))
    assert term(known, n=1, weight=0.3) == pytest.approx(-0.3 * 2 / 3)
    assert term(known, n=1, unit="words") == 0.0
    assert term("a a", n=1, weight=0.5) == -0.25
    with pytest.raises(ValueError, match=r"'a a' does not.*unit='words'"):
        term("a a", n=1, unit="tokens")


def test_turns_are_read_on_their_own_and_counted_together():
    env = Repetition(math_env(max_turns=2), n=1, weight=0.5)
    env.reset(seed=0)
    env.step("a b a")
    assert env.step("a b c d e")[4]["reward_terms"]["repetition"] == -0.5 * 1 / 8  # One of eight.
    env.reset(seed=0)
    env.step(Completion("", token_ids=(1, 1)))
    assert env.step("a b")[4]["reward_terms"]["repetition"] == 0.0  # One turn without ids: words in both.


@pytest.mark.parametrize(
    ("kind", "preset", "n", "weight"),
    [
        ("sparse", "rlvr", 40, 0.1),
        ("dense", "rlvr", 40, 0.1),
        ("sparse", "paper", 3, 1.0),
        ("dense", "paper", 40, 0.05),
    ],
)
def test_the_defaults_are_those_of_the_preset(kind, preset, n, weight):
    env = Repetition(math_env(), kind=kind, preset=preset, allow_inversion=True)
    assert (env.n, env.weight) == (n, weight)


@pytest.mark.parametrize("n", [0, -1, 1.5, True, None])
def test_a_length_that_is_none_is_refused(n):
    for helper in (repeated_positions, distinct_share):
        with pytest.raises(ValueError, match="n to be an integer of at least 1"):
            helper([1, 2], n)
