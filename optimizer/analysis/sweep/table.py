"""Rows of cases -> one tidy table, its columns in groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from optimizer.analysis.sweep.plan import SweepPlan
from optimizer.analysis.sweep.row import ACCOUNT, AREA, CARBON, PRICE, SOIL_PRICE, Row

if TYPE_CHECKING:
    import pandas as pd

#: Columns that hold text.
TEXT = ("case", "status", "reason", "objective_unit")
_FIRST = ("status", "reason", "objective", "objective_unit", "net_sink_tco2e", "reclaimed_ha")
_LAST = ("relative_gap", "seconds")


def table_of(plan: SweepPlan, rows: Sequence[Row]) -> pd.DataFrame:
    """Lay rows below each other.

    Parameters
    ----------
    plan
        Whose parameters come after the name of the case.
    rows
        In order of the cases.

    Returns
    -------
    DataFrame
        case, parameters, status, reason, objective, net sink, areas, accounts, carbon terms,
        prices, gap, seconds; numbers as float64 with NaN where a case has none.
    """
    import pandas as pd

    names = ["case", *plan.columns, *_FIRST]
    seen = dict.fromkeys(name for row in rows for name in row)
    for group in (AREA, ACCOUNT, CARBON, PRICE, SOIL_PRICE):
        names += [name for name in seen if name.startswith(group) and name not in names]
    names += _LAST
    columns = {name: [row.get(name) for row in rows] for name in names}
    return pd.DataFrame({
        name: pd.Series([_text(value) for value in values]) if name in TEXT
        else _numbers_or_text(values, parameter=name in plan.columns)
        for name, values in columns.items()})


def _numbers_or_text(values: list[float | str | None], *, parameter: bool) -> pd.Series:
    """Numbers; parameters that are not all numbers stay the texts they are."""
    import pandas as pd

    numbers = [_number(value) for value in values]
    if parameter and any(number is None and value not in (None, "")
                         for number, value in zip(numbers, values, strict=True)):
        return pd.Series([_text(value) for value in values])
    return pd.Series([float("nan") if n is None else n for n in numbers], dtype="float64")


def _number(value: float | str | None) -> float | None:
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


def _text(value: float | str | None) -> str:
    return "" if value is None else str(value)
