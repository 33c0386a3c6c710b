"""What a result folder holds: every file, column and key with its unit and meaning.

`reclaim schema --outputs` prints it, and a test holds it against the files that are written.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from optimizer.report.output_file import PLAN_COLUMNS, OutputColumn, OutputFile
from optimizer.report.output_schema_compare import COMPARE_OUTPUTS, DIFF_OUTPUTS
from optimizer.report.output_schema_export import EXPORT_OUTPUTS
from optimizer.report.output_schema_sensitivity import CURVE_OUTPUTS, PRICES_OUTPUTS
from optimizer.report.output_schema_sweep import SWEEP_OUTPUTS
from optimizer.report.output_schema_uncertainty import (
    ALTERNATIVES_OUTPUTS,
    ROBUST_OUTPUTS,
    SENSITIVITY_OUTPUTS,
)
from optimizer.report.written import KEY

C = OutputColumn

SUMMARY_KEYS = (
    C("status", "optimal, within_gap (of the gap asked for) or stopped (before the proof)."),
    C("objective", "Value of the last stage of the objective.", "objective_unit"),
    C("objective_unit", "Unit of `objective`."),
    C("objective_terms", "Parts of the objective; they add up to it.", "objective_unit"),
    C("bound", "Nothing can be better than this, recomputed from prices without a solver.",
      "objective_unit"),
    C("solver_bound", "Bound of branch and bound for whole parcels; cannot be verified; null "
      "for linear programs.", "objective_unit"),
    C("relative_gap", "Between objective and best bound, over the sizes of the terms."),
    C("net_sink_tco2e", "Additional net carbon sink over the horizon.", "t CO2e"),
    C("absolute_sink_tco2e", "The same plus the baseline uptake of all land.", "t CO2e"),
    C("carbon_terms", "Terms of the net sink, signed (+ sink); they add up to it.", "t CO2e"),
    C("reclaimed_ha", "Land reclaimed.", "ha"),
    C("available_ha", "Land there is.", "ha"),
    C("area_by_use", "Land under each use of the instance, zeros too.", "ha"),
    C("layout", "boundary_km (between unlike uses, and uses and bare land), patches; by use: "
      "patches_by_use, mean_patch_ha_by_use, smallest_patch_ha_by_use, largest_patch_share_by_use "
      "(of the hectares in patches), unworkable_patches_by_use and unworkable_ha_by_use (below "
      "workable_patch_ha of the use); with least patches (min_patch_ha) patch_repair (exact, "
      "repair or none), and what keeping them cost: patch_repair_cost (objective) and "
      "patch_repair_cost_tco2e (net sink); null without an adjacency table.",
      "km; number; ha; 1"),
    C("engine", "Engine that solved it."),
    C("engine_reason", "Why that engine."),
    C("solver", "Solver and version."),
    C("version", "Version of this program."),
    C("instance", "Name of the instance."),
    C("instance_sha256", "Hash of the resolved instance; that of instance/ is the same."),
    C("options", "Number of (parcel, use, method, period, source) the rules allow."),
    C("seconds", "Time by phase: read, check, carbon, assemble, solve, certify, write.", "s"),
    C("certificate", "primal_violation, dual_violation, relative_gap, recomputed with numpy.",
      "relative"),
    C("stages", "One entry a stage: number, label, unit, objective, bound, relative_gap, and "
      "the floor under which later stages may not push it.", "unit of the stage"),
    C("holding_if_nothing_done", "What stockpiled topsoil would emit if no land were reclaimed; "
      "reported beside carbon_terms, not part of them.", "t CO2e"),
    C("lead_uses", "One entry a zone of clusters: zone, use, share_pct (of the zone's reclaimed "
      "land), minimum_share_pct.", "%"),
    C("overrides", "The --set texts that were applied."),
    C("library", "Coefficient library and version the values came from; empty for none."),
    C("whole_parcels", "Whether every parcel was given one option or none."),
)

OUTPUTS = (
    OutputFile("summary.json", "The answer in one page for machines.", "json", SUMMARY_KEYS),
    OutputFile("plan.csv", "The plan: hectares of every option chosen.", "table", PLAN_COLUMNS,
               "the run was not stopped", per_parcel=True),
    OutputFile("incumbent.csv", "Best plan known of a stopped run; not proven.", "table",
               PLAN_COLUMNS, "the run was stopped before its proof", per_parcel=True),
    OutputFile("stocks.csv", "Topsoil left at each source after each period.", "table", (
        C("source", "Name of the source."),
        C("period", "Start year of the period."),
        C("stock_m3", "Left after the period, as placed.", "m3"),
    )),
    OutputFile("limits.csv", "Every row of every limit: where it stands and what it is worth.",
               "table", (
        C("limit", "Name of the limit."),
        C("account", "Account the rule is on."),
        C("use", "Uses counted; blank: all."),
        C("method", "Methods counted; blank: all."),
        C("zone", "Zones counted; blank: all."),
        C("period", "Periods counted; blank: all."),
        C("cumulative", "yes: everything up to the end of the last of these periods is counted."),
        C("sense", "<=, >= or =."),
        C("value", "The limit as written; blank for `equal`.", "value_unit"),
        C("reached", "What the plan makes of it; blank where there is no land to share or average.",
          "value_unit"),
        C("value_unit", "Unit as written: of an amount, % of what, or per hectare."),
        C("bound", "Right-hand side of the row, converted to `unit`; 0 for shares of reclaimed "
          "land and averages, whose row is a difference.", "row"),
        C("unit", "Unit of bound, activity and slack."),
        C("activity", "What the plan makes of the row's left-hand side.", "row"),
        C("slack", "Room left; 0 where the limit binds.", "row"),
        C("shadow_price", "Change of the objective per unit more of the bound; of the linear "
          "program where whole parcels were asked for.", "row"),
        C("price_unit", "Unit of the shadow price."),
        C("binding", "yes where no room is left; no where nothing is counted and 0 is allowed."),
    )),
    OutputFile("prices.csv", "Prices of all rows but land, with all digits: what verifying needs.",
               "table", (
        C("stage", "Stage of the objective the price belongs to."),
        C("family", "Family of the row: limit, soil_balance, objective_floor, ..."),
        C("limit", "Name of the limit, or of the rule on neighbours."),
        C("use", "Use of the row, where it has one."),
        C("method", "Method of the row, where it has one."),
        C("zone", "Zone of the row, where it has one."),
        C("period", "Period of the row, where it has one."),
        C("source", "Topsoil source of the row, where it has one."),
        C("parcel", "Parcel of the row, where it has one."),
        C("neighbour", "Of a boundary row: the parcel with less of the use than `parcel`; of a "
          "rule on neighbours: the one kept apart. Such rows without a price are left out."),
        C("price", "Change of the objective per unit more of the right-hand side.", "row"),
        C("unit", "Unit of the price."),
    )),
    OutputFile("edge_prices.parquet", "Prices of shares across shared boundaries, a row a pair of "
               "neighbours in the order of adjacency: the rest of what verifying needs.", "table", (
        C("parcel_a", "One of the two parcels."),
        C("parcel_b", "The other."),
        C("price:USE", "One column for each use: what a whole share more of it on parcel_a than on "
          "parcel_b is charged; never beyond half the boundary weight times the shared length.",
          "objective_unit"),
        C("price_bare", "The same for land left bare.", "objective_unit"),
    ), "the first-order method laid out so many parcels that prices.csv cannot hold them"),
    OutputFile("parcels.csv", "Every parcel: what happens to it and what its land is worth.",
               "table", (
        C("parcel", "Name of the parcel."),
        C("area_ha", "Area there is.", "ha"),
        C("reclaimed_ha", "Area reclaimed.", "ha"),
        C("use", "Main use; blank where nothing is reclaimed."),
        C("method", "Main method."),
        C("period", "Main start period."),
        C("net_sink_tco2e", "Net sink of the parcel, holding apart.", "t CO2e"),
        C("land_price", "Change of the objective per hectare more of this land.",
          "objective_unit/ha"),
        C("runner_up", "Next best use at the optimum's prices; blank: leaving the land as it is, "
          "or (then margin is blank too) no other choice."),
        C("margin", "How far the runner-up lies behind the main use; 0 where both are as good.",
          "objective_unit/ha"),
    ), per_parcel=True),
    OutputFile("carbon.csv", "Every term of the net sink by use, method and period.", "table", (
        C("use", "What the land becomes; blank for holding."),
        C("method", "How."),
        C("period", "Start year of the period in which work starts."),
        C("term", "Name of the term."),
        C("tco2e", "Signed: + sink, - emission.", "t CO2e"),
    ), "the instance has a carbon account"),
    OutputFile("instance/", "The instance as solved: library values, defaults and overrides in.",
               "folder"),
    OutputFile("report.html", "All of this as one page that needs no network, with a map to "
               "explore; `reclaim report` writes it in Chinese, or with other results beside it.",
               "page"),
    OutputFile("map.png", "Parcels in the colour of their main use.", "picture"),
    OutputFile("carbon.png", "The net sink, term by term.", "picture", (),
               "the instance has a carbon account"),
)

#: Files of `reclaim explain -o OUT`.
EXPLAIN_OUTPUTS = (
    OutputFile("explain.json", "Why there is no plan and what would let one through, or how far "
               "each limit is from breaking it.", "json", (
        C("feasible", "Whether a plan exists."),
        C("reasons", "Rows that land alone rules out, with the hectares that decide."),
        C("attainable", "Every row of every limit: rule, bound, and the least and most that land "
          "alone lets it reach.", "unit of the row"),
        C("loosenings", "Ways out, the smallest first: way, changes (path, old, new, unit, "
          "relative, overrides for --set), and objective, net sink and areas of the plan."),
        C("conflicts", "Small sets of rules that cannot hold together; without any one they can."),
        C("reach", "Each limit with a value: the tightest at which a plan exists, and the room.",
          "unit of the limit"),
        C("notes", "What could not be found."),
    ), "`reclaim explain -o` was asked for"),
    OutputFile("eligibility.csv", "Every parcel, use and method: one row where it is allowed, "
               "else one for each rule that forbids it.", "table", (
        C("parcel", "Name of the parcel."),
        C("use", "What it would become."),
        C("method", "How."),
        C("allowed", "yes where every rule holds."),
        C("rule", "Rule that fails, in words; blank where allowed."),
        C("attribute", "What the rule bounds; start_year for the window; blank for topsoil."),
        C("value", "What is there after the method; for topsoil the m3 per ha it brings in.",
          "attribute"),
        C("minimum", "Least the rule allows; blank for none.", "attribute"),
        C("maximum", "Most the rule allows; blank for none.", "attribute"),
        C("clause", "Paragraph of the standard."),
        C("missing", "From the value to the bound.", "attribute"),
        C("cure", "What would mend it: another method, more soil, waiting, a source in reach."),
    ), "`reclaim explain -o` was asked for", per_parcel=True),
    OutputFile("eligibility_map.csv", "The same, one column a use, to join to a map.", "table", (
        C("parcel", "Name of the parcel."),
        C("USE", "One column for each use: allowed, or the first rule before the nearest method."),
    ), "`reclaim explain -o` was asked for", per_parcel=True),
    OutputFile("obstacles.csv", "What keeps land from each use.", "table", (
        C("use", "The use."),
        C("rule", "Rules that bear on the same thing, as one."),
        C("attribute", "What the rule bounds; blank for topsoil and window."),
        C("minimum", "Least the rule allows; blank for none.", "attribute"),
        C("maximum", "Most the rule allows; blank for none.", "attribute"),
        C("clause", "Paragraph of the standard."),
        C("alone_ha", "Land that would become eligible if this rule alone were met.", "ha"),
        C("in_all_ha", "Land whose nearest method this rule forbids, alone or among others.",
          "ha"),
        C("barred_ha", "All land that cannot become the use.", "ha"),
    ), "`reclaim explain -o` was asked for"),
    OutputFile("plan-WAY.csv", "The plan that a way out leads to; WAY as in `loosenings`.",
               "table", PLAN_COLUMNS, "there is no plan, but a way out", per_parcel=True),
)

#: The last key of every record that marks a folder.
WRITTEN = C(KEY, "Every other file of the folder with its SHA-256: --overwrite replaces the folder "
            "only while they are the same and nothing else is there.")


def _with_written(output: OutputFile) -> OutputFile:
    """Add what the record of a folder tells beyond what its command put there."""
    if output.kind != "json" or output in SWEEP_OUTPUTS:  # a sweep deletes no folder
        return output
    return replace(output, columns=(*output.columns, WRITTEN))


#: A file that several commands write alike is declared once.
BY_NAME = MappingProxyType({output.name: _with_written(output) for output in (
    *OUTPUTS, *EXPLAIN_OUTPUTS, *COMPARE_OUTPUTS, *DIFF_OUTPUTS,
    *CURVE_OUTPUTS, *PRICES_OUTPUTS, *SWEEP_OUTPUTS,
    *ALTERNATIVES_OUTPUTS, *ROBUST_OUTPUTS, *SENSITIVITY_OUTPUTS, *EXPORT_OUTPUTS)})


def outputs_records() -> list[dict[str, Any]]:
    """Return the declaration as plain records, for `reclaim schema --outputs --json`."""
    return [
        {"file": o.name, "meaning": o.meaning, "kind": o.kind, "when": o.when or "always",
         "columns": [{"column": c.name, "unit": c.unit, "meaning": c.meaning} for c in o.columns]}
        for o in BY_NAME.values()
    ]


def outputs_text(names: Collection[str] = tuple(BY_NAME)) -> str:
    """Return the declaration of some files as Markdown, for `reclaim schema --outputs`."""
    parts = ["# Files of a result folder", "",
             "Per-parcel tables are `.parquet` above 20,000 parcels.",
             "In CSV, text that a spreadsheet would run as a formula stands behind an apostrophe."]
    for output in (BY_NAME[name] for name in names):
        when = f" Written when {output.when}." if output.when else ""
        parts += ["", f"## {output.name}", "", output.meaning + when]
        if output.columns:
            word = "key" if output.kind == "json" else "column"
            parts += ["", f"| {word} | unit | meaning |", "|---|---|---|"]
            parts += [f"| {c.name} | {c.unit} | {c.meaning} |" for c in output.columns]
    return "\n".join(parts) + "\n"
