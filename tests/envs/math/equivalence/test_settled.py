r"""What exact algebra leaves open: numbers of many digits and sympy, both of which only `compare` runs."""

from __future__ import annotations

import pytest

from rlvr.core import Check, Status
from rlvr.envs.math.verifier import compare, plan

MACHIN = r"\arctan\frac12+\arctan\frac13"  # pi/4
CARDANO = r"\sqrt[3]{2+\sqrt5}+\sqrt[3]{2-\sqrt5}"  # 1

SAME = [
    (r"\frac\pi4", MACHIN),
    ("1", CARDANO),
    (r"-\frac12", r"\cos\frac{2\pi}{7}+\cos\frac{4\pi}{7}+\cos\frac{6\pi}{7}"),
    (r"\frac{1+\sqrt5}{4}", r"\cos 36^\circ"),
    (r"(0,\frac\pi4]", f"(0,{MACHIN}]"),
    (rf"\{{{MACHIN}, 1\}}", r"1, \frac\pi4"),
    (r"(1, \frac\pi4)", f"(1, {MACHIN})"),
    (r"x=\frac\pi4", f"x={MACHIN}"),
    (r"\frac\pi4", rf"x={MACHIN}=\frac\pi4"),
]
DIFFERENT = [
    (r"\frac\pi4", MACHIN + r"+\frac{1}{10^{12}}"),
    (r"\frac\pi4", MACHIN + r"+\frac{1}{10000^{64}}"),
    (r"\frac\pi4", MACHIN + r"+e^{-60\cdot60}"),
    (r"\frac\pi4", MACHIN + r"+9^{-9\cdot64}"),
    ("x+5", "|x+5|"),
    ("x+5", r"\sqrt{(x+5)^2}"),
    ("x+5", r"\sqrt{x^2+10x+25}"),
    ("x", r"\max(x,-10)"),
    (r"\lfloor x\rfloor", r"\lfloor x\rfloor+\lfloor\frac{x^2}{100}\rfloor"),
    ("x", r"\sqrt{x^2}"),
    (r"2\ln x", r"\ln(x^2)"),
    (r"\cos\frac\pi5", r"\frac{1+\sqrt5}{4.0000001}"),
    ("7", rf"\frac{{{CARDANO}-1}}{{{MACHIN}-\frac\pi4}}"),
    (r"(0,\frac\pi4)", f"(0,{MACHIN}]"),
    (r"x^2+y^2=\arctan2", r"x^2+y^2=\arctan3"),
    (r"x^2>\arctan2", r"x^2>\arctan3"),
    (r"\arctan x", r"\frac{\pi}{2}-\arctan\frac1x"),
]


@pytest.mark.parametrize(("gold", "answer"), SAME)
def test_what_is_equal_is_found_to_be(gold, answer):
    assert compare(answer, gold).status is Status.CORRECT


@pytest.mark.parametrize(("gold", "answer"), DIFFERENT)
def test_what_is_nearly_equal_or_equal_somewhere_is_not_accepted(gold, answer):
    assert compare(answer, gold).status is Status.WRONG


@pytest.mark.parametrize(("gold", "answer"), SAME + DIFFERENT)
def test_the_caller_s_process_says_the_same_or_leaves_it_open(gold, answer):
    quick = plan(answer, gold, convention="whole")
    assert isinstance(quick, Check) or quick.status is compare(answer, gold).status
