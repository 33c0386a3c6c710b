"""Open lead uses: which use shall prevail in a zone that names none, chosen exactly.

A search over choices, the most promising first. A node has leads for some zones and leaves the
others free, so its optimum bounds every choice below it. Where all free zones happen to have a
use that prevails, nothing better is left and the search ends; else the zone that is furthest
from it is given each use in turn.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.formulation.layout.clusters import Cluster, clusters_of
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.read import with_overrides
from optimizer.instance.record import Instance
from optimizer.options.eligibility import eligibility_of
from optimizer.solve.errors import Infeasible, Stopped

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution

#: Choices of lead uses beyond which the search is refused.
MOST_CHOICES = 2000
#: A share below the least one by no more than this is large enough.
ROUNDING = 1e-9

Leads = dict[str, str]


def open_zones(instance: Instance) -> tuple[Cluster, ...]:
    """Zones whose lead use is open."""
    return tuple(one for one in clusters_of(instance) if not one.use)


def solve_with_leads(
    instance: Instance, solve_one: Callable[[Instance], Solution],
    progress: Callable[[str], None],
) -> Solution:
    """Choose lead uses and solve.

    Parameters
    ----------
    instance
        With at least one open lead use.
    solve_one
        Solves an instance without any.

    Returns
    -------
    Solution
        Of the instance with the chosen uses named, as `--set clusters[ZONE].use=USE` names them.

    Raises
    ------
    InstanceRefused
        If there are too many choices, or several stages to choose by.
    Infeasible
        If no choice has a plan.
    """
    uses_of = _candidates(instance)
    _refuse(instance, uses_of)
    root = _node(instance, {}, solve_one)
    heap: list[tuple[float, int, Leads, Solution]] = [(-_bound(root), 0, {}, root)]
    solved = 1
    while heap:
        _, _, leads, solution = heapq.heappop(heap)
        prevailing = _prevailing(solution, [one for one in open_zones(instance)
                                            if one.zone not in leads])
        missed = {zone: missing for zone, (_, missing) in prevailing.items()
                  if missing > ROUNDING}
        if not missed:
            found = leads | {zone: use or uses_of[zone][0]
                             for zone, (use, _) in prevailing.items()}
            return _finished(instance, found, solve_one, solved)
        zone = max(missed, key=lambda name: missed[name])
        for use in uses_of[zone]:
            progress(f"lead use of {zone}: trying {use}")
            further = leads | {zone: use}
            try:
                child = _node(instance, further, solve_one)
            except Infeasible:
                continue
            finally:
                solved += 1
            heapq.heappush(heap, (-_bound(child), solved, further, child))
    zones = ", ".join(uses_of)
    reason = (f"no choice of lead uses for {zones} leaves a plan that meets the other rules; "
              f"{solved} choices were solved")
    raise Infeasible((reason,))


def _node(
    instance: Instance, leads: Leads, solve_one: Callable[[Instance], Solution]
) -> Solution:
    """Solve with some zones decided; a plan found until a time limit keeps not all rules."""
    try:
        return solve_one(_with(instance, leads))
    except Stopped:
        msg = "stopped at the time limit, before the lead uses of all zones were chosen"
        raise Stopped(msg) from None


def _bound(solution: Solution) -> float:
    """Nothing below a node earns more than this."""
    return solution.bound if solution.solver_bound is None else min(
        solution.bound, solution.solver_bound)


def _candidates(instance: Instance) -> dict[str, list[str]]:
    """Uses that can lead each open zone: those some parcel of it may have."""
    allowed_ium = eligibility_of(instance).allowed_ium
    land, practices = instance.land, instance.practices
    found = {}
    for one in open_zones(instance):
        of_zone = land.zone_i == land.zones.index(one.zone)
        able = set(practices.use_um[allowed_ium[of_zone].any(axis=0)].tolist())
        found[one.zone] = [use for u, use in enumerate(practices.uses) if u in able] or [
            practices.uses[0]]  # nothing can be reclaimed there, so that any use prevails
    return found


def _refuse(instance: Instance, uses_of: Mapping[str, list[str]]) -> None:
    """Refuse what cannot be searched."""
    choices = math.prod(len(uses) for uses in uses_of.values())
    if choices > MOST_CHOICES:
        raise InstanceRefused(instance.name, [Finding(
            "clusters.csv", "too many open lead uses",
            f"{len(uses_of)} zones without a use: {choices:,} choices",
            f"at most {MOST_CHOICES:,} choices", "Name the lead use of some zones.",
            column="use")])
    if len({entry.stage for entry in instance.settings.objectives}) > 1:
        raise InstanceRefused(instance.name, [Finding(
            "clusters.csv", "open lead use with several stages",
            f"no use for {', '.join(uses_of)}, and objectives in stages",
            "one stage, by which choices are compared", "Name the lead uses.", column="use")])


def _with(instance: Instance, leads: Leads) -> Instance:
    """Instance with leads for some open zones; the others have no rule."""
    tables = dict(instance.tables)
    table = tables["clusters"]
    zones, uses = table.text("zone"), table.text("use").astype(object)
    named = np.array([use or leads.get(str(zone), "") for zone, use in zip(
        zones, uses, strict=True)], dtype=object)
    keep = named != ""
    columns = {name: values[keep] for name, values in table.columns.items()}
    tables["clusters"] = replace(table, columns=columns | {"use": named[keep]},
                                 lines=table.lines[keep])
    return Instance(instance.settings, tables, instance.warnings, instance.folder)


def _prevailing(
    solution: Solution, clusters: list[Cluster]
) -> dict[str, tuple[str, float]]:
    """Largest use of each zone, and how many hectares it is short of its least share."""
    instance, options = solution.instance, solution.options
    land, practices = instance.land, instance.practices
    found = {}
    for one in clusters:
        of_zone = land.zone_i[options.parcel_o] == land.zones.index(one.zone)
        area_u = np.bincount(practices.use_um[options.practice_o[of_zone]],
                             solution.area_o[of_zone], len(practices.uses))
        largest = int(np.argmax(area_u))
        total = float(area_u.sum())
        missing = one.share * total - float(area_u[largest])
        use = practices.uses[largest] if total > 0.0 else ""
        found[one.zone] = use, missing / max(1.0, total)
    return found


def _finished(
    instance: Instance, leads: Leads, solve_one: Callable[[Instance], Solution], solved: int
) -> Solution:
    """Solve with every lead named, so that plan, prices and proof are those of the rules."""
    named = with_overrides(instance, [f"clusters[{zone}].use={use}" for zone, use in
                                      leads.items()])
    solution = solve_one(named)
    told = ", ".join(f"{zone} {use}" for zone, use in leads.items())
    return replace(solution, engine_reason=f"{solution.engine_reason}; lead uses chosen by "
                   f"branch and bound over {solved} solves: {told}")
