"""`reclaim curve` and `reclaim prices`: what they print, write and return."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from optimizer.cli.main import run
from optimizer.report.output_schema import BY_NAME
from optimizer.report.written import KEY


def header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def declared(name: str) -> list[str]:
    return [column.name for column in BY_NAME[name].columns
            if column.name not in ("ACCOUNT", "area:USE")]


def test_a_curve_is_told_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "curve"
    assert run(["curve", "two-parcels", "budget", "-o", str(out)]) == 0
    told = capsys.readouterr().out
    assert "Now 6,480,000 CNY: +7,336.8 t CO2e" in told
    assert "Exact: 3 breakpoints between the ends" in told
    assert "3,680,000  6,440.8" in told
    assert sorted(path.name for path in out.iterdir()) == ["curve.csv", "curve.json", "curve.png"]
    names = header(out / "curve.csv")
    assert names[:4] == ["value", "objective", "price", "price_before"] == declared("curve.csv")
    record = json.loads((out / "curve.json").read_text(encoding="utf-8"))
    assert {column.name for column in BY_NAME["curve.json"].columns} <= set(record)
    assert record["exact"] is True
    assert record["points"][0]["price_before"] is None
    assert run(["curve", "two-parcels", "budget", "-o", str(out)]) == 2
    assert run(["curve", "two-parcels", "budget", "-o", str(out), "--overwrite"]) == 0


def test_a_front_has_a_table_and_a_picture(tmp_path: Path) -> None:
    out = tmp_path / "front"
    assert run(["curve", "two-parcels", "objective.cost", "-o", str(out)]) == 0
    assert header(out / "pareto.csv")[:4] == declared("pareto.csv")
    assert (out / "pareto.png").stat().st_size > 10_000


def test_a_tolerance_writes_both_envelopes(tmp_path: Path) -> None:
    out = tmp_path / "rough"
    assert run(["curve", "two-parcels", "budget", "--tolerance", "20%", "-o", str(out)]) == 0
    with (out / "envelope.csv").open(encoding="utf-8", newline="") as file:
        rows = [{key: float(cell) for key, cell in row.items()} for row in csv.DictReader(file)]
    assert list(rows[0]) == declared("envelope.csv")
    assert all(row["lower"] <= row["upper"] + 1e-6 for row in rows)
    gap = json.loads((out / "curve.json").read_text(encoding="utf-8"))["gap"]
    assert max(row["upper"] - row["lower"] for row in rows) == pytest.approx(gap, rel=1e-6)


def test_a_surface_is_a_grid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "surface"
    assert run(["curve", "hand-two-periods", "budget", "labour", "-o", str(out)]) == 0
    assert "2,332.8" in capsys.readouterr().out
    assert header(out / "surface.csv") == declared("surface.csv")
    assert (out / "surface.png").stat().st_size > 10_000


def test_curves_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["curve", "two-parcels", "budget", "--json", "--set",
                "limits[cropland-minimum].value=0"]) == 0
    record = json.loads(capsys.readouterr().out)
    # Without cropland the cheapest land costs nothing.
    assert record["points"][0]["value"] == pytest.approx(0.0, abs=1e-6)


def test_what_cannot_be_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["curve", "two-parcels", "budgt"]) == 3
    assert "Did you mean `budget`" in capsys.readouterr().err
    assert run(["curve", "two-parcels", "budget", "--whole-parcels"]) == 2
    assert run(["prices", "two-parcels", "--whole-parcels"]) == 2
    assert run(["curve", "two-parcels", "budget", "--from", "5", "--to", "1"]) == 2
    assert run(["curve", "two-parcels", "budget", "cropland-minimum", "--shift"]) == 2
    assert run(["curve", "two-parcels", "budget", "--to", "1000"]) == 4
    assert run(["prices", "hand-conflict"]) == 4
    assert run(["prices", "two-parcels", "--only", "budgt"]) == 3


def test_prices_are_told_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "prices"
    assert run(["prices", "two-parcels", "-o", str(out)]) == 0
    told = capsys.readouterr().out
    assert "10,000 CNY more  +3.20 t CO2e  holds up to 7,180,000 CNY" in told
    assert "one tonne more costs 3,125.0 CNY per t CO2e" in told
    assert "holds up to 60 ha, beyond there is no plan" in told
    for name in ("price_ranges.csv", "price_steps.csv"):
        assert header(out / name) == declared(name)
    record = json.loads((out / "prices.json").read_text(encoding="utf-8"))
    assert {column.name for column in BY_NAME["prices.json"].columns} <= set(record)
    assert run(["prices", "two-parcels", "--json"]) == 0
    assert {**json.loads(capsys.readouterr().out), KEY: record[KEY]} == record
