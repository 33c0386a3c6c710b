"""The smallest loosening of limits with which a plan exists, in the units of their values.

A loosening moves values of the limits table. The least total relative change is one linear
program where values stand in bounds; the value of a ratio (share of reclaimed land, average)
stands in the matrix, so it is loosened in hectares first, read off the plan found, and pushed
back as far as a plan allows. Then no part of the loosening can be spared: with every other change
made, a limit that moved less would leave nothing feasible. Where values do not suffice, rules
without a value are dropped, parcels are let go of their duty and supplies of topsoil are raised.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.explain.asks import Ask, Outcome
from optimizer.analysis.explain.furthest import furthest
from optimizer.analysis.explain.rounding import rounded_outward
from optimizer.analysis.explain.softened import Softened

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
#: Ratios are made linear around the last plan so many times.
LINEARISED = 3
#: Of a loosening so much must not be enough.
NOT_ENOUGH = 0.99
#: Halvings of a loosening that turns out larger than it has to be.
HALVINGS = 40


@dataclass(frozen=True)
class Loosened:
    """Where the limits go: values, and what gives way besides.

    Parameters
    ----------
    value_l
        Values of all limits, shape (L,).
    dropped_l
        Limits that are dropped, shape (L,).
    released_s
        Rows of parcels that are let go of their duty, one a duty.
    topsoil_s
        Supply added to each row of topsoil, m3.
    """

    value_l: Floats
    dropped_l: Flags
    released_s: Flags
    topsoil_s: Floats


@dataclass(frozen=True)
class Terms:
    """What may give way at what price: cost per relative change (inf for never), shape (L,)."""

    price_l: Floats
    dropped_l: Flags
    released_s: Flags
    topsoil_open_s: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))


def terms_of(rules: Softened, price_l: Floats) -> Terms:
    """Terms on which only values give way."""
    price = np.where([lever.by_value for lever in rules.levers], price_l, np.inf)
    return Terms(price, np.zeros(len(price), dtype=bool),
                 np.zeros(len(rules.must_rows), dtype=bool),
                 np.zeros(len(rules.soil_rows), dtype=bool))


def smallest_loosening(rules: Softened, price_l: Floats) -> Loosened | None:
    """Find the loosening of least total price, values first.

    Parameters
    ----------
    rules
        All rules at the values of the table.
    price_l
        Price of a relative change of 1 of each limit; inf where it is not to be touched.

    Returns
    -------
    Loosened or None
        None where no plan exists whatever gives way at these prices.
    """
    terms = terms_of(rules, price_l)
    found = _loosen(rules, terms)
    if found is None:
        wider = _second_tier(rules, terms, price_l)
        found = None if wider is None else _loosen(rules, wider)
    if found is None:
        # A ratio without hectares, or a value that several rows share, helps only by going.
        stuck = np.array([lever.is_ratio or lever.sense == "=" for lever in rules.levers])
        stuck &= np.isfinite(price_l)
        found = _fewest_dropped(rules, terms, stuck, price_l)
    rules.hold()
    rules.set_values(rules.table_l)
    return found


def _fewest_dropped(
    rules: Softened, terms: Terms, stuck_l: Flags, price_l: Floats
) -> Loosened | None:
    """Drop limits that no value helps, none that could stay."""
    def tried(dropped_l: Flags) -> Loosened | None:
        wider = _second_tier(rules, replace(terms, dropped_l=dropped_l), price_l)
        return None if wider is None else _loosen(rules, wider)

    found = tried(stuck_l)
    for line in np.flatnonzero(stuck_l):
        if found is None:
            break
        fewer = stuck_l & (np.arange(len(stuck_l)) != line)
        better = tried(fewer)
        if better is not None:
            found, stuck_l = better, fewer
    return found


def _second_tier(rules: Softened, terms: Terms, price_l: Floats) -> Terms | None:
    """Terms with the least of the second tier that a plan needs, when values cost nothing."""
    _apply(rules, terms)
    outcome = rules.ask(replace(_ask(rules, terms, free=True), second=True))
    if not outcome.there:
        return None
    dropped = terms.dropped_l.copy()
    half = len(outcome.rows_e) // 2
    used_rows = rules.unvalued_rows[(outcome.rows_e[:half] > rules.no_change)
                                    | (outcome.rows_e[half:] > rules.no_change)]
    for line, lever in enumerate(rules.levers):
        if not lever.by_value and np.isin(lever.rows, used_rows).any():
            if not np.isfinite(price_l[line]):
                return None
            dropped[line] = True
    area = rules.program.row_upper[rules.must_rows]
    supply = rules.program.row_upper[rules.soil_rows]
    return replace(
        terms, dropped_l=dropped, released_s=outcome.must_s > rules.no_change * area,
        topsoil_open_s=outcome.topsoil_s > rules.no_change * np.maximum(1.0, supply))


def _apply(rules: Softened, terms: Terms) -> None:
    """Let the rules hold that hold under these terms, at the values of the table."""
    rules.set_values(rules.table_l)
    rules.hold(~terms.dropped_l, ~terms.released_s)


def _ask(rules: Softened, terms: Terms, *, free: bool = False) -> Ask:
    """Ask in which values move in the direction that loosens, within their range."""
    usable = np.isfinite(terms.price_l) & ~terms.dropped_l
    cost = np.where(usable, terms.price_l, 0.0) / rules.size_l * (0.0 if free else 1.0)
    sense = np.array([lever.sense for lever in rules.levers], dtype=object)
    room_up = np.array([lever.most for lever in rules.levers]) - rules.value_l
    room_down = rules.value_l - np.array([lever.least for lever in rules.levers])
    up = np.where(usable & (sense != ">="), np.maximum(np.nan_to_num(room_up, nan=0.0), 0.0), 0.0)
    down = np.where(usable & (sense != "<="),
                    np.maximum(np.nan_to_num(room_down, nan=0.0), 0.0), 0.0)
    topsoil = terms.topsoil_open_s if terms.topsoil_open_s.any() else None
    return Ask(cost, np.zeros(len(cost)), up, cost, down, topsoil_s=topsoil)


def _loosen(rules: Softened, terms: Terms) -> Loosened | None:
    """Least loosening on these terms, exact, rounded outward and tried; None where none helps."""
    _apply(rules, terms)
    outcome = _linearised(rules, terms)
    if not outcome.there:
        return None
    old_l = rules.value_l.copy()
    exact_l = _values_at(rules, outcome)
    if _has_ratio(rules, exact_l != old_l):
        exact_l = _pushed_back(rules, exact_l, terms)
    topsoil_s = np.where(terms.topsoil_open_s, outcome.topsoil_s, 0.0)
    for extra in (0.0, 1e-3, 2e-3):
        value_l = np.array([
            rounded_outward(old, exact + extra * (exact - old)) if exact != old else old
            for old, exact in zip(old_l, exact_l, strict=True)])
        value_l = np.clip(value_l, [lever.least for lever in rules.levers],
                          [lever.most for lever in rules.levers])
        added_s = np.array([rounded_outward(0.0, float(m3)) for m3 in (1 + extra) * topsoil_s])
        found = Loosened(value_l, terms.dropped_l, terms.released_s, added_s)
        if suffices(rules, found):
            return _shrunk(rules, found, old_l)
    return None


def _linearised(rules: Softened, terms: Terms) -> Outcome:
    """Cheapest moves, with the hectares under every moved ratio taken from the last plan."""
    outcome = rules.ask(_ask(rules, terms))
    for _ in range(LINEARISED):
        moved = [line for line, lever in enumerate(rules.levers) if lever.is_ratio
                 and outcome.there and abs(outcome.move_l[line]) > rules.no_change * lever.size]
        if not moved:
            break
        for line in moved:
            _, below = rules.ratio_of(outcome, line)
            most = rules.levers[line].slope_r
            rules.widen(line, np.where(below > 1e-6 * most, below, most))
        closer = rules.ask(_ask(rules, terms))
        if not closer.there:
            break
        outcome = closer
    for line, lever in enumerate(rules.levers):
        if lever.is_ratio:
            rules.widen(line, lever.slope_r)
    return outcome


def _values_at(rules: Softened, outcome: Outcome) -> Floats:
    """Values that let the plan found through; ratios are read off the plan."""
    value_l: Floats = rules.value_l.copy()
    for line, lever in enumerate(rules.levers):
        move = outcome.move_l[line]
        if abs(move) <= rules.no_change * lever.size:
            continue
        value_l[line] += move
        if lever.is_ratio:
            above, below = rules.ratio_of(outcome, line)
            counts = below > 1e-9 * lever.slope_r
            if counts.any():
                ratios = above[counts] / below[counts]
                value_l[line] = ratios.min() if move < 0.0 else ratios.max()
    return value_l


def _has_ratio(rules: Softened, changed_l: Flags) -> bool:
    return any(lever.is_ratio and changed for lever, changed
               in zip(rules.levers, changed_l, strict=True))


def _pushed_back(rules: Softened, value_l: Floats, terms: Terms) -> Floats:
    """Push every change back, one after the other, as far as a plan allows with the others made."""
    old_l, value_l = rules.value_l.copy(), value_l.copy()
    topsoil = terms.topsoil_open_s if terms.topsoil_open_s.any() else None
    for line in np.flatnonzero(value_l != old_l):
        rules.set_values(value_l)
        back = float(np.sign(old_l[line] - value_l[line]))
        end = furthest(rules, int(line), back, topsoil)
        if end.there:
            value_l[line] = old_l[line] if (end.value - old_l[line]) * back >= 0.0 else end.value
    rules.set_values(old_l)
    return value_l


def suffices(rules: Softened, found: Loosened, share: float = 1.0) -> bool:
    """Whether a share of the loosening (all that is dropped included) leaves a plan."""
    old_l = rules.table_l
    rules.hold(~found.dropped_l, ~found.released_s)
    rules.set_values(np.where(found.value_l != old_l,
                              old_l + share * (found.value_l - old_l), old_l))
    outcome = rules.ask(_trial(rules, share * found.topsoil_s))
    rules.set_values(old_l)
    return outcome.there and outcome.total <= 0.1 * rules.no_change


def _trial(rules: Softened, topsoil_s: Floats) -> Ask:
    """Ask that pays for every move: a plan exists where nothing has to be paid."""
    cost = 1.0 / rules.size_l
    sense = np.array([lever.sense for lever in rules.levers], dtype=object)
    by_value = np.array([lever.by_value for lever in rules.levers], dtype=bool)
    count = np.zeros(len(cost))
    rules.add_topsoil(topsoil_s)
    return Ask(cost, count, np.where(by_value & (sense != ">="), np.inf, 0.0), cost,
               np.where(by_value & (sense != "<="), np.inf, 0.0))


def _shrunk(rules: Softened, found: Loosened, old_l: Floats) -> Loosened:
    """Shrink a loosening of which 99 % would do; those found exactly never need it."""
    moves = bool(np.any(found.value_l != old_l) or found.topsoil_s.any())
    if not moves or not suffices(rules, found, NOT_ENOUGH):
        rules.add_topsoil(np.zeros(len(found.topsoil_s)))
        return found
    low, high = 0.0, NOT_ENOUGH
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if suffices(rules, found, middle) else (middle, high)
    rules.add_topsoil(np.zeros(len(found.topsoil_s)))
    return replace(found, value_l=np.where(found.value_l != old_l,
                                           old_l + high * (found.value_l - old_l), old_l),
                   topsoil_s=high * found.topsoil_s)
