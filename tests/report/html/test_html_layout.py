"""The section on layout: every use with patches, what least patches cost, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from rasters import raster

import optimizer as ro
from optimizer.report.html.language import Code, language_of
from optimizer.report.html.layout import layout_section
from optimizer.report.html.material import Material, material_of
from optimizer.report.html.page import report_page
from optimizer.report.summary import summary_of
from optimizer.report.terminal_layout import layout_lines
from optimizer.solve.solution import Solution

#: u0 on the first and the last two of four cells of 1 ha, u1 on the second.
PRIZES = np.array([[[5, 1], [0.5, 1], [2, 1], [3, 1]]], dtype=float)


def solved(least: float | None = None, weight: float = 1.0) -> Solution:
    instance = raster(PRIZES, weight)
    if least is not None:
        instance = ro.with_overrides(instance, {
            "uses[u0].min_patch_ha": least, "uses[u0].workable_patch_ha": 1.5})
    return ro.solve(instance)


def told(solution: Solution) -> Material:
    return material_of(solution, summary_of(solution))


def plain(row: Sequence[str]) -> tuple[str, ...]:
    """Cells with ordinary blanks."""
    return tuple(" ".join(cell.split()) for cell in row)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_patches_of_every_use(lang: Code) -> None:
    section = layout_section(told(solved()), language_of(lang))
    assert section is not None
    # u0 1 and 2 ha: mean 1.5, the largest has 2 of 3 ha; two borders of 0.1 km at 1 t/km.
    assert [plain(row[:5]) for row in section.tables[0].rows] == [
        ("u0", "2", "1.5", "1.0", "67 %"), ("u1", "1", "1.0", "1.0", "100 %")]
    assert "0.2" in section.lead[0]
    assert "0.2" in section.lead[1]
    assert len(section.notes) == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_least_patches_and_what_they_cost(lang: Code) -> None:
    solution = solved(2, weight=0.0)
    material = told(solution)
    section = layout_section(material, language_of(lang))
    assert section is not None
    # All u0: 4 ha, below 1.5 ha none; it costs 11 - 10.5 = 0.5 t.
    row = plain(section.tables[0].rows[0])
    assert row[1:5] == ("1", "4.0", "4.0", "100 %")
    assert row[5].startswith("0")
    assert row[6] == "2.0"
    assert "0.5" in section.notes[1]
    page = report_page(material, lang)
    assert language_of(lang).t("status_repaired") in page
    assert language_of(lang).t("layout_title") in page
    assert any("small patches repaired in 1 round: 0.5" in line for line in layout_lines(solution))


def test_without_neighbours_there_is_no_section() -> None:
    alone = ro.solve(raster(np.ones((1, 1, 1))))
    assert layout_section(told(alone), language_of("en")) is None
