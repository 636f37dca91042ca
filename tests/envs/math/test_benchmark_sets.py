"""The labelled pairs of `benchmarks.verifiers`: the same in every run, true by a second method, and judged right."""

from __future__ import annotations

import cmath
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks.verifiers import polynomials, sets
from benchmarks.verifiers.limits import Contender
from benchmarks.verifiers.pairs import KINDS, Pair
from rlvr.envs.files import locate
from rlvr.envs.math.verifier import compare

FILES = {
    "math500": ("math500.jsonl",),
    "aime": ("aime_2024.jsonl", "aime_2025.jsonl"),
    "gsm8k": ("gsm8k_test.jsonl",),
}
MADE = [
    pytest.param(
        source,
        marks=pytest.mark.skipif(
            any(locate(file) is None for file in files), reason=f"{files} are in no data folder; set RLVR_DATA"
        ),
    )
    for source, files in FILES.items()
]
needs_all = pytest.mark.skipif(
    any(locate(file) is None for files in FILES.values() for file in files), reason="set RLVR_DATA"
)


def digest(pairs: tuple[Pair, ...]) -> str:
    return hashlib.sha256(repr(pairs).encode()).hexdigest()


# --- A second method: a value from LaTeX by a small table, exact as long as everything is rational. -----------------

Number = Fraction | complex
VARIABLES = {name: 0.37 + 0.21 * place for place, name in enumerate("abcdfghjklmnopqrstuvwxyzRNX")}
FUNCTIONS = {
    "\\sin": cmath.sin,
    "\\cos": cmath.cos,
    "\\tan": cmath.tan,
    "\\cot": lambda x: 1 / cmath.tan(x),
    "\\csc": lambda x: 1 / cmath.sin(x),
}
TOKEN = re.compile(r"\d+(?:\.\d+)?|\.\d+|\\[a-zA-Z]+|[-+*/^(){}a-zA-Z]|π")
VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4"}


class NoValue(Exception):
    """The table does not reach so far."""


class Table:
    """Reads one expression from left to right."""

    def __init__(self, text: str) -> None:
        for mark in (r"\left", r"\right", r"\,", r"\;", r"\!", " "):
            text = text.replace(mark, "")
        text = re.sub(r"\\[dtc]frac", r"\\frac", text)
        self.tokens = TOKEN.findall(text)
        if "".join(self.tokens) != text:
            raise NoValue(text)

    def value(self) -> Number:
        value = self.sum()
        if self.tokens:
            raise NoValue(self.tokens)
        return value

    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, *expected: str) -> str:
        if not self.tokens or (expected and self.tokens[0] not in expected):
            raise NoValue(self.tokens)
        return self.tokens.pop(0)

    def sum(self) -> Number:
        total: Number = Fraction(0)
        sign = self.take() if self.next() in ("+", "-") else "+"
        while True:
            term = self.product()
            total = total + term if sign == "+" else total - term
            if self.next() not in ("+", "-"):
                return total
            sign = self.take()

    def product(self) -> Number:
        value = self.power()
        while self.next() and self.next() not in ("+", "-", ")", "}"):
            sign = self.take() if self.next() in ("*", "/", "\\cdot", "\\times") else "*"
            negative = bool(self.next() == "-" and self.take())
            factor = -self.power() if negative else self.power()
            value = value / factor if sign == "/" else value * factor
        return value

    def power(self) -> Number:
        base = self.atom()
        if self.next() != "^":
            return base
        self.take()
        exponent = self.atom()
        if isinstance(exponent, Fraction) and exponent.denominator == 1:
            return base ** int(exponent)
        return complex(base) ** complex(exponent)

    def group(self) -> Number:
        """In braces, or one digit or letter."""
        if self.next() == "{":
            return self.atom()
        token = self.take()
        if token[0].isdigit() and len(token) > 1:
            self.tokens.insert(0, token[1:])
        return Table(token[0]).value()

    def atom(self) -> Number:
        token = self.take()
        if token in ("(", "{"):
            value = self.sum()
            self.take(")" if token == "(" else "}")
            return value
        if token == "\\frac":
            return self.group() / self.group()
        if token == "\\sqrt":
            return cmath.sqrt(complex(self.group()))
        if token in FUNCTIONS:
            square = bool(self.next() == "^" and self.take() and self.take("2"))
            value = complex(FUNCTIONS[token](complex(self.power() if not square else self.atom())))
            return value * value if square else value
        if token in ("\\pi", "π"):
            return complex(cmath.pi)
        if token == "i":
            return 1j
        if token in VARIABLES:
            return complex(VARIABLES[token])
        try:
            return Fraction(token)
        except ValueError:
            raise NoValue(token) from None


