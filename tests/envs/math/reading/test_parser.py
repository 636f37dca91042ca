from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.envs.math.reading.parser import MAX_DEPTH, read
from rlvr.envs.math.reading.tree import Node, Unreadable, walk


def shown(node: Node) -> str:
    """A tree as one line."""
    if node.kind in ("num", "sym"):
        return str(node.value)
    inside = " ".join(shown(part) for part in node.parts)
    name = node.kind if node.value is None else f"{node.kind}:{node.value}"
    return f"({name} {inside})" if inside else f"({name})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("2", "2"),
        ("x", "x"),
        ("-x", "(neg x)"),
        ("a+b-c", "(add a b (neg c))"),
        ("2x", "(mul 2 x)"),
        ("xyz", "(mul x y z)"),
        (r"2\cdot 3", "(mul 2 3)"),
        ("a/b", "(div a b)"),
        ("a/b/c", "(div (div a b) c)"),
        ("1/2x", "(mul (div 1 2) x)"),
        ("a/(bc)", "(div a (mul b c))"),
        (r"\frac{a+1}{b}", "(div (add a 1) b)"),
        (r"\frac12", "(div 1 2)"),
        (r"\frac1{23}", "(div 1 23)"),
        (r"\frac\pi2", "(div pi 2)"),
        ("1 1/2", "3/2"),
        (r"1\frac12", "3/2"),
        (r"x\frac12", "(mul x (div 1 2))"),
        ("x^2", "(pow x 2)"),
        ("x^{n+1}", "(pow x (add n 1))"),
        ("-x^2", "(neg (pow x 2))"),
        ("(-x)^2", "(pow (neg x) 2)"),
        ("2^3^4", "(pow 2 (pow 3 4))"),
        ("2x^2y", "(mul 2 (pow x 2) y)"),
        ("x^-1", "(pow x (neg 1))"),
        ("3!", "(fact 3)"),
        ("2n!", "(mul 2 (fact n))"),
        (r"\sqrt2", "(root 2 2)"),
        (r"\sqrt{x+1}", "(root 2 (add x 1))"),
        (r"\sqrt[3]{x}", "(root 3 x)"),
        (r"2\sqrt{3}x", "(mul 2 (root 2 3) x)"),
        ("√(x+1)", "(root 2 (add x 1))"),
        ("|x-1|", "(abs (add x (neg 1)))"),
        (r"\left|x\right|", "(abs x)"),
        (r"\lfloor x\rfloor", "(call:floor x)"),
        (r"\sin x", "(call:sin x)"),
        (r"\sin 2x", "(call:sin (mul 2 x))"),
        (r"\sin x\cos y", "(mul (call:sin x) (call:cos y))"),
        (r"\sin^2 x", "(pow (call:sin x) 2)"),
        (r"\sin^{-1}x", "(call:arcsin x)"),
        (r"\sin(x)+1", "(add (call:sin x) 1)"),
        (r"\sin x+1", "(add (call:sin x) 1)"),
        ("sin(x)", "(call:sin x)"),
        (r"\log_2 8", "(call:log 2 8)"),
        (r"\log_{10}(x+1)", "(call:log 10 (add x 1))"),
        (r"\ln x^2", "(call:ln (pow x 2))"),
        (r"\binom{n}{2}", "(call:binom n 2)"),
        (r"\max(1,2,3)", "(call:max 1 2 3)"),
        (r"90^\circ", "(deg 90)"),
        (r"50\%", "(pct 50)"),
        (r"\$5", "(money:dollar 5)"),
        ("5€", "(money:euro 5)"),
        (r"5\text{ cm}", "(unit:cm 5)"),
        ("5 square feet", "(unit:ft^2 5)"),
        ("52_8", "(base:('52', 8))"),
        ("x_{12}", "x_12"),
        ("x'", "x'"),
        ("α", "alpha"),
        (r"\mathbf{x}", "x"),
        ("a,b", "(seq:, a b)"),
        (r"a \text{ or } b", "(seq:or a b)"),
        ("a, b and c", "(seq:and a b c)"),
        (r"\{1,2\}", "(set 1 2)"),
        ("(1,2)", "(group:() 1 2)"),
        ("[1,2)", "(group:[) 1 2)"),
        (r"\langle 1,2\rangle", "(group:<> 1 2)"),
        (r"[1,2]\cup[3,4]", "(union (group:[] 1 2) (group:[] 3 4))"),
        ("x=5", "(rel:('=',) x 5)"),
        (r"1\le x<2", "(rel:('<=', '<') 1 x 2)"),
        (r"x\in\{1\}", "(rel:('in',) x (set 1))"),
        (r"1\pm x", "(pm 1 x)"),
        (r"\pm x", "(pm x)"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "(matrix:2 1 2 3 4)"),
        (r"\sum_{k=1}^{n}k^2", "(big:('sum', 'k') (pow k 2) 1 n)"),
        (r"\infty", "(inf)"),
        (r"\emptyset", "(empty)"),
        (r"\text{no solution}", "(text:no solution)"),
    ],
)
def test_trees(text, tree):
    assert shown(read(text)) == tree


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "1+",
        "*2",
        "(",
        ")",
        "(1",
        "1)",
        "[1,2",
        "{1",
        "(1,2}",
        r"\frac{1}",
        r"\frac",
        r"\sqrt",
        r"\unknown{x}",
        r"\left(1",
        "1 2",
        "3.5.2",
        "1,2,...",
        r"1,2,\ldots",
        "a = ",
        "|x",
        r"\sin",
        "x_",
        "x^",
        r"\begin{pmatrix}1",
        r"\begin{pmatrix}1&2\\3\end{pmatrix}",
        r"\begin{cases}1\\2\end{cases}",
        "#",
        r"\#",
        "\x00",
        "好",
        "\\",
        "5 or",
        "or 5",
        "1---1",
        r"\log_",
        r"\sum k",
        r"\int_0^1 x",
        "5 more or less",
        "3 to 4",
    ],
)
def test_what_is_no_mathematics_is_unreadable(text):
    with pytest.raises(Unreadable):
        read(text)


@pytest.mark.parametrize("opening", ["(", "{", r"\sqrt{", r"\frac{1}{", r"\sin(", "2^{", r"\left|", "[", r"\{"])
def test_depth_is_bounded(opening):
    with pytest.raises(Unreadable):
        read((opening * (MAX_DEPTH + 1))[:990])


@pytest.mark.parametrize(
    "piece", ["!", "°", "%", "'", "/1", "^2", r"\pm1", "+1", "-1", "_1", "*1", "\\cup(1,2)", ",1", "=1", " cm"]
)
def test_no_row_of_anything_makes_a_tree_that_is_too_deep_to_walk(piece):
    try:
        tree = read("x" + (piece * 1_000)[:900])
    except Unreadable:
        return

    def depth(node: Node) -> int:
        return 1 + max(map(depth, node.parts), default=0)

    assert depth(tree) < 8 * MAX_DEPTH


@settings(deadline=None, max_examples=300)
@given(st.text(r"0123456789.,+-*/^_!|=<>(){}[]&%$\'xyab ", max_size=40) | st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        tree = read(text)
    except Unreadable as error:
        assert str(error)
        return
    assert all(isinstance(node, Node) for node in walk(tree))


@settings(deadline=None, max_examples=200)
@given(st.fractions())
def test_a_number_is_read_as_its_value(value):
    text = rf"\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"
    node = read(text if value >= 0 else "-" + text)
    node = node.parts[0] if node.kind == "neg" else node
    top, bottom = (part.value for part in node.parts)
    assert Fraction(top, bottom) == abs(value)
