"""Instances whose reports tests look at: texts that would do harm, and squares in a row."""

from __future__ import annotations

from typing import Any

from strategies import Row
from worked import instance_of

from optimizer.instance.settings import Objective
from optimizer.report.html.material import Material, material_of
from optimizer.report.summary import summary_of
from optimizer.solve.engine import solve

#: Texts that would end an element, a script or a string, run code or a formula.
TITLE = "</script><script>window.taken = 1</script>"
NAMES = ('=HYPERLINK("x")', "<img src=x onerror=window.taken=1>", "c & \"d\" {use}")


def squares(
    count: int, tables: dict[str, list[Row]] | None = None, *, placed: bool = True, **settings: Any
) -> Material:
    """So many squares of 10 ha side by side, all sown for their income.

    Without `placed` nothing says where they lie.
    """
    side = 100.0 * 10.0 ** 0.5
    places = [{"x": side * n, "y": 0.0} if placed else {} for n in range(count)]
    instance = instance_of(
        parcels=[{"parcel": f"p{n}", **place} for n, place in enumerate(places)],
        methods=[{"income_per_ha_yr": 5.0}],
        settings={"objectives": (Objective("income"),), **settings}, **(tables or {}))
    solution = solve(instance)
    return material_of(solution, summary_of(solution))
