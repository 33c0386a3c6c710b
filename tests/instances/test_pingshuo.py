"""The shipped Pingshuo instance: its files agree with each other, its optimum is varied."""

from __future__ import annotations

import csv
import json
import math
import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

import optimizer as ro
from optimizer.instance.schema import TABLES

FOLDER = Path(__file__).parents[2] / "instances" / "pingshuo"


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def outlines() -> dict[str, list[tuple[float, float]]]:
    """Corners of every parcel, the first repeated at the end."""
    layer = json.loads((FOLDER / "parcels.geojson").read_text(encoding="utf-8"))
    assert layer["crs"]["properties"]["name"].endswith("32649")
    return {
        feature["properties"]["parcel"]: [(x, y) for x, y in feature["geometry"]["coordinates"][0]]
        for feature in layer["features"]
    }


@pytest.fixture(scope="module")
def solved() -> tuple[ro.Solution, float]:
    """The optimal plan and the processor seconds it took to read and solve."""
    start = time.process_time()
    solution = ro.solve(ro.read_instance(FOLDER))
    return solution, time.process_time() - start


def signed_area_m2(ring: list[tuple[float, float]]) -> float:
    x0, y0 = ring[0]
    return sum((xa - x0) * (yb - y0) - (xb - x0) * (ya - y0)
               for (xa, ya), (xb, yb) in pairwise(ring)) / 2


