"""What mode `reference` asks of langdetect and NLTK where they are installed, and that it does without them."""

from __future__ import annotations

import socket
import sys
from functools import cache
from types import ModuleType

import pytest

from rlvr.envs.instructions import published
from rlvr.envs.instructions.constraints import CONSTRAINTS
from rlvr.envs.instructions.constraints.language_texts import TEXTS
from tests.envs.instructions.hostile import SHORT

CAPITAL = CONSTRAINTS["change_case:english_capital"]
LOWERCASE = CONSTRAINTS["change_case:english_lowercase"]
CAPITAL_WORDS = CONSTRAINTS["change_case:capital_word_frequency"]
LANGUAGE = CONSTRAINTS["language:response_language"]
SENTENCES = CONSTRAINTS["length_constraints:number_sentences"]

MODULES = ("langdetect", "langdetect.detector_factory", "nltk", "nltk.tokenize", "nltk.tokenize.punkt")

DRAWN = "I am"
"""Without a seed, langdetect takes this for one language or another."""


@pytest.fixture(autouse=True)
def without_packages():
    """In the place of the fixture of the same name, which switches off what is tested here."""


@pytest.fixture
def unasked(monkeypatch):
    """Nobody has looked yet whether the packages are there."""
    for name in ("_languages", "_punkt"):
        monkeypatch.setattr(published, name, cache(getattr(published, name).__wrapped__))


@pytest.fixture
def missing(monkeypatch, unasked):
    """Neither package is installed."""
    for name in MODULES:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.fixture
def stand_in(monkeypatch, unasked):
    """Makes an NLTK that cuts sentences at bars and tokens at spaces, or has other things in its module `punkt`."""

    class PunktTokenizer:
        def __init__(self, language):
            assert language == "english"

        def tokenize(self, text):
            return text.split("|")

    def make(**punkt):
        modules = {name: ModuleType(name) for name in MODULES if name.startswith("nltk")}
        modules["nltk"].word_tokenize = str.split
        vars(modules["nltk.tokenize.punkt"]).update(punkt or {"PunktTokenizer": PunktTokenizer})
        for name, module in modules.items():
            monkeypatch.setitem(sys.modules, name, module)

    return make


@pytest.fixture
def langdetect():
    return pytest.importorskip("langdetect", reason="langdetect is not installed: the extra `reference`")


@pytest.fixture
def nltk():
    package = pytest.importorskip("nltk", reason="NLTK is not installed: the extra `reference`")
    try:
        package.data.find("tokenizers/punkt_tab/english/")
    except LookupError:
        pytest.skip("NLTK's data punkt_tab is not installed: python -m nltk.downloader punkt_tab")
    return package


def counts(text, sentences, capital_words):
    """Whether `reference` finds exactly so many."""
    return [
        SENTENCES.reference(text, num_sentences=sentences, relation="at least"),
        SENTENCES.reference(text, num_sentences=sentences + 1, relation="less than"),
        CAPITAL_WORDS.reference(text, capital_frequency=capital_words, capital_relation="at least"),
        CAPITAL_WORDS.reference(text, capital_frequency=capital_words + 1, capital_relation="less than"),
    ] == [True] * 4


# Without the packages.


@pytest.mark.usefixtures("missing")
def test_without_the_packages_there_is_nothing_to_ask():
    assert published.language("A text.") is None
    assert published.sentences("A text.") is None
    assert published.tokens("A text.") is None


@pytest.mark.usefixtures("missing")
def test_without_the_packages_constraints_have_their_approximations():
    assert CAPITAL.reference("THE QUICK BROWN FOX")
    assert LOWERCASE.reference("ok sure")
    assert LANGUAGE.reference(TEXTS["de"][1], language="de")
    assert not LANGUAGE.reference(TEXTS["de"][1], language="fr")
    assert counts("Dr. No saw it. NASA paid.", 2, 1)


def test_strict_asks_nothing(monkeypatch):
    def asked(text):
        raise AssertionError("Mode strict asked a package.")

    for name in ("language", "sentences", "tokens"):
        monkeypatch.setattr(published, name, asked)
    assert CAPITAL.check("THE QUICK BROWN FOX")
    assert LOWERCASE.check("ok sure")
    assert LANGUAGE.check(TEXTS["de"][1], language="de")
    assert SENTENCES.check("One. Two.", num_sentences=2, relation="at least")
    assert CAPITAL_WORDS.check("NASA", capital_frequency=1, capital_relation="at least")


# NLTK.


