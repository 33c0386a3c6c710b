"""Layouts from the command line to the proof recomputed from their files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rasters import raster
from worked import limit

from optimizer.analysis.verify import verify
from optimizer.cli.main import run
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.write import write_instance


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    prizes = np.random.default_rng(4).normal(1.0, 1.0, (12, 12, 3))
    limits = [limit("most", value=30.25, use="u1"), limit("least", sense=">=", value=20, use="u2")]
    made = tmp_path_factory.mktemp("layout") / "instance"
    write_instance(raster(prizes, 2.0, limits=limits), made)
    return made


def solved(folder: Path, out: Path, *asked: str) -> dict:
    assert run(["solve", str(folder), "-o", str(out), "--engine", "first-order", *asked]) == 0
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.solve.first_order.answer.FULL_UP_TO_EDGES", 0)


@pytest.mark.parametrize("asked", [(), ("--whole-parcels", "--gap", "5%"), ("--gap", "2%")])
def test_proofs_hold_from_prices_in_rows(folder: Path, tmp_path: Path, asked) -> None:
    summary = solved(folder, tmp_path / "out", *asked)
    assert summary["engine"] == "first-order"
    assert summary["whole_parcels"] is bool(asked and asked[0] == "--whole-parcels")
    assert set(summary["objective_terms"]) == {"net_sink", "boundary"}
    assert not (tmp_path / "out" / "edge_prices.parquet").exists()
    verdict = verify(tmp_path / "out", folder)
    assert verdict.holds, [check for check in verdict.checks if not check.holds]


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("asked", [(), ("--whole-parcels", "--gap", "5%"), ("--gap", "2%")])
def test_proofs_hold_from_prices_in_a_file_of_their_own(
    folder: Path, tmp_path: Path, asked
) -> None:
    solved(folder, tmp_path / "out", *asked)
    prices = pd.read_parquet(tmp_path / "out" / "edge_prices.parquet")
    assert list(prices) == ["parcel_a", "parcel_b", "price:u0", "price:u1", "price:u2",
                            "price_bare"]
    assert len(prices) == 2 * 12 * 11
    verdict = verify(tmp_path / "out", folder)
    assert verdict.holds, [check for check in verdict.checks if not check.holds]
    if "--whole-parcels" in asked:
        assert "whole parcels" in [check.name for check in verdict.checks]


@pytest.mark.usefixtures("large")
def test_a_changed_price_or_plan_does_not_hold(folder: Path, tmp_path: Path) -> None:
    solved(folder, tmp_path / "out", "--gap", "2%")
    for name, column, change in (
            ("edge_prices.parquet", "price:u0", lambda prices: prices.where(
                prices.index != 7, -0.1 * np.sign(prices + 1e-9))),
            ("edge_prices.parquet", "price_bare", lambda prices: 10.0 * prices + 0.001),
            ("prices.csv", "price", lambda prices: prices.where(prices.index != 0, 0.7)),
            ("plan.csv", "area_ha", lambda areas: areas.where(areas.index != 3, 0.5))):
        changed = tmp_path / f"changed-{name}-{column.replace(':', '-')}"
        shutil.copytree(tmp_path / "out", changed)
        path = changed / name
        table = pd.read_parquet(path) if name.endswith("parquet") else pd.read_csv(path, dtype={
            "period": str})
        table[column] = change(table[column])
        if name.endswith("parquet"):
            table.to_parquet(path, index=False)
        else:
            table.to_csv(path, index=False)
        assert not verify(changed).holds, (name, column)


@pytest.mark.usefixtures("large")
def test_prices_of_other_pairs_or_none_are_refused(folder: Path, tmp_path: Path) -> None:
    solved(folder, tmp_path / "out", "--gap", "2%")
    path = tmp_path / "out" / "edge_prices.parquet"
    prices = pd.read_parquet(path)
    prices.assign(price_bare=prices["price_bare"].where(prices.index != 7)).to_parquet(
        path, index=False)
    with pytest.raises(InstanceRefused, match="none in row 7"):
        verify(tmp_path / "out")
    prices.iloc[::-1].to_parquet(path, index=False)
    with pytest.raises(InstanceRefused, match="pairs of adjacency"):
        verify(tmp_path / "out")


def test_the_log_has_every_bound(folder: Path, tmp_path: Path) -> None:
    solved(folder, tmp_path / "out", "--log", str(tmp_path / "steps.csv"))
    steps = pd.read_csv(tmp_path / "steps.csv")
    assert list(steps)[:5] == ["seconds", "phase", "parcels", "iteration", "bound"]
    assert (steps["bound"].diff().dropna() <= 0.0).all()


def test_a_long_run_is_announced(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("optimizer.solve.layout_choice.WORTH_SAYING_S", 0.0)
    solved(folder, tmp_path / "out")
    assert "144 parcels, 264 shared boundaries: expect about" in capsys.readouterr().err


def test_without_a_plan_no_folder_is_left(folder: Path, tmp_path: Path) -> None:
    code = run(["solve", str(folder), "-o", str(tmp_path / "out"), "--engine", "first-order",
                "--set", "limits[least].value=200"])
    assert code == 4
    assert not (tmp_path / "out").exists()
