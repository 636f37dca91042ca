import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.baselines.report.charts import Series, area_chart, line_chart

relaxed = settings(deadline=None, max_examples=60)


def lines(*series, title="Title", **options):
    return line_chart(title, series, x_label="step", y_label="share", **options)


def areas(*series, **options):
    return area_chart("Title", series, x_label="step", y_label="share", **options)


def drawing(figure):
    return ElementTree.fromstring(figure).find("svg")


def marks(figure, kind):
    """The elements of a drawing that carry a class."""
    return [one for one in drawing(figure).iter() if kind in one.get("class", "").split()]


def corners(path):
    """The points of a path, in pixels."""
    return [tuple(map(float, point.split())) for point in re.findall(r"[-\d.]+ [-\d.]+", path.get("d"))]


heights = (
    st.floats(width=32) | st.floats(-10, 10) | st.sampled_from([math.nan, math.inf, 0.0])
)  # What torch computes in.
series = st.lists(heights, max_size=30).map(lambda ys: Series(label="s", points=[*enumerate(ys)]))


@relaxed
@given(st.lists(series, max_size=5))
def test_everything_is_drawn_inside_the_frame(many):
    figure = lines(*many)
    if not any(one.finite for one in many):
        assert figure == ""
        return
    width, height = map(int, drawing(figure).get("viewBox").split()[2:])
    assert "nan" not in figure.lower() and "inf" not in figure.lower()
    for path in marks(figure, "line"):
        assert all(0 <= x <= width and 0 <= y <= height for x, y in corners(path))
    for text in drawing(figure).iter("text"):
        assert 0 <= float(text.get("x")) <= width and 0 <= float(text.get("y")) <= height


@relaxed
@given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_end_labels_do_not_overlap(values):
    figure = lines(*(Series(label="s", points=[(0, y), (9, y)]) for y in values), y_range=(0.0, 1.0))
    ys = sorted(float(text.get("y")) for text in marks(figure, "end"))
    assert len(ys) == len(values)
    assert all(b - a >= 14.8 for a, b in pairwise(ys))


def test_a_series_that_ends_early_is_labelled_where_it_ends():
    figure = lines(Series(label="a", points=[(0, 1.0)]), Series(label="b", points=[(0, 2.0), (60, 3.0)]))
    labels = {text.text: float(text.get("x")) for text in marks(figure, "end")}
    dots = [float(dot.get("cx")) for dot in marks(figure, "dot")]
    assert labels == {"1.00": pytest.approx(min(dots) + 7), "3.00": pytest.approx(max(dots) + 7)}


def test_a_point_lies_where_its_values_say():
    figure = lines(Series(label="s", points=[(0, 0.0), (5, 0.5), (10, 1.0)]), y_range=(0.0, 1.0))
    (left, low), (middle, half), (right, high) = corners(*marks(figure, "line"))
    assert middle - left == pytest.approx(right - middle, abs=0.2) and low - half == pytest.approx(half - high, abs=0.2)
    ticks = {text.text: (float(text.get("x")), float(text.get("y"))) for text in marks(figure, "tick")}
    assert ticks["10"][0] == right
    assert ticks["1.0"][1] == pytest.approx(high + 4)


def test_a_single_point_is_a_dot_that_says_its_value():
    figure = lines(Series(label="accuracy", points=[(0, 0.25)], errors=[0.05]))
    assert marks(figure, "line") == []
    (dot,) = marks(figure, "dot")
    assert dot.find("title").text == "accuracy, 0: 0.250 ± 0.0500"
    assert len(marks(figure, "error")) == 1


def test_a_value_that_is_not_finite_leaves_a_gap_and_a_lone_point_stays_visible():
    figure = lines(
        Series(label="s", points=[(0, 1.0), (1, 2.0), (2, math.nan), (3, 1.0), (4, math.inf), (5, 2.0), (6, 1.0)])
    )
    assert [len(corners(path)) for path in marks(figure, "line")] == [2, 2]
    many = [(x, math.nan if x % 2 else 1.0) for x in range(101)]
    assert len(marks(lines(Series(label="s", points=many)), "dot")) == 51


