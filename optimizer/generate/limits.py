"""Synthetic limits, set from a plan that is known to be possible, so that none is impossible.

Every ceiling lies at what the known plan needs or a little above, every floor a little below, so
shared money, water, labour and topsoil bind and every seed is feasible.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.allocation import Allocation
from optimizer.analysis.held_limits import held_limits
from optimizer.analysis.stocks import Stocks, soil_used
from optimizer.generate.columns import table_of
from optimizer.instance.record import Instance
from optimizer.instance.table import Table

if TYPE_CHECKING:
    from optimizer.generate.size import Size

#: Name, account, use (first or second of the list), zone, period, sense, basis, cumulative, slack.
#: `slack` is how far beyond the known plan a limit lies, relative.
_LIMITS: tuple[tuple[str, str, int | None, str, str, str, str, bool, float], ...] = (
    ("budget", "cost", None, "", "*", "<=", "absolute", False, 0.3),
    ("budget-in-all", "cost", None, "", "", "<=", "absolute", False, 0.25),
    ("water", "water", None, "", "*", "<=", "absolute", False, 1.0),
    ("labour", "labour", None, "", "*", "<=", "absolute", False, 1.0),
    ("reclaimed-by", "area", None, "", "*", ">=", "absolute", True, 0.15),
    ("first-use-least", "area", 0, "", "", ">=", "absolute", False, 0.1),
    ("second-use-share", "area", 1, "*", "", "<=", "share_of_reclaimed", False, 1.0),
    ("second-use-most", "area", 1, "", "", "<=", "share_of_available", False, 1.0),
    ("income-least", "income", None, "", "", ">=", "absolute", False, 0.1),
)


def limits_table(size: Size, uses: list[str], values: Mapping[str, float]) -> Table:
    """Make the limits of the list above with the given values, one a limit and period."""
    rows = [row for limit in _LIMITS for row in _rows(size, uses, limit, values)]
    return table_of("limits", {header: [row[header] for row in rows] for header in rows[0]})


def _rows(
    size: Size, uses: list[str],
    limit: tuple[str, str, int | None, str, str, str, str, bool, float],
    values: Mapping[str, float],
) -> list[dict[str, str | float]]:
    """Rows of one limit: one a period where it is per period, as each has its own value."""
    name, account, use, zone, period, sense, basis, cumulative, _ = limit
    if use is not None and use >= len(uses):
        return []
    periods = [str(year) for year in size.period_years] if period == "*" else [""]
    labels = [f"{name}-{year}" if year else name for year in periods]
    return [{
        "limit": label, "account": account, "use": "" if use is None else uses[use],
        "zone": zone, "period": year, "sense": sense, "value": values.get(label, 0.0),
        "basis": basis, "cumulative": float(cumulative),
    } for label, year in zip(labels, periods, strict=True)]


def values_from(
    instance: Instance, allocation: Allocation, stocks: Stocks
) -> dict[str, float]:
    """Value of every limit from what the known plan does, with its slack."""
    slack = {limit[0]: limit[-1] for limit in _LIMITS}
    found: dict[str, list[float]] = {}
    senses: dict[str, str] = {}
    most: dict[str, float] = {}
    for held in held_limits(instance, allocation, stocks):
        found.setdefault(held.limit, []).append(held.activity)
        senses[held.limit] = held.sense
        most[held.limit] = 100.0 if held.unit == "%" else np.inf
    values = {}
    for name, activities in found.items():
        play = next(slack[known] for known in sorted(slack, key=len, reverse=True)
                    if name.startswith(known))
        extreme = max(activities) if senses[name] == "<=" else min(activities)
        loose = _rounded(extreme * (1 + play if senses[name] == "<=" else 1 - play),
                         upward=senses[name] == "<=")
        values[name] = min(loose, most[name])
    return values


def supplies_from(instance: Instance, allocation: Allocation) -> NDArray[np.float64]:
    """Topsoil every source must yield in every period for the known plan, shape (K T,)."""
    return np.ceil(soil_used(instance, allocation).ravel() * 1.02)


def _rounded(value: float, upward: bool) -> float:
    """Six significant digits, away from the known plan so that it stays possible."""
    if value == 0.0:
        return 0.0
    unit = 10.0 ** (np.floor(np.log10(abs(value))) - 5)
    return float((np.ceil if upward else np.floor)(value / unit) * unit)
