"""Conflicts: small sets of rules that cannot hold together, minimal and verified.

Members are the limits of the table, the duty to reclaim (all parcels that have it) and the supply
of topsoil; land itself always holds. Rules that the prices of the nearest plan leave out are not
needed for the proof, so the search starts with few and takes away one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from optimizer.analysis.explain.asks import Ask, Outcome
from optimizer.analysis.explain.hitting import cheapest_hitting_sets
from optimizer.analysis.explain.softened import Softened

#: Searches for further conflicts end here.
MOST_CONFLICTS = 40
#: A hitting set spends this on topsoil, duties or a rule without a value before a further limit.
SECOND_TIER = 1000.0


@dataclass(frozen=True)
class Members:
    """Numbers of the rules that can be in conflict: limits by line, then the two others.

    Parameters
    ----------
    limits
        Number of limits.
    has_must, has_soil
        Whether any land must be reclaimed, and whether there is any topsoil.
    """

    limits: int
    has_must: bool
    has_soil: bool

    @property
    def must(self) -> int:
        """Number of the duty to reclaim."""
        return self.limits

    @property
    def soil(self) -> int:
        """Number of the supply of topsoil."""
        return self.limits + 1

    @property
    def every(self) -> frozenset[int]:
        """All of them."""
        others = [self.must] * self.has_must + [self.soil] * self.has_soil
        return frozenset([*range(self.limits), *others])


def members_of(rules: Softened) -> Members:
    """Members of an instance."""
    return Members(len(rules.levers), bool(len(rules.must_rows)), bool(len(rules.soil_rows)))


def elastic_ask(rules: Softened) -> Ask:
    """Every rule may give way at the price of its relative change, in either direction it needs."""
    sense = np.array([lever.sense for lever in rules.levers], dtype=object)
    cost = 1.0 / rules.size_l
    return Ask(cost, np.zeros(len(cost)), np.where(sense == ">=", 0.0, np.inf), cost,
               np.where(sense == "<=", 0.0, np.inf), second=True, sign_only=True)


def nearest(rules: Softened, members: Members, kept: Collection[int]) -> Outcome:
    """Plan that is nearest to meeting some of the rules."""
    held_l = np.array([line in kept for line in range(members.limits)], dtype=bool)
    must_s = np.full(len(rules.must_rows), members.must in kept)
    rules.hold(held_l, must_s, soil=members.soil in kept or not members.has_soil)
    return rules.ask(elastic_ask(rules))


def holds(rules: Softened, outcome: Outcome) -> bool:
    """Whether the rules asked about hold together."""
    return outcome.there and outcome.total <= rules.no_change


def minimal_conflict(
    rules: Softened, members: Members, kept: Collection[int], outcome: Outcome
) -> frozenset[int]:
    """Take rules away from some that cannot hold together until none can be spared.

    Parameters
    ----------
    rules, members
        Of the instance.
    kept
        Rules that cannot hold together.
    outcome
        What `nearest` says of them.
    """
    left = _priced(rules, members, kept, outcome)
    if len(left) < len(kept) and holds(rules, nearest(rules, members, left)):
        left = frozenset(kept)  # prices too near 0 to tell
    for member in sorted(left, reverse=True):
        without = left - {member}
        if not holds(rules, nearest(rules, members, without)):
            left = without
    return left


def _priced(
    rules: Softened, members: Members, kept: Collection[int], outcome: Outcome
) -> frozenset[int]:
    """Rules with a price: they alone prove that nothing fits."""
    if not outcome.there or not len(outcome.price_r):
        return frozenset(kept)
    priced_r = outcome.price_r != 0.0
    found = {line for line, lever in enumerate(rules.levers) if priced_r[lever.rows].any()}
    # Land prices are not known from every solver, so the duty to reclaim is tried, not read.
    found |= {members.must, members.soil}
    return frozenset(found) & frozenset(kept)


@dataclass(frozen=True)
class Search:
    """What a search found: conflicts, and the fewest rules that undo them all.

    `give_way` are sets of the same, smallest size, the first of them tried; empty where a conflict
    has only rules that are to be kept.
    """

    conflicts: tuple[frozenset[int], ...]
    give_way: tuple[frozenset[int], ...]


def search_conflicts(
    rules: Softened, keep: Collection[int], progress: Callable[[str], None]
) -> Search:
    """Find the fewest rules that have to give way, and the conflicts that prove it.

    A set that meets all conflicts found is tried; if the rest still cannot hold together, the
    rest holds another conflict. So the set at the end is a smallest one.
    """
    members = members_of(rules)
    cost = {m: 1.0 for m in range(members.limits) if m not in keep}
    for line, lever in enumerate(rules.levers):
        if line in cost and not lever.by_value:
            cost[line] = SECOND_TIER
    cost |= {members.must: SECOND_TIER, members.soil: SECOND_TIER}
    conflicts: list[frozenset[int]] = []
    give_way: tuple[frozenset[int], ...] = (frozenset(),)
    while len(conflicts) < MOST_CONFLICTS and give_way:
        rest = members.every - give_way[0]
        outcome = nearest(rules, members, rest)
        if holds(rules, outcome):
            break
        conflicts.append(minimal_conflict(rules, members, rest, outcome))
        progress(f"conflict {len(conflicts)} found")
        give_way = cheapest_hitting_sets(conflicts, cost)
    rules.hold()
    return Search(tuple(conflicts), give_way)
