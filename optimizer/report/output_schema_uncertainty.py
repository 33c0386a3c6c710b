"""Files of `reclaim alternatives`, `reclaim robust` and `reclaim sensitivity`."""

from __future__ import annotations

from optimizer.report.output_file import OutputColumn as C
from optimizer.report.output_file import OutputFile

_ALTERNATIVES = "`reclaim alternatives` was asked for"
_ROBUST = "`reclaim robust` was asked for"
_SENSITIVITY = "`reclaim sensitivity` was asked for"
_RUN = (
    C("instance", "Name of the instance."),
    C("instance_sha256", "Hash of the instance."),
    C("overrides", "The --set texts that were applied."),
    C("version", "Version of this program."),
)

ALTERNATIVES_OUTPUTS = (
    OutputFile("alternatives.json", "Plans that lose no more than allowed, and what they share.",
               "json", (
        *_RUN,
        C("objective", "Value of the optimum.", "objective_unit"),
        C("objective_unit", "Unit of the objective."),
        C("within", "Share of the optimum that a plan may lose, as asked for."),
        C("loss_allowed", "The same as an amount.", "objective_unit"),
        C("least_difference_ha", "Hectares by which plans differ at least.", "ha"),
        C("difference", "What is counted as a difference."),
        C("plans", "One entry a plan: plan, folder, objective, loss, net_sink_tco2e, reclaimed_ha, "
          "area_by_use, from_optimum_ha, from_nearest_ha (of the plans before it), "
          "at_most_possible_ha (proven)."),
        C("ending", "Whether there may be further plans, in words."),
        C("complete", "Whether it is proven that no further plan differs enough."),
        C("left_ha", "No further plan differs by more from all of these; null where the number "
          "of plans asked for was reached.", "ha"),
        C("ranges", "The rows of ranges.csv."),
        C("parcels", "State (always, depends, never) -> number of parcels."),
        C("solves", "Linear programs solved after the optimum."),
    ), _ALTERNATIVES),
    OutputFile("ranges.csv", "Least and most hectares over all plans within the loss; every end "
               "is reached by a plan and proven.", "table", (
        C("kind", "use, zone (land reclaimed in it) or all (land reclaimed)."),
        C("name", "Which use or zone."),
        C("optimum_ha", "Hectares in the optimum.", "ha"),
        C("least_ha", "Fewest hectares.", "ha"),
        C("most_ha", "Most hectares.", "ha"),
        C("least_bound_ha", "No plan within the loss has fewer, from prices alone.", "ha"),
        C("most_bound_ha", "No plan within the loss has more, from prices alone.", "ha"),
    ), _ALTERNATIVES),
    OutputFile("differences.csv", "Hectares whose use differs between every two plans.", "table", (
        C("plan_a", "Folder of one plan."),
        C("plan_b", "Folder of the other."),
        C("differs_ha", "Hectares of land whose use differs.", "ha"),
    ), _ALTERNATIVES),
    OutputFile("parcel_choices.csv", "Every parcel: whether its main use depends on the plan.",
               "table", (
        C("parcel", "Name of the parcel."),
        C("area_ha", "Area there is.", "ha"),
        C("use", "Main use in the optimum; blank: not reclaimed."),
        C("state", "always: the same main use in every plan found (the optimum, the alternatives, "
          "the plans at the ends of the ranges); depends: not; never: not reclaimed in any."),
        C("frequency", "Share of these plans with the main use of the optimum."),
        C("uses_seen", "Main uses over these plans, the most frequent first."),
        C("changeable_ha", "Most hectares that any plan within the loss has under anything but "
          "what is best there at the optimum's prices.", "ha"),
        C("proven", "yes where the margin proves always or never for all plans within the loss."),
    ), _ALTERNATIVES, per_parcel=True),
    OutputFile("choices.csv", "Every parcel and use: how often, and how many hectares.", "table", (
        C("parcel", "Name of the parcel."),
        C("use", "The use; blank: not reclaimed."),
        C("state", "always, depends or never the main use of the parcel in the plans found."),
        C("frequency", "Share of the plans in which it is the main use."),
        C("optimum_ha", "Hectares in the optimum.", "ha"),
        C("least_ha", "Fewest hectares in the plans found.", "ha"),
        C("most_ha", "Most hectares in the plans found.", "ha"),
        C("most_possible_ha", "No plan within the loss has more, by the margin of the parcel.",
          "ha"),
        C("proven", "yes where the margin proves always or never."),
    ), _ALTERNATIVES, per_parcel=True),
    OutputFile("optimum/", "The optimum, as `solve` writes it.", "folder", (), _ALTERNATIVES),
    OutputFile("plan-N/", "One folder a plan, as `solve` writes it: status within_gap; its prices "
               "and bound are the optimum's, which prove how much it loses.", "folder", (),
               _ALTERNATIVES),
    OutputFile("ranges.png", "The ranges as bars.", "picture", (), _ALTERNATIVES),
    OutputFile("choices.png", "Parcels by what they always, sometimes or never become.", "picture",
               (), _ALTERNATIVES),
)

