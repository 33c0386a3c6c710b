"""Which engine lays parcels out under a boundary weight, and how long that is expected to take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formulation.layout.neighbours import boundary_weight
from optimizer.formulation.layout.tied import LEADS, PATCHES, beyond_boundaries, ties

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

#: From so many parcels `auto` lays out by the first-order method where boundaries have a weight:
#: HiGHS takes eight times as long at 1,600 parcels, six times at 3,600, but the first run on a
#: machine compiles for some 20 s (benchmarks/layout.py).
FIRST_ORDER_FROM_PARCELS = 2_000
#: Processor seconds of one step by the price of an edge, and steps that usually suffice.
STEP_SECONDS, USUAL_STEPS = 3e-8, 300
#: So many times that with rules on neighbours, or weights by pair of uses.
HIGHS_WITH_MORE = 2.0
#: From so many whole parcels the search by HiGHS may go on for minutes or for ever.
SEARCHED_FROM_PARCELS = 150
#: Up to so many parcels the first-order method goes on to the optimum, and seconds by parcel that
#: it then takes.
EXACT_UP_TO_PARCELS, EXACT_SECONDS = 10_000, 8e-4
#: Reading, laying out and writing, seconds by parcel.
AROUND_SECONDS = 1.2e-4
#: Seconds HiGHS takes for the linear program of so many parcels and five labels; it grows with
#: the square.
HIGHS_SECONDS, HIGHS_PARCELS, HIGHS_LABELS = 19.0, 3_600, 5
#: How the reason why the first-order method did not take part begins.
DECLINED = "; no first-order method, as"
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
    others, reasons = beyond_boundaries(instance), []
    if others:
        reasons.append(f"{' and '.join(others)} tie parcels together too")
    if len({entry.stage for entry in instance.settings.objectives}) > 1:
        reasons.append("it takes one objective, not several in order")
    return f"{DECLINED} {', and '.join(reasons)}" if reasons else ""


def expected_seconds(instance: Instance, *, first_order: bool) -> float:
    """Roughly what a layout takes on two idle cores, from reading to writing.

    By HiGHS it is one linear program: least patches solve it again, whole parcels search on.
    """
    table, labels = instance.table("adjacency"), len(instance.practices.uses) + 1
    pairs, parcels = 0 if table is None else len(table), instance.land.count
    if first_order:
        ending = EXACT_SECONDS if parcels <= EXACT_UP_TO_PARCELS else 0.0
        return (pairs * labels * STEP_SECONDS * USUAL_STEPS
                + parcels * (AROUND_SECONDS + ending))
    if boundary_weight(instance) == 0.0:
        return parcels * AROUND_SECONDS
    seconds = HIGHS_SECONDS * (parcels * labels / (HIGHS_PARCELS * HIGHS_LABELS)) ** 2
    return seconds * (HIGHS_WITH_MORE if beyond_boundaries(instance) else 1.0)


def announcement(
    instance: Instance, engine: str, compact: bool | None, *, whole: bool = False,
    worth_saying_s: float | None = None,
) -> str | None:
    """What a long layout is expected to take, in words; None where it is quick or no layout.

    Parameters
    ----------
    engine, compact
        As `solve` takes them.
    whole
        Whether every parcel gets one option or none.
    worth_saying_s
        Expected seconds from which on it is told; None for ten.
    """
    tied = tuple(tie for tie in ties(instance) if tie != LEADS)
    if not tied:
        return None
    suited = not declined(instance)
    first_order = takes_first_order(instance, engine, compact) and suited
    seconds = expected_seconds(instance, first_order=first_order)
    searched = whole and not first_order and instance.land.count >= SEARCHED_FROM_PARCELS
    least = WORTH_SAYING_S if worth_saying_s is None else worth_saying_s
    if seconds < least and not searched:
        return None
    table = instance.table("adjacency")
    pairs = 0 if table is None else len(table)
    told = f"{instance.land.count:,} parcels, {pairs:,} shared boundaries: expect about "
    if first_order:
        return f"{told}{_duration(seconds)} by the first-order method"
    told += f"{_duration(seconds)} by HiGHS"
    told += " for parts of parcels" if whole else ", exactly"
    if PATCHES in tied:
        told += ", and as much again for every round that mends patches too small"
    if searched:
        told += ("; how long the search over whole parcels goes on cannot be told: --time-limit "
                 "and --gap end it")
        if suited and boundary_weight(instance):
            told += ", --engine first-order comes within a gap in seconds or minutes"
    return told


def _duration(seconds: float) -> str:
    """A rough duration in words."""
    if seconds < 10.0:
        return f"{max(1.0, seconds):.0f} s"
    if seconds < 90.0:
        return f"{round(seconds, -1):.0f} s"
    if seconds < 5400.0:
        return f"{seconds / 60.0:.0f} min"
    return f"{seconds / 3600.0:,.0f} h"
