"""One parcel explained: what may become of it, why it got its use, what another would cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.analysis.all_options import refuse_compact
from optimizer.analysis.explain.choice import ParcelChoice, choice_of
from optimizer.analysis.explain.eligibility import eligibility_table
from optimizer.analysis.explain.forced import ForcedUse, forced_uses
from optimizer.analysis.explain.record import plain
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.nearest import advice, listed
from optimizer.solve.errors import Infeasible

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.solve.solution import Solution


@dataclass(frozen=True)
class FailedRule:
    """One rule that forbids a practice; fields as in the eligibility table."""

    rule: str
    attribute: str
    value: float
    minimum: float
    maximum: float
    clause: str
    missing: float
    cure: str


@dataclass(frozen=True)
class PracticeVerdict:
    """Whether one use may be had by one method.

    Parameters
    ----------
    use, method
        Names.
    failed
        Rules that forbid it; empty where it is allowed.
    periods
        Start years in which it may begin, if it is allowed.
    """

    use: str
    method: str
    failed: tuple[FailedRule, ...]
    periods: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        """Whether every rule holds."""
        return not self.failed


@dataclass(frozen=True)
class ParcelExplanation:
    """Everything there is to say about one parcel.

    Parameters
    ----------
    parcel, area_ha, zone
        The parcel.
    attributes
        Attribute -> value there before any work, those that are given.
    verdicts
        Every practice, in the order of the methods table.
    choice
        Why the plan gives it its use; None where there is no plan.
    forced
        What each other use, and leaving the land, would cost; empty where there is no plan.
    infeasible
        Why there is no plan; empty where there is one.
    """

    parcel: str
    area_ha: float
    zone: str
    attributes: dict[str, float]
    verdicts: tuple[PracticeVerdict, ...]
    choice: ParcelChoice | None
    forced: tuple[ForcedUse, ...]
    infeasible: tuple[str, ...]


def explain_parcel(
    instance: Instance, parcel: str, solution: Solution | None = None
) -> ParcelExplanation:
    """Explain one parcel.

    Parameters
    ----------
    instance
        Checked instance.
    parcel
        Name of the parcel.
    solution
        Its optimum; None solves the instance first.

    Raises
    ------
    InstanceRefused
        If the instance has no such parcel, naming the nearest.
    ValueError
        For a compact solution, which cannot be solved again.
    """
    i = _position(instance, parcel)
    solved, reasons = _solved(instance, solution)
    zone = instance.land.zone_i[i]
    return ParcelExplanation(
        parcel=parcel, area_ha=float(instance.land.area_i[i]),
        zone=instance.land.zones[zone] if zone >= 0 else "",
        attributes={name: float(values[i]) for name, values in instance.land.attributes.items()
                    if not np.isnan(values[i])},
        verdicts=_verdicts(instance, parcel, i),
        choice=None if solved is None else choice_of(solved, i),
        forced=() if solved is None else forced_uses(solved, i), infeasible=reasons,
    )


def _position(instance: Instance, parcel: str) -> int:
    """Index of a parcel, or a refusal that names the nearest."""
    found = np.flatnonzero(instance.land.parcels == parcel)
    if len(found):
        return int(found[0])
    known = [str(name) for name in instance.land.parcels]
    raise InstanceRefused(instance.name, [Finding(
        file=instance.tables["parcels"].file, rule="unknown parcel", seen=parcel,
        expected=f"one of {listed(known)}", column="parcel",
        do=advice(parcel, known, "Give a name of the parcels table, exactly as it stands there."),
    )])


def _solved(
    instance: Instance, solution: Solution | None
) -> tuple[Solution | None, tuple[str, ...]]:
    """The optimum, or why there is none."""
    if solution is not None:
        refuse_compact(solution)
        return solution, ()
    from optimizer.solve.engine import solve

    try:
        return solve(instance, compact=False), ()
    except Infeasible as error:
        return None, tuple(error.reasons)


def _verdicts(instance: Instance, parcel: str, i: int) -> tuple[PracticeVerdict, ...]:
    """Every practice on one parcel."""
    from optimizer.options.eligibility import window_of

    table = eligibility_table(instance, parcel)
    usable_umt = instance.practices.offered_umt & window_of(instance)[i][None, :]
    verdicts = []
    for um in range(instance.practices.count):
        use, method = instance.practices.name_um(um)
        rows = table[(table["use"] == use) & (table["method"] == method) & ~table["allowed"]]
        failed = tuple(FailedRule(**{name: record[name] for name in FailedRule.__annotations__})
                       for record in rows.to_dict("records"))
        labels = () if failed else tuple(
            instance.calendar.labels[t] for t in np.flatnonzero(usable_umt[um]))
        verdicts.append(PracticeVerdict(use, method, failed, labels))
    return tuple(verdicts)


def parcel_record(explanation: ParcelExplanation) -> dict[str, Any]:
    """Explanation as plain JSON values; numbers that are not there become null."""
    record: dict[str, Any] = plain(explanation)
    for verdict, told in zip(explanation.verdicts, record["verdicts"], strict=True):
        told["allowed"] = verdict.allowed
    if explanation.choice is not None:
        record["choice"] |= {"tie": explanation.choice.tie, "thin": explanation.choice.thin}
    return record
