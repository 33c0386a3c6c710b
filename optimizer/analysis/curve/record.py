"""What a curve is: its points, what proves them, and the accounts of the plans along it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from optimizer.analysis.curve.boundary import NAMES, knee_of, weight_within
from optimizer.analysis.curve.totals import total_unit

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.curve.concave import Envelope
    from optimizer.analysis.curve.path import Parameter
    from optimizer.instance.record import Instance

#: Totals of one plan: account (or `area:USE`) -> total.
Totals = Mapping[str, float]


@dataclass(frozen=True)
class Front:
    """One plan of the front between the objective and a weighed account.

    Parameters
    ----------
    weight_from, weight_to
        Weights for which it is best; infinite at the end.
    objective
        The rest of the objective, without the weighed account.
    account
        Total of the weighed account.
    totals
        Of the plan.
    """

    weight_from: float
    weight_to: float
    objective: float
    account: float
    totals: Totals


@dataclass(frozen=True)
class Breakpoint:
    """One row of the curve.

    Parameters
    ----------
    value
        The number.
    objective
        Optimum there.
    price_before, price
        Slope of the curve before and behind the value; NaN where it does not go on.
    upper
        No plan can have more there; the same as `objective`, which a solve found.
    totals
        Of the optimal plan found there.
    """

    value: float
    objective: float
    price_before: float
    price: float
    totals: Totals = field(default_factory=dict)


@dataclass(frozen=True)
class ValueCurve:
    """The optimum as a function of one number.

    Parameters
    ----------
    instance
        As it is (with the weighed account in the objective, if it was added).
    parameter
        The number.
    moves
        `rows` (concave between the corners of earlier stages), `costs` (convex), or `sampled`.
    objective_unit
        Of the curve; of the price it is that per unit of the number.
    points
        Breakpoints, from left to right.
    segments
        Envelopes the points come from; empty where sampled.
    exact
        Whether it is proven that nothing lies between the points.
    gap
        Largest distance between what is known to lie below and above the curve; NaN where only
        samples are known and nothing bounds the curve between them.
    solves
        Programs solved.
    below, above
        What lies beyond the ends, in words.
    now
        Optimum at the present value; NaN where there is no plan.
    front
        Plans of the front, for a weight.
    notes
        What must be known to read it.
    """

    instance: Instance
    parameter: Parameter
    moves: str
    objective_unit: str
    points: tuple[Breakpoint, ...]
    segments: tuple[Envelope, ...]
    exact: bool
    gap: float
    solves: int
    below: str
    above: str
    now: float
    front: tuple[Front, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def price_unit(self) -> str:
        """Unit of the price; of a weight it is that of the account."""
        if self.parameter.kind == "weight":
            return self.weighed_unit
        return f"{self.objective_unit} per {self.parameter.unit or '1'}"

    @property
    def weighed(self) -> str:
        """What a weight weighs: an account, or `boundary_km`; blank for other numbers."""
        if self.parameter.kind != "weight":
            return ""
        return "boundary_km" if self.parameter.path in NAMES else (
            self.parameter.path.removeprefix("objective."))

    @property
    def weighed_unit(self) -> str:
        """Unit of what a weight weighs."""
        return total_unit(self.instance, self.weighed)

    @property
    def knee(self) -> int:
        """Position in the front from which on compactness costs more than on average; -1: none."""
        return knee_of(self.front) if self.weighed == "boundary_km" else -1

    def lower(self, value: float) -> float:
        """Return what a plan is known to reach at a value between the ends; NaN outside."""
        for left, right in pairwise(self.points):
            if left.value <= value <= right.value:
                part = (value - left.value) / (right.value - left.value)
                chord = left.objective + part * (right.objective - left.objective)
                if self.moves != "costs":
                    return chord
                return max(t.height(value) for s in self.segments for t in s.tangents)
        only = self.points[0]
        return only.objective if only.value == value else math.nan

    def upper(self, value: float) -> float:
        """Return what no plan can pass at a value between the ends; NaN outside."""
        for segment in self.segments:
            ends = segment.points[0].value, segment.points[-1].value
            if ends[0] <= value <= ends[1]:
                return segment.lower(value) if self.moves == "costs" else segment.upper(value)
        return math.nan

    @property
    def table(self) -> pd.DataFrame:
        """One row a breakpoint: value, objective, prices, and the totals of its plan."""
        import pandas as pd

        rows = [{
            "value": p.value, "objective": p.objective, "price": p.price,
            "price_before": p.price_before, **p.totals,
        } for p in self.points]
        return pd.DataFrame(rows)

    @property
    def front_table(self) -> pd.DataFrame:
        """One row a plan of the front; empty unless the curve is over a weight."""
        import pandas as pd

        rows = [{"weight_from": f.weight_from, "weight_to": f.weight_to,
                 "objective": f.objective, "account": f.account, **f.totals} for f in self.front]
        return pd.DataFrame(rows)

    def record(self) -> dict[str, Any]:
        """Everything as plain numbers and texts, for JSON."""
        parameter = self.parameter
        return {
            "path": parameter.path, "label": parameter.label, "kind": parameter.kind,
            "unit": parameter.unit, "value_now": parameter.value,
            "objective_now": plain(self.now), "objective_unit": self.objective_unit,
            "price_unit": self.price_unit, "moves": self.moves,
            "exact": self.exact, "gap": plain(self.gap), "solves": self.solves,
            "below": self.below, "above": self.above, "notes": list(self.notes),
            "points": [{
                "value": p.value, "objective": p.objective, "price": plain(p.price),
                "price_before": plain(p.price_before), "totals": dict(p.totals),
            } for p in self.points],
            "tangents": [{"at": t.at, "value": t.value, "slope": t.slope}
                         for segment in self.segments for t in segment.tangents],
            "front": [{
                "weight_from": f.weight_from, "weight_to": plain(f.weight_to),
                "objective": f.objective, "account": f.account, "totals": dict(f.totals),
            } for f in self.front],
            "knee": self._knee_record(),
        }

    def _knee_record(self) -> dict[str, Any] | None:
        """The knee of a boundary weight, and a weight that leads there."""
        if self.knee < 0:
            return None
        one = self.front[self.knee]
        return {"weight": weight_within(one), "weight_from": one.weight_from,
                "weight_to": plain(one.weight_to), "objective": one.objective,
                "account": one.account}


def plain(number: float) -> float | None:
    """Return the number, or None where JSON has none."""
    return number if math.isfinite(number) else None
