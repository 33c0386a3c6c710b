"""Files of `reclaim compare -o OUT` and `reclaim diff -o OUT`: columns, keys, units, meaning."""

from __future__ import annotations

from optimizer.report.output_file import PLAN_COLUMNS, OutputColumn, OutputFile

C = OutputColumn
COMPARED = "`reclaim compare` was asked for"
CHANGED = "`reclaim compare --changes` was asked for"
DIFFED = "`reclaim diff -o` was asked for"

GAP_KEYS = (
    C("instance", "Name of the instance."),
    C("objective", "What is compared: the first stage of the objective."),
    C("unit", "Unit of all amounts that name none."),
    C("stages", "Number of stages of the objective; later ones are not compared."),
    C("actual", "Objective of the actual plan.", "unit"),
    C("optimal", "Of the best plan, under rules loosened to what the actual plan keeps of them.",
      "unit"),
    C("gap", "optimal less actual.", "unit"),
    C("parts", "method, layout, structure, scale: what freeing each, one after the other, gains; "
      "they add up to the gap. method is null where no methods were given: not measured.",
      "unit"),
    C("optimal_within_rules", "Of the best plan that keeps every rule; null where none does.",
      "unit"),
    C("price_of_rules", "optimal_within_rules less optimal, never above 0.", "unit"),
    C("alone", "method, layout, structure, scale: what freeing it alone gains.", "unit"),
    C("keeps", "What of the actual plan each of `parts` and `alone` keeps, in words."),
    C("completion", "What of the actual plan was blank and how it was filled."),
    C("completed_ha", "Hectares whose method, period or source was filled.", "ha"),
    C("fixed_ha", "Hectares of the actual plan that cannot change.", "ha"),
    C("rules_broken", "Number of rules the actual plan breaks."),
    C("certificates", "For each part the proof of its plan: bound, primal_violation, "
      "dual_violation, relative_gap."),
    C("prices_unique", "Whether no other prices prove the optimum; if not, the split by rule and "
      "parcel could be another."),
    C("lost", "The gap at the optimum's prices: idle_land, wrong_option, on_no_parcel.", "unit"),
    C("gained_by_breaking", "What the actual plan gains by breaking rules, at the optimum's "
      "prices; not above 0, and no part of the gap.", "unit"),
    C("gained_by_breaking_within_rules", "The same at the prices of the optimum within the rules.",
      "unit"),
    C("gain_curve", "end_ha: fewest hectares to the optimum; points, solves; exact: whether all "
      "breakpoints are known; envelope_gap: how far the curve may lie above the straight lines; "
      "from_sources: gained without any change of land.", "ha; unit"),
    C("changes", "allowed_ha, changed_ha, objective, gain, price (of one more hectare), "
      "from_limits (gain of no single parcel); null without --changes.", "ha; unit"),
    C("version", "Version of this program."),
    C("instance_sha256", "Hash of the resolved instance; that of instance/ is the same."),
)

BY_LIMIT_COLUMNS = (
    C("kind", "unused_limit, topsoil_supply, topsoil_kept, boundary, idle_land or wrong_option."),
    C("rule", "The rule in words, with its bound."),
    C("limit", "Name of the limit, where it is one."),
    C("use", "Uses counted; of a wrong option its use."),
    C("method", "Methods counted; of a wrong option its method."),
    C("zone", "Zones counted."),
    C("period", "Periods counted; of topsoil its period."),
    C("source", "Topsoil source."),
    C("actual", "What the actual plan makes of it: the row's left-hand side, m3 of soil, hectares.",
      "row"),
    C("optimal", "What the optimum makes of it.", "row"),
    C("unit", "Unit of the two."),
    C("price", "Objective per unit more, at the optimum; blank where rows of unlike prices are "
      "added up.", "objective/unit"),
    C("lost", "Part of the gap: price times optimal less actual. Adds up to the gap.",
      "objective"),
    C("gained_by_breaking", "What breaking the rule gains at the optimum's prices; not above 0, "
      "and no part of the gap.", "objective"),
    C("lost_within_rules", "The same split against the optimum within all rules, at its own "
      "prices: adds up to optimal_within_rules less actual; below 0 where a rule is broken.",
      "objective"),
)