def test_long_lines_are_thinned_but_keep_their_spikes_and_ends():
    points = [(x, 1.0 + (x == 31_415) - (x == 27_182)) for x in range(50_000)]
    figure = lines(Series(label="s", points=points), y_range=(0.0, 2.0))
    drawn = corners(*marks(figure, "line"))
    short = corners(*marks(lines(Series(label="s", points=[(0, 0.0), (1, 2.0)]), y_range=(0.0, 2.0)), "line"))
    assert len(drawn) < 1000
    assert {max(y for _, y in drawn), min(y for _, y in drawn)} == {y for _, y in short}
    assert (drawn[0][0], drawn[-1][0]) == (short[0][0], short[-1][0])


def test_the_axis_holds_zero_unless_told_otherwise():
    labels = [text.text for text in marks(lines(Series(label="s", points=[(0, 40.0), (1, 41.0)])), "y")]
    assert "0" in labels
    flat = lines(Series(label="s", points=[(0, 0.0), (1, 0.0)]))
    assert marks(flat, "y")[0].text == "0.0"


def test_words_are_escaped():
    nasty = '</title><script>alert("1")</script>&'
    figure = line_chart(nasty, [Series(label=nasty, points=[(0, 1.0)])], x_label=nasty, y_label=nasty)
    assert "<script" not in figure
    tree = ElementTree.fromstring(figure)
    assert tree.find("figcaption").text == nasty
    assert nasty in tree.find("svg").get("aria-label")
    assert "".join(tree.find("ul").itertext()) == nasty


def test_the_label_says_what_the_chart_shows():
    label = drawing(lines(Series(label="greedy", points=[(0, 0.25), (60, 1.0)]))).get("aria-label")
    assert label == "Title: share by step. greedy from 0.250 at 0 to 1.00 at 60."


def test_a_series_keeps_its_colour_when_another_one_is_missing():
    empty, full = Series(label="a", points=[]), Series(label="b", points=[(0, 1.0)])
    assert marks(lines(empty, full), "dot")[0].get("class") == "dot c1"
    assert marks(lines(Series(label="b", points=[(0, 1.0)], colour=5)), "dot")[0].get("class") == "dot c5"


def test_error_bars_must_belong_to_points():
    with pytest.raises(ValueError, match="Expected 2 errors, one for each point, actually: 1"):
        Series(label="s", points=[(0, 1.0), (1, 1.0)], errors=[0.1])


def test_error_bars_end_at_the_axis():
    figure = lines(Series(label="s", points=[(0, 0.99), (1, 0.0)], errors=[0.5, 0.5]), y_range=(0.0, 1.0))
    top, bottom = (float(text.get("y")) - 4 for text in (marks(figure, "y")[-1], marks(figure, "y")[0]))
    for bar in marks(figure, "error"):
        assert top - 0.1 <= float(bar.get("y2")) <= float(bar.get("y1")) <= bottom + 0.1


def test_layers_stack_up_in_their_order():
    figure = areas(Series(label="a", points=[(1, 0.25), (2, 0.5)]), Series(label="b", points=[(1, 0.75), (2, 0.5)]))
    lower, upper = (corners(path) for path in marks(figure, "layer"))
    assert lower[:2] == upper[:1:-1]  # The lower one's top is the upper one's bottom.
    assert [text.text for text in marks(figure, "end")] == ["0.500", "0.500"]


def test_layers_of_zeros_are_left_out_and_thin_ones_get_no_label():
    layers = [Series(label=name, points=[(0, y), (1, y)]) for name, y in (("a", 0.99), ("b", 0.0), ("c", 0.01))]
    figure = areas(*layers)
    assert [path.get("class") for path in marks(figure, "layer")] == ["layer c0", "layer c2"]
    assert [text.text for text in marks(figure, "end")] == ["0.990"]
    assert areas(layers[1]) == areas() == ""


@pytest.mark.parametrize("x", [0, 1, 7])
def test_a_layer_of_one_point_has_width(x):
    (path,) = marks(areas(Series(label="a", points=[(x, 1.0)])), "layer")
    xs = [x for x, _ in corners(path)]
    assert max(xs) - min(xs) > 1
    assert max(xs) <= 520 - 50  # It stays beside the end labels.


def test_layers_must_share_their_x_values():
    with pytest.raises(ValueError, match="Expected layer 'b' to have the x values of layer 'a'"):
        areas(Series(label="a", points=[(0, 1.0)]), Series(label="b", points=[(1, 1.0)]))
