r"""Laws that hold for any answers: spelling, symmetry, order, and texts that are no mathematics at all."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rlvr.core import Check, Status, Verdict
from rlvr.envs.math.verifier import compare, plan
from tests.counting_calls import counted
from tests.envs.math.equivalence.expressions import draw, spell

LAW = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
RANDOMS = st.randoms(use_true_random=False)

GOLDS = [
    "42",
    "-7",
    r"\frac{1}{2}",
    "1,234",
    "x^2+1",
    r"\frac{x+1}{x-2}",
    r"2\sqrt{3}",
    r"\frac{\pi}{4}",
    "3+4i",
    "(1,2)",
    r"\left(-\frac{1}{2},\sqrt{2}\right)",
    "[1,3)",
    r"(-\infty,2)\cup(3,\infty)",
    "1,2,3",
    r"\{1,2,3\}",
    "x=5",
    "y=2x+3",
    "x+y=1",
    "x<3",
    r"1\pm\sqrt{2}",
    r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
    r"\log_2 3",
    r"\sin 2x",
    "2^{n+1}",
    r"\text{even}",
    "east",
    r"5\text{ cm}",
    r"90^\circ",
    "52_8",
    r"50\%",
    "C",
    r"\emptyset",
    r"\infty",
]
RESPELLINGS = {
    "dfrac": lambda text: text.replace(r"\frac", r"\dfrac"),
    "tfrac": lambda text: text.replace(r"\frac", r"\tfrac"),
    "left and right": lambda text: text if r"\left" in text else text.replace("(1,2)", r"\left(1,2\right)"),
    "no left and right": lambda text: text.replace(r"\left", "").replace(r"\right", ""),
    "dollars": lambda text: f"${text}$",
    "double dollars": lambda text: f"$${text}$$",
    "parentheses of LaTeX": lambda text: rf"\({text}\)",
    "brackets of LaTeX": lambda text: rf"\[ {text} \]",
    "spaces around": lambda text: f"  {text}\n",
    "thin spaces around": lambda text: rf"\,{text}\;",
    "a full stop": lambda text: f"{text}.",
    "displaystyle": lambda text: text if text.isalpha() or "text" in text else rf"\displaystyle {text}",
    "a box": lambda text: rf"\boxed{{{text}}}",
    "spaces around operators": lambda text: text.replace("+", " + ").replace("=", " = ").replace("<", " < "),
    "Unicode minus": lambda text: text if "text" in text else text.replace("-", "\u2212"),
    "Unicode letters": lambda text: text.replace(r"\pi", "π").replace(r"\infty", "∞").replace(r"\cup", "∪"),
    "braced exponents": lambda text: text.replace("^2", "^{2}"),
    "separators": lambda text: text.replace("1,234", "1{,}234"),
    "spaces after commas": lambda text: text if "1,234" in text else text.replace(",", ", "),
    "words in other type": lambda text: text.replace(r"\text", r"\mbox"),
}


@pytest.mark.parametrize("name", RESPELLINGS)
@pytest.mark.parametrize("gold", GOLDS)
def test_spelling_changes_no_verdict(gold, name):
    respelled = RESPELLINGS[name](gold)
    for strict in (False, True):
        assert compare(respelled, gold, strict=strict).status is Status.CORRECT
        assert compare(gold, respelled, strict=strict).status is Status.CORRECT
    for other in GOLDS:
        if other != gold:
            assert compare(respelled, other).status is compare(gold, other).status


@pytest.mark.parametrize("gold", GOLDS)
def test_no_gold_of_another_kind_is_accepted(gold):
    alike = ({"1,2,3", r"\{1,2,3\}"}, {r"\frac{1}{2}", r"50\%"}, {"x=5", r"5\text{ cm}"})
    for other in GOLDS:
        if other != gold and not any({gold, other} <= group for group in alike):
            assert compare(other, gold).status is Status.WRONG


@LAW
@given(RANDOMS, st.sampled_from(["rational", "radical", "complex", "trigonometric", "whole"]))
def test_values_lists_and_tuples_are_compared_symmetrically(random, kind):
    elements = [spell(random, draw(random, 1, kind)) for _ in range(3)]
    others = [random.choice([*elements, spell(random, draw(random, 1, kind))]) for _ in range(3)]
    for pattern in ("{}", "({}, {})", r"\{{{}, {}, {}\}}", "[{}, {}]", "x={}", "x>{}"):
        first, second = pattern.format(*elements), pattern.format(*others)
        if max(len(first), len(second)) < 500:
            assert compare(first, second).status is compare(second, first).status


@LAW
@given(RANDOMS)
def test_the_order_of_a_set_does_not_matter_and_that_of_a_tuple_does(random):
    elements = [str(number) for number in random.sample(range(-99, 99), 4)]
    shuffled = random.sample(elements, 4)
    assert compare(", ".join(shuffled), rf"\{{{', '.join(elements)}\}}").status is Status.CORRECT
    same = Status.CORRECT if shuffled == elements else Status.WRONG
    assert compare(f"({', '.join(shuffled)})", f"({', '.join(elements)})").status is same


@LAW
@given(
    st.lists(st.integers(-30, 30), min_size=4, max_size=8, unique=True).filter(lambda ends: len(ends) % 2 == 0), RANDOMS
)
def test_unions_are_compared_as_sets_of_numbers(ends, random):
    """Against a table of which half-integers belong to each, which is all there is to a union of open intervals."""
    ends.sort()
    pairs = list(zip(ends[::2], ends[1::2], strict=True))
    union = r"\cup".join(f"({low},{high})" for low, high in random.sample(pairs, len(pairs)))
    cut = random.choice(range(len(pairs)))
    low, high = pairs[cut]
    split = [*pairs[:cut], (low, high - 0.5), (high - 0.5, high), *pairs[cut + 1 :]]
    opened = r" \cup ".join(f"({low},{high})" for low, high in random.sample(split, len(split)))
    healed = rf"{opened} \cup \{{{high - 0.5}\}}"
    conditions = " or ".join(f"{low} < x < {high}" for low, high in pairs)
    assert compare(opened, union).status is Status.WRONG
    assert compare(healed, union).status is Status.CORRECT
    assert compare(conditions, union).status is Status.CORRECT


PIECES = r"""
\frac \dfrac \sqrt \sqrt[3] \sin \tan \ln \log_ \arctan \pi e i x y n 0 1 2 5 10 42 1,234 0.5 .5 5. 1E5 9E99 3e-4
0.\overline{3} { } ( ) [ ] \{ \} | \left( \right) \left| \right| \lfloor \rfloor \langle \rangle + - * / \cdot \times
^ ^2 ^{-1} ^{ _ _2 _{ ! % \% ^\circ ° \pm \mp = < > \le \ne \in \cup \cap \setminus \infty \emptyset , ; and or
\text{and} \text{ cm} cm apples (A) (B) B. \mathbb{R} \binom52 \sum_{k=1}^{3} \prod_{i=1}^{n} \begin{pmatrix}
\end{pmatrix} & \\ $ \$ € \, \! ~ . ... \ldots ' " : \mid \to \approx \pmod{5} \overline{AB} \angle \vec{v} \max \gcd(
f(x) f(2) \operatorname{lcm} \displaystyle \boxed{ \phantom{x} ½ ² √ π − ∞ ∪ é 你 # \_ million percent hundred half
\cosh x_1 52_8 3\frac12 1\,000 5E9999
""".split()
MOST_CALLS = 250_000
"""Of Python's functions and of C's, in the caller's process; a million of them take about a second."""


SOUPS = st.lists(st.sampled_from([*PIECES, " "]), min_size=1, max_size=40).map("".join)


@settings(LAW, max_examples=400)
@given(SOUPS, st.one_of(SOUPS.filter(str.strip), st.sampled_from(GOLDS)), st.booleans())
def test_no_soup_of_pieces_fails_or_takes_long_or_contradicts_itself(answer, gold, strict):
    quick, calls = counted(plan, answer, gold, convention="whole", strict=strict)
    assert calls < MOST_CALLS
    if isinstance(quick, Verdict) and quick.status in (Status.CORRECT, Status.WRONG):
        assert compare(answer.strip(), gold, strict=strict).status is quick.status


@settings(LAW, max_examples=200)
@given(st.one_of(SOUPS, st.text(min_size=1, max_size=60)).map(str.strip).filter(bool))
def test_any_text_is_its_own_gold(text):
    for strict in (False, True):
        assert compare(text, text, strict=strict).status is Status.CORRECT


@pytest.mark.parametrize(
    "answer",
    [
        r"\sum_{k=1}^{150}\frac{1}{2^{30000}+k}",
        "+".join(rf"\frac1{{2^{{30000}}+{k}}}" for k in range(1, 60, 2))[:1000].rpartition("+")[0],
        r"\sum_{k=1}^{1000}\left(\frac{k+2}{k+3}\right)^{3000}",
        r"\sum_{a=1}^{100}\sum_{b=1}^{100}\sum_{c=1}^{100}abc",
        r"\cup".join(f"[{2 * k},{2 * k + 1}]" for k in range(80)),
        rf"\{{{','.join(map(str, range(100)))}\}}\cup(1,2)",
        rf"\operatorname{{lcm}}({','.join(f'2^{{30000}}+{k}' for k in range(60))})",
        "9^{9^{9^9}}",
        "(10^8)!",
        r"\log 5E9999",
        r"\sqrt{7^{14000}+1}",
        "x_{5E9999}",
        r"\frac 5E9999 2",
        r"5 \text{cm}^5E9999",
        *(f"x{mark * (900 // len(mark))}" for mark in ("!", "°", "%", "'", "/1", "^2", r"\pm1", "+1", "_1", "**2")),
        *(
            mark * (990 // len(mark))
            for mark in ("(", "{", "|", "$", "-", ".", "\\", r"\sin", r"\sqrt", r"\text{", "½", "²")
        ),
        r"\sin" + "-" * 900 + "x",
        "a" + " " * 900 + "b",
        "a" + "~" * 900 + "b",
        r"\text{" + "a" * 900,
        "".join(r"\sqrt{(1+a+b+" for _ in range(12)) + "c" + "})^3" * 12,
        rf"({'+'.join('abcdfgh')})^{{40}}",
        r"\binom{x+y+z+w}{12}",
        "".join(f"(x_{{{k}}}+y_{{{k}}})" for k in range(40)),
        "+".join(rf"\frac{{1}}{{x_{{{k}}}+1}}" for k in range(40)),
    ],
)
@pytest.mark.parametrize("gold", ["x", "[0,1]"])
def test_what_would_take_long_is_decided_or_given_up_soon(answer, gold):
    """Each of these took a verifier seconds or more, or ended in an exception."""
    assert len(answer) <= 1_000
    outcome, calls = counted(plan, answer, gold, convention="whole", strict=True)
    assert calls < MOST_CALLS
    assert isinstance(outcome, Check) or outcome.status in (Status.WRONG, Status.TIMEOUT)