def test_nltk_is_asked_where_it_is_installed(stand_in):
    stand_in()
    assert published.sentences("One. Two.|Three") == ["One. Two.", "Three"]
    assert published.tokens("A U.S. plan") == ["A", "U.S.", "plan"]
    assert counts("One. Two.|Three A U.S. plan", 2, 2)


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800", "😀"])
def test_texts_without_sentences_and_words_have_a_count(stand_in, text):
    stand_in()
    assert SENTENCES.reference(text, num_sentences=2, relation="less than")
    assert CAPITAL_WORDS.reference(text, capital_frequency=1, capital_relation="less than")


def test_without_its_data_nltk_counts_as_missing_and_is_asked_once(stand_in):
    asked = []

    def tokenizer(language):
        asked.append(language)
        raise LookupError("Resource punkt_tab not found.")

    stand_in(PunktTokenizer=tokenizer)
    for _ in range(3):
        assert published.sentences("One. Two.") is None
        assert published.tokens("One. Two.") is None
    assert counts("Dr. No saw it. NASA paid.", 2, 1)
    assert asked == ["english"]


def test_an_nltk_before_3_9_counts_as_missing(stand_in):
    stand_in(PunktSentenceTokenizer=object)
    assert published.sentences("One.") is None
    assert published.tokens("One.") is None


@pytest.mark.usefixtures("nltk")
@pytest.mark.parametrize(
    ("text", "sentences", "capital_words"),
    [
        ("Dr. Smith paid $3.50. Really?", 2, 0),
        ("# Title\n\n- one thing\n- another\n\nThe end.", 1, 0),
        ("1. First.\n2. Second.", 4, 0),
        ("IT'S DON'T. X-RAY CANNOT", 2, 7),
        ("I think A is right. I do.", 2, 3),
        ("\0 \ud800 😀", 1, 0),
        ("", 0, 0),
    ],
)
def test_with_its_data_counts_are_those_of_nltk(text, sentences, capital_words):
    assert counts(text, sentences, capital_words)


# langdetect.


@pytest.mark.usefixtures("langdetect")
@pytest.mark.parametrize("language", TEXTS)
def test_langdetect_tells_each_of_our_texts(language):
    text = TEXTS[language][1]
    assert [other for other in TEXTS if LANGUAGE.reference(text, language=other)] == [language]


@pytest.mark.usefixtures("langdetect")
def test_rows_may_ask_for_chinese_as_langdetect_writes_it():
    text = TEXTS["zh"][1]
    assert LANGUAGE.reference(text, language="zh-cn")
    assert not LANGUAGE.reference(text, language="zh-tw")


@pytest.mark.usefixtures("langdetect")
def test_langdetect_takes_short_english_for_another_language():
    assert not CAPITAL.reference("THE QUICK BROWN FOX")
    assert not LOWERCASE.reference("ok sure")
    assert CAPITAL.reference("THIS IS A SENTENCE IN PLAIN ENGLISH, AND THERE ARE SOME MORE WORDS IN IT.")


@pytest.mark.usefixtures("langdetect")
def test_a_text_of_which_langdetect_can_tell_nothing_is_in_any_language():
    assert published.language("12345 !!!") == published.UNDETECTABLE
    assert all(LANGUAGE.reference("12345 !!!", language=language) for language in TEXTS)


@pytest.mark.usefixtures("unasked", "untouched_global_random_state")
def test_one_text_has_one_language_whoever_else_asks_langdetect(langdetect, monkeypatch):
    first = published.language(DRAWN)
    answers = set()
    for seed in range(40):
        monkeypatch.setattr(langdetect.DetectorFactory, "seed", seed)
        answers.add(langdetect.detect(DRAWN))
        assert published.language(DRAWN) == first
    assert len(answers) > 1
    published._languages.cache_clear()
    assert published.language(DRAWN) == first


@pytest.mark.usefixtures("langdetect")
def test_any_text_has_an_answer_of_langdetect():
    for text in (*SHORT, "a" * 200_000, "\ud800" * 1_000):
        assert isinstance(published.language(text), str)


# The network.


@pytest.mark.usefixtures("unasked")
def test_nothing_is_downloaded(monkeypatch):
    def connected(*arguments, **options):
        raise AssertionError("The network was asked.")

    monkeypatch.setattr(socket, "socket", connected)
    monkeypatch.setattr(socket, "create_connection", connected)
    assert isinstance(published.language("A text."), str | None)
    assert isinstance(published.sentences("A text."), list | None)
    assert isinstance(published.tokens("A text."), list | None)
