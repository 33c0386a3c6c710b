"""The rules a parcel must meet, after the method, to become a use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.beside import neighbour_rules

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

#: Slopes are compared with this much play (percentage points): 14.04 degrees is 25.007 %.
SLOPE_TOLERANCE_PCT = 0.01

#: All other attributes are compared with this much play, relative to the bound.
RELATIVE_TOLERANCE = 1e-9

RuleKind = Literal["machine", "attribute", "topsoil", "window"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a use.

    Parameters
    ----------
    kind
        `machine`: the 25 % limit; `attribute`: bounds on an attribute; `topsoil`: soil must be
        reachable where the method brings some; `window`: a period must lie between release and
        longest wait.
    attribute
        Attribute that is bounded; empty for topsoil and window.
    minimum, maximum
        Bounds; -inf and inf where there is none.
    clause
        Paragraph of the standard, where one is given.
    """

    kind: RuleKind
    attribute: str = ""
    minimum: float = -np.inf
    maximum: float = np.inf
    clause: str = ""

    def failed(self, value_i: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Where a value breaks the bounds; a value that is not given (NaN) breaks none."""
        too_low: NDArray[np.bool_] = value_i < self.minimum - self._play(self.minimum)
        too_high: NDArray[np.bool_] = value_i > self.maximum + self._play(self.maximum)
        return too_low | too_high

    def _play(self, bound: float) -> float:
        if not np.isfinite(bound):
            return 0.0
        if self.attribute == "slope_pct":
            return SLOPE_TOLERANCE_PCT
        return RELATIVE_TOLERANCE * max(1.0, abs(bound))

    def __str__(self) -> str:
        if self.kind == "topsoil":
            return "topsoil within reach"
        if self.kind == "window":
            return "a period between release and longest wait"
        bounds = [f">= {self.minimum:g}"] if np.isfinite(self.minimum) else []
        bounds += [f"<= {self.maximum:g}"] if np.isfinite(self.maximum) else []
        machine = " (machine limit)" if self.kind == "machine" else ""
        return f"{self.attribute} {' and '.join(bounds)}{machine}"


def rules_of(instance: Instance) -> tuple[tuple[Rule, ...], ...]:
    """List the rules of every use, in the order of the uses."""
    return tuple(
        (
            Rule("machine", "slope_pct", maximum=instance.settings.max_slope_pct),
            *_rules_of_the_use_row(instance, row),
            *_rules_of_suitability(instance, use),
            *_rules_of_neighbours(instance, use),
            Rule("topsoil"),
            Rule("window"),
        )
        for row, use in enumerate(instance.practices.uses)
    )


def _rules_of_the_use_row(instance: Instance, row: int) -> list[Rule]:
    """Bounds on slope and soil depth that stand in the uses table."""
    uses = instance.tables["uses"]
    slope = uses.number("max_slope_pct", np.inf)[row]
    depth = uses.number("min_soil_depth_m", -np.inf)[row]
    rules = []
    if np.isfinite(slope):
        rules.append(Rule("attribute", "slope_pct", maximum=float(slope)))
    if np.isfinite(depth):
        rules.append(Rule("attribute", "soil_depth_m", minimum=float(depth)))
    return rules


def _rules_of_suitability(instance: Instance, use: str) -> list[Rule]:
    """Bounds on attributes that stand in the suitability table."""
    table = instance.table("suitability")
    if table is None:
        return []
    return [
        Rule("attribute", attribute, float(minimum), float(maximum), clause)
        for its_use, attribute, minimum, maximum, clause in zip(
            table.text("use"), table.text("attribute"), table.number("minimum", -np.inf),
            table.number("maximum", np.inf), table.text("clause"), strict=True)
        if its_use == use and (np.isfinite(minimum) or np.isfinite(maximum))
    ]


def _rules_of_neighbours(instance: Instance, use: str) -> list[Rule]:
    """Rules on neighbours that the land alone decides (T3): none of a kind, or at least one."""
    return [
        Rule("attribute", rule.counted, maximum=0.0) if rule.apart
        else Rule("attribute", rule.counted, minimum=1.0)
        for rule in neighbour_rules(instance.tables) if rule.of_land and rule.use_a == use
    ]
