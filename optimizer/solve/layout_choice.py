"""Which engine lays parcels out under a boundary weight, and how long that is expected to take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formulation.layout.neighbours import boundary_weight
from optimizer.formulation.layout.tied import beyond_boundaries

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

#: From so many parcels `auto` lays out by the first-order method where boundaries have a weight:
#: HiGHS takes eight times as long at 1,600 parcels, six times at 3,600, but the first run on a
#: machine compiles for some 20 s (benchmarks/layout.py).
FIRST_ORDER_FROM_PARCELS = 2_000
#: Processor seconds of one step by the price of an edge, and steps that usually suffice.
STEP_SECONDS, USUAL_STEPS = 3e-8, 300
#: Reading, laying out and writing, seconds by parcel.
AROUND_SECONDS = 1.2e-4
#: Seconds HiGHS takes for the linear program of so many parcels and five labels; it grows with
#: the square.
HIGHS_SECONDS, HIGHS_PARCELS, HIGHS_LABELS = 19.0, 3_600, 5
#: Less than this needs no announcement.
WORTH_SAYING_S = 10.0


def takes_first_order(instance: Instance, engine: str, compact: bool | None) -> bool:
    """Whether the first-order method lays the parcels out: as `solve` takes its arguments."""
    if engine == "first-order":
        return True
    return (engine == "auto" and compact is not False and boundary_weight(instance) != 0.0
            and instance.land.count >= FIRST_ORDER_FROM_PARCELS)


def declined(instance: Instance) -> str:
    """Why the first-order method does not take an instance, as an aside; "" where it does."""
    others = beyond_boundaries(instance)
    if not others:
        return ""
    return f"; no first-order method, as {' and '.join(others)} tie parcels together too"


def expected_seconds(instance: Instance, *, first_order: bool) -> float:
    """Roughly what a layout takes on two idle cores, from reading to writing."""
    table, labels = instance.table("adjacency"), len(instance.practices.uses) + 1
    pairs, parcels = 0 if table is None else len(table), instance.land.count
    if first_order:
        return pairs * labels * STEP_SECONDS * USUAL_STEPS + parcels * AROUND_SECONDS
    return HIGHS_SECONDS * (parcels * labels / (HIGHS_PARCELS * HIGHS_LABELS)) ** 2


def announcement(instance: Instance, engine: str, compact: bool | None) -> str | None:
    """What a long layout is expected to take, in words; None where it is quick or no layout."""
    by_highs = engine in ("auto", "highs", "decomposition") or engine.startswith("pyomo")
    if boundary_weight(instance) == 0.0 or not (by_highs or engine == "first-order"):
        return None
    first_order = takes_first_order(instance, engine, compact) and not declined(instance)
    seconds = expected_seconds(instance, first_order=first_order)
    if seconds < WORTH_SAYING_S:
        return None
    table = instance.tables["adjacency"]
    way = "the first-order method" if first_order else "HiGHS, exactly"
    return (f"{instance.land.count:,} parcels, {len(table):,} shared boundaries: expect about "
            f"{_duration(seconds)} by {way}")


def _duration(seconds: float) -> str:
    """A rough duration in words."""
    if seconds < 90.0:
        return f"{round(seconds, -1):.0f} s"
    if seconds < 5400.0:
        return f"{seconds / 60.0:.0f} min"
    return f"{seconds / 3600.0:,.0f} h"
