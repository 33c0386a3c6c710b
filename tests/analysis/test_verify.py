"""Every number and name of a result that is changed by hand shows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import MINIMAL, write_folder

import optimizer as ro
from optimizer.analysis.verify import verify
from optimizer.report.output import write_out

#: A sink of which later stages may give up 5 %, and money saved with that.
STAGES = ('\n[[objective]]\naccount = "net_sink"\ntolerance = 0.05\n'
          '\n[[objective]]\naccount = "cost"\nsense = "min"\n')
LIMITS = ("limit,account,use,sense,value,unit\n"
          "budget,cost,,<=,900000,CNY\ncrop-minimum,area,crop,>=,10,ha\n")

#: What does not follow from instance, plan and prices, and so cannot be recomputed.
NOT_RECOMPUTED = frozenset({
    "seconds", "engine", "engine_reason", "solver", "version", "layout", "overrides",
    "written"})


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify")
    instance = ro.read_instance(write_folder(
        folder / "mine", instance__toml=MINIMAL["instance.toml"] + STAGES, limits=LIMITS))
    write_out(ro.solve(instance), folder / "OUT")
    return folder / "OUT"


@pytest.fixture
def out(solved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(solved, tmp_path / "OUT"))


def failing(out: Path) -> list[str]:
    return [check.name for check in verify(out).checks if not check.holds]


def edit(out: Path, change: Callable[[dict[str, Any]], None]) -> None:
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    change(summary)
    (out / "summary.json").write_text(json.dumps(summary), encoding="utf-8")


def other(value: object) -> object:
    """Another value of the same kind."""
    if isinstance(value, dict):
        return {name: other(inner) for name, inner in value.items()}
    if isinstance(value, int | float):
        return value * 1.001 + 0.01
    return ["other"] if isinstance(value, list) else f"{value or ''}x"


def test_untouched_it_holds(solved: Path) -> None:
    assert failing(solved) == []


def test_every_entry_of_the_summary_is_held_to_account(solved: Path, out: Path) -> None:
    summary = json.loads((solved / "summary.json").read_text(encoding="utf-8"))
    for name in summary.keys() - NOT_RECOMPUTED - {"stages", "status", "solver_bound"}:
        edit(out, lambda found, name=name: found.update({name: other(summary[name])}))
        assert failing(out), name
        shutil.copy(solved / "summary.json", out / "summary.json")


@pytest.mark.parametrize("status", ["", "proven", "within_gap"])
def test_a_status_that_cannot_be(out: Path, status: str) -> None:
    edit(out, lambda found: found.update(status=status))
    assert failing(out) == ["gap"]


@pytest.mark.parametrize("table", ["plan", "stocks", "prices", "limits", "parcels", "carbon"])
def test_every_column_of_every_table_is_held_to_account(
    solved: Path, out: Path, table: str
) -> None:
    path = out / f"{table}.csv"
    found = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in found.columns:
        changed = found.copy()
        try:
            changed.loc[0, column] = repr(float(found.loc[0, column]) * 1.001 + 0.01)
        except ValueError:
            changed.loc[0, column] += "x"
        changed.to_csv(path, index=False)
        assert failing(out), column
    found.iloc[1:].to_csv(path, index=False)
    # A row without a price, or with a stock of 0, is only told by the table it is missing from.
    assert failing(out) or (table == "stocks" and float(found.loc[0, "stock_m3"]) == 0.0)


@pytest.mark.parametrize(("file", "column"), [
    ("parcels", "area_ha"), ("parcels", "slope_pct"), ("sources", "supply_m3"),
    ("methods", "establishment_cost_per_ha"), ("limits", "value"), ("hauls", "distance_km")])
def test_a_changed_instance_shows(out: Path, file: str, column: str) -> None:
    path = out / "instance" / f"{file}.csv"
    found = pd.read_csv(path, dtype=str, keep_default_na=False)
    found.loc[0, column] = repr(float(found.loc[0, column]) * 0.99)
    found.to_csv(path, index=False)
    assert "instance" in failing(out)


def test_a_lower_floor_does_not_pass(out: Path) -> None:
    edit(out, lambda found: found["stages"][0].update(floor=found["stages"][0]["floor"] - 10.0))
    assert "floor of stage 1" in failing(out)


def test_a_first_stage_short_of_its_bound_does_not_pass(out: Path) -> None:
    def worse(found: dict[str, Any]) -> None:
        stage = found["stages"][0]
        stage["objective"] -= 10.0
        stage["floor"] = 0.95 * stage["objective"]

    edit(out, worse)
    assert "floor of stage 1" in failing(out)


def test_a_stage_left_out_does_not_pass(out: Path) -> None:
    edit(out, lambda found: found["stages"].pop())
    assert "stages" in failing(out)


def test_the_instance_it_came_from_is_recognised_overrides_included(tmp_path: Path) -> None:
    changed = ro.read_instance("two-parcels", ["limits[budget].value*=0.9"])
    write_out(ro.solve(changed), tmp_path / "OUT")
    assert verify(tmp_path / "OUT", "two-parcels").holds
    # Another instance is not the one.
    assert not verify(tmp_path / "OUT", "hand-conflict").holds
