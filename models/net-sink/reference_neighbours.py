"""Rules on neighbours, in plain Pyomo: who lies beside whom, and what may be beside what."""

from __future__ import annotations

from typing import Any

import numpy as np
from reference_tables import Row, Tables, number

#: Attributes and distances are compared with this much play, relative to the bound.
PLAY = 1e-9


def beside(tables: Tables, rule: Row) -> dict[str, list[str]]:
    """Neighbours of every parcel: across a boundary, or middles within the distance."""
    if rule["rule"] in tables.touching:
        return tables.touching[rule["rule"]]
    found: dict[str, list[str]] = {parcel: [] for parcel in tables.parcels}
    names = list(tables.parcels)
    near = number(rule, "distance_m") * (1 + PLAY)
    for place, one in enumerate(names):
        for other in names[place + 1:]:
            here, there = tables.parcels[one], tables.parcels[other]
            touch = (one, other) in tables.neighbours or (other, one) in tables.neighbours
            if not touch and near and None not in (
                    here.get("x"), here.get("y"), there.get("x"), there.get("y")):
                touch = bool(np.hypot(here["x"] - there["x"], here["y"] - there["y"]) <= near)
            if touch:
                found[one].append(other)
                found[other].append(one)
    tables.touching[rule["rule"]] = found
    return found


def within(tables: Tables, rule: Row, parcel: str) -> bool:
    """Whether the attribute that a rule names lies within its bounds."""
    if rule.get("attribute") is None:
        return False
    value = tables.parcels[parcel].get(rule["attribute"])
    least, most = number(rule, "minimum", -np.inf), number(rule, "maximum", np.inf)
    return value is not None and (
        least - PLAY * max(1.0, abs(least) if np.isfinite(least) else 0.0) <= value
        <= most + PLAY * max(1.0, abs(most) if np.isfinite(most) else 0.0))


def land_allows(tables: Tables, parcel: str, use: str) -> bool:
    """(T3) Rules of the use that the land alone decides: none of a kind beside it, or one."""
    for rule in tables.neighbour_rules:
        if rule["use_a"] == use and rule.get("use_b") is None:
            count = sum(within(tables, rule, other) for other in beside(tables, rule)[parcel])
            if rule["relation"] == "apart" and count:
                return False
            if rule["relation"] == "together" and not (count or within(tables, rule, parcel)):
                return False
    return True


def neighbour_rows(model: Any, facts: Any) -> dict[tuple[str, str, str], tuple[list[Any], float]]:
    """(T1), (T2) Terms and bound of every rule between two uses: (rule, parcel, neighbour)."""
    share: dict[tuple[str, str], list[Any]] = {}
    for o in model.eligibility:
        share.setdefault((o[0], o[1]), []).append(
            (1 / facts.parcels[o[0]]["area_ha"], model.x[o]))
    rows: dict[tuple[str, str, str], tuple[list[Any], float]] = {}
    for rule in facts.neighbour_rules:
        a, b = rule["use_a"], rule.get("use_b")
        if b is None:
            continue
        touching, named = beside(facts, rule), rule.get("attribute") is not None
        for i in [parcel for parcel in facts.parcels if (parcel, a) in share]:
            if rule["relation"] == "together" and not within(facts, rule, i):
                others = [(-size, x) for j in touching[i] for size, x in share.get((j, b), [])]
                rows[rule["rule"], i, ""] = ([*share[i, a], *others], 0.0)
            if rule["relation"] == "apart":
                for j in touching[i]:
                    counted = (j, b) in share and (not named or within(facts, rule, j))
                    # One row for a pair where both ways round would say the same.
                    twice = a == b and not named and (rule["rule"], j, i) in rows
                    if counted and not twice:
                        rows[rule["rule"], i, j] = ([*share[i, a], *share[j, b]], 1.0)
    return rows
