"""What the numbers rest on; how it was worked out; certificate and versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.html.bars_chart import Bar, bars_chart
from optimizer.report.html.section import Picture, Section, Table
from optimizer.report.html.stages import bound_sentence

if TYPE_CHECKING:
    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material

#: Numbers shown at once; the others stand behind a button.
SHOWN = 12
#: Standing -> colour, from firm to not stated.
COLOURS = {"read": "#0072b2", "second-hand": "#56b4e9", "derived": "#009e73",
           "assumed": "#e69f00", "not stated": "#d55e00"}


def foundations_section(material: Material, language: Language) -> Section:
    """Sources, and the share of the carbon that rests on assumptions."""
    t, rests = language.t, material.rests
    settings = material.instance.settings
    sizes = rests.tco2e_by_standing
    total = sum(sizes.values())
    lead = [t("assumed_share", share=language.percent(rests.assumed_share))] if total > 0 else [
        t("no_carbon_rests")]
    bars = [Bar(t(f"standing_{name}"), 0.0, size, language.percent(size / total), COLOURS[name])
            for name, size in sizes.items()] if total > 0 else []
    pictures = [Picture(t("standing_caption"), bars_chart(
        bars, language, label=t("standing_caption"), unit=language.unit("t CO2e")))] if bars else []
    head = (t("number"), t("value"), t("standing"), t("carbon_behind"), t("stated_source"))
    rows = [(f"{r['table']}[{r['key']}].{r['column']}", str(r["value"]),
             t(f"standing_{r['standing']}"), language.number(float(r["tco2e"])),
             str(r["source"]) or t("no_source")) for r in rests.numbers.to_dict("records")]
    tables = [Table(head, rows[:SHOWN], "<<<><", t("numbers_caption"))] if rows else []
    more = [(t("numbers_more", count=len(rows) - SHOWN), Table(head, rows[SHOWN:], "<<<><"))] \
        if len(rows) > SHOWN else []
    notes = [t("data_source", source=text) for text in settings.sources]
    notes += [t("licence", licence=settings.licence)] if settings.licence else []
    return Section("foundations", t("foundations_title"), lead, pictures, tables, notes, more)


def method_section(material: Material, language: Language) -> Section:
    """Method, certificate, versions."""
    t, summary = language.t, material.summary
    certificate = summary["certificate"]
    rows = [
        (t("engine"), f"{summary['engine']} ({summary['solver']})"),
        (t("engine_reason"), str(summary["engine_reason"])),
        (t("options"), f"{int(summary['options']):,}"),
        (t("cert_primal"), f"{certificate['primal_violation']:.1e}"),
        (t("cert_dual"), f"{certificate['dual_violation']:.1e}"),
        (t("cert_gap"), f"{certificate['relative_gap']:.1e}"),
        (t("program"), f"reclaim {summary['version']}"),
        (t("instance"), str(summary["instance"])),
        (t("hash"), str(summary["instance_sha256"])),
        (t("library"), str(summary["library"] or t("none"))),
        (t("overrides"), "; ".join(summary["overrides"]) or t("none")),
    ]
    lead = [t("method_lead"), bound_sentence(material, language) + t("proof_how")]
    lead += [t("proof_whole_how")] if material.is_whole else []
    return Section("method", t("method_title"), lead, (),
                   [Table((t("what"), t("value")), rows, "<<", t("certificate_caption")),
                    *_stages(material, language)], [t("verify_note")])


def _stages(material: Material, language: Language) -> list[Table]:
    """Earlier stages of the objective, where there are several."""
    stages, t = material.summary["stages"], language.t
    if len(stages) < 2:
        return []
    rows = [(str(s["number"]), str(s["label"]), language.amount(s["objective"], s["unit"]),
             language.amount(s["bound"], s["unit"])) for s in stages]
    return [Table((t("stage"), t("objective"), t("value"), t("bound")), rows, "<<>>",
                  t("stages_caption"))]
