"""`explain`: why no plan fits and what would let one through, or how near each limit is to that."""

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
from optimizer.analysis.explain.record import NOTHING_POSSIBLE, Conflict, Explanation, Loosening
from optimizer.analysis.explain.softened import Softened
from optimizer.formulation.assemble import assemble
from optimizer.formulation.attainable import unattainable
from optimizer.formulation.row_names import limit_name, number_text
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
        self.options = options = options_of(instance, eligibility)
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
        if not self.options.count:
            return self._nothing_possible()
        self.progress("looking for a plan")
        members = members_of(rules)
        feasible = holds(rules, nearest(rules, members, members.every))
        rules.hold()
        attainable = attainable_rows(self.instance, self.program)
        if feasible:
            reach = reach_of_limits(rules, self.progress)
            return Explanation(
                feasible=True, reasons=(), attainable=attainable, loosenings=(), conflicts=(),
                reach=reach, notes=())
        self.progress("looking for conflicts")
        search = search_conflicts(rules, set(np.flatnonzero(self.kept_l)), self.progress)
        loosenings = self._ways(search)
        return Explanation(
            feasible=False, reasons=self.reasons, attainable=attainable, loosenings=loosenings,
            conflicts=tuple(self._conflict(part) for part in search.conflicts), reach=(),
            notes=self._notes(search, loosenings))

    def _nothing_possible(self) -> Explanation:
        """No parcel has any option: that is not for limits to mend."""
        return Explanation(
            feasible=False, reasons=self.reasons,
            attainable=attainable_rows(self.instance, self.program), loosenings=(), conflicts=(),
            reach=(), notes=(NOTHING_POSSIBLE,))

    def _ways(self, search: Search) -> tuple[Loosening, ...]:
        """Clearly different ways out: those that touch the same limits are told once."""
        price_l = np.where(self.kept_l, np.inf, 1.0)
        weighed_l = price_l * self.weight_l
        found: list[tuple[str, Loosened]] = []
        if np.any(self.weight_l != 1.0):
            self._add(found, "least_change_by_weights", [weighed_l])
        self._add(found, "least_change", [price_l])
        gives = [np.isin(np.arange(len(price_l)), list(way)) for way in search.give_way]
        self._add(found, "fewest_limits", [np.where(ones, weighed_l, np.inf) for ones in gives])
        if len(found) == 1:
            touched_l = self._touched(found[0][1])
            self._add(found, "other_limits", [np.where(touched_l, np.inf, weighed_l)])
        return tuple(self._loosening(way, loosened) for way, loosened in found)

    def _add(
        self, found: list[tuple[str, Loosened]], way: str, tried: list[NDArray[np.float64]]
    ) -> None:
        """Find one way, the smallest of those tried, and keep it if it is a new one."""
        self.progress(f"finding a way out ({way.replace('_', ' ')})")
        every = [smallest_loosening(self.rules, price_l) for price_l in tried]
        ways = [loosened for loosened in every if loosened is not None]
        if not ways:
            return
        best = min(ways, key=self._size)
        for _, other in found:
            same = np.array_equal(self._touched(other), self._touched(best))
            if same and np.allclose(other.value_l, best.value_l, rtol=1e-6):
                return
        found.append((way, best))

    def _size(self, loosened: Loosened) -> tuple[int, float]:
        """What gives way besides values, then the total weighed change."""
        besides = int(loosened.dropped_l.sum() + loosened.released_s.sum()
                      + (loosened.topsoil_s > 0.0).sum())
        change_l = np.abs(loosened.value_l - self.rules.table_l) / self.rules.size_l
        return besides, float(change_l @ self.weight_l)

    def _touched(self, loosened: Loosened) -> NDArray[np.bool_]:
        """Limits that a way changes, shape (L,)."""
        old_l = self.rules.table_l
        moved_l = loosened.value_l != old_l
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
            name = limit_name(self.instance, self.program, int(lever.rows[0]))
            unit = f" x {lever.unit}" if lever.unit[:1].isdigit() else f" {lever.unit}".rstrip()
            bound = "" if lever.basis == "equal" else (
                f" {lever.sense} {number_text(lever.value)}{unit}")
            basis = "" if lever.basis == "absolute" else f" [{lever.basis.replace('_', ' ')}]"
            words = f"{name.account}{name.where}{bound}{basis}"
        more = f", and {len(lever.rows) - 1} rows like it" if len(lever.rows) > 1 else ""
        return lever.name, words + more

    def _notes(self, search: Search, loosenings: tuple[Loosening, ...]) -> tuple[str, ...]:
        """Say what could not be found."""
        notes = []
        if not search.give_way:
            notes.append("the limits to be kept cannot hold together: no way out leaves them all")
        elif not loosenings:
            notes.append("no loosening of values helps")
        if len(search.conflicts) >= MOST_CONFLICTS:
            notes.append(f"more than {MOST_CONFLICTS} conflicts: the search for the fewest limits "
                         "was ended, so fewer may do")
        return tuple(notes)
