"""A raster of 20,000 cells with the generated limits: plan, bound and rules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.instance.read import instance_from_tables
from optimizer.solve.certificate import primal_violation, upper_bound
from optimizer.solve.engine import solve


@pytest.mark.slow
@pytest.mark.parametrize("whole", [False, True])
def test_twenty_thousand_cells(whole: bool) -> None:
    made = generate_instance(Size(20_000, 2, methods=1, periods=1, sources=1))
    settings = replace(made.settings, layout={"boundary_weight_tco2e_per_km": 20.0})
    instance = instance_from_tables(settings, dict(made.tables))
    solution = solve(instance, whole_parcels=whole, compact=True)
    assert solution.engine == "first-order"
    assert solution.edge_prices is not None
    assert solution.relative_gap <= (5e-3 if whole else 1e-3)
    assert primal_violation(solution.program, solution.x_c) <= 1e-7
    assert upper_bound(solution.priced_program, solution.price_r) == pytest.approx(solution.bound)
    assert solution.objective == pytest.approx(sum(solution.objective_terms.values()))
    if whole:
        share_o = solution.area_o / instance.land.area_i[solution.options.parcel_o]
        assert np.all((share_o == 0.0) | (np.abs(share_o - 1.0) <= 1e-12))
