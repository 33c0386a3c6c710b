"""Cases of large land are decomposed, in this process, in workers and over a cluster alike."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import optimizer as ro
from optimizer.analysis.sweep import large, solved
from optimizer.analysis.sweep.large import is_large
from optimizer.analysis.sweep.reference import NO_REFERENCE
from optimizer.analysis.sweep.run import reference_of
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.solve import run as phases

#: 900 parcels with 63,000 options: enough for `solve` to decompose.
LARGE = generate_instance(Size(900, 3))
CASES = {
    "as it is": [], "less money": ["limits[budget-in-all].value*=0.9"],
    "dear hauls": ["works.haul_l_per_m3_km*=3"],
    "too much": ["limits[first-use-least].value*=1e6"],
}


def test_the_size_decides_and_what_ties_parcels_is_left_to_highs() -> None:
    assert is_large(LARGE)
    assert not is_large(generate_instance(Size(40, 3)))
    tied = ro.with_overrides(ro.read_instance("pingshuo"),
                             ["layout.boundary_weight_tco2e_per_km=20"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phases, "DECOMPOSITION_FROM_COLUMNS", 1)
        assert is_large(ro.read_instance("pingshuo"))
        assert not is_large(tied)


def test_nothing_is_solved_or_assembled_beforehand() -> None:
    assert reference_of(LARGE, ()) is NO_REFERENCE
    assert solved.ready_of(LARGE, NO_REFERENCE).base is None


def test_rows_are_those_of_fresh_solves_by_highs(monkeypatch: pytest.MonkeyPatch) -> None:
    small = generate_instance(Size(60, 3))
    monkeypatch.setattr(phases, "DECOMPOSITION_FROM_COLUMNS", 1)
    table = ro.sweep(small, CASES, workers=0)
    assert table["status"].tolist() == ["optimal"] * 3 + ["infeasible"]
    assert table["reason"].iloc[-1] != ""
    for row in table.iloc[:3].to_dict("records"):
        found = ro.solve(ro.with_overrides(small, CASES[row["case"]]), engine="highs")
        assert row["objective"] == pytest.approx(found.objective, rel=1e-9)
        assert row["relative_gap"] <= 1e-9
        assert row["reclaimed_ha"] == pytest.approx(found.reclaimed_ha, rel=1e-6)


def test_a_case_that_takes_too_long_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(instance: ro.Instance, time_limit: float | None) -> None:
        assert time_limit == 7.0
        raise ro.Stopped("stopped at the time limit")

    monkeypatch.setattr(solved, "solve_large", slow)
    table = ro.sweep(LARGE, {"one": []}, workers=0, time_limit=7.0)
    assert table["status"].tolist() == ["stopped"]
    assert "7 s" in table["reason"].iloc[0]


@pytest.mark.filterwarnings("ignore")  # the cluster's own, at its start and end
def test_workers_and_a_cluster_give_the_same_table(tmp_path: Path) -> None:
    cases = {name: CASES[name] for name in ("as it is", "dear hauls")}
    known = ro.sweep(LARGE, cases, workers=0).drop(columns="seconds")
    assert known["status"].tolist() == ["optimal"] * 2
    by_workers = ro.sweep(LARGE, cases, workers=2, out=tmp_path / "out")
    pd.testing.assert_frame_equal(by_workers.drop(columns="seconds"), known, check_exact=True)
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None,
        host="127.0.0.1", protocol="tcp", silence_logs=50,
    ) as cluster, distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        by_cluster = ro.sweep(LARGE, cases, executor=client)
    pd.testing.assert_frame_equal(by_cluster.drop(columns="seconds"), known, check_exact=True)


def test_large_cases_are_decomposed(monkeypatch: pytest.MonkeyPatch) -> None:
    engines = []

    def heard(instance: ro.Instance, time_limit: float | None) -> ro.Solution:
        found = large.solve_large(instance, time_limit)
        engines.append(found.engine)
        return found

    monkeypatch.setattr(solved, "solve_large", heard)
    ro.sweep(LARGE, {"one": ["limits[budget-in-all].value*=0.95"]}, workers=0)
    assert engines == ["decomposition"]