Value = tuple[str, tuple[Number, ...]]


def value(text: str) -> Value:
    """Brackets and values; a list without order has none, and its values sorted.

    Raises:
        NoValue: The text is beyond the table.
    """
    text = re.sub(r"\\[()\[\]]|(?<!\\)\$", "", text).strip().removesuffix(".")
    text = re.sub(r"^\\text\{([\d.-]+)\}$", r"\1", text)
    text = text.replace(r"\left", "").replace(r"\right", "")
    text = re.sub(r"^\\\{(.*)\\\}$", r"\1", text)
    text = re.sub(r"\\text\{ (?:and|or) \}| (?:and|or) ", ",", text)
    text = re.sub(r"^(-?)(\d+) ?\\d?frac\{(\d+)\}\{(\d+)\}$", r"\1(\2+\3/\4)", text)
    text = re.sub(r"^(-?)(\d+) (\d+)/(\d+)$", r"\1(\2+\3/\4)", text)
    text = re.sub(rf"^(-?)(\d+)([{''.join(VULGAR)}])$", lambda m: f"{m[1]}({m[2]}+{VULGAR[m[3]]})", text)
    text = re.sub(r"^(-?[\d.]+)e(-?\d+)$", r"\1*10^{\2}", text)
    if match := re.fullmatch(r"\\begin\{[pb]matrix\}(.*)\\end\{[pb]matrix\}", text.strip()):
        if "&" in match[1]:
            raise NoValue(text)
        text = f"({match[1].replace(chr(92) * 2, ',')})"
    text = re.sub(r"^\\langle(.*)\\rangle$", r"(\1)", text.strip())
    brackets = ""
    if "," in text and text[0] in "([" and text[-1] in ")]":
        brackets, text = text[0] + text[-1], text[1:-1]
    values: list[Number] = []
    for item in text.split(","):
        if match := re.fullmatch(r"(.+)\\pm(.+)", item):
            values += [Table(f"{match[1]}{sign}({match[2]})").value() for sign in "+-"]
        else:
            values.append(Table(item).value())
    if not brackets:
        values.sort(key=lambda v: (round(complex(v).real, 6), round(complex(v).imag, 6)))
    return brackets, tuple(values)


def close(one: Value, other: Value) -> bool:
    """Exactly, where both are rational; to nine digits elsewhere."""

    def same(a: Number, b: Number) -> bool:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return a == b
        return abs(complex(a) - complex(b)) <= 1e-9 * max(1e-6, abs(complex(a)))

    return one[0] == other[0] and len(one[1]) == len(other[1]) and all(map(same, one[1], other[1]))


def second_opinion(pair: Pair) -> bool | None:
    """Whether the answer is right, by the table; `None` where the pair is beyond it or rests on a convention."""
    gold, answer = pair.gold, pair.answer
    if (sets.by_convention(pair) and pair.kind != "column as a tuple") or pair.kind == "rounded root":
        return None  # No float tells a root from its first twelve digits.
    if re.fullmatch(r"-?\d{1,3}(,(\\!)? ?\d{3})+", gold):
        gold = re.sub(r"[^\d-]", "", gold)
    if pair.kind == "thousands separators":
        answer = re.sub(r"[^\d-]", "", answer)
    elif re.search(r",\\! ?\d{3}|\d,\d{3}", answer):
        return None
    try:
        return close(value(gold), value(answer))
    except (NoValue, IndexError, ZeroDivisionError, OverflowError):
        return None


# --- The pairs -----------------------------------------------------------------------------------------------------


@needs_all
def test_pairs_are_the_same_in_another_process_with_other_hashes():
    program = (
        "import hashlib; from benchmarks.verifiers.sets import all_pairs;"
        "print(hashlib.sha256(repr(all_pairs()).encode()).hexdigest())"
    )
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(root)}
    printed = subprocess.check_output([sys.executable, "-c", program], env=environment, cwd=Path.cwd(), text=True)
    assert printed.strip() == digest(sets.all_pairs())


