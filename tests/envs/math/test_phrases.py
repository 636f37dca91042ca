from __future__ import annotations

import sys

import pytest

from rlvr.envs.math.extraction import extract

PHRASES = [
    *("The answer is {}.", "The final answer is {}", "the correct answer is {}", "So the right answer is: {}\n"),
    *("My answer is {}.", "THE ANSWER IS {}", "the answer to the question is {}.", "The answer equals {}."),
    *(
        "Answer: {}",
        "ANSWER: {}\n",
        "**Answer:** {}",
        "**Answer**: {}",
        "Answer: **{}**",
        "- Answer: {}",
        "> Answer: {}",
    ),
    *("### Final Answer: {}", "**Final Answer**\n\n{}", "Final Answer\n{}\n", "## Answer\r\n\r\n{}\r\n", "Answer:\n{}"),
    *("So my Final Answer: {}", "The correct answer: {}", "**The final answer is {}.**", "The answer is `{}`."),
    *("The answer is therefore {}.", "The answer is then {}.", "The answer is, thus, {}.", "The answer is hence: {}"),
    *("The correct option is {}.", "the correct choice is {}.", "The best choice is **{}**."),
    *("The answer is ${}$.", "The answer is $ {} $.", "The answer is $$\n{}\n$$", r"The answer is \({}\), which is"),
    *(
        "The answer is:\n\\[\n{}\n\\]\nDone",
        "**Final Answer:** ${}$ apples",
        "Answer: ${}$, and so on",
        "answer:${}$\n",
    ),
    "Final Answer: The final answer is ${}$. I hope it is correct.",  # Minerva, Lewkowycz et al. 2022, App. D.2
    "Final Answer: The final answer is {}. I hope it is correct.",
    *("The answer is 1. Therefore, the answer is {}.", "Answer: 1\nAnswer: {}", "The answer is {}. Or: the answer is"),
    *("The answer is {}. Next, 5 is", "The answer is {}.** So", "the\nanswer\nis {}", "İİ the answer is {}."),
]


@pytest.mark.parametrize("phrase", PHRASES)
@pytest.mark.parametrize("answer", ["42", "-3.5", "(B)", r"\frac{1}{2}", "x**2"])
def test_phrases_of_the_field_mark_an_answer(phrase, answer):
    assert extract(phrase.replace("{}", answer))[:2] == (answer, "phrase")


@pytest.mark.parametrize(
    ("completion", "answer"),
    [
        ("The answer is $18 a day, or $126 a week.", "$18 a day, or $126 a week"),
        ("The answer is $5. She paid $3.", "$5"),
        ("The answer is $18-$20.", "$18-$20"),
        (r"The answer is $\$18.90$.", r"\$18.90"),
        ("The answer is $3$ or $-3$.", "3 or -3"),
        (r"The answer is \(3\), \(5\).", "3, 5"),
        ("The answer is $B$ or C.", "B or C"),
        ("The answer is $50$% of it", "50% of it"),
        ("The answer is **42** apples.", "42 apples"),
        ("The answer is approx. 3.5 sq. cm. So", "approx. 3.5 sq. cm"),
        ("The answer is Rs. 42.", "Rs. 42"),
        ("The answer is B) 42.", "B) 42"),
        ("The answer is B. 42", "B"),
        ("The answer is option B.", "option B"),
        (r"The answer is \textbf{(B)}.", r"\textbf{(B)}"),
        ("The answer is 42!", "42!"),
        ("The answer is not 5.", "not 5"),
        ("If the answer is 5, then", "5, then"),
    ],
)
def test_the_answer_goes_to_the_end_of_its_sentence_or_mathematics(completion, answer):
    assert extract(completion)[:2] == (answer, "phrase")


def test_the_text_of_a_phrase_stays_in_place_in_lower_case():
    """One letter's lower case is longer; `phrased` replaces it, so that what is found in lower case stands there."""
    assert [chr(code) for code in range(sys.maxunicode + 1) if len(chr(code).lower()) != 1] == ["İ"]
