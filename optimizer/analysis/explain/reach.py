"""With a plan at hand: how far each limit is from breaking it, and what land alone allows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from optimizer.analysis.explain.furthest import furthest
from optimizer.analysis.explain.record import AttainableRow, Reach
from optimizer.formulation.attainable import PLAY, attainable
from optimizer.formulation.row_names import limit_name

if TYPE_CHECKING:
    from optimizer.analysis.explain.levers import Lever
    from optimizer.analysis.explain.softened import Softened
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance


def reach_of_limits(rules: Softened, progress: Callable[[str], None]) -> tuple[Reach, ...]:
    """Push every limit that has a value as far as a plan allows, all others kept."""
    found = []
    for line, lever in enumerate(rules.levers):
        if lever.by_value:
            progress(f"how far {lever.name} can be tightened")
            found.append(_reach(rules, line, lever))
    return tuple(found)


def _reach(rules: Softened, line: int, lever: Lever) -> Reach:
    """One limit; `=` is pushed both ways."""
    up = furthest(rules, line, 1.0).value if lever.sense != "<=" else np.nan
    down = furthest(rules, line, -1.0).value if lever.sense != ">=" else np.nan
    # Beyond the range of the table there is no value to write: nothing breaks.
    highest = None if not np.isfinite(up) or up > lever.most else float(up)
    lowest = None if not np.isfinite(down) or down < lever.least else float(down)
    tightest = lowest if lever.sense == "<=" else highest
    room = None
    if lever.sense != "=" and tightest is not None:
        room = max(0.0, abs(tightest - lever.value)) / lever.size
    elif lever.sense == "=" and highest is not None and lowest is not None:
        room = max(0.0, min(highest - lever.value, lever.value - lowest)) / lever.size
    return Reach(lever.name, lever.sense, lever.unit, lever.value, tightest,
                 lowest if lever.sense == "=" else None, room)


def attainable_rows(instance: Instance, program: LinearProgram) -> tuple[AttainableRow, ...]:
    """Every row of every limit against what the land lets it reach."""
    rows = []
    for found in attainable(program):
        lower, upper = program.row_lower[found.row], program.row_upper[found.row]
        name = limit_name(instance, program, found.row)
        within = (found.most >= lower - PLAY * max(1.0, abs(lower))
                  and found.least <= upper + PLAY * max(1.0, abs(upper)))
        rows.append(AttainableRow(name.limit, name.rule, name.bound, found.least + 0.0,
                                  found.most + 0.0, name.unit, bool(within)))
    return tuple(rows)
