"""What `reclaim alternatives` prints: how far plans may differ, and what they all share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.analysis.alternatives.choices import ALWAYS, DEPENDS, NEVER
from optimizer.report.commands import quoted
from optimizer.report.figures import columns, figure, hectares, of_unit, signed

if TYPE_CHECKING:
    from optimizer.analysis.alternatives.alternatives import Alternative, Alternatives

#: Where the optimum is 0, so that a share of it is too.
NOTHING = "A share of nothing is nothing: only ties are looked for; --within-absolute gives room."

STATE_WORDS = {
    ALWAYS: "always the same main use",
    DEPENDS: "depends on the plan",
    NEVER: "never reclaimed",
}


def alternatives_text(found: Alternatives, folder: Path | None = None) -> str:
    """Tell what was found in plain text."""
    blocks = [_headline(found), _plan_lines(found), _range_lines(found), _parcel_lines(found)]
    if folder is not None:
        first = quoted(str(folder / "optimum"))
        blocks.append([f"Written to {folder}; every plan is a result folder of its own: {first}"])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _headline(found: Alternatives) -> list[str]:
    """What was asked."""
    optimum = found.optimum
    unit = optimum.stages[-1].unit
    best = of_unit(signed(optimum.objective), unit)
    loss = of_unit(figure(found.loss_allowed), unit)
    least = f"{figure(found.least_difference_ha)} ha"
    nothing = [] if optimum.objective or found.loss_allowed else [NOTHING]
    return [
        f"{optimum.instance.name}: plans that lose at most {loss} of the optimum's {best}",
        f"Plans differ by the hectares of land whose use differs; at least {least} were asked for.",
        *nothing,
    ]


def _plan_lines(found: Alternatives) -> list[str]:
    """Every plan, and whether there may be more."""
    head = ("plan", "loses", "differs from optimum", "from nearest", "at most possible")
    rows = [head, *(_plan_cells(found, plan) for plan in found.plans)]
    lines = columns(rows, "<>>>>") if found.plans else []
    return [*lines, ending(found)]


def _plan_cells(found: Alternatives, plan: Alternative) -> tuple[str, str, str, str, str]:
    from_optimum = float(found.difference_nn[0, plan.number])
    return (str(plan.number), of_unit(figure(plan.loss), found.optimum.stages[-1].unit),
            f"{hectares(from_optimum)} ha", f"{hectares(plan.nearest_ha)} ha",
            f"{hectares(plan.bound_ha)} ha")


def ending(found: Alternatives) -> str:
    """Whether there are more plans that differ enough, in words."""
    least = f"{figure(found.least_difference_ha)} ha"
    if found.left_ha is None:
        return "There may be more: the number of plans asked for was reached (--count)."
    if found.complete:
        return (f"No further plan within the loss differs from all of these by {least}: proven "
                f"(at most {hectares(found.left_ha)} ha).")
    return (f"No further plan was found that differs from all of these by {least}; the proof only "
            f"says that none differs by more than {hectares(found.left_ha)} ha.")


def _range_lines(found: Alternatives) -> list[str]:
    """Range of every use and zone."""
    words = {"use": "", "zone": "zone ", "all": "all land reclaimed"}
    rows = [("Hectares possible within the loss (proven)", "least", "optimum", "most")]
    rows += [(f"{words[one.kind]}{one.name}", hectares(one.least_ha), hectares(one.optimum_ha),
              hectares(one.most_ha)) for one in found.ranges]
    return columns(rows, "<>>>", indent="")


def _parcel_lines(found: Alternatives) -> list[str]:
    """Hectares of land by state."""
    table = found.parcels
    rows = [("What becomes of the land", "parcels", "ha", "of these proven, ha")]
    for state, words in STATE_WORDS.items():
        own = table[table["state"] == state]
        proven = own.loc[own["proven"], "area_ha"].sum()
        rows.append((words, f"{len(own):,}", hectares(float(own["area_ha"].sum())),
                     "-" if state == DEPENDS else hectares(float(proven))))
    return columns(rows, "<>>>", indent="")