def test_script_makes_the_shipped_files(tmp_path: Path) -> None:
    made = subprocess.run([sys.executable, str(FOLDER / "make.py"), "--out", str(tmp_path)],
                          capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    for name in ("parcels.csv", "adjacency.csv", "plans/actual.csv"):
        with (tmp_path / name).open(encoding="utf-8", newline="") as file:
            again = list(csv.DictReader(file))
        assert len(again) == len(rows(name)), name
        for new, old in zip(again, rows(name), strict=True):
            for column, cell in old.items():
                assert new[column] == cell or float(new[column]) == pytest.approx(
                    float(cell), abs=0.11), (name, old, column)
    features = json.loads((tmp_path / "parcels.geojson").read_text(encoding="utf-8"))["features"]
    assert len(features) == len(rows("parcels.csv"))


def test_size_is_that_of_the_press_figure() -> None:
    parcels = rows("parcels.csv")
    assert 400 <= len(parcels) <= 600
    # more than 70,000 mu: 70,000 / 15 = 4,666.7 ha; 4,670 as printed
    assert sum(float(row["area_ha"]) for row in parcels) == pytest.approx(4670, abs=0.5)
    assert len({row["zone"] for row in parcels}) == 6


def test_outlines_agree_with_areas(outlines: dict[str, list[tuple[float, float]]]) -> None:
    parcels = rows("parcels.csv")
    assert set(outlines) == {row["parcel"] for row in parcels}
    for row in parcels:
        ring = outlines[row["parcel"]]
        assert ring[0] == ring[-1]
        area_m2 = signed_area_m2(ring)
        assert area_m2 > 0, "outer rings turn left"
        assert area_m2 / 10_000 == pytest.approx(float(row["area_ha"]), abs=0.00051)


def test_shared_boundaries_are_those_of_the_outlines(
    outlines: dict[str, list[tuple[float, float]]],
) -> None:
    sides: dict[frozenset[tuple[float, float]], set[str]] = {}
    for parcel, ring in outlines.items():
        for side in pairwise(ring):
            sides.setdefault(frozenset(side), set()).add(parcel)
    measured: Counter[frozenset[str]] = Counter()
    for side, owners in sides.items():
        assert len(owners) <= 2
        if len(owners) == 2:
            measured[frozenset(owners)] += math.dist(*side)
    written = {frozenset((row["parcel_a"], row["parcel_b"])): float(row["shared_boundary_m"])
               for row in rows("adjacency.csv")}
    assert written.keys() == measured.keys()
    for pair, length in written.items():
        assert length == pytest.approx(measured[pair], abs=0.051)


def test_fresh_spoil_and_gangue_follow_the_published_statements() -> None:
    parcels = rows("parcels.csv")
    fresh = [row for row in parcels if int(row["release_year"]) >= 2026]
    assert fresh
    assert all(float(row["bulk_density_g_cm3"]) > 1.6 for row in fresh)
    shallow = [row for row in parcels if float(row["gangue_depth_m"]) < 30]
    assert 0 < len(shallow) < 10
    faces = [row for row in parcels if row["regrade_form"] == "bench"]
    heights_m = [float(r["slope_pct"]) * float(r["slope_length_m"]) / 100 for r in faces]
    assert min(heights_m) > 10
    assert max(heights_m) < 41


def test_mining_totals_are_the_published_ones() -> None:
    (row,) = rows("mining.csv")
    # 470.91, 41.74, 525.73 and 88.38 in units of 10,000 t; together 1,126.76
    total = sum(float(row[f"{name}_t"]) for name in ("fuel", "explosive", "fugitive",
                                                     "electricity"))
    assert total == pytest.approx(11_267_600)
    assert row["emission_unit"] == "unknown"


def test_every_number_of_the_folder_has_a_standing() -> None:
    stated = {(row["table"], row["column"]) for row in rows("provenance.csv")}
    for name, spec in TABLES.items():
        if name in ("provenance", "adjacency") or not (FOLDER / f"{name}.csv").exists():
            continue  # boundaries are measured on the outlines
        for column in rows(f"{name}.csv")[0]:
            declared = spec.by_name.get(column)
            cells = [row[column] for row in rows(f"{name}.csv")]
            numeric = any(re.fullmatch(r"-?[0-9.]+", cell) for cell in cells) and (
                declared is None or (declared.numeric and not declared.key))
            if numeric:
                assert {(name, column), (name, "*")} & stated, (name, column)


@pytest.mark.parametrize("path", sorted((FOLDER / "sweeps").glob("*.toml")), ids=lambda p: p.stem)
def test_sweep_paths_can_be_applied(path: Path) -> None:
    sweep = tomllib.loads(path.read_text(encoding="utf-8"))["sweep"]
    for entry in sweep["path"]:
        multiplies = "multiply" in entry
        numbers = entry["multiply"] if multiplies else entry["values"]
        if sweep["mode"] == "table":
            assert len(numbers) == len(sweep["cases"])
        sign = "*=" if multiplies else "="
        changed = ro.read_instance(FOLDER, overrides=[f"{entry['path']}{sign}{numbers[-1]}"])
        assert changed.settings.overrides


def test_optimum_is_varied(solved: tuple[ro.Solution, float]) -> None:
    solution, seconds = solved
    plan = solution.plan[solution.plan["area_ha"] > 0.01]
    assert solution.status == "optimal"
    assert seconds < 60
    assert plan["use"].nunique() >= 4
    methods = plan.groupby("use")["method"].nunique()
    assert (methods >= 2).sum() >= 2
    assert plan["period"].nunique() >= 3
    sources = set(plan["source"].dropna()) - {""}
    assert len(sources) >= 2


def test_optimum_regrades_some_slopes_and_leaves_others(
    solved: tuple[ro.Solution, float],
) -> None:
    plan = solved[0].plan.query("area_ha > 0.01")
    slope = {row["parcel"]: float(row["slope_pct"]) for row in rows("parcels.csv")}
    slopes = plan[[slope[parcel] > 15 for parcel in plan["parcel"]]]
    regraded = slopes["method"].isin(["regrade", "respread"])
    steeper = pd.Series([slope[parcel] > 25 for parcel in slopes["parcel"]], index=slopes.index)
    assert (regraded & steeper).any()
    assert (~regraded & ~steeper).any()
    assert regraded[slopes.index[[slope[p] > 25.01 for p in slopes["parcel"]]]].all()


def test_at_least_five_limits_bind(solved: tuple[ro.Solution, float]) -> None:
    limits = solved[0].limits
    named = {row["limit"] for row in rows("limits.csv")}
    binding = limits[limits["limit"].isin(named) & (limits["shadow_price"].abs() > 1e-9)]
    assert binding["limit"].nunique() >= 5


def test_actual_plan_breaks_one_limit_and_one_rule_of_eligibility(
    solved: tuple[ro.Solution, float],
) -> None:
    plan = pd.read_csv(FOLDER / "plans" / "actual.csv", dtype=str, keep_default_na=False)
    judged = ro.check_plan(ro.read_instance(FOLDER), plan)
    assert sorted(violation.rule for violation in judged.violations) == ["eligibility", "limit"]
    field, total = sorted(judged.violations, key=lambda violation: violation.rule)
    assert "AJL-I-F2-03" in field.where
    assert "slope_pct <= 8.7" in field.words
    assert total.where == "in-the-end"
    assert 0 < judged.net_sink_tco2e < solved[0].objective
