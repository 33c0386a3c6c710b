"""limits.csv tells limits as they were written, and what the plan reaches of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import write_folder

from optimizer.analysis.verify import verify
from optimizer.instance.read import read_instance
from optimizer.report.output import write_out
from optimizer.solve.engine import solve
from optimizer.solve.limit_values import per_hectare
from optimizer.solve.solution import Solution
from optimizer.solve.tables import _rounded

LIMITS = """\
limit,account,use,period,sense,value,unit,basis
crop-all,area,crop,,=,60,ha,
grass-all,area,grass,,=,30,ha,
share,area,crop,,<=,70,%,share_of_reclaimed
there,area,,,>=,50,%,share_of_available
mean,cost,,,<=,20,10000 CNY,average
money,cost,,,<=,2000,10000 CNY,
labour,labour,,*,<=,1000000,days/yr,
nobody,area,grass,2026,<=,50,%,share_of_reclaimed
even,area,grass,*,=,,,equal
"""


@pytest.fixture(scope="module")
def solution(tmp_path_factory: pytest.TempPathFactory) -> Solution:
    limits = "\n".join(LIMITS.splitlines()[:-2]) + "\n"
    folder = write_folder(tmp_path_factory.mktemp("values") / "mine", limits=limits)
    return solve(read_instance(folder))


def row(solution: Solution, name: str) -> pd.Series:
    return solution.limits.set_index("limit").loc[name]


def test_shares_are_told_in_percent(solution: Solution) -> None:
    # 60 of 90 ha reclaimed are 66.7 %; 90 of 100 ha there are 90 %.
    assert row(solution, "share")["reached"] == pytest.approx(100 * 60 / 90)
    assert row(solution, "share")["value_unit"] == "% of reclaimed"
    assert row(solution, "share")["value"] == 70
    assert row(solution, "there")["reached"] == pytest.approx(90)
    assert row(solution, "there")["value_unit"] == "% of available"


def test_averages_and_amounts_are_told_in_the_unit_written(solution: Solution) -> None:
    money, mean = row(solution, "money"), row(solution, "mean")
    assert money["value_unit"] == "10000 CNY"
    assert money["reached"] == pytest.approx(money["activity"] / 10_000)
    assert mean["value_unit"] == "10000 CNY/ha"
    # The same money, over the 90 ha reclaimed.
    assert mean["reached"] == pytest.approx(money["reached"] / 90)


def test_yearly_amounts_are_told_by_year(solution: Solution) -> None:
    labour = solution.limits[solution.limits["limit"] == "labour"]
    # Periods of 5 and 15 years.
    assert labour["value"].tolist() == [1_000_000, 1_000_000]
    assert (labour["reached"] * np.array([5, 15])).tolist() == pytest.approx(
        labour["activity"].tolist())


def test_no_share_of_no_land_and_no_value_of_equals(tmp_path: Path) -> None:
    limits = LIMITS.splitlines()
    folder = write_folder(tmp_path / "mine", limits="\n".join(
        [limits[0], "none,area,,,<=,0,ha,", *limits[-2:]]) + "\n")
    found = solve(read_instance(folder)).limits.set_index("limit")
    assert np.isnan(found.loc["nobody", "reached"])
    assert np.isnan(found.loc["even", "value"])
    assert found.loc["even", "value_unit"] == ""


def test_verify_recomputes_what_is_reached(solution: Solution, tmp_path: Path) -> None:
    write_out(solution, tmp_path / "OUT")
    assert verify(tmp_path / "OUT").holds
    path = tmp_path / "OUT" / "limits.csv"
    found = pd.read_csv(path, dtype=str, keep_default_na=False)
    found.loc[found["limit"] == "share", "reached"] = "65"
    found.to_csv(path, index=False)
    assert [check.name for check in verify(tmp_path / "OUT").checks if not check.holds] == [
        "limits table"]


def test_rounding_is_nothing() -> None:
    assert _rounded(-2.98e-8, 7e4) == 0
    assert _rounded(-2.98e-4, 7e4) == -2.98e-4
    assert _rounded(1e-12, 0.0) == 1e-12


@pytest.mark.parametrize(("unit", "words"), [
    ("CNY", "CNY/ha"), ("CNY/ha", "CNY/ha"), ("10000 CNY/mu", "10000 CNY/mu"),
    ("t CO2e / ha", "t CO2e / ha"), ("元/亩", "元/亩"),
])
def test_averages_are_per_hectare_unless_they_say_otherwise(unit: str, words: str) -> None:
    assert per_hectare(unit) == words


def test_nothing_on_no_land_does_not_bind_whole_parcels(tmp_path: Path) -> None:
    # Any one use of one of two parcels (60 and 40 ha) has at least 40 % of what is reclaimed.
    limits = LIMITS.splitlines()[0] + "\nmixed,area,*,,<=,30,%,share_of_reclaimed\n"
    instance = read_instance(write_folder(tmp_path / "mine", limits=limits))
    whole = solve(instance, whole_parcels=True)
    assert whole.reclaimed_ha == 0
    assert not whole.limits["binding"].any()
    write_out(whole, tmp_path / "OUT")
    assert verify(tmp_path / "OUT").holds
    # Divided, no share of 30 % for each of two uses adds up to all land: here it does bind.
    divided = solve(instance).limits
    assert divided.loc[divided["shadow_price"] != 0, "binding"].all()
    assert (divided["shadow_price"] != 0).any()
