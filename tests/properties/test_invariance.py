"""What must not change an optimum, and what must change it by a known amount."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from feasible import feasible_instances, rebuilt
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import optimizer as ro
from optimizer.instance.read import instance_from_tables
from optimizer.instance.record import Instance
from optimizer.instance.settings import Objective

#: Axes of the selectors of a limit.
AXES = ("use", "method", "zone", "period")

#: Optima are compared to this share of the sizes of what they add up.
CLOSE = 1e-6
MODERATE = settings(max_examples=15)


def solved(instance: Instance) -> ro.Solution | None:
    """The optimum, or None where there is none."""
    try:
        return ro.solve(instance)
    except ro.Infeasible:
        return None


def size_of(solution: ro.Solution) -> float:
    """Sum of the sizes of what the first stage adds up, at the optimum."""
    program = solution.program
    return float(max(1.0, *(abs(stage.objective) for stage in solution.stages),
                     np.abs(program.cost * solution.x_c).sum()))


def assert_same_optimum(one: Instance, other: Instance, factor: float = 1.0) -> None:
    """Hold every stage of two instances that have plans against each other."""
    first, second = ro.solve(one), ro.solve(other)
    room = CLOSE * size_of(first) * factor
    for before, after in zip(first.stages, second.stages, strict=True):
        # A floor is kept to the solver's tolerance; later stages weigh that by its price.
        weight = 1.0 if before is first.stages[0] else 1.0 + abs(float(before.price_r[-1]))
        assert abs(after.objective - factor * before.objective) <= room * weight


@MODERATE
@given(feasible_instances(), st.randoms(use_true_random=False))
def test_the_order_of_parcels_changes_nothing(instance: Instance, random: Any) -> None:
    order = list(range(instance.land.count))
    random.shuffle(order)
    assert_same_optimum(instance, rebuilt(
        instance, lambda name, rows: rows.iloc[order] if name == "parcels" else rows))


@MODERATE
@given(feasible_instances(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(instance: Instance, random: Any) -> None:
    def shuffled(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        order = list(range(len(rows)))
        random.shuffle(order)
        return rows.iloc[order]

    assert_same_optimum(instance, rebuilt(instance, shuffled))


@MODERATE
@given(feasible_instances())
def test_the_names_of_uses_change_nothing(instance: Instance) -> None:
    names = {"crop": "zz", "forest": "耕地", "pond": "a b"}

    def renamed(_: str, rows: pd.DataFrame) -> pd.DataFrame:
        if "use" not in rows:
            return rows
        cells = [names.get(str(cell), cell) for cell in rows["use"]]
        return rows.assign(use=cells)

    assert_same_optimum(instance, rebuilt(instance, renamed))


@MODERATE
@given(feasible_instances(), st.sampled_from([0.5, 0.2, 0.03]))
def test_a_parcel_cut_in_two_changes_nothing(instance: Instance, share: float) -> None:
    def cut(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        if "parcel" not in rows:
            return rows
        piece = rows[rows["parcel"] == "p0"].assign(parcel="p0-piece")
        if name == "parcels":
            piece = piece.assign(area_ha=piece["area_ha"] * share)
            kept = np.where(rows["parcel"] == "p0", 1 - share, 1.0)
            rows = rows.assign(area_ha=rows["area_ha"] * kept)
        return pd.concat([rows, piece]) if len(piece) else rows

    assert_same_optimum(instance, rebuilt(instance, cut))


@MODERATE
@given(feasible_instances(), st.sampled_from([3.0, 0.25]))
def test_scaling_areas_limits_and_supplies_scales_the_optimum(
    instance: Instance, factor: float
) -> None:
    def scaled(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        if name == "parcels":
            return rows.assign(area_ha=rows["area_ha"] * factor)
        if name == "sources":
            return rows.assign(supply_m3=rows["supply_m3"] * factor)
        if name == "limits":
            total = rows["basis"].isin(["", "absolute"]) if "basis" in rows else True
            return rows.assign(value=rows["value"] * np.where(total, factor, 1.0)) if (
                "value" in rows) else rows
        return rows

    assert_same_optimum(instance, rebuilt(instance, scaled), factor)


def with_value(instance: Instance, line: int, value: float) -> Instance:
    """The instance with another value of one limit."""
    def changed(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        if name != "limits":
            return rows
        values = rows["value"].to_numpy(dtype=float, copy=True)
        values[line] = value
        return rows.assign(value=values)

    return rebuilt(instance, changed)


@MODERATE
@given(feasible_instances(), st.data())
def test_tightening_never_helps(instance: Instance, data: st.DataObject) -> None:
    table = instance.table("limits")
    lines = [] if table is None else [
        line for line in range(len(table))
        if table.text("sense")[line] != "=" and not np.isnan(table.number("value")[line])]
    assume(lines)
    assert table is not None
    line = data.draw(st.sampled_from(lines))
    value = float(table.number("value")[line])
    tighter = value * 0.6 if table.text("sense")[line] == "<=" else min(value * 1.3 + 1, 100)
    assume(tighter != value)
    loose, tight = ro.solve(instance), solved(with_value(instance, line, tighter))
    if tight is not None:
        assert tight.stages[0].objective <= loose.stages[0].objective + CLOSE * size_of(loose)


def one_stage(instance: Instance) -> Instance:
    """The instance with the net sink as its only objective."""
    chosen = replace(instance.settings, objectives=(Objective("net_sink"),))
    return instance_from_tables(chosen, instance.tables)


def without_limits_on_the_land_there(instance: Instance) -> Instance:
    """The instance without limits whose bound (or divisor) moves with the area of a parcel."""
    moving = ("share_of_available", "share_of_released", "average_of_available", "equal")
    return rebuilt(instance, lambda name, rows: rows[~rows["basis"].isin(moving)]
                   if name == "limits" else rows)


def assert_price(
    at: ro.Solution, row: int, changed: Callable[[float], Instance], step: float
) -> bool:
    """Hold a price against the optima a step to either side; whether they lie on a line.

    The optimum is concave in every right-hand side, so no step gains more than the price says;
    where gain and loss are the same, the basis stays and both are the price times the step.
    """
    price, room = float(at.price_r[row]), CLOSE * size_of(at)
    gains = []
    for sign in (1.0, -1.0):
        there = solved(changed(sign * step))
        if there is not None:
            gains.append(there.objective - at.objective)
            assert gains[-1] <= sign * price * step + room, (sign, gains, price, step, room)
    if len(gains) == 2 and abs(sum(gains)) <= room:
        assert gains[0] == pytest.approx(price * step, abs=2 * room)
        return True
    return False


@settings(max_examples=30)
@given(feasible_instances())
def test_price_of_a_limit_times_a_small_change_is_the_change(drawn: Instance) -> None:
    instance = one_stage(drawn)
    at = ro.solve(instance)
    for line, value in enumerate(_values_of_single_rows(instance)):
        if value == value and value != 0.0:
            row = int(np.flatnonzero(at.program.rows.limit == line)[0])
            bounds = at.program.row_lower[row], at.program.row_upper[row]
            bound = bounds[0] if np.isfinite(bounds[0]) else bounds[1]
            # The unit of the row follows from the ratio of bound and value.
            assert_price(at, row, lambda by, line=line, value=value, bound=bound: with_value(
                instance, line, value + by * value / bound), 0.02 * abs(bound))


def _values_of_single_rows(instance: Instance) -> list[float]:
    """Values of the limits on totals that are one row each; NaN for all others."""
    table = instance.table("limits")
    if table is None:
        return []
    single = [str(table.text("basis")[line]) in ("", "absolute")
              and "*" not in {str(table.text(axis)[line]) for axis in AXES}
              for line in range(len(table))]
    return np.where(single, table.number("value"), np.nan).tolist()


@MODERATE
@given(feasible_instances(), st.data())
def test_price_of_land_times_a_small_change_is_the_change(
    drawn: Instance, data: st.DataObject
) -> None:
    instance = one_stage(without_limits_on_the_land_there(drawn))
    at = ro.solve(instance)
    i = data.draw(st.integers(0, instance.land.count - 1))
    name = str(instance.land.parcels[i])
    area = float(instance.land.area_i[i])

    def larger(by: float) -> Instance:
        return ro.with_overrides(instance, (f"parcels[{name}].area_ha={area + by!r}",))

    assert_price(at, i, larger, 0.02 * area)


@MODERATE
@given(feasible_instances(), st.data())
def test_price_of_topsoil_times_a_small_change_is_the_change(
    drawn: Instance, data: st.DataObject
) -> None:
    instance = one_stage(drawn)
    at = ro.solve(instance)
    k = data.draw(st.integers(0, instance.topsoil.count - 1))
    t = data.draw(st.integers(0, instance.calendar.count - 1))
    supply = float(instance.topsoil.supply_kt[k, t])
    assume(supply > 0)
    key = f"{instance.topsoil.sources[k]},{instance.calendar.labels[t]}"

    def more(by: float) -> Instance:
        return ro.with_overrides(instance, (f"sources[{key}].supply_m3={supply + by!r}",))

    row = instance.land.count + k * instance.calendar.count + t
    assert_price(at, row, more, 0.02 * supply)


def test_the_price_of_a_shipped_budget_is_what_money_buys() -> None:
    instance = ro.read_instance("two-parcels")
    at = ro.solve(instance)
    row = int(np.flatnonzero(at.program.rows.limit == 0)[0])
    assert at.limits["limit"].iloc[0] == "budget"
    assert assert_price(at, row, lambda by: ro.with_overrides(
        instance, (f"limits[budget].value={6_480_000 + by!r}",)), 1000.0)
