from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from optimizer.report.output_schema import SUMMARY_KEYS
from optimizer.report.summary import PHASES, summary_of, summary_text
from optimizer.solve.solution import Solution

#: Keys scripts may rely on, as the specification lists them.
PROMISED = (
    "status", "objective", "objective_unit", "objective_terms", "bound", "solver_bound",
    "relative_gap", "net_sink_tco2e", "absolute_sink_tco2e", "carbon_terms", "reclaimed_ha",
    "available_ha", "area_by_use", "layout", "engine", "engine_reason", "solver", "version",
    "instance", "instance_sha256", "options", "seconds", "certificate",
)


def test_the_promised_keys_come_first_and_all_keys_are_declared(two_parcels: Solution) -> None:
    summary = summary_of(two_parcels)
    assert tuple(summary)[:len(PROMISED)] == PROMISED
    assert tuple(summary) == tuple(key.name for key in SUMMARY_KEYS)
    assert tuple(summary["certificate"]) == (
        "primal_violation", "dual_violation", "relative_gap")
    assert tuple(summary["seconds"]) == PHASES


def test_parts_add_up_to_their_totals(two_parcels: Solution) -> None:
    summary = summary_of(two_parcels)
    # Worked by hand in instances/two-parcels/WORKED.md.
    assert summary["objective"] == pytest.approx(7336.8, abs=1e-6)
    assert math.fsum(summary["objective_terms"].values()) == pytest.approx(summary["objective"])
    assert math.fsum(summary["carbon_terms"].values()) == pytest.approx(
        summary["net_sink_tco2e"])
    assert math.fsum(summary["area_by_use"].values()) == pytest.approx(summary["reclaimed_ha"])
    assert summary["area_by_use"] == pytest.approx({"cropland": 20, "forest": 40, "grass": 32})


def test_phases_of_the_caller_are_added(two_parcels: Solution) -> None:
    summary = summary_of(two_parcels, {"read": 1.25, "write": 0.5})
    assert summary["seconds"]["read"] == 1.25
    assert summary["seconds"]["write"] == 0.5
    assert summary["seconds"]["solve"] == round(two_parcels.seconds["solve"], 3)


def test_the_file_is_strict_json(out: Path) -> None:
    text = (out / "summary.json").read_text(encoding="utf-8")
    assert json.loads(text, parse_constant=pytest.fail)["status"] == "optimal"


def test_infinity_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        summary_text({"objective": math.inf})
