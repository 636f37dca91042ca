"""Markup goes, prose stays, and no text takes more than linear time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.language.markup import strip_markup, strip_names


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("so $x = 3$ and", "so and"),
        ("so $$x = 3$$ and", "so and"),
        (r"so \(x \text{if} y\) and", "so and"),
        ("so \\[\nx\\\\[2pt]\ny \\] and", "so and"),
        (r"so \begin{align*} \text{then} \end{align*} and", "so and"),
        (r"so \begin{equation}\begin{pmatrix} ab \end{pmatrix} cd\end{equation} and", "so and"),
        (r"\begin{itemize} \item one \item two \end{itemize}", "one two"),
        (r"\textbf{one} \boxed{two}", "{one} {two}"),
        (r"see \ref{fig:one} and \cite[p. 3]{two}", "see and"),
        ("it costs $5 and then $6 more", "it costs $5 and then $6 more"),
        (r"it costs \$5 and \$6", "it costs 5 and 6"),
        ("open $x and closed", "open $x and closed"),
        (r"open \( and closed", "open and closed"),
        (r"open \[ twice \[ x \] and closed", "open twice and closed"),
        (r"\begin{align} open", "open"),
        ("use `f(x)` here", "use here"),
        ("one ` two", "one ` two"),
        ("one ```python\nprint('two')\n``` three", "one three"),
        ("one ~~~\ntwo\n~~~ three", "one three"),
        ("one ```python\ntwo, cut", "one"),
        ("[asy] pair origin; [/asy] one", "one"),
        ("at https://example.org/a_b?c=d#e, one", "at one"),
        ("见https://example.org/路径。", "见 路径。"),
        ("at www.example.org one", "at one"),
        ("to some.one+tag@mail.example.org one", "to one"),
        ("@ one @two", "@ one @two"),
        ("<think>one</think><answer>two</answer>", "one two"),
        ("<|im_start|>one<｜end▁of▁sentence｜>", "one"),
        ('<a href="x">one</a><br/>', "one"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("if a<b and c>d", "if a<b and c>d"),
        ("one&nbsp;two &#8212; <!-- three --> four", "one two four"),
    ],
)
def test_markup_goes_and_prose_stays(text, left):
    assert strip_markup(text).split() == left.split()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("sin and cosine", "and cosine"),
        ("modèle expérience miné", "modèle expérience miné"),
        ("triangle ABC and ABCDE", "triangle and ABCDE"),
        ("LET US GO ON", "LET US GO ON"),
        ("三角形ABC中", "三角形 中"),
        ("5 km und 3 kg", "5 und 3"),
    ],
)
def test_names_go_and_words_stay(text, left):
    assert strip_names(text).split() == left.split()


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_stripping_takes_any_text_and_never_adds_to_it(text):
    assert len(strip_names(strip_markup(text))) <= len(text)


@given(st.text(st.sampled_from("ab \n.,é中の가"), max_size=100))
def test_prose_is_not_changed(text):
    assert strip_markup(text) == text


OPENINGS = (
    "` ``` ~~~ $ $$ $a \\[ \\( \\[a\\( \\begin{align} \\begin{align}\\end{ \\ \\\\ \\cite[ \\cite{ < <a <| <!-- <!---"
    " <!--a- & &# http:// www. a@ @ [asy] [asy"
).split(" ")


@pytest.mark.parametrize("opening", OPENINGS)
def test_constructs_that_are_never_closed_take_linear_time(opening):
    for separator in ("", " ", "a", "\n", "a" * 300):
        strip_markup((opening + separator) * (300_000 // len(opening + separator)))  # if quadratic, minutes each