ROBUST_OUTPUTS = (
    OutputFile("robust.json", "Plans for several goals over all cases, and their price.", "json", (
        *_RUN,
        C("objective_unit", "Unit of every value."),
        C("alpha", "cvar is the mean of the worst 1 - alpha."),
        C("cases", "One entry a case: case, probability, overrides, best (optimum if known).",
          "objective_unit"),
        C("best_expected", "Largest expected value of a plan that keeps the rules of every case.",
          "objective_unit"),
        C("options_barred", "Options that only some cases allow; no robust plan uses them."),
        C("plans", "One entry a plan: plan (as it stands, case NAME, or a goal), expected, worst, "
          "regret (largest), cvar, as_it_stands (value there), price (given up against the "
          "optimum as it stands), price_expected, keeps_all and keeps_as_it_stands (rules), "
          "bound and relative_gap of its goal, area_by_use.", "objective_unit"),
    ), _ROBUST),
    OutputFile("values.csv", "Every plan in every case.", "table", (
        C("plan", "as it stands, case NAME (best if that case were known), or a goal."),
        C("case", "Name of the case."),
        C("probability", "Probability of the case."),
        C("value", "Objective there.", "objective_unit"),
        C("regret", "What the best plan of the case has more.", "objective_unit"),
        C("broken", "First rule of the case that the plan breaks; blank where it keeps all."),
    ), _ROBUST),
    OutputFile("GOAL/", "One folder a goal (expected, worst, regret, cvar), as `solve` writes it "
               "for the instance as it stands; plan.csv alone where the plan breaks a rule "
               "there.", "folder", (), _ROBUST),
    OutputFile("values.png", "What each plan is worth in each case.", "picture", (), _ROBUST),
)

SENSITIVITY_OUTPUTS = (
    OutputFile("sensitivity.json", "What drives the optimum and the plan.", "json", (
        *_RUN,
        C("salib", "Version of SALib."),
        C("solver", "Solver and version."),
        C("method", "morris or sobol."),
        C("seed", "Of the random numbers."),
        C("blocks", "Trajectories or base points."),
        C("blocks_used", "Those of which every case has a plan; the indices are of these."),
        C("cases", "Cases solved."),
        C("without_plan", "Cases without a plan."),
        C("numbers", "The uncertain numbers as used."),
        C("objective", "Value of the optimum as it stands.", "objective_unit"),
        C("objective_unit", "Unit of the objective."),
        C("objective_low", "5th percentile (sobol) or least (morris) over the cases.",
          "objective_unit"),
        C("objective_median", "Median over the cases.", "objective_unit"),
        C("objective_high", "95th percentile (sobol) or largest (morris) over the cases.",
          "objective_unit"),
        C("indices", "The rows of indices.csv."),
    ), _SENSITIVITY),
    OutputFile("runs.csv", "Every case that was solved.", "table", (
        C("case", "Number of the case."),
        C("NUMBER", "One column for each uncertain number: its value, or its factor."),
        C("status", "optimal, infeasible, refused or failed."),
        C("reason", "Why there is no plan."),
        C("objective", "Optimum of the case.", "objective_unit"),
        C("net_sink_tco2e", "Its net sink.", "t CO2e"),
        C("reclaimed_ha", "Land reclaimed.", "ha"),
        C("changed_ha", "Land whose use differs from the optimum as it stands.", "ha"),
        C("USE_ha", "One column for each use: its hectares.", "ha"),
    ), _SENSITIVITY),
    OutputFile("indices.csv", "How much each number drives each answer.", "table", (
        C("answer", "A column of runs.csv."),
        C("number", "Label of the uncertain number."),
        C("path", "Its path."),
        C("mu", "morris: mean effect of the number, per whole range.", "answer"),
        C("mu_star", "morris: mean size of the effect, per whole range.", "answer"),
        C("sigma", "morris: standard deviation of the effect (interactions, curvature).",
          "answer"),
        C("mu_star_confidence", "morris: 95 % confidence of mu_star, to either side.", "answer"),
        C("first", "sobol: share of the variance explained by the number alone."),
        C("first_confidence", "sobol: 95 % confidence of first, to either side."),
        C("total", "sobol: share with everything it does together with others."),
        C("total_confidence", "sobol: 95 % confidence of total, to either side."),
    ), _SENSITIVITY),
    OutputFile("drivers.png", "The indices of the net sink (or optimum) and of the plan as bars.",
               "picture", (), _SENSITIVITY),
)
