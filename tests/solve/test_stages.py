from __future__ import annotations

import numpy as np
import pytest
from helpers import MINIMAL, write_folder
from small_programs import column_labels, program_of

import optimizer as ro
from optimizer.formulation.objective import StageCost
from optimizer.formulation.program import Family, RowLabels
from optimizer.solve.certificate import objective_of
from optimizer.solve.linear import solve_linear
from optimizer.solve.stages import floor_of, solve_stages


def stage(number, cost, tolerance=0.0, absolute=0.0):
    return StageCost(number, f"stage {number}", "points", np.asarray(cost, dtype=float), (),
                     tolerance, absolute)


def land_only():
    """10 ha of one parcel, two options."""
    return program_of([[1, 1]], [-np.inf], [10], [0, 0], RowLabels.of(Family.LAND, 1, parcel=0),
                      column_labels([0, 0]))


def solve_one(program, stage):
    return solve_linear(program)


def staged(*stages):
    return solve_stages(land_only(), stages, solve_one, lambda stage, x_c: 1.0)


def test_second_objective_decides_among_ties():
    # Both options earn 2 in stage 1; stage 2 prefers the second one.
    result = staged(stage(1, [2, 2]), stage(2, [1, 3]))
    assert result.answer.x_c.tolist() == [0.0, 10.0]
    assert [s.objective for s in result.stages] == [20.0, 30.0]
    assert result.stages[0].floor == 20.0
    assert result.stages[1].floor is None


def test_tolerance_is_what_later_stages_may_give_up():
    # Stage 1 earns 4 and 2 a hectare: optimum 40. 25 % may go: at least 30.
    # Stage 2 earns 0 and 1: x2 ha of the second option leave 4*(10 - x2) + 2*x2 >= 30, x2 = 5.
    result = staged(stage(1, [4, 2], tolerance=0.25), stage(2, [0, 1]))
    assert result.answer.x_c.tolist() == pytest.approx([5.0, 5.0], rel=1e-12)
    # One point less of the floor lets half a hectare change: the floor's price is -0.5.
    floor_row = np.flatnonzero(result.program.rows.family == Family.OBJECTIVE_FLOOR)
    assert result.program.rows.limit[floor_row].tolist() == [1]
    assert result.answer.price_r[floor_row] == pytest.approx([-0.5])
    assert result.stages[1].certificate.relative_gap == pytest.approx(0.0, abs=1e-12)


def test_the_larger_tolerance_counts():
    assert floor_of(stage(1, [1], tolerance=0.1, absolute=3.0), 20.0) == 17.0
    assert floor_of(stage(1, [1], tolerance=0.2, absolute=3.0), 20.0) == 16.0
    # A negative optimum is kept from below, too: -20 - 0.1 * 20.
    assert floor_of(stage(1, [1], tolerance=0.1), -20.0) == -22.0


def test_a_stopped_stage_ends_the_run():
    def stopped(program, stage):
        from dataclasses import replace

        return replace(solve_linear(program), status="stopped")

    result = solve_stages(land_only(), (stage(1, [2, 2]), stage(2, [1, 3])), stopped,
                          lambda stage, x_c: 1.0)
    assert len(result.stages) == 1
    assert result.stages[0].floor is None


def test_stages_of_an_instance(tmp_path):
    toml = MINIMAL["instance.toml"] + (
        '\n[[objective]]\naccount = "net_sink"\ntolerance = 0.05\n'
        '\n[[objective]]\naccount = "cost"\nsense = "min"\n')
    instance = ro.read_instance(write_folder(tmp_path / "two", instance__toml=toml))
    single = ro.solve(ro.read_instance(write_folder(tmp_path / "one")))
    both = ro.solve(instance)
    first, second = both.stages
    assert first.objective == pytest.approx(single.objective, rel=1e-12)
    assert both.net_sink_tco2e == pytest.approx(0.95 * single.objective, rel=1e-9)
    assert both.objective == second.objective
    assert both.objective_terms == {"cost": pytest.approx(second.objective)}
    # Giving up 5 % of the sink saves money.
    assert both.objective > -float(single.limits.set_index("limit").loc["budget", "activity"])
    assert both.stages[-1].unit == "CNY"
    assert objective_of(both.program, both.x_c) == both.objective
    # Prices of both stages are kept; the floor is priced in the second only.
    floors = both.prices[both.prices["family"] == "objective_floor"]
    assert floors["stage"].tolist() == [2]
    assert floors["limit"].tolist() == ["1"]
    assert floors["unit"].tolist() == ["CNY per t CO2e"]
    assert floors["price"].iloc[0] < 0.0


@pytest.mark.parametrize(("sense", "sign"), [("max", 1.0), ("min", -1.0)])
def test_holding_is_an_objective_of_stocks(tmp_path, sense, sign):
    toml = MINIMAL["instance.toml"] + (
        f'\n[[objective]]\naccount = "holding"\nsense = "{sense}"\n')
    solution = ro.solve(ro.read_instance(write_folder(tmp_path / "held", instance__toml=toml)))
    # Where it is to be least, soil is used at once; where most, all is kept but for the 10 ha of
    # crop that have to be.
    least, most = 0.0, solution.holding_if_nothing_done
    held = -solution.carbon_terms["holding"]
    assert held == pytest.approx(least) if sense == "max" else 0.5 * most < held <= most
    assert solution.objective == pytest.approx(sign * solution.carbon_terms["holding"], rel=1e-12)
    assert solution.objective_terms == {"holding": solution.objective}
