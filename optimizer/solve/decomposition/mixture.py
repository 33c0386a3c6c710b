"""A plan from what the search has seen: each group of parcels a mixture of its best choices.

Every evaluation k of the bound lets each group g of parcels choose, taking taken_gk of the coupling
rows and earning earned_gk. Any mixture of the choices of a group is land that is divided up:

    maximise    sum_gk earned_gk part_gk + sum_s gain_s y_s - sum_r dear (over_r + under_r)
    group g     sum_k part_gk <= 1                         (= where some of it must be reclaimed)
    coupling    lower_r <= sum_gk taken_gk part_gk + sum_s b_rs y_s - over_r + under_r <= upper_r

Where over and under are 0, hectares area_i part_gk of the option that parcel i of g chose in k are
a plan of the whole program. Where they are not, the prices of this little program, at which rows
that give way are dear, are tried on all options: what is best then uses less of them.

It has a few thousand columns whatever the size of the land, so a plan is known long before the
search is done: for `--gap`, and for `--time-limit`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import ColumnLabels, Family, LinearProgram, RowLabels
from optimizer.solve.decomposition.dual import Evaluation, Level, allowed
from optimizer.solve.decomposition.finish import Plan
from optimizer.solve.decomposition.restricted import NO_GIVING_WAY, Found, Settled
from optimizer.solve.errors import NoAnswer
from optimizer.solve.highs import HighsSession

Floats = NDArray[np.float64]
#: Price of all of a row, in sizes of the whole objective: dearer than anything it could earn.
DEAR = 10.0
#: Choices kept; the oldest that no mixture uses goes first.
MOST_SEEN = 60
#: Parts below this are rounding.
NO_PART = 1e-12
#: Most passes over all options spent on a better plan than the choices seen make.
TRIES = 60
#: After so many without any plan it is left to the exact end to find one, or why there is none.
TRIES_WITHOUT = 25
#: Told of every plan, if there is one yet, and the prices tried next; True ends the search.
Told = Callable[[Plan | None, Floats], bool]


@dataclass(frozen=True)
class _Seen:
    """What the parcels chose at some prices, and what the groups take and earn by it."""

    option_n: NDArray[np.int64]
    taken_gr: Floats
    earned_g: Floats


@dataclass(frozen=True)
class _Mixed:
    """Optimum of the little program: parts (K, G), stocks, prices, and how far rows give way."""

    part_kg: Floats
    stock_s: Floats
    price_r: Floats
    gives_way: bool


class Mixture:
    """Choices seen, and plans made of them.

    Parameters
    ----------
    level
        The bound for all parcels; see `level` here for one that tells of its evaluations.
    """

    def __init__(self, level: Level) -> None:
        self.level = replace(level, watch=self.add)
        self._level, self._split = self.level, level.split
        self._seen: list[_Seen] = []
        self._lowest: Evaluation | None = None
        must_n = level.split.must_i[level.pick].astype(np.int64)
        self._must_g = np.add.reduceat(must_n, level.group_g[:-1]) > 0

    def add(self, evaluation: Evaluation) -> None:
        """Keep the choices of an evaluation."""
        small = np.int32 if self._split.options < np.iinfo(np.int32).max else np.int64
        self._seen.append(_Seen(evaluation.option_n.astype(small), evaluation.taken_gr,
                                evaluation.earned_g))
        if self._lowest is None or evaluation.bound < self._lowest.bound:
            self._lowest = evaluation

    def plan(self) -> Plan | None:
        """Best mixture of the choices seen; None where none of them keeps the rules."""
        mixed = self._solved()
        return None if mixed is None or mixed.gives_way else self._plan(mixed)

    def sought(self, gap: float, told: Told) -> Plan | None:
        """Best mixture of choices that are looked for until it is as near to the bound as asked.

        Parameters
        ----------
        gap
            Relative gap at which to end.
        told
            Told of every plan and the prices tried next; True ends the search.

        Returns
        -------
        Plan or None
            The last plan, which is the best; None where none was found.
        """
        plan = None
        for number in range(TRIES):
            mixed = self._solved()
            if mixed is None or (plan is None and number >= TRIES_WITHOUT):
                break
            plan = plan if mixed.gives_way else self._plan(mixed)
            if told(plan, mixed.price_r) or (plan is not None and plan.relative_gap <= gap):
                break
            self._level.at(mixed.price_r)  # which tells `add`
        return plan

    def _solved(self) -> _Mixed | None:
        """Solve the little program; None where HiGHS has no answer."""
        program = self._program()
        try:
            raw = HighsSession(program).solve("simplex")
        except NoAnswer:
            return None
        if raw.status != "optimal" or not len(raw.price_r):
            return None
        groups, stocks = len(self._must_g), len(self._split.stock_s)
        parts = len(self._seen) * groups
        x_c = np.maximum(raw.x_c, 0.0)
        way_r = x_c[parts + stocks:].reshape(2, -1).sum(axis=0)
        part_kg = self._tidy(x_c[:parts].reshape(len(self._seen), groups))
        gives_way = bool(np.any(way_r > NO_GIVING_WAY * self._size_r()))
        kept_k = self._kept(part_kg)
        self._seen = [each for each, kept in zip(self._seen, kept_k, strict=True) if kept]
        return _Mixed(part_kg[kept_k], x_c[parts:parts + stocks],
                      allowed(self._split, raw.price_r[groups:]), gives_way)

    def _program(self) -> LinearProgram:
        split, groups = self._split, len(self._must_g)
        rows, stocks, seen = len(split.row_r), len(split.stock_s), len(self._seen)
        taken_rc = np.vstack([each.taken_gr for each in self._seen]).T
        earned_c = np.concatenate([each.earned_g for each in self._seen])
        on_group = np.tile(np.arange(groups), seen)
        of_groups = sp.csc_array((np.ones(seen * groups), on_group,
                                  np.arange(seen * groups + 1)), shape=(groups, seen * groups))
        identity = sp.identity(rows, format="csc")
        matrix = sp.csc_array(sp.vstack([
            sp.hstack([of_groups, sp.csc_array((groups, stocks + 2 * rows))]),
            sp.hstack([sp.csc_array(taken_rc), sp.csc_array(split.stock_rs), -identity,
                       identity])], format="csc"))
        dear = DEAR * max(float(np.max(np.abs(earned_c), initial=0.0)) * groups, 1.0)
        return LinearProgram(
            matrix=matrix,
            row_lower=np.append(np.where(self._must_g, 1.0, -np.inf), split.lower_r),
            row_upper=np.append(np.ones(groups), split.upper_r),
            column_lower=np.zeros(matrix.shape[1]),
            column_upper=np.concatenate([np.full(seen * groups, np.inf), split.cap_s,
                                         np.full(2 * rows, np.inf)]),
            cost=np.concatenate([earned_c, split.gain_s,
                                 np.tile(-dear / self._size_r(), 2)]),
            rows=RowLabels.of(Family.LIMIT, matrix.shape[0]),
            columns=ColumnLabels.of(matrix.shape[1], parcel=0, use=0, method=0, period=0,
                                    source=0),
        )

    def _size_r(self) -> Floats:
        """Size of each coupling row: its bounds, or the most that was ever taken of it."""
        split = self._split
        taken_r = np.max([np.abs(each.taken_gr).sum(axis=0) for each in self._seen], axis=0)
        bounds = [np.where(np.isfinite(bound), np.abs(bound), 0.0)
                  for bound in (split.lower_r, split.upper_r)]
        size_r = np.maximum(taken_r, np.maximum(*bounds))
        return np.where(size_r > 0.0, size_r, 1.0)

    def _tidy(self, part_kg: Floats) -> Floats:
        """Parts without rounding: none is negligible, none of a group add up to more than 1."""
        part_kg = np.where(part_kg > NO_PART, part_kg, 0.0)
        sum_g = part_kg.sum(axis=0)
        over_g = (sum_g > 1.0) | (self._must_g & (sum_g > 0.0))
        return part_kg / np.where(over_g, sum_g, 1.0)

    def _kept(self, part_kg: Floats) -> NDArray[np.bool_]:
        """Which choices are kept: once there are many, the oldest of no use are not."""
        idle = np.flatnonzero(~part_kg.any(axis=1))
        kept_k = np.ones(len(part_kg), dtype=bool)
        kept_k[idle[:max(0, len(part_kg) - MOST_SEEN)]] = False
        return kept_k

    def _plan(self, mixed: _Mixed) -> Plan | None:
        """The mixture as a plan of the whole program."""
        split, lowest = self._split, self._lowest
        assert lowest is not None
        option_o, area_o = self._areas(mixed.part_kg)
        gain_o = self._level.pricing.gains(option_o) * area_o
        gain_s = split.gain_s * mixed.stock_s
        nobody = np.full(split.parcels, -1, dtype=np.int64)
        found = Found(
            settled=Settled(
                free_n=np.arange(split.parcels), option_o=option_o,
                place_o=np.searchsorted(split.start_i, option_o, side="right") - 1,
                default_n=nobody, taken_r=np.zeros(len(split.row_r)), earned=0.0),
            area_o=area_o, stock_s=mixed.stock_s, price_r=lowest.price_r,
            gives_way_r=np.zeros(len(split.row_r), dtype=bool),
            objective=math.fsum((*gain_o, *gain_s)),
            size=math.fsum(np.abs((*gain_o, *gain_s))))
        return Plan(found, nobody, lowest.price_r, found.objective, found.size, lowest.bound)

    def _areas(self, part_kg: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Options of a mixture, rising, and their hectares."""
        counts = np.diff(self._level.group_g)
        options, areas = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
        for each, part_g in zip(self._seen, part_kg, strict=True):
            part_n = np.repeat(part_g, counts)
            used = np.flatnonzero((part_n > 0.0) & (each.option_n >= 0))
            options.append(each.option_n[used].astype(np.int64))
            areas.append(self._level.area_n[used] * part_n[used])
        option_o, place = np.unique(np.concatenate(options), return_inverse=True)
        area_o = np.bincount(place, np.concatenate(areas), len(option_o))
        return option_o, area_o.astype(np.float64)
