"""What `reclaim solve` prints about the layout of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.analysis.layout import layout_of, lead_uses
from optimizer.instance.nearest import counted
from optimizer.report.figures import cut, figure, hectares, whole

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution


def layout_lines(solution: Solution) -> list[str]:
    """How compact the plan is: boundary, patches, and those too small to be worked."""
    layout, leads = layout_of(solution.instance, solution.plan), lead_lines(solution)
    if layout is None:
        return leads
    cost = solution.objective_terms.get("boundary")
    told = f", priced at {figure(-cost)} {solution.stages[-1].unit}" if cost else ""
    patches, km = counted(layout.patches, "patch", "patches"), figure(layout.boundary_km)
    lines = [f"  {patches}, {km} km of boundary between unlike uses{told}"]
    lines += patch_lines(solution)
    uses = solution.instance.practices.uses
    for label, use in zip(solution.instance.practices.label_u, uses, strict=True):
        small = layout.unworkable_patches_by_use[use]
        if small:
            patches = counted(layout.patches_by_use[use], "patch", "patches")
            lines.append(f"  {cut(label, 32)}: {whole(small)} of {patches} too small to be worked "
                         f"({hectares(layout.unworkable_ha_by_use[use])} ha)")
    return lines + leads


def lead_lines(solution: Solution) -> list[str]:
    """Lead use of every zone that has one."""
    lines = []
    for lead in lead_uses(solution.instance, solution.plan):
        share = "nothing is reclaimed" if lead.share_pct is None else (
            f"{lead.share_pct:.0f} %, at least {lead.minimum_share_pct:g} %")
        override = f"clusters[{lead.zone}].use={lead.use}"
        chosen = ", chosen" if override in solution.instance.settings.overrides else ""
        lines.append(f"  lead use of {lead.zone}: {lead.use} ({share}{chosen})")
    return lines


def patch_lines(solution: Solution) -> list[str]:
    """What keeping least patches cost, where it cost something."""
    cost = solution.patch_cost
    if cost is None or cost.how == "none":
        return []
    lost = f"{figure(cost.objective)} {solution.stages[-1].unit}"
    if cost.net_sink_tco2e is not None:
        lost = f"{figure(cost.net_sink_tco2e)} t CO2e of net sink"
    how = "small patches repaired" if cost.how == "repair" else "small patches forbidden"
    rounds = f"{cost.rounds} round{'' if cost.rounds == 1 else 's'}"
    return [f"  {how} in {rounds}: {lost} less than without the rule"]
