"""Pictures of sweeps: which there are, and that they show what they should."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

import optimizer as ro
from optimizer.analysis.sweep.cases import plan_of
from optimizer.analysis.sweep.file import read_sweep
from optimizer.analysis.sweep.plan import SweepPlan
from optimizer.report import sweep_bars, sweep_lines
from optimizer.report.map_data import colours_of
from optimizer.report.sweep_pictures import draw_sweep
from optimizer.report.sweep_words import sweep_text

INSTANCE = ro.read_instance("two-parcels")
COLOURS = dict(zip(INSTANCE.practices.uses, colours_of(INSTANCE), strict=True))
SUPPLY = "[[sweep.path]]\npath = 'sources[*,*].supply_m3'\nmultiply = [0.4, 0.8, 1.2]\n"
AREA = "[[sweep.path]]\npath = 'parcels[*].area_ha'\nmultiply = [0.9, 1.1]\nlabel = 'land'\n"


def plan_with(folder: Path, text: str) -> SweepPlan:
    (folder / "s.toml").write_text(f"[sweep]\n{text}", encoding="utf-8")
    return plan_of(read_sweep(folder / "s.toml"), INSTANCE)


def drawn(folder: Path, text: str) -> tuple[SweepPlan, pd.DataFrame, list[str]]:
    plan = plan_with(folder, text)
    table = ro.sweep(INSTANCE, plan, workers=0)
    names = draw_sweep(plan, table, folder, COLOURS)
    for name in names:
        pixels = imread(folder / name)
        assert pixels.std() > 0.05, f"{name} is blank"
    return plan, table, names


def test_one_path_has_lines(tmp_path: Path) -> None:
    assert drawn(tmp_path, SUPPLY)[2] == ["lines.png"]


def test_lines_have_the_colours_of_the_maps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, str] = {}
    key = sweep_lines._key

    def look(figure, axes, width):
        seen.update({str(line.get_label()): str(line.get_color()) for line in axes.get_lines()})
        key(figure, axes, width)

    monkeypatch.setattr(sweep_lines, "_key", look)
    _, table, _ = drawn(tmp_path, SUPPLY)
    grown = {use for use in COLOURS if table[f"area_ha:{use}"].max() > 0}
    assert seen == {use: COLOURS[use] for use in grown}
    assert len(grown) > 1


def test_two_paths_have_a_heat_map(tmp_path: Path) -> None:
    assert drawn(tmp_path, SUPPLY + AREA)[2] == ["heatmap.png"]


def test_one_at_a_time_has_a_tornado_of_what_moves_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[list[sweep_bars._Swing]] = []
    bars = sweep_bars._bars
    monkeypatch.setattr(sweep_bars, "_bars", lambda axes, swings: (
        shown.append(swings), bars(axes, swings)))
    _, table, names = drawn(tmp_path, "mode = 'one_at_a_time'\n" + SUPPLY + AREA)
    assert names == ["tornado.png", "lines.png"]
    swings = shown[0]
    assert len(swings) == 2
    assert swings[0].span >= swings[1].span > 0
    base = table.loc[table["case"] == "base", "objective"].iloc[0]
    for swing in swings:
        cases = table[table[swing.axis.column].notna()].sort_values(swing.axis.column)
        assert swing.low == pytest.approx(
            (cases.iloc[0][swing.axis.column], cases.iloc[0]["objective"] - base))
        assert swing.high == pytest.approx(
            (cases.iloc[-1][swing.axis.column], cases.iloc[-1]["objective"] - base))


def test_named_cases_have_bars_and_infeasible_ones_a_word(tmp_path: Path) -> None:
    plan = plan_of({"as it is": [], "too much": ["limits[*].sense=>=", "limits[*].value=1e8"]},
                   INSTANCE)
    table = ro.sweep(INSTANCE, plan, workers=0)
    assert draw_sweep(plan, table, tmp_path, COLOURS) == ["cases.png"]


def test_without_any_plan_there_is_nothing_to_draw(tmp_path: Path) -> None:
    plan = plan_of({"too much": ["limits[*].sense=>=", "limits[*].value=1e8"]}, INSTANCE)
    assert draw_sweep(plan, ro.sweep(INSTANCE, plan, workers=0), tmp_path, COLOURS) == []


def test_values_without_a_plan_are_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marked: list[list[float]] = []
    mark = sweep_lines._without_plan

    def seen(axes, cases, axis):
        marked.append(cases.loc[cases["status"] != "optimal", axis.column].tolist())
        mark(axes, cases, axis)

    monkeypatch.setattr(sweep_lines, "_without_plan", seen)
    plan = plan_with(tmp_path, SUPPLY)
    table = ro.sweep(INSTANCE, plan, workers=0)
    table.loc[0, "status"] = "infeasible"
    table.loc[0, "objective"] = np.nan
    assert draw_sweep(plan, table, tmp_path, COLOURS) == ["lines.png"]
    assert marked == [[0.4]]


def test_words_tell_cases_reasons_and_the_range(tmp_path: Path) -> None:
    plan = plan_of({"as it is": [], "too much": ["limits[*].sense=>=", "limits[*].value=1e8"]},
                   INSTANCE)
    told = sweep_text(plan, ro.sweep(INSTANCE, plan, workers=0), tmp_path)
    assert "2 cases, 1 with a plan" in told
    assert "- too much: infeasible:" in told
    assert "7,336.8 t CO2e (as it is)" in told
