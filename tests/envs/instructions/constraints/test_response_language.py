"""The language of a response, strict by shares, on texts of our own and on the corpus of `rlvr.envs.language`."""

from __future__ import annotations

from pathlib import Path

import pytest

from rlvr.envs.instructions.constraints.language_texts import TEXTS
from rlvr.envs.instructions.constraints.response_language import ResponseLanguage
from tests.envs.instructions.constraints.laws import (
    KEY,
    answers_huge_ones,
    never_raises,
    published_rows,
    rows_of,
    written,
)

LANGUAGE = ResponseLanguage()
CORPUS = Path(__file__).parents[2] / "language" / "sentences"

test_written_ones_pass_and_spoiled_ones_do_not = written(LANGUAGE)
test_any_text_is_checked = never_raises(LANGUAGE, language="fr")
test_huge_texts_are_checked = answers_huge_ones(LANGUAGE, language="fr")
test_the_rows_with_languages = published_rows(LANGUAGE, 31)


@pytest.mark.parametrize("language", TEXTS)
def test_each_text_is_in_its_language_and_in_no_other(language):
    text = TEXTS[language][1]
    assert [other for other in TEXTS if LANGUAGE.check(text, language=other)] == [language]
    assert [other for other in TEXTS if LANGUAGE.reference(text, language=other)] == [language]


@pytest.mark.parametrize("language", TEXTS)
def test_each_sentence_of_a_text_is_told_too(language):
    for sentence in TEXTS[language][1].replace("。", "。\n").replace(". ", ".\n").replace("। ", "।\n").splitlines():
        assert LANGUAGE.check(sentence, language=language), sentence


def test_the_texts_cover_the_published_rows():
    assert {row["language"] for row in rows_of(LANGUAGE.id)} <= set(TEXTS)


@pytest.mark.parametrize("language", sorted(path.stem for path in CORPUS.glob("*.txt")))
def test_a_text_of_the_corpus_is_in_its_language(language):
    text = (CORPUS / f"{language}.txt").read_text(encoding="utf-8")
    assert LANGUAGE.check(text, language=language)


@pytest.mark.parametrize("text", ["12345 !!!", "🙂🙂", "...", "$x^2$", "```\nprint('Bonjour tout le monde')\n```"])
def test_a_text_that_cannot_be_told_is_in_no_language(text):
    assert not LANGUAGE.check(text, language="en")
    assert not LANGUAGE.check(text, language="fr")
    assert LANGUAGE.reference(text, language="en")
    assert LANGUAGE.reference(text, language="fr")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "SRE는 소프트웨어 공학을 운영에 적용하는 분야입니다. 핵심은 indicator 그리고 objective 입니다.",
            "ko",
        ),
        ("Google और Microsoft ने पिछले साल अपने खर्च के बारे में बहुत सी नई जानकारी लोगों के सामने रखी है।", "hi"),
        ("Am Montag war ich in New York und habe dort mit Freunden einen langen Spaziergang gemacht.", "de"),
    ],
)
def test_names_and_terms_of_another_language_are_fine(text, language):
    assert LANGUAGE.check(text, language=language)


def test_half_of_another_language_is_not():
    text = f"{TEXTS['fr'][1]} {TEXTS['en'][1]}"
    assert not LANGUAGE.check(text, language="fr")
    assert not LANGUAGE.check(text, language="en")


def test_codes_of_langdetect_and_languages_that_are_not_expected_are_known():
    assert LANGUAGE.check(TEXTS["zh"][1], language="zh-cn")
    catalan = "Al matí m'agrada passejar pel parc que hi ha a prop de casa nostra i després prendre te."
    assert LANGUAGE.check(catalan, language="ca")
    assert LANGUAGE.reference(catalan, language="ca")
    assert LANGUAGE.said({"language": "zh-cn"}) == {"language": "Chinese"}
    assert LANGUAGE.said({"language": "fi"}) == {"language": "Finnish"}


def test_an_unknown_language_is_an_error():
    with pytest.raises(ValueError, match="language"):
        LANGUAGE.check("Hello", language="xx")
    with pytest.raises(ValueError, match="language"):
        LANGUAGE.write("Hello", KEY.at(0, 0), language="ca")
