"""Smallest sets that meet every conflict: one limit of each conflict at least has to give way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence


def cheapest_hitting_set(
    conflicts: Sequence[Collection[int]], cost: Mapping[int, float]
) -> frozenset[int] | None:
    """Return the cheapest set with a member of every conflict, exactly.

    Parameters
    ----------
    conflicts
        Sets of members.
    cost
        Cost of each member that may give way; members without one may not.

    Returns
    -------
    frozenset or None
        None where a conflict has no member that may give way.
    """
    best: list[tuple[float, frozenset[int]]] = []

    def descend(chosen: frozenset[int], spent: float, left: list[frozenset[int]]) -> None:
        if best and spent >= best[0][0]:
            return
        if not left:
            best[:] = [(spent, chosen)]
            return
        smallest = min(left, key=len)
        for member in sorted(smallest, key=lambda m: (cost[m], m)):
            rest = [part - {member} for part in left if member not in part]
            descend(chosen | {member}, spent + cost[member], rest)

    usable = [frozenset(m for m in conflict if m in cost) for conflict in conflicts]
    if not all(usable):
        return None
    descend(frozenset(), 0.0, usable)
    return best[0][1]
