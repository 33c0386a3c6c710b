"""Layout: how compact the plan is, field by field, and what least patches cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.report.html.section import Section, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material


def layout_section(material: Material, language: Language) -> Section | None:
    """Boundary, patches of each use, and fields too small; None without known neighbours."""
    measures, t = material.summary["layout"], language.t
    if measures is None:
        return None
    lead = [t("layout_lead", km=language.amount(measures["boundary_km"], "km"),
              count=language.round(measures["patches"]))]
    priced = material.summary["objective_terms"].get("boundary")
    if priced:
        lead.append(t("layout_priced", value=language.amount(-priced, material.unit)))
    return Section("layout", t("layout_title"), lead, (), [_by_use(material, language, measures)],
                   notes=[*_notes(language, measures), *_leads(material, language)])


def _by_use(material: Material, language: Language, measures: Mapping[str, Any]) -> Table:
    """Patches of every use that has any."""
    t, table = language.t, material.instance.tables["uses"]
    uses = material.instance.practices.uses
    labels = language.labels(table, uses)
    least_u, workable_u = (table.number(column, 0.0)
                           for column in ("min_patch_ha", "workable_patch_ha"))
    rows = []
    for u, (use, label) in enumerate(zip(uses, labels, strict=True)):
        count = measures["patches_by_use"][use]
        if not count:
            continue
        small, small_ha = (measures[f"unworkable_{what}_by_use"][use] for what in ("patches", "ha"))
        told = t("layout_small", count=language.round(small), ha=language.hectares(small_ha))
        rows.append((
            label, language.round(count),
            language.hectares(measures["mean_patch_ha_by_use"][use]),
            language.hectares(measures["smallest_patch_ha_by_use"][use]),
            language.percent(measures["largest_patch_share_by_use"][use]),
            told if workable_u[u] > 0.0 else "–",
            language.hectares(float(least_u[u])) if least_u[u] > 0.0 else "–"))
    head = (t("use"), *(t(f"layout_{column}") for column in (
        "patches", "mean", "smallest", "largest", "unworkable", "least")))
    return Table(head, rows, "<>>>>>>", t("layout_caption"))


def _leads(material: Material, language: Language) -> list[str]:
    """Lead use of every zone that has one."""
    uses = material.instance.practices.uses
    label = dict(zip(uses, language.labels(material.instance.tables["uses"], uses), strict=True))
    return [language.t("layout_lead_use", zone=lead["zone"], use=label[lead["use"]],
                       share=language.percent((lead["share_pct"] or 0.0) / 100.0),
                       least=language.round(lead["minimum_share_pct"]))
            for lead in material.summary.get("lead_uses") or []]


def _notes(language: Language, measures: Mapping[str, Any]) -> list[str]:
    """What a patch is, and what the least ones cost."""
    notes = [language.t("layout_note")]
    how = measures.get("patch_repair")
    if how in ("exact", "repair"):
        cost = measures["patch_repair_cost_tco2e"]
        notes.append(language.t(f"layout_{how}", cost=language.amount(cost, "t CO2e")))
    return notes
