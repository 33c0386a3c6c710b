"""Folders of alternatives, robust and sensitivity: what is declared is what is written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import optimizer as ro
from optimizer.report.alternatives_files import alternatives_record, write_alternatives
from optimizer.report.alternatives_map import DEPENDS_COLOUR, choice_data
from optimizer.report.alternatives_text import alternatives_text
from optimizer.report.folder import OutputRefused
from optimizer.report.output_schema import BY_NAME
from optimizer.report.output_schema_uncertainty import (
    ALTERNATIVES_OUTPUTS,
    ROBUST_OUTPUTS,
    SENSITIVITY_OUTPUTS,
)
from optimizer.report.robust_files import robust_record, write_robust
from optimizer.report.robust_text import robust_text
from optimizer.report.sensitivity_files import sensitivity_record, write_sensitivity
from optimizer.report.sensitivity_text import plan_of_runs, sensitivity_text, spread
from optimizer.report.written import KEY

WIDTH = 100


@pytest.fixture(scope="module")
def alternatives(tmp_path_factory: pytest.TempPathFactory):
    found = ro.alternatives(ro.read_instance("two-parcels"), within=0.05, count=2)
    folder = tmp_path_factory.mktemp("alternatives") / "out"
    write_alternatives(found, folder)
    return found, folder


@pytest.fixture(scope="module")
def robust(tmp_path_factory: pytest.TempPathFactory):
    found = ro.robust(ro.read_instance("hand-scenarios"), alpha=0.4)
    folder = tmp_path_factory.mktemp("robust") / "out"
    write_robust(found, folder)
    return found, folder


@pytest.fixture(scope="module")
def sensitivity(tmp_path_factory: pytest.TempPathFactory):
    pytest.importorskip("SALib")
    found = ro.sensitivity(ro.read_instance("hand-scenarios"), "sobol", runs=40)
    folder = tmp_path_factory.mktemp("sensitivity") / "out"
    write_sensitivity(found, folder)
    return found, folder


def header(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()[0].split(",")


def declared(name: str) -> list[str]:
    return [column.name for column in BY_NAME[name].columns]


def test_alternatives_are_written_as_declared(alternatives) -> None:
    _, folder = alternatives
    names = {path.name for path in folder.iterdir()}
    own = {entry.name.strip("/") for entry in ALTERNATIVES_OUTPUTS} - {"plan-N"}
    assert names == own | {"plan-1", "plan-2"}
    for name in ("ranges.csv", "differences.csv", "choices.csv", "parcel_choices.csv"):
        assert header(folder / name) == declared(name)
    record = json.loads((folder / "alternatives.json").read_text(encoding="utf-8"))
    assert list(record) == declared("alternatives.json")


def test_every_alternative_is_a_result_that_verifies(alternatives) -> None:
    found, folder = alternatives
    for name in ("optimum", "plan-1", "plan-2"):
        assert ro.verify(folder / name).holds
    summary = json.loads((folder / "plan-1" / "summary.json").read_text(encoding="utf-8"))
    assert summary["status"] == "within_gap"
    assert summary["bound"] == pytest.approx(found.optimum.objective)
    assert summary["objective"] == pytest.approx(found.plans[0].solution.objective)


def test_a_gap_changed_by_hand_does_not_verify(alternatives, tmp_path: Path) -> None:
    found, _ = alternatives
    folder = tmp_path / "plan"
    ro.write_out(found.plans[0].solution, folder)
    path = folder / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    summary["relative_gap"] *= 0.5
    path.write_text(json.dumps(summary), encoding="utf-8")
    broken = [check.name for check in ro.verify(folder).checks if not check.holds]
    assert "gap" in broken


def test_alternatives_are_told_within_the_width(alternatives) -> None:
    found, folder = alternatives
    told = alternatives_text(found, folder)
    assert "lose at most 366.8 t CO2e of the optimum's +7,336.8 t CO2e" in told
    assert "depends on the plan" in told
    assert all(len(line) <= WIDTH for line in told.splitlines() if str(folder) not in line)
    assert json.loads(json.dumps(alternatives_record(found)))["plans"][0]["folder"] == "plan-1"


def test_the_map_shows_each_parcel_by_its_state(alternatives) -> None:
    found, _ = alternatives
    data = choice_data(found)
    # The platform is forest in every plan, the face is not always grass.
    assert data.labels[data.main_i[0]] == "Always forest"
    assert data.colours[data.main_i[1]] == DEPENDS_COLOUR
    assert sum(data.hectares) == pytest.approx(100.0)
    assert [data.hectares[entry] for entry in data.shown] == pytest.approx([60.0, 40.0])


def test_robust_plans_are_written_as_declared(robust) -> None:
    found, folder = robust
    own = {entry.name for entry in ROBUST_OUTPUTS} - {"GOAL/"}
    assert {path.name for path in folder.iterdir()} == own | {
        "expected", "worst", "regret", "cvar"}
    assert header(folder / "values.csv") == declared("values.csv")
    record = json.loads((folder / "robust.json").read_text(encoding="utf-8"))
    assert list(record) == declared("robust.json")
    assert record == {**json.loads(json.dumps(robust_record(found))), KEY: record[KEY]}
    assert ro.verify(folder / "regret").holds


def test_robust_plans_are_told_within_the_width(robust) -> None:
    told = robust_text(robust[0])
    assert "best mean of the worst 60 %" in told
    assert all(len(line) <= WIDTH for line in told.splitlines())


def test_a_plan_that_breaks_a_rule_is_marked_and_written_bare(tmp_path: Path) -> None:
    from worked import instance_of, limit

    from optimizer.instance.unknowns import Scenario

    base = instance_of(
        methods=[{"use": "forest"}, {"use": "grass"}], settings={"periods": (2026,)},
        site=[{"parcel": "a", "use": "forest", "extra_tco2e_per_ha": 4}],
        limits=[limit("forest", use="forest", value=1)])
    found = ro.robust(base, "worst", scenarios=[
        Scenario("more", ("limits[forest].value=9",), 0.5),
        Scenario("most", ("limits[forest].value=10",), 0.5)])
    write_robust(found, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out" / "worst").iterdir()] == ["plan.csv"]
    plan = pd.read_csv(tmp_path / "out" / "worst" / "plan.csv")
    assert plan.loc[plan["use"] == "forest", "area_ha"].tolist() == pytest.approx([9.0])
    told = robust_text(found)
    assert "* best worst case breaks rules in the instance as it stands (forest: " in told


def test_sensitivity_is_written_as_declared(sensitivity) -> None:
    found, folder = sensitivity
    own = {entry.name for entry in SENSITIVITY_OUTPUTS}
    assert {path.name for path in folder.iterdir()} == own | {"instance"}
    record = json.loads((folder / "sensitivity.json").read_text(encoding="utf-8"))
    assert list(record) == declared("sensitivity.json")
    assert record["seed"] == 1
    assert record["salib"] == found.salib
    assert record == {**json.loads(json.dumps(sensitivity_record(found))), KEY: record[KEY]}
    columns = header(folder / "indices.csv")
    assert columns == [name for name in declared("indices.csv") if name in columns]
    assert header(folder / "runs.csv") == [
        "case", "wood", "bush", "sward", "status", "reason", "objective", "net_sink_tco2e",
        "reclaimed_ha", "changed_ha", "forest_ha", "shrub_ha", "grass_ha"]


def test_sensitivity_is_told_within_the_width(sensitivity) -> None:
    found, _ = sensitivity
    told = sensitivity_text(found)
    assert "What drives the net sink" in told
    assert "What drives the plan" in told
    assert all(len(line) <= WIDTH for line in told.splitlines())
    assert plan_of_runs(found.design).startswith("40 cases to solve: 8 base points of 3 + 2 cases")


def test_percentiles_are_of_points_drawn_from_the_distributions(sensitivity) -> None:
    found, _ = sensitivity
    objective = found.runs["objective"].to_numpy()
    # Blocks of 5: the first and the last case of each are drawn independently.
    drawn = np.concatenate([objective[0::5], objective[4::5]])
    assert spread(found) == pytest.approx(tuple(np.percentile(drawn, (5, 50, 95))))


def test_earlier_results_are_not_replaced_unasked(alternatives, robust, sensitivity) -> None:
    for (found, folder), write in ((alternatives, write_alternatives), (robust, write_robust),
                                   (sensitivity, write_sensitivity)):
        with pytest.raises(OutputRefused, match="--overwrite"):
            write(found, folder)
