"""Language terms; what language a text is in is tested with `rlvr.envs.language`."""

import gymnasium as gym
import pytest

from rlvr.envs.language import share
from rlvr.wrappers.language import Language, LanguageAgreement, spoken, user_text

ENGLISH = "So we add the tens and then the ones, and carry what is left."
RUSSIAN = "Итак, сначала сложим десятки, потом единицы, и перенесём остаток."
CHINESE = "所以我们先把十位相加，然后把个位相加。"


def math_env(**kwargs):
    return gym.make("rlvr/Math-v0", families="sum", level=2, **{"instruction": "", **kwargs})


def term(env, *texts):
    env.reset(seed=1)
    for text in texts:
        info = env.step(text)[4]
    return info["reward_terms"][env.term]


def thought(thoughts, answer=""):
    return f"<think>{thoughts}</think>{answer}"


# DeepSeek-R1, arXiv:2501.12948, section 2.3.2: the share of words of the target language in the chain of thought.
SHARES = [
    ("en", thought(ENGLISH, RUSSIAN), 1.0),  # The answer is another matter.
    ("en", thought(RUSSIAN, ENGLISH), 0.0),
    ("ru", thought(RUSSIAN), 1.0),
    ("zh", thought(CHINESE, "7"), 1.0),
    ("en", ENGLISH, 1.0),  # Without a think all of it counts.
    ("en", RUSSIAN, 0.0),
    ("en", f"<think>{ENGLISH}", 1.0),  # Cut.
    ("en", thought(r"$20 + 11 = \boxed{31}$", ENGLISH), 0.0),  # Nothing to tell.
    ("en", "", 0.0),
    ("prompt", thought(ENGLISH), 1.0),
    ("prompt", thought(RUSSIAN), 0.0),
]


@pytest.mark.parametrize(("target", "text", "part"), SHARES)
def test_the_share_of_the_target_in_the_thoughts_is_paid(target, text, part):
    env = Language(math_env(instruction="Put the final answer in a box, please."), target=target, weight=0.5)
    assert term(env, text) == 0.5 * part


def test_mixed_thoughts_are_paid_by_their_words():
    mixed = "Итак, dynamic programming даёт решение."  # Two of five words are English.
    assert share(mixed, "ru") == 0.6
    assert term(Language(math_env(), target="ru", weight=0.5), thought(mixed)) == 0.3


def test_a_prompt_without_a_language_asks_for_none():
    assert term(Language(math_env(), target="prompt"), ENGLISH) == 0.0


def test_all_turns_are_heard():
    env = Language(math_env(max_turns=2), target="en", weight=0.5)
    both = term(env, thought(ENGLISH), thought(RUSSIAN))
    assert both == 0.5 * share(f"{ENGLISH}\n{RUSSIAN}", "en") and 0.1 < both < 0.4


# Magistral, arXiv:2506.10910, 2.2.4: 0.1 where problem, thoughts and answer are classified as one language.
AGREEMENT = [
    ("en", thought(ENGLISH, "So the answer is thirty-one."), True),
    ("en", thought(ENGLISH, RUSSIAN), False),
    ("en", thought(RUSSIAN, ENGLISH), False),
    ("en", thought(RUSSIAN, RUSSIAN), False),
    ("ru", thought(RUSSIAN, RUSSIAN), True),
    ("ru", thought(ENGLISH, ENGLISH), False),
    ("en", thought(ENGLISH, r"\boxed{31}"), True),  # A box is in no language.
    ("en", thought("", ENGLISH), True),
    ("en", ENGLISH, True),
    ("en", thought(ENGLISH + CHINESE * 3, ENGLISH), False),
    ("none", thought(RUSSIAN, RUSSIAN), True),  # The question says nothing.
    ("none", thought(RUSSIAN, ENGLISH), False),
    ("none", thought("20+11", "31"), False),  # Nobody says anything.
    ("en", r"\boxed{31}", False),
    ("en", "", False),
]


@pytest.mark.parametrize(("prompt", "text", "agree"), AGREEMENT)
def test_question_thoughts_and_answer_in_one_language_are_paid(prompt, text, agree):
    instruction = {
        "en": "Put the final answer in a box, please.",
        "ru": "Запишите, пожалуйста, окончательный ответ в рамке.",
        "none": "",
    }[prompt]
    env = LanguageAgreement(math_env(instruction=instruction), weight=0.25)
    assert term(env, text) == (0.25 if agree else 0.0)


def test_two_languages_in_equal_parts_agree_with_nothing():
    half = "mama mama мама мама"
    assert term(LanguageAgreement(math_env(), languages=["en", "ru"]), thought(half)) == 0.0


def test_languages_that_may_occur_can_be_named():
    env = LanguageAgreement(math_env(), languages=("en", "ru"))
    assert env.languages == ["en", "ru"]
    assert term(env, thought(ENGLISH, ENGLISH)) == 0.1


def test_a_think_that_the_prompt_opened_is_one():
    text = f"{ENGLISH}</think>{RUSSIAN}"
    assert term(Language(math_env(), opened_think=True, weight=0.5), text) == 0.5
    assert term(Language(math_env(), opened_think=True, weight=0.5), ENGLISH) == 0.5
    assert spoken(["a"], True) == ("a", "")


def test_what_the_caller_does_to_the_messages_changes_nothing():
    env = LanguageAgreement(math_env(instruction="Put the final answer in a box, please."))
    observation, _ = env.reset(seed=1)
    observation[0].clear()
    assert env.step(thought(RUSSIAN, RUSSIAN))[4]["reward_terms"]["language_agreement"] == 0.0


def test_only_the_users_texts_are_the_question():
    opening = (
        {"role": "system", "content": "Reply in Russian."},
        {"role": "user", "content": [{"type": "image", "url": "x"}, {"type": "text", "text": "a"}]},
        {"role": "user", "content": None},
        {"role": "user", "content": "b"},
    )
    assert user_text(opening) == "a\nb"
