"""Charts as SVG: marks of axes, bars that follow on each other, lines with gaps."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from optimizer.report.html.bars_chart import Bar, bars_chart
from optimizer.report.html.language import language_of
from optimizer.report.html.lines_chart import Line, lines_chart
from optimizer.report.html.material import Material
from optimizer.report.html.page import sections_of
from optimizer.report.html.svg import Drawing, ticks

ENGLISH = language_of("en")
SPACE = "{http://www.w3.org/2000/svg}"


def drawn(svg: Markup, tag: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(str(svg)).findall(f".//{SPACE}{tag}")


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_marks_of_an_axis_enclose_it_in_even_steps(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    marks = ticks(low, high)
    slack = 1e-6 * max(1e-300, abs(low), abs(high))
    assert marks[0] <= low + slack
    assert marks[-1] >= high - slack
    assert 2 <= len(marks) <= 9
    steps = [y - x for x, y in pairwise(marks)]
    assert steps == pytest.approx([steps[0]] * len(steps), rel=1e-3)


def test_round_marks() -> None:
    assert ticks(0.0, 332_000.0) == [0.0, 100_000.0, 200_000.0, 300_000.0, 400_000.0]


def test_texts_in_charts_are_escaped() -> None:
    drawing = Drawing(10, 10, 'a "label" <b>')
    drawing.text(0, 0, "<script>")
    drawing.bar(0, 0, 1, 1, "<title>", fill="#000000")
    told = str(drawing.markup())
    assert "<script>" not in told
    assert "&lt;script&gt;" in told
    ElementTree.fromstring(told)


def test_bars_of_a_waterfall_follow_on_each_other() -> None:
    svg = bars_chart([Bar("up", 0.0, 10.0, "+10"), Bar("down", 10.0, 6.0, "-4"),
                      Bar("sum", 0.0, 6.0, "6")], ENGLISH, label="w", unit="t", joined=True)
    up, down, total = (
        (float(bar.get("x", "0")), float(bar.get("x", "0")) + float(bar.get("width", "0")))
        for bar in drawn(svg, "rect"))
    assert down[1] == pytest.approx(up[1], abs=0.11)
    assert total[0] == pytest.approx(up[0], abs=0.11)
    assert total[1] == pytest.approx(down[0], abs=0.11)
    # 4 of 10 units of the first bar.
    assert (down[1] - down[0]) / (up[1] - up[0]) == pytest.approx(0.4, abs=0.01)
    assert drawn(svg, "rect")[0].get("fill") != drawn(svg, "rect")[1].get("fill")


def test_the_waterfall_of_a_result_ends_at_its_sink(material: Material) -> None:
    section = next(s for s in sections_of(material, ENGLISH, []) if s.key == "carbon")
    table = section.pictures[0].table
    assert table is not None
    told = [float(cell.replace("\u2212", "-").replace("+", "").replace(",", ""))
            for _, cell in table.rows]
    assert sum(told[:-1]) == pytest.approx(told[-1], abs=0.5)
    assert told[-1] == 7336.8


def test_a_line_is_cut_where_nothing_is_known() -> None:
    line = Line("l", "#000000", "", [0.0, 1.0, 2.0, 3.0], [1.0, 2.0, float("nan"), 4.0])
    svg = lines_chart([line], ENGLISH, label="l", x_title="x", y_title="y")
    assert [len((part.get("points") or "").split()) for part in drawn(svg, "polyline")] == [2, 1]


def test_lines_are_told_apart_without_colour(material: Material) -> None:
    section = next(s for s in sections_of(material, ENGLISH, []) if s.key == "years")
    dashes = [line.get("stroke-dasharray") for line in drawn(section.pictures[0].svg, "polyline")]
    assert len(set(dashes)) == 3


def test_years_are_no_amounts() -> None:
    line = Line("l", "#000000", "", [2026.0, 2045.0], [0.0, 1.0])
    svg = str(lines_chart([line], ENGLISH, label="l", x_title="x", y_title="y", years=True))
    assert ">2030<" in svg
    assert not re.search(r">2,0\d\d<", svg)
