"""Every parcel, use and method: allowed, or each rule that forbids it and what would cure it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.explain.cures import Failure, cures_of
from optimizer.options.eligibility import Eligibility, eligibility_of
from optimizer.options.works import Works, attribute_after, works_of

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance
    from optimizer.options.rules import Rule

#: What the window of a parcel is held against.
START_YEAR = "start_year"


def eligibility_table(instance: Instance, parcel: str | None = None) -> pd.DataFrame:
    """Tabulate every parcel, use and method: allowed, or each rule that forbids it.

    Parameters
    ----------
    instance
        Checked instance.
    parcel
        Only this one; None for all.

    Returns
    -------
    pandas.DataFrame
        One row where allowed, else one row for each rule that fails. Columns parcel, use,
        method, allowed (bool); rule (in words), attribute (that is bounded; `start_year` for the
        window), value (there after the method; for topsoil the m3 per ha it brings in), minimum,
        maximum (NaN where there is none), clause (of the standard), missing (from the value to
        the bound, in the unit of the attribute; NaN for topsoil), cure (what would mend it).
        Texts are blank and numbers NaN where the row is allowed.
    """
    import pandas as pd

    eligibility = eligibility_of(instance)
    chosen_i = np.ones(instance.land.count, dtype=bool)
    if parcel is not None:
        chosen_i = instance.land.parcels == parcel
    parts = [_Part.allowed(um, np.flatnonzero(chosen_i & eligibility.allowed_ium[:, um]))
             for um in range(instance.practices.count)]
    parts += [_Part.of(instance, eligibility, failure)
              for failure in failures(instance, eligibility, chosen_i)]
    return pd.DataFrame(_columns(instance, parts))


def failures(
    instance: Instance, eligibility: Eligibility, chosen_i: NDArray[np.bool_]
) -> Iterator[Failure]:
    """Every rule that fails somewhere on the chosen parcels, practice by practice."""
    for um in range(instance.practices.count):
        works = works_of(instance, um)
        for j, rule in enumerate(eligibility.rules[instance.practices.use_um[um]]):
            failed_i = (eligibility.failed_ium[:, um] >> np.uint64(j) & np.uint64(1)) != 0
            where = np.flatnonzero(failed_i & chosen_i)
            if len(where):
                value, minimum, maximum = _measured(instance, um, rule, works, where)
                yield Failure(um, j, rule, where, value, minimum, maximum, works)


def _measured(
    instance: Instance, um: int, rule: Rule, works: Works, where: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Value there after the method, and the bounds it is held against, shape (F,) each."""
    none = np.full(len(where), np.nan)
    if rule.kind == "topsoil":
        return works.soil_m3_i[where], none, none
    if rule.kind == "window":
        return _window(instance, um, where)
    value = attribute_after(instance, um, rule.attribute, works)[where]
    return value, _bounds(rule.minimum, none), _bounds(rule.maximum, none)


def _bounds(bound: float, none: NDArray[np.float64]) -> NDArray[np.float64]:
    """One bound for every row, NaN where it is infinite."""
    return np.full_like(none, bound) if np.isfinite(bound) else none


def _window(
    instance: Instance, um: int, where: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Nearest start of a period in which the method is offered, and first and last year allowed.

    The nearest is the first after the window; where there is none, the last before it.
    """
    starts = instance.calendar.start_t
    first = instance.land.release_i[where]
    last = instance.land.latest_i(int(starts[0]))[where]
    offered = starts[instance.practices.offered_umt[um]].astype(np.float64)
    later = np.where(offered[None, :] > last[:, None], offered[None, :], np.inf).min(axis=1)
    nearest = np.where(np.isfinite(later), later, offered.max(initial=-np.inf))
    return (np.where(np.isfinite(nearest), nearest, np.nan),
            np.where(np.isfinite(first), first, np.nan),
            np.where(np.isfinite(last), last, np.nan))


@dataclass(frozen=True)
class _Part:
    """Rows of the table for one practice: all that are allowed, or those that fail one rule."""

    um: int
    j: int
    i: NDArray[np.int64]
    texts: dict[str, Any]
    numbers: dict[str, NDArray[np.float64] | float]

    @classmethod
    def allowed(cls, um: int, where: NDArray[np.int64]) -> _Part:
        """Rows that are allowed."""
        return cls(um, -1, where, dict.fromkeys(_TEXTS, ""), dict.fromkeys(_NUMBERS, np.nan))

    @classmethod
    def of(cls, instance: Instance, eligibility: Eligibility, failure: Failure) -> _Part:
        """Rows that fail one rule."""
        rule = failure.rule
        attribute = START_YEAR if rule.kind == "window" else rule.attribute
        return cls(
            failure.um, failure.j, failure.i,
            {"rule": str(rule), "attribute": attribute, "clause": rule.clause,
             "cure": cures_of(instance, eligibility, failure)},
            {"value": failure.value, "minimum": failure.minimum, "maximum": failure.maximum,
             "missing": failure.missing},
        )


_TEXTS = ("rule", "attribute", "clause", "cure")
_NUMBERS = ("value", "minimum", "maximum", "missing")
_COLUMNS = ("parcel", "use", "method", "allowed", "rule", "attribute", "value", "minimum",
            "maximum", "clause", "missing", "cure")


def _columns(instance: Instance, parts: list[_Part]) -> dict[str, NDArray[Any]]:
    """Lay the parts out as columns, by parcel, practice and rule."""
    practices = instance.practices
    count = [len(part.i) for part in parts]
    i = np.concatenate([np.zeros(0, dtype=np.int64), *(part.i for part in parts)])
    um = np.repeat([part.um for part in parts], count).astype(np.int64)
    j = np.repeat([part.j for part in parts], count)
    order = np.lexsort((j, um, i))
    uses = np.array(practices.uses, dtype=object)[practices.use_um]
    methods = np.array(practices.methods, dtype=object)[practices.method_um]
    columns: dict[str, NDArray[Any]] = {
        "parcel": instance.land.parcels[i], "use": uses[um], "method": methods[um],
        "allowed": j < 0,
    }
    for kind, dtype in ((_TEXTS, object), (_NUMBERS, np.float64)):
        for name in kind:
            cells = [{**part.texts, **part.numbers}[name] for part in parts]
            columns[name] = np.concatenate([np.zeros(0, dtype=dtype), *(
                np.broadcast_to(np.asarray(cell, dtype=dtype), size)
                for cell, size in zip(cells, count, strict=True))])
    return {name: columns[name][order] for name in _COLUMNS}