@needs_all
def test_there_are_thousands_of_pairs_of_every_kind_and_none_twice_in_a_set():
    pairs = sets.all_pairs()
    assert len(pairs) > 5000
    assert {pair.kind for pair in pairs} >= set(KINDS)
    assert len({(pair.source, pair.gold, pair.answer) for pair in pairs}) == len(pairs)
    rights = Counter(pair.right for pair in pairs)
    assert 0.4 < rights[True] / len(pairs) < 0.7


def test_hand_written_pairs_are_many_of_both_labels_and_never_contradict_each_other():
    pairs = sets.all_pairs([sets.HAND_WRITTEN])
    assert len(pairs) >= 200
    assert 0.5 < sum(pair.right for pair in pairs) / len(pairs) < 0.7
    labels = {}
    for pair in pairs:
        assert labels.setdefault((pair.gold, pair.answer), pair.right) == pair.right


@needs_all
def test_a_sample_has_the_asked_size_and_is_the_same_again():
    pairs = sets.all_pairs()
    assert len(sets.sample(pairs, 300)) == 300
    assert sets.sample(pairs, 300) == sets.sample(pairs, 300)
    assert {pair.kind for pair in sets.sample(pairs, 600)} >= {pair.kind for pair in pairs}


@pytest.mark.parametrize(
    ("source", "share"),
    [pytest.param(p.values[0], s, marks=p.marks) for p, s in zip(MADE, (0.7, 0.6, 0.6), strict=True)],
)
def test_labels_hold_by_exact_fractions_and_complex_floats(source, share):
    pairs = [pair for pair in sets.made(source) if not sets.by_convention(pair)]
    opinions = [(pair, second_opinion(pair)) for pair in pairs]
    told = [(pair, opinion) for pair, opinion in opinions if opinion is not None]
    assert [pair for pair, opinion in told if opinion != pair.right] == []
    assert len(told) > share * len(pairs)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2(k + 1)", "2k+2", True),
        (r"\frac{3\sqrt{3}}{4}", r"\frac{9}{4\sqrt{3}}", True),
        (r"\frac{3\sqrt{3}}{4}", r"\frac{8}{4\sqrt{3}}", False),
        (r"1\pm\sqrt{5}, -2", r"\{-2, 1-\sqrt{5}, 1+\sqrt{5}\}", True),
        ("(1, 2)", "(2, 1)", False),
        ("(1, 2)", "[1, 2]", False),
        ("0.333333333333", r"\frac13", False),
        (r"\frac12", "0.5", True),
    ],
)
def test_the_second_method_tells_right_from_wrong(one, other, same):
    assert close(value(one), value(other)) is same


def test_polynomials_expand_by_integers_only():
    product = polynomials.read_polynomial("(a+5)(b+2)")
    assert product == {(("a", 1), ("b", 1)): 1, (("a", 1),): 2, (("b", 1),): 5, (): 10}
    cubic = polynomials.read_polynomial("x^3+3x-6")
    assert polynomials.divided(cubic, 1) == ("x", {(("x", 2),): 1, (("x", 1),): 1, (): 4}, -2)
    assert polynomials.read_polynomial("x^{2") is None


# --- The verifier on them --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", MADE)
def test_the_verifier_agrees_with_every_pair(source):
    disagreed = [
        pair for pair in sets.made(source) if (str(compare(pair.answer, pair.gold).status) == "correct") != pair.right
    ]
    assert disagreed == []


@pytest.mark.parametrize("source", MADE)
def test_the_strict_verifier_agrees_too_and_refuses_what_is_not_worked_out(source):
    disagreed = [
        pair
        for pair in sets.made(source)
        if (str(compare(pair.answer, pair.gold, strict=True).status) == "correct") != (pair.right and pair.evaluated)
    ]
    assert disagreed == []


# --- The process of a contender --------------------------------------------------------------------------------------


def test_a_contender_grades_more_pairs_than_its_pipes_hold():
    contender = Contender("equal text", limit=60.0)
    try:
        outcomes = contender.grade([("1" * 200, "1" * 200), ("1", "2")] * 3000)
    finally:
        contender.close()
    assert [outcome.accepted for outcome in outcomes] == [True, False] * 3000
    assert not any(outcome.trouble for outcome in outcomes)
