from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from helpers import write_folder
from small_programs import column_labels, program_of, random_program

import optimizer as ro
from optimizer.formulation.program import Family, RowLabels
from optimizer.solve.certificate import objective_of, primal_violation
from optimizer.solve.linear import solve_linear
from optimizer.solve.whole_parcels import Found, mixed_program, solve_whole


def best_by_trying_all(program):
    """Best objective over every choice of one option or none for each parcel."""
    parcel_c = program.columns.parcel
    parcels = int(parcel_c.max()) + 1
    area = program.row_upper[:parcels]
    choices = [[-1, *np.flatnonzero(parcel_c == i)] for i in range(parcels)]
    best = -np.inf
    for choice in product(*choices):
        x_c = np.zeros(program.shape[1])
        for i, option in enumerate(choice):
            if option >= 0:
                x_c[option] = area[i]
        stock = np.flatnonzero(program.columns.is_stock)
        if len(stock):  # one source and period: what is not used is left over
            soil = program.matrix.tocsr()[[parcels]].toarray()[0]
            x_c[stock[0]] = program.row_upper[parcels] - soil[:stock[0]] @ x_c[:stock[0]]
        if primal_violation(program, x_c) < 1e-9:
            best = max(best, objective_of(program, x_c))
    return best


@pytest.mark.parametrize("seed", range(4))
def test_equals_trying_every_plan(seed):
    program = random_program(parcels=5, options=4, limits=2, seed=seed, must=0.0)
    # Whole parcels reach less: let >= rows be met by half of what the random plan reaches.
    program.row_lower[np.isfinite(program.row_lower) & (program.rows.family == Family.LIMIT)] *= 0.5
    expected = best_by_trying_all(program)
    assert np.isfinite(expected)
    answer = solve_whole(program, solve_linear(program))
    assert answer.status == "optimal"
    assert objective_of(program, answer.x_c) == pytest.approx(expected, rel=1e-9)
    assert answer.solver_bound >= expected - 1e-5 * abs(expected)
    area_c = program.row_upper[np.maximum(program.columns.parcel, 0)]
    options = ~program.columns.is_stock
    assert set(np.unique(answer.x_c[options] / area_c[options])) <= {0.0, 1.0}


def test_gap_asked_for_gives_within_gap_or_better():
    program = random_program(parcels=30, options=6, limits=4, seed=8, must=0.0)
    program.row_lower[np.isfinite(program.row_lower) & (program.rows.family == Family.LIMIT)] *= 0.7
    answer = solve_whole(program, solve_linear(program), gap=0.2)
    objective = objective_of(program, answer.x_c)
    assert answer.status in ("optimal", "within_gap")
    assert answer.solver_bound - objective <= 0.2 * abs(objective) + 1e-6


def test_an_interrupted_search_keeps_what_it_found(monkeypatch):
    rows = RowLabels.of(Family.LAND, 2, parcel=np.arange(2))
    program = program_of([[1, 0], [0, 1]], [-np.inf] * 2, [4, 6], [2, 1], rows,
                         column_labels([0, 1]))
    monkeypatch.setattr("optimizer.solve.whole_parcels.search", lambda *a, **k: Found(
        np.array([1.0, 0.0]), 14.0, stopped=True, solver="test"))
    answer = solve_whole(program, solve_linear(program))
    assert answer.status == "stopped"
    assert answer.x_c.tolist() == [4.0, 0.0]
    assert answer.solver_bound == 14.0


def test_mixed_program_counts_in_parcels():
    rows = RowLabels.of(Family.LAND, 2, parcel=np.arange(2))
    program = program_of([[1, 0], [0, 1]], [-np.inf] * 2, [4, 6], [2, 1], rows,
                         column_labels([0, 1]))
    mixed, scale_c = mixed_program(program)
    assert scale_c.tolist() == [4.0, 6.0]
    assert mixed.cost.tolist() == [8.0, 6.0]
    assert mixed.column_upper.tolist() == [1.0, 1.0]


def grouped(tmp_path, group):
    """`flat` and `steep` of the minimal instance, with or without a common group."""
    parcels = (
        "parcel,area_ha,slope_pct,slope_length_m,regrade_form,soil_depth_m,release_year,zone,group\n"
        f"flat,60,2,400,bench,0.3,2026,north,{group}\n"
        f"steep,40,65,20,bench,0.1,2026,south,{group}\n")
    limits = "limit,account,use,sense,value,unit\nbudget,cost,,<=,5000000,CNY\n"
    return ro.read_instance(write_folder(tmp_path / f"g{group}", parcels=parcels, limits=limits))


def test_pieces_of_a_group_get_one_use_in_one_period(tmp_path):
    apart = ro.solve(grouped(tmp_path, ""), whole_parcels=True)
    together = ro.solve(grouped(tmp_path, "hill"), whole_parcels=True)
    chosen = together.plan.groupby("parcel")[["use", "period"]].agg(tuple)
    if len(chosen):
        assert len(chosen) == 2
        assert chosen.iloc[0].tolist() == chosen.iloc[1].tolist()
    assert together.objective <= apart.objective + 1e-6
    # Group rows are part of what the certificate checks.
    assert Family.GROUP in together.program.rows.family
    assert together.certificate.primal_violation < 1e-9


def test_whole_parcels_through_the_front_door(tmp_path):
    instance = ro.read_instance(write_folder(tmp_path / "minimal"))
    parts = ro.solve(instance)
    whole = ro.solve(instance, whole_parcels=True)
    assert whole.status == "optimal"
    assert set(whole.plan["area_ha"]) <= {60.0, 40.0}
    assert whole.objective <= parts.objective + 1e-9
    assert whole.solver_bound is not None
    assert whole.bound == pytest.approx(parts.bound, rel=1e-9)
    assert parts.solver_bound is None


def test_infeasible_for_whole_parcels_only(tmp_path):
    # 30 to 35 ha of crop can be cut out of the 60 ha of `flat`, but not as a whole parcel.
    limits = ("limit,account,use,sense,value,unit\n"
              "crop-least,area,crop,>=,30,ha\ncrop-most,area,crop,<=,35,ha\n")
    instance = ro.read_instance(write_folder(tmp_path / "minimal", limits=limits))
    assert ro.solve(instance).status == "optimal"
    with pytest.raises(ro.Infeasible) as refused:
        ro.solve(instance, whole_parcels=True)
    assert any(word in refused.value.reasons[0] for word in ("crop-least", "crop-most"))
    assert any(digit in refused.value.reasons[0] for digit in "123456789")