COMPARE_OUTPUTS = (
    OutputFile("gap.json", "The comparison in one page for machines.", "json", GAP_KEYS, COMPARED),
    OutputFile("violations.csv", "Every rule the actual plan breaks.", "table", (
        C("rule", "Family: land, must_reclaim, eligibility, period, topsoil or limit."),
        C("where", "Parcel, source or limit."),
        C("words", "What is broken, with its numbers."),
        C("amount", "By how much.", "unit"),
        C("unit", "Unit of the amount."),
    ), COMPARED),
    OutputFile("terms.csv", "Carbon terms, accounts and uses of both plans.", "table", (
        C("kind", "carbon, account or area."),
        C("name", "Name of the term, account or use."),
        C("unit", "Unit of the totals."),
        C("actual", "Total of the actual plan.", "row"),
        C("optimal", "Total of the optimum.", "row"),
        C("change", "optimal less actual.", "row"),
        C("actual_per_ha", "Per hectare that the plan reclaims.", "row/ha"),
        C("optimal_per_ha", "The same of the optimum.", "row/ha"),
        C("actual_kg_per_money", "Of carbon terms, per unit of money that the plan costs.",
          "kg CO2e/currency"),
        C("optimal_kg_per_money", "The same of the optimum.", "kg CO2e/currency"),
    ), COMPARED),
    OutputFile("gap_by_limit.csv", "The gap split exactly by rule, at the optimum's prices.",
               "table", BY_LIMIT_COLUMNS, COMPARED),
    OutputFile("gap_by_parcel.csv", "The gap split exactly by parcel, the largest loss first; rows "
               "without a parcel are rules and stocks of which no parcel has a share.", "table", (
        C("parcel", "Name of the parcel; blank for what belongs to none."),
        C("rule", "Limit or stock, in rows without a parcel."),
        C("area_ha", "Area there is.", "ha"),
        C("bare_ha", "Hectares the actual plan leaves as they are.", "ha"),
        C("wrong_ha", "Hectares under options that do not earn their land.", "ha"),
        C("lost", "Part of the gap; adds up to it.", "objective"),
        C("lost_idle", "Land left as it is, at its price.", "objective"),
        C("lost_wrong", "Hectares under the wrong option, times what they fall short a hectare.",
          "objective"),
        C("lost_per_ha", "lost over the area.", "objective/ha"),
        C("gained_by_breaking", "What breaking rules on the parcel gains; not above 0, no part of "
          "the gap.", "objective"),
        C("own_difference", "What the parcel or stock itself earns more in the optimum, whatever "
          "it takes of what is scarce; adds up to the gap as well.", "objective"),
    ), COMPARED, per_parcel=True),
    OutputFile("gain_curve.csv", "The most that can be reached when only so many hectares change.",
               "table", (
        C("changed_ha", "Hectares of the actual plan that change: another use, method or period, "
          "bare land counting as a use; another topsoil source does not count.", "ha"),
        C("objective", "Best objective then.", "objective"),
        C("gain", "What it has more than the actual plan.", "objective"),
        C("per_ha_left", "What the last hectare added; blank at the start.", "objective/ha"),
        C("per_ha_right", "What the next hectare adds; blank at the end.", "objective/ha"),
        C("gap_to_next", "How far the curve may at most lie above the straight line to the next "
          "point; 0 where it is that line.", "objective"),
    ), COMPARED),
    OutputFile("changes.csv", "What changes when only so many hectares may, most gain a hectare "
               "first.", "table", (
        C("parcel", "Name of the parcel."),
        C("from_use", "Use in the actual plan; blank: left as it is."),
        C("from_method", "Method in the actual plan."),
        C("from_period", "Start period in the actual plan."),
        C("from_source", "Topsoil source in the actual plan; blank: none."),
        C("to_use", "Use after the change; blank: left as it is."),
        C("to_method", "Method after the change."),
        C("to_period", "Start period after the change."),
        C("to_source", "Topsoil source after the change; blank: none."),
        C("area_ha", "Hectares that change.", "ha"),
        C("gain", "What the change gains at the prices there.", "objective"),
        C("gain_per_ha", "The same a hectare.", "objective/ha"),
        C("counts", "no where only the topsoil comes from elsewhere."),
    ), CHANGED, per_parcel=True),
    OutputFile("actual.csv", "The actual plan with every blank filled; can be compared again.",
               "table", (
        *PLAN_COLUMNS,
        C("fixed", "yes where it is done and cannot change."),
        C("note", "What of the row was blank and has been filled."),
    ), COMPARED, per_parcel=True),
    OutputFile("plan_within_rules.csv", "The best plan that keeps every rule.", "table",
               PLAN_COLUMNS, "the actual plan of a comparison breaks rules", per_parcel=True),
    OutputFile("plan_changed.csv", "The plan that the changes lead to.", "table", PLAN_COLUMNS,
               CHANGED, per_parcel=True),
    OutputFile("gap.png", "From the actual plan to the optimum, part by part.", "picture", (),
               COMPARED),
    OutputFile("gap_map.png", "Parcels in the colour of what they lose.", "picture", (), COMPARED),
    OutputFile("gain_curve.png", "The gain over the hectares that change.", "picture", (),
               COMPARED),
)

DIFF_OUTPUTS = (
    OutputFile("diff.json", "Two plans side by side, for machines.", "json", (
        C("instance", "Name of the instance."),
        C("a", "Name of the first plan."),
        C("b", "Name of the second plan."),
        C("objective_unit", "Unit of worths: of the first stage of the objective."),
        C("moved_ha", "Hectares whose use differs.", "ha"),
        C("changes", "Objective, hectares of each use, carbon terms, accounts: old, new, change, "
          "percent_of_old (null where the old value is 0).", "unit"),
        C("uses", "Names of the rows and columns of the matrices; the last is bare land."),
        C("transition_ha", "Hectares under each use in the first plan (rows) and the second "
          "(columns).", "ha"),
        C("transition_worth", "What these moves add to the objective.", "objective_unit"),
        C("stock_worth", "What other stocks of topsoil add to it.", "objective_unit"),
        C("boundary_worth", "What another length of boundary adds to it.", "objective_unit"),
        C("broken_rules", "Rules that the plans a and b break, in words."),
    ), DIFFED),
    OutputFile("transitions.csv", "Hectares moved between uses.", "table", (
        C("from_use", "Use in the first plan; `bare`: left as it is."),
        C("to_use", "Use in the second plan."),
        C("area_ha", "Hectares.", "ha"),
        C("percent_of_from", "Of the hectares of the use in the first plan.", "%"),
        C("worth", "What they add to the objective.", "objective"),
    ), DIFFED),
    OutputFile("moves.csv", "The same parcel by parcel, the largest worth first.", "table", (
        C("parcel", "Name of the parcel."),
        C("from_use", "Use in the first plan; `bare`: left as it is."),
        C("to_use", "Use in the second plan; the same where method, period or source differ."),
        C("area_ha", "Hectares.", "ha"),
        C("worth", "What they add to the objective.", "objective"),
    ), DIFFED, per_parcel=True),
)
