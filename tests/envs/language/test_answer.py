"""Shares: right on the corpus, exact where scripts decide, lawful, and an answer for every text."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.language import dominant, share, shares
from rlvr.envs.language.answer import SAMPLE
from rlvr.envs.language.candidates import KNOWN
from tests.envs.language import corpus

ALL = sorted(corpus.SENTENCES)
# What has one language in its script, or Han, whose language kana shows.
BY_SCRIPT = ("zh", "ja", "ko", "el", "he", "th")
# Letters, digits, spaces and punctuation of many scripts, but nothing that opens markup which runs on.
CALM = st.text(st.sampled_from("aeinst ABé жиюё אבג ابت กขค 가나다 的数学 かなカ κλμ 12.,!?。\n،"), max_size=80)
MARKUP = st.sampled_from(
    (
        "$x^2$",
        r"\( \text{donde} \)",
        r"\[ \frac{a}{b} \]",
        "`el codigo es`",
        "```\nimport numpy\n```",
        "https://example.org/le/chemin",
        "someone@example.org",
        "<think>",
        "</answer>",
        "<|im_end|>",
        r"\begin{align} \text{wenn} x &= 1 \end{align}",
    )
)


def most(text: str) -> str | None:
    return next(iter(shares(text)), None)


def test_at_least_99_in_100_sentences_of_the_ten_languages_are_told():
    told = [(most(text), language) for language in corpus.TEN for text in corpus.SENTENCES[language]]
    assert len(told) >= 150
    assert sum(one == other for one, other in told) >= 0.99 * len(told)


@pytest.mark.parametrize("language", ALL)
def test_every_sentence_is_wholly_in_its_language(language):
    assert [text for text in corpus.SENTENCES[language] if shares(text) != {language: pytest.approx(1.0)}] == []


@pytest.mark.parametrize("languages", [corpus.TEN, tuple(ALL)], ids=["ten", "all"])
def test_at_least_93_in_100_three_word_fragments_are_told(languages):
    told = [(most(text), language) for language in languages for text in corpus.fragments(language)]
    assert len(told) >= 100
    assert sum(one == other for one, other in told) >= 0.93 * len(told)


@pytest.mark.parametrize("text", corpus.TERSE_ENGLISH)
def test_english_that_is_mostly_formulas_is_english(text):
    assert shares(text) == {"en": 1.0}


@pytest.mark.parametrize("text", corpus.UNTELLABLE, ids=ascii)
def test_a_text_in_no_language_has_no_shares(text):
    assert shares(text) == {}
    assert dominant(text) is None
    assert share(text, "en") == 0.0


@pytest.mark.parametrize(("text", "truth"), corpus.inside())
def test_shares_of_scripts_mixed_inside_a_sentence_are_within_five_hundredths(text, truth):
    found = shares(text)
    assert all(abs(found.get(one, 0.0) - truth.get(one, 0.0)) <= 0.05 for one in {*found, *truth})


@pytest.mark.parametrize(("text", "truth"), corpus.between())
def test_shares_of_sentences_in_two_languages_are_within_five_hundredths(text, truth):
    found = shares(text)
    assert all(abs(found.get(one, 0.0) - truth.get(one, 0.0)) <= 0.05 for one in {*found, *truth})


@pytest.mark.parametrize("language", [one for one in ALL if one != "en"])
def test_six_sentences_and_their_english_translations_count_about_alike(language):
    text = " ".join((*corpus.SENTENCES[language][:6], *corpus.SENTENCES["en"][:6]))
    # Vietnamese puts spaces between syllables; Russian, Arabic and Hebrew need fewer words than English.
    assert 0.42 <= share(text, language) <= 0.55


def test_a_short_sentence_is_in_the_language_of_its_neighbours():
    spanish = "Tenemos que encontrar el menor entero positivo."
    assert shares(f"{spanish} Wait. {spanish}") == {"es": 1.0}
    assert shares(f"Wait. {spanish}") == {"es": 1.0}


def test_a_repeated_short_sentence_says_no_more_than_one():
    assert shares("Wait. " * 1_000) == shares("Wait.") == {"en": 1.0}


def test_han_is_japanese_beside_kana_and_chinese_without():
    assert shares("証明終了。") == {"zh": 1.0}
    assert shares("これで十分です。証明終了。") == {"ja": 1.0}
    assert shares("这里的「の」是日语里很常见的一个助词，意思和中文的「的」差不多。")["zh"] > 0.95


def test_names_and_variables_are_in_no_language():
    assert shares("设三角形 ABC 中 sin B 等于 x，AB 长 3 cm。") == {"zh": 1.0}
    assert shares("THE CAT SAT ON THE MAT") == {"en": 1.0}


def test_ascii_that_the_model_does_not_know_is_english_and_other_letters_are_nothing():
    assert shares("Mr.") == {"en": 1.0}
    assert shares("ǂǂ") == {}


def test_a_text_in_capitals_is_told():
    assert shares(corpus.SENTENCES["de"][0].upper()) == {"de": 1.0}


def test_decomposed_letters_are_the_same_words():
    assert shares("Le the\u0301ore\u0300me a e\u0301te\u0301 de\u0301montre\u0301 hier soir.") == {"fr": 1.0}


def test_restricted_languages_are_the_only_ones_in_their_script():
    text = corpus.SENTENCES["pt"][0]
    assert set(shares(text, languages=("es", "en"))) <= {"es", "en"}
    assert shares(corpus.SENTENCES["ru"][0], languages=("en", "zh")) == {"ru": 1.0}


def test_share_tells_languages_beyond_the_default():
    catalan = "Hem de trobar el nombre enter positiu més petit que sigui divisible per dotze i per divuit alhora."
    assert share(catalan, "ca") == 1.0
    assert "ca" not in shares(catalan)


@pytest.mark.parametrize("call", [lambda: share("a", "xx"), lambda: shares("a", languages=("en", "english"))])
def test_an_unknown_language_is_refused_by_name(call):
    with pytest.raises(ValueError, match=r"Unknown language '(xx|english)'"):
        call()


@pytest.mark.parametrize("languages", ["en", ()])
def test_languages_must_be_a_collection_that_is_not_empty(languages):
    with pytest.raises(ValueError, match="Expected languages to"):
        shares("a", languages=languages)


@pytest.mark.parametrize("language", sorted(KNOWN))
def test_every_known_language_can_be_asked_for(language):
    assert share("So the answer is four, and we are done with it.", language) in (0.0, 1.0)


def test_dominant_needs_more_than_half():
    assert dominant("Итак, dynamic programming.") == "en"
    assert dominant("Итак, programming.") is None


def test_of_a_long_text_the_first_and_the_last_part_are_read():
    english, chinese, russian = (" ".join(corpus.plain(one)) * 20 for one in ("en", "zh", "ru"))
    # English is a byte a letter, so it fills the first half of the sample; Chinese has more than the last half.
    text = english[: SAMPLE // 2] + russian * 10 + chinese[: SAMPLE // 2]
    assert set(shares(text)) == {"en", "zh"}
    assert set(shares(text[: SAMPLE // 2 + 100])) == {"en", "ru"}


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "é" * 100_000,
        "的" * 100_000,
        "\ud800" * 100_000,
        "a\ud800b\udfff" * 10_000,
        "\x00a" * 50_000,
        "\u0301" * 100_000,
        "a\u0301\u200f" * 30_000,
        "😀" * 100_000,
        "\U0010ffff\U000e0001",
        "Wait. " * 30_000,
        "の。中。" * 30_000,
        "$`<\\[" * 30_000,
    ],
    ids=lambda text: ascii(text[:6]),
)
def test_any_text_has_an_answer(text):
    found = shares(text)
    assert not found or sum(found.values()) == pytest.approx(1.0)


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_shares_are_between_0_and_1_and_sum_to_1_or_are_empty(text):
    found = shares(text)
    assert all(0.0 < part <= 1.0 + 1e-12 for part in found.values())
    assert not found or sum(found.values()) == pytest.approx(1.0)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert shares(text) == found


@given(CALM, st.sampled_from(BY_SCRIPT), st.integers(0, 5))
def test_more_of_a_language_never_lowers_its_share(text, language, number):
    more = corpus.plain(language)[number]
    assert share(f"{text}\n{more}", language) >= share(text, language) - 1e-9


@given(st.lists(st.tuples(st.sampled_from(ALL), st.integers(0, 5), MARKUP), min_size=1, max_size=6))
def test_markup_between_sentences_changes_nothing(parts):
    sentences = [(corpus.plain(language)[number], markup) for language, number, markup in parts]
    bare = "\n".join(sentence for sentence, _ in sentences)
    assert shares("\n".join(f"{sentence} {markup}" for sentence, markup in sentences)) == pytest.approx(shares(bare))


def test_threads_agree_from_the_first_call_on():
    program = """if True:
        import threading
        from concurrent.futures import ThreadPoolExecutor
        from rlvr.envs.language import shares
        texts = ["Das ist ein ganzer Satz auf Deutsch.", "Ceci est une phrase en langue française."] * 8
        ready = threading.Barrier(16)
        def first(text):
            ready.wait()
            return shares(text)
        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(first, texts)) == [{"de": 1.0}, {"fr": 1.0}] * 8
    """
    subprocess.run([sys.executable, "-c", program], check=True)


def test_threads_with_different_languages_do_not_disturb_each_other():
    text = corpus.SENTENCES["pt"][0]
    sets = [("en", "pt"), ("en", "es"), ("de", "en", "pt"), ("de", "es")] * 8
    alone = [shares(text, languages=languages) for languages in sets]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda languages: shares(text, languages=languages), sets)) == alone


def test_the_model_is_not_loaded_by_importing_nor_where_scripts_decide():
    program = (
        "import sys, rlvr; from rlvr.envs.language import shares; shares('等等，再检查一遍。 다시 확인.');"
        "assert 'py3langid' not in sys.modules; shares('So we are done.'); assert 'py3langid' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
