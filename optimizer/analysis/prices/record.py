"""Prices as records: of one row on either side, its next steps, and of all rows of an instance."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance

#: Prices that differ by less, relative to the larger, are the same.
SAME_PRICE = 1e-6


@dataclass(frozen=True)
class Step:
    """The instance solved again with one row changed.

    Parameters
    ----------
    relative
        Change relative to the size of the row (`0.05` for 5 % more).
    value
        Right-hand side then.
    objective, change
        Optimum, and how much it changes; NaN where there is no plan.
    feasible
        Whether there is a plan.
    """

    relative: float
    value: float
    objective: float
    change: float
    feasible: bool


@dataclass(frozen=True)
class Side:
    """The price on one side of the present value.

    Parameters
    ----------
    price
        Change of the optimum per unit more; NaN where there is no plan on that side.
    until
        Right-hand side up to which it holds.
    end
        `breakpoint` (the price changes there), `infeasible` (no plan beyond), `allowed` (values
        beyond make no sense) or `further` (it still holds there, and nobody looked beyond).
    """

    price: float
    until: float
    end: str


@dataclass(frozen=True)
class Price:
    """What one row is worth.

    Parameters
    ----------
    kind
        `limit` or `topsoil`.
    name
        Limit, or topsoil source.
    where
        What is counted: uses, methods, zones, periods; the period of a source.
    rule
        The row in words.
    sense
        `<=`, `>=` or `=`.
    value, unit
        Right-hand side, and its unit.
    size
        To which relative steps refer: |value|, or what the share or average makes of the land.
    reported
        Price that the solver gave with the optimum: between those of the two sides.
    price_unit
        Of the prices.
    less, more
        Sides of a smaller and of a larger right-hand side.
    steps
        Next steps, from less to more.
    flags
        `two prices`, `no plan with less`, `no plan with more`.
    abatement_cost_less, abatement_cost_more
        Money for one tonne, on either side; NaN unless the row is on cost and the objective in
        t CO2e.
    """

    kind: str
    name: str
    where: str
    rule: str
    sense: str
    value: float
    unit: str
    size: float
    reported: float
    price_unit: str
    less: Side
    more: Side
    steps: tuple[Step, ...]
    flags: tuple[str, ...]
    abatement_cost_less: float = math.nan
    abatement_cost_more: float = math.nan


@dataclass(frozen=True)
class PriceTable:
    """Prices of all limits that bind and of all topsoil.

    Parameters
    ----------
    instance
        What was solved.
    objective, objective_unit
        Optimum of the last stage, and its unit.
    rows
        One for each row that binds, then one for each source and period.
    unpriced
        Rows of limits that do not bind.
    solves
        Programs solved.
    notes
        What must be known to read them.
    """

    instance: Instance
    objective: float
    objective_unit: str
    rows: tuple[Price, ...]
    unpriced: int
    solves: int
    notes: tuple[str, ...] = ()

    @property
    def ranges(self) -> pd.DataFrame:
        """One row a price: both sides and how far they hold."""
        import pandas as pd

        return pd.DataFrame([{
            "kind": p.kind, "name": p.name, "where": p.where.strip(" ()"), "sense": p.sense,
            "value": p.value, "unit": p.unit, "price": p.reported, "price_less": p.less.price,
            "price_more": p.more.price, "price_unit": p.price_unit,
            "valid_from": p.less.until, "from_is": p.less.end, "valid_to": p.more.until,
            "to_is": p.more.end, "flags": "; ".join(p.flags),
            "abatement_cost_less": p.abatement_cost_less,
            "abatement_cost_more": p.abatement_cost_more,
        } for p in self.rows])

    @property
    def steps(self) -> pd.DataFrame:
        """One row a step solved again."""
        import pandas as pd

        return pd.DataFrame([{
            "kind": p.kind, "name": p.name, "where": p.where.strip(" ()"), "relative": s.relative,
            "value": s.value, "unit": p.unit, "feasible": s.feasible, "objective": s.objective,
            "change": s.change,
        } for p in self.rows for s in p.steps])

    def record(self) -> dict[str, Any]:
        """Everything as plain numbers and texts, for JSON."""
        return {
            "instance": self.instance.name, "objective": self.objective,
            "objective_unit": self.objective_unit, "unpriced": self.unpriced,
            "solves": self.solves, "notes": list(self.notes),
            "prices": [_plain(asdict(row)) for row in self.rows],
        }


def _plain(thing: Any) -> Any:
    """Return the thing with None for every number that JSON lacks."""
    if isinstance(thing, dict):
        return {key: _plain(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [_plain(value) for value in thing]
    return None if isinstance(thing, float) and not math.isfinite(thing) else thing
