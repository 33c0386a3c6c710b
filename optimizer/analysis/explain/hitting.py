"""Smallest sets that meet every conflict: one limit of each conflict at least has to give way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

#: So many sets of the same least cost are returned.
MOST_SETS = 6


def cheapest_hitting_sets(
    conflicts: Sequence[Collection[int]], cost: Mapping[int, float]
) -> tuple[frozenset[int], ...]:
    """Return the cheapest sets with a member of every conflict, exactly; not more than a few.

    Parameters
    ----------
    conflicts
        Sets of members.
    cost
        Cost of each member that may give way; members without one may not.

    Returns
    -------
    tuple of frozenset
        All of the same, least cost; empty where a conflict has no member that may give way.
    """
    best: dict[frozenset[int], float] = {}
    seen: set[frozenset[int]] = set()

    def descend(chosen: frozenset[int], spent: float, left: list[frozenset[int]]) -> None:
        least = min(best.values(), default=float("inf"))
        if spent > least or chosen in seen:
            return
        seen.add(chosen)
        if not left:
            if spent < least:
                best.clear()
            if len(best) < MOST_SETS:
                best[chosen] = spent
            return
        smallest = min(left, key=len)
        for member in sorted(smallest, key=lambda m: (cost[m], m)):
            rest = [part - {member} for part in left if member not in part]
            descend(chosen | {member}, spent + cost[member], rest)

    usable = [frozenset(m for m in conflict if m in cost) for conflict in conflicts]
    if not all(usable):
        return ()
    descend(frozenset(), 0.0, usable)
    return tuple(best)
