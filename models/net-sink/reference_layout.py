"""Boundary between unlike uses, in plain Pyomo: which edges there are, and what they cost."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo
from reference_hectare import Facts

#: The use of land that is left as it is.
NONE = ""


def weight_tco2e_per_km(facts: Facts) -> float:
    """Price of a kilometre of boundary; 0 unless an objective is on the net sink."""
    on_sink = any(entry.account == "net_sink" for entry in facts.settings.objectives)
    return facts.settings.layout.get("boundary_weight_tco2e_per_km", 0.0) if on_sink else 0.0


def boundary(model: Any, facts: Facts) -> None:
    """(B1), (B2) edge[a,b,u] >= +-(share[a,u] - share[b,u]), for every use and for none.

    Where pairs of uses have factors, edge[a,b,u,v] is what of u faces v instead (B4), (B5).
    """
    share: dict[tuple[str, str], Any] = {}
    for i, u, m, t, k in model.eligibility:
        part = model.x[i, u, m, t, k] / facts.parcels[i]["area_ha"]
        share[i, u] = share.get((i, u), 0) + part
        # none = 1 - the shares of the uses; the 1 of the two neighbours cancels.
        share[i, NONE] = share.get((i, NONE), 0) - part
    weight = weight_tco2e_per_km(facts)
    if facts.factors:
        facing(model, facts, share, bool(weight))
        return
    model.marginal = pyo.Constraint([])
    model.edge = pyo.Var(
        [(a, b, u) for a, b in facts.neighbours if weight for u in (*facts.uses, NONE)
         if (a, u) in share or (b, u) in share], domain=pyo.NonNegativeReals, doc="share")
    # One row for each side: the parcel with more of the use, its neighbour, the use.
    sides = {side: edge for edge in model.edge
             for side in (edge, (edge[1], edge[0], edge[2]))}
    model.boundary = pyo.Constraint(list(sides), rule=lambda model, more, less, u: (
        model.edge[sides[more, less, u]] - share.get((more, u), 0) + share.get((less, u), 0) >= 0))


def facing(model: Any, facts: Facts, share: dict[tuple[str, str], Any], weighed: bool) -> None:
    """(B4), (B5) What faces v, or is faced by u, adds up to the share of u, or of v."""
    def sides(i: str) -> list[str]:
        return [*(u for u in facts.uses if (i, u) in share), NONE]

    model.boundary = pyo.Constraint([])
    model.edge = pyo.Var(
        [(a, b, u, v) for a, b in facts.neighbours if weighed
         if (a, NONE) in share or (b, NONE) in share for u in sides(a) for v in sides(b)],
        domain=pyo.NonNegativeReals, doc="share")
    faced: dict[tuple[str, str, str], Any] = {}
    for a, b, u, v in model.edge:
        faced[a, b, u] = faced.get((a, b, u), 0) + model.edge[a, b, u, v]
        faced[b, a, v] = faced.get((b, a, v), 0) + model.edge[a, b, u, v]
    # share[none] = 1 - the shares of the uses.
    model.marginal = pyo.Constraint(list(faced), rule=lambda _, i, j, u: (
        faced[i, j, u] - share.get((i, u), 0) == (1 if u == NONE else 0)))


def boundary_tco2e(model: Any, facts: Facts) -> Any:
    """(B3) Weight on half the length of every edge: a border between two uses is two edges.

    (B6) With factors, weight times that of the two uses on the length of every edge.
    """
    weight = weight_tco2e_per_km(facts)
    if facts.factors:
        return pyo.quicksum(
            weight * facts.factors.get(frozenset((u or "none", v or "none")), 1)
            * (facts.neighbours[a, b] / 1000) * model.edge[a, b, u, v]
            for a, b, u, v in model.edge if u != v)
    return pyo.quicksum(weight / 2 * (facts.neighbours[a, b] / 1000) * model.edge[a, b, u]
                        for a, b, u in model.edge)
