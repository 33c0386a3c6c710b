"""The split of the gap as tables: by rule, and by parcel. Each adds up to the gap."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.compare.split import Split
from optimizer.formulation.program import Family
from optimizer.formulation.row_names import limit_name, row_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from optimizer.analysis.compare.loosened import Loosened

Floats = NDArray[np.float64]
#: Reduced gains above this, relative to the size of an option's own, are rounding.
WORTH_NOTHING = 1e-9
#: Terms below this, relative to all that the plan gains and emits, are rounding.
ROUNDING = 1e-13
ROUNDING_OF_ROW = 1e-9


@dataclass(frozen=True)
class RuleLoss:
    """One row of gap_by_limit.csv; see the output schema."""

    kind: str
    rule: str = ""
    limit: str = ""
    use: str = ""
    method: str = ""
    zone: str = ""
    period: str = ""
    source: str = ""
    actual: float = 0.0
    optimal: float = 0.0
    unit: str = ""
    price: float = math.nan
    lost: float = 0.0
    gained_by_breaking: float = 0.0
    lost_within_rules: float = math.nan

    def tells(self, least: float) -> bool:
        """Whether more than so much is lost or gained here."""
        values = (self.lost, self.gained_by_breaking, np.nan_to_num(self.lost_within_rules))
        return any(abs(value) > least for value in values)

    @property
    def words(self) -> str:
        """What it is called where it stands without a parcel."""
        told = ", ".join(part for part in (self.use, self.method, self.zone, self.period,
                                           self.source) if part)
        name = self.limit or self.kind.replace("_", " ")
        return f"{name} ({told})" if told else name


def gap_by_limit(split: Split, within: Split | None = None) -> pd.DataFrame:
    """Tabulate the gap by rule.

    Parameters
    ----------
    split
        At the prices of the optimum under the loosened rules.
    within
        At those of the optimum within the strict rules, for the column `lost_within_rules`.

    Returns
    -------
    pandas.DataFrame
        Columns as in gap_by_limit.csv; `lost` adds up to the gap.
    """
    import pandas as pd

    return pd.DataFrame([vars(loss) for loss in rule_losses(split, within)],
                        columns=list(RuleLoss.__dataclass_fields__))


def rule_losses(split: Split, within: Split | None = None) -> list[RuleLoss]:
    """What is lost by rule: limits, topsoil, boundary, idle land, then uses and methods."""
    shared = list(_shared(split, within))
    return [*shared, _idle(split, within), *_wrong(split, within)]


def _shared(split: Split, within: Split | None) -> Iterator[RuleLoss]:
    """Limits, topsoil and boundary: what belongs to no parcel."""
    for loss in (*_limits(split, within), *_topsoil(split, within), *_boundary(split, within)):
        if loss.kind == "unused_limit" or loss.tells(_least(split)):
            yield loss


def _least(split: Split) -> float:
    """Less than this is the rounding of the solver, and gets no row of its own."""
    return ROUNDING * max(1.0, float(np.abs(split.program.cost * split.x_c).sum()))


def _limits(split: Split, within: Split | None) -> Iterator[RuleLoss]:
    """Every row of every limit, with the bound of the strict rules."""
    loosened = split.loosened
    actual_r, optimal_r = _activity(split, loosened.actual_c), _activity(split, split.x_c)
    for row in np.flatnonzero(split.program.rows.family == Family.LIMIT):
        name = limit_name(loosened.instance, loosened.strict, int(row))
        yield RuleLoss(
            "unused_limit", name.rule, name.limit, name.use, name.method, name.zone, name.period,
            actual=float(actual_r[row]), optimal=float(optimal_r[row]), unit=name.unit,
            price=float(split.price_r[row]), lost=float(split.row_r[row]),
            gained_by_breaking=float(split.gained_r[row]),
            lost_within_rules=_of(within, "row_r", int(row)))


def _activity(split: Split, x_c: Floats) -> Floats:
    """Left-hand sides of the rows; 0 where the parts of a row cancel but for rounding."""
    program = split.program
    size_r = abs(program.matrix) @ np.abs(x_c)
    activity_r = program.activity(x_c)
    return np.where(np.abs(activity_r) <= ROUNDING_OF_ROW * size_r, 0.0, activity_r)


def _topsoil(split: Split, within: Split | None) -> Iterator[RuleLoss]:
    """Soil that is taken beyond the supply, and soil that is kept for too long."""
    loosened = split.loosened
    instance, program = loosened.instance, split.program
    for row in np.flatnonzero(program.rows.family == Family.SOIL_BALANCE):
        name = row_name(instance, program, int(row))
        short = float(loosened.program.row_upper[row] - loosened.strict.row_upper[row])
        yield RuleLoss(
            "topsoil_supply", "no more soil than there is", period=name.period,
            source=name.source, actual=short, unit="m3", price=float(split.price_r[row]),
            lost=float(split.row_r[row]), gained_by_breaking=float(split.gained_r[row]),
            lost_within_rules=_of(within, "row_r", int(row)))
    for column in np.flatnonzero(program.columns.is_stock):
        k, t = int(program.columns.source[column]), int(program.columns.period[column])
        yield RuleLoss(
            "topsoil_kept", "soil held in stock", period=instance.calendar.labels[t],
            source=str(instance.topsoil.sources[k]), actual=float(loosened.actual_c[column]),
            optimal=float(split.x_c[column]), unit="m3", price=float(split.reduced_c[column]),
            lost=float(split.column_c[column]), lost_within_rules=_of(
                within, "column_c", int(column)))


def _boundary(split: Split, within: Split | None) -> Iterator[RuleLoss]:
    """Borders between unlike uses, all in one: their rows and their edges."""
    program, weight = split.program, split.loosened.stage.boundary
    rows = np.isin(program.rows.family, (Family.BOUNDARY, Family.MARGINAL))
    edges = program.columns.is_edge
    if not weight:
        return

    def lost(of: Split) -> float:
        return math.fsum((*of.row_r[rows], *of.column_c[edges]))

    def length_km(x_c: Floats) -> float:
        return 0.0 - math.fsum((program.cost * x_c)[edges]) / weight

    yield RuleLoss(
        "boundary", "borders between unlike uses", actual=length_km(split.loosened.actual_c),
        optimal=length_km(split.x_c), unit="km", price=-weight, lost=lost(split),
        lost_within_rules=math.nan if within is None else lost(within))


def _idle(split: Split, within: Split | None) -> RuleLoss:
    """All land rows together; their prices differ, so there is none here."""
    count, land = split.loosened.option_count, split.land_r
    return RuleLoss(
        "idle_land", "land has a use", unit="ha",
        actual=float(split.loosened.actual_c[:count].sum()),
        optimal=float(split.x_c[:count].sum()), lost=math.fsum(split.row_r[land]),
        gained_by_breaking=math.fsum(split.gained_r[land]),
        lost_within_rules=math.nan if within is None else math.fsum(within.row_r[land]))


def _wrong(split: Split, within: Split | None) -> Iterator[RuleLoss]:
    """Hectares under options that do not earn their land, by use and method."""
    loosened = split.loosened
    count, practices = loosened.option_count, loosened.instance.practices
    practice_o = loosened.options.practice_o

    def summed(values_c: Floats) -> Floats:
        return np.asarray(np.bincount(practice_o, values_c[:count], practices.count), dtype=float)

    actual, optimal, lost, gained = (summed(values) for values in (
        loosened.actual_c, split.x_c, split.column_c, split.gained_c))
    strictly = None if within is None else summed(within.column_c)
    for um in range(practices.count):
        use, method = practices.name_um(um)
        loss = RuleLoss(
            "wrong_option", "the best option of the parcel", use=use, method=method,
            actual=float(actual[um]), optimal=float(optimal[um]), unit="ha", lost=float(lost[um]),
            gained_by_breaking=float(gained[um]),
            lost_within_rules=math.nan if strictly is None else float(strictly[um]))
        if loss.tells(_least(split)):
            yield loss


def _of(within: Split | None, name: str, place: int) -> float:
    """One term of the other split, NaN where there is none."""
    return math.nan if within is None else float(getattr(within, name)[place])


def gap_by_parcel(split: Split) -> pd.DataFrame:
    """Tabulate the gap by parcel, the largest loss first, then what belongs to no parcel.

    Returns
    -------
    pandas.DataFrame
        Columns as in gap_by_parcel.csv; `lost` adds up to the gap, and so does
        `own_difference`.
    """
    import pandas as pd

    land = split.loosened.instance.land
    lost_i = split.idle_i + split.wrong_i
    order = np.argsort(-lost_i, kind="stable")
    table = pd.DataFrame({
        "parcel": np.asarray(land.parcels, dtype=object), "rule": "", "area_ha": land.area_i,
        "bare_ha": bare_i(split.loosened), "wrong_ha": wrong_ha_i(split), "lost": lost_i,
        "lost_idle": split.idle_i, "lost_wrong": split.wrong_i,
        "lost_per_ha": lost_i / land.area_i, "gained_by_breaking": split.gained_i,
        "own_difference": split.own_i,
    }).iloc[order]
    least = _least(split)
    shared_losses = (*_limits(split, None), *_topsoil(split, None), *_boundary(split, None))
    rest = [(loss, own) for loss in shared_losses for own in (_own(split, loss),)
            if loss.tells(least) or abs(own) > least]
    shared = pd.DataFrame({
        "parcel": [""] * len(rest), "rule": [loss.words for loss, _ in rest],
        "lost": [loss.lost for loss, _ in rest],
        "gained_by_breaking": [loss.gained_by_breaking for loss, _ in rest],
        "own_difference": [own for _, own in rest]})
    if not len(shared):
        return table.reset_index(drop=True)
    columns = [column for column in table.columns if column not in shared.columns]
    shared[columns] = np.nan
    return pd.concat([table, shared[table.columns]], ignore_index=True)


def _own(split: Split, loss: RuleLoss) -> float:
    """What a stock or border itself costs less in the optimum; limits have nothing of their own."""
    if loss.kind == "boundary":
        return loss.price * (loss.optimal - loss.actual)
    if loss.kind != "topsoil_kept":
        return 0.0
    instance, columns = split.loosened.instance, split.program.columns
    k = tuple(instance.topsoil.sources).index(loss.source)
    t = tuple(instance.calendar.labels).index(loss.period)
    column = np.flatnonzero(columns.is_stock & (columns.source == k) & (columns.period == t))[0]
    return float(split.program.cost[column]) * (loss.optimal - loss.actual)


def bare_i(loosened: Loosened) -> Floats:
    """Hectares of each parcel that the actual plan leaves as they are, shape (I,)."""
    land, count = loosened.instance.land, loosened.option_count
    used_i = np.bincount(loosened.options.parcel_o, loosened.actual_c[:count], land.count)
    left_i = land.area_i - used_i
    return np.where(left_i > 1e-9 * land.area_i, left_i, 0.0)


def wrong_ha_i(split: Split) -> Floats:
    """Hectares of each parcel under options that do not earn their land, shape (I,)."""
    loosened, count = split.loosened, split.loosened.option_count
    size_c = np.abs(split.program.cost) + abs(split.program.matrix).T @ np.abs(split.price_r)
    wrong = split.reduced_c < -WORTH_NOTHING * np.maximum(1.0, size_c)
    over_c = np.where(wrong, np.maximum(0.0, loosened.actual_c - split.x_c), 0.0)
    parcel_o, parcels = loosened.options.parcel_o, loosened.instance.land.count
    return np.asarray(np.bincount(parcel_o, over_c[:count], parcels), dtype=np.float64)
