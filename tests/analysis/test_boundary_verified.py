"""Results with a boundary weight: recomputed from their files, and every change shows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rasters import raster

import optimizer as ro
from optimizer.analysis.verify import verify
from optimizer.report.output import write_out


@pytest.fixture(scope="module", params=[False, True], ids=["parts", "whole"])
def solved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    prizes = np.random.default_rng(2).normal(1.0, 1.0, (3, 3, 2))
    out = tmp_path_factory.mktemp("boundary") / "OUT"
    write_out(ro.solve(raster(prizes, 3.0), whole_parcels=request.param), out)
    return out


def test_the_files_prove_the_plan(solved: Path) -> None:
    assert verify(solved).holds
    summary = json.loads((solved / "summary.json").read_text(encoding="utf-8"))
    terms = summary["objective_terms"]
    assert set(terms) == {"net_sink", "boundary"}
    assert terms["boundary"] == pytest.approx(-3.0 * summary["layout"]["boundary_km"])
    assert sum(terms.values()) == pytest.approx(summary["objective"])


def test_prices_of_borders_are_needed_and_those_of_zero_are_left_out(
    solved: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "OUT"
    copy.mkdir()
    for path in solved.rglob("*"):
        if path.is_file():
            target = copy / path.relative_to(solved)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    prices = pd.read_csv(copy / "prices.csv", dtype=str, keep_default_na=False)
    borders = prices["family"] == "boundary"
    assert borders.any()
    assert (prices.loc[borders, "price"].astype(float) < 0.0).all()
    assert (prices.loc[borders, "neighbour"] != "").all()
    prices[~borders].to_csv(copy / "prices.csv", index=False)
    # Without the prices of borders every cell takes what suits it best: the bound is a worse one.
    assert "bound of stage 1" in [one.name for one in verify(copy).checks if not one.holds]
