"""`explain`: why no plan fits and what would let one through, or how far each limit is from that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.explain.changes import changes_of
from optimizer.analysis.explain.conflicts import (
    MOST_CONFLICTS,
    Search,
    holds,
    members_of,
    nearest,
    search_conflicts,
)
from optimizer.analysis.explain.loosening import Loosened, smallest_loosening
from optimizer.analysis.explain.reach import attainable_rows, reach_of_limits
from optimizer.analysis.explain.record import Conflict, Explanation, Loosening
from optimizer.analysis.explain.softened import Softened
from optimizer.formulation.assemble import assemble
from optimizer.formulation.attainable import unattainable
from optimizer.formulation.row_names import limit_name
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.nearest import advice, listed
from optimizer.instance.read import with_overrides
from optimizer.options.eligibility import eligibility_of
from optimizer.options.enumerate import options_of
from optimizer.solve.engine import solve

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

Progress = Callable[[str], None]
NO_WEIGHTS: Mapping[str, float] = MappingProxyType({})
#: A weight this high is a limit that is kept.
MUST_WORDS = "all land that must be reclaimed is reclaimed"
SOIL_WORDS = "no more topsoil is used than the sources supply"


def explain(
    instance: Instance, keep: Collection[str] = (), weights: Mapping[str, float] = NO_WEIGHTS, *,
    plans: bool = True, progress: Progress | None = None,
) -> Explanation:
    """Say why an instance has no plan and what would let one through; if it has, how near it is.

    Parameters
    ----------
    instance
        Checked instance.
    keep
        Limits that are not to be touched.
    weights
        Limit -> how much dearer than others its relative change is (above 0).
    plans
        Whether to solve for the plan that each way out leads to.
    progress
        Told in a few words what is being done.

    Returns
    -------
    Explanation
        Frozen record; `record()` makes it plain for JSON.

    Raises
    ------
    InstanceRefused
        If `keep` or `weights` name no limit, or a weight is not above 0.
    """
    _refuse_names(instance, keep, weights)
    run = _Run(instance, frozenset(keep), dict(weights), plans, progress or _silent)
    return run.explanation()


def _silent(message: str) -> None:
    del message


def _refuse_names(
    instance: Instance, keep: Collection[str], weights: Mapping[str, float]
) -> None:
    """Refuse names that are no limits and weights that are none."""
    table = instance.table("limits")
    known = [] if table is None else [str(name) for name in table.text("limit")]
    findings = [
        Finding("explain", "unknown limit", f"`{name}`", f"one of {listed(known, 40)}",
                advice(name, known, "Check the name."))
        for name in dict.fromkeys([*keep, *weights]) if name not in known]
    findings += [
        Finding("explain", "out of range", f"`{name}={weight:g}`", "a weight above 0",
                "Weigh a limit above 0; to leave it untouched, keep it.")
        for name, weight in weights.items() if not (np.isfinite(weight) and weight > 0.0)]
    if findings:
        raise InstanceRefused(instance.name, findings)


class _Run:
    """One explanation: the softened rules, and what may be touched."""

    def __init__(
        self, instance: Instance, keep: frozenset[str], weights: dict[str, float], plans: bool,
        progress: Progress,
    ) -> None:
        self.instance, self.plans, self.progress = instance, plans, progress
        progress("listing options")
        eligibility = eligibility_of(instance)
        options = options_of(instance, eligibility)
        progress(f"assembling {options.count:,} options")
        self.program = assemble(instance, options)
        self.reasons = unattainable(instance, self.program, eligibility)
        self.rules = Softened(instance, options, self.program)
        names = [lever.name for lever in self.rules.levers]
        self.kept_l = np.array([name in keep for name in names], dtype=bool)
        self.weight_l = np.array([weights.get(name, 1.0) for name in names])

    def explanation(self) -> Explanation:
        """Decide whether there is a plan, and go on from there."""
        rules = self.rules
        self.progress("looking for a plan")
        members = members_of(rules)
        feasible = holds(nearest(rules, members, members.every))
        rules.hold()
        attainable = attainable_rows(self.instance, self.program)
        if feasible:
            reach = reach_of_limits(rules, self.progress)
            return Explanation(True, (), attainable, (), (), reach, ())
        self.progress("looking for conflicts")
        search = search_conflicts(rules, set(np.flatnonzero(self.kept_l)), self.progress)
        loosenings = self._ways(search)
        return Explanation(False, self.reasons, attainable, loosenings,
                           tuple(self._conflict(part) for part in search.conflicts), (),
                           self._notes(search, loosenings))

    def _ways(self, search: Search) -> tuple[Loosening, ...]:
        """Clearly different ways out: those that touch the same limits are told once."""
        price_l = np.where(self.kept_l, np.inf, 1.0)
        wanted: list[tuple[str, NDArray[np.float64]]] = []
        if np.any(self.weight_l != 1.0):
            wanted.append(("least_change_by_weights", price_l * self.weight_l))
        wanted.append(("least_change", price_l))
        if search.give_way is not None:
            gives_l = np.isin(np.arange(len(price_l)), list(search.give_way))
            wanted.append(("fewest_limits", np.where(gives_l, price_l * self.weight_l, np.inf)))
        found: list[tuple[str, Loosened]] = []
        for way, prices in wanted:
            self._add(found, way, prices)
        if len(found) == 1:
            touched_l = self._touched(found[0][1])
            self._add(found, "other_limits", np.where(touched_l, np.inf, price_l * self.weight_l))
        return tuple(self._loosening(way, loosened) for way, loosened in found)

    def _add(
        self, found: list[tuple[str, Loosened]], way: str, price_l: NDArray[np.float64]
    ) -> None:
        """Find one way and keep it if it is a new one."""
        self.progress(f"finding a way out ({way.replace('_', ' ')})")
        loosened = smallest_loosening(self.rules, price_l)
        if loosened is None:
            return
        for _, other in found:
            same = np.array_equal(self._touched(other), self._touched(loosened))
            if same and np.allclose(other.value_l, loosened.value_l, rtol=1e-6, equal_nan=True):
                return
        found.append((way, loosened))

    def _touched(self, loosened: Loosened) -> NDArray[np.bool_]:
        """Limits that a way changes, shape (L,)."""
        old_l = np.array([lever.value for lever in self.rules.levers])
        moved_l = (loosened.value_l != old_l) & ~np.isnan(old_l)
        touched: NDArray[np.bool_] = moved_l | loosened.dropped_l
        return touched

    def _loosening(self, way: str, loosened: Loosened) -> Loosening:
        """Put a way into records, with the plan it leads to."""
        changes = changes_of(self.rules, loosened)
        total = sum(abs(change.relative) for change in changes if change.relative is not None)
        if not self.plans:
            return Loosening(way, changes, total, None, "", None, MappingProxyType({}))
        self.progress(f"solving with the loosened limits ({way.replace('_', ' ')})")
        texts = [text for change in changes for text in change.overrides]
        solution = solve(with_overrides(self.instance, texts))
        return Loosening(way, changes, total, solution.objective, solution.stages[-1].unit,
                         solution.net_sink_tco2e, MappingProxyType(solution.area_by_use), solution)

    def _conflict(self, part: frozenset[int]) -> Conflict:
        """Put a conflict into words."""
        members = members_of(self.rules)
        others = {members.must: ("must_reclaim", MUST_WORDS), members.soil: ("topsoil", SOIL_WORDS)}
        named = [others[m] if m in others else self._limit_words(m) for m in sorted(part)]
        return Conflict(tuple(name for name, _ in named), tuple(words for _, words in named))

    def _limit_words(self, line: int) -> tuple[str, str]:
        """Name of a limit and its rule as its first row words it."""
        lever = self.rules.levers[line]
        words = lever.name
        if len(lever.rows):
            words = limit_name(self.instance, self.program, int(lever.rows[0])).rule
        if lever.is_ratio:
            words = words.replace(f"{lever.sense} 0 ", f"{lever.sense} {lever.value:g} ", 1)
        more = f", and {len(lever.rows) - 1} rows like it" if len(lever.rows) > 1 else ""
        return lever.name, words + more

    def _notes(self, search: Search, loosenings: tuple[Loosening, ...]) -> tuple[str, ...]:
        """Say what could not be found."""
        notes = []
        if search.give_way is None:
            notes.append("the limits to be kept cannot hold together: no way out leaves them all")
        elif not loosenings:
            notes.append("no loosening of values helps")
        if len(search.conflicts) >= MOST_CONFLICTS:
            notes.append(f"more than {MOST_CONFLICTS} conflicts: the search for the fewest limits "
                         "was ended, so fewer may do")
        return tuple(notes)
