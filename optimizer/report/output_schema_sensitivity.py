"""Files of `reclaim curve` and `reclaim prices`: every column and key with its unit and meaning."""

from __future__ import annotations

from optimizer.report.output_file import OutputColumn as C
from optimizer.report.output_file import OutputFile

_TOTALS = (
    C("ACCOUNT", "One column for net_sink, area, cost and every account that the objective or a "
      "limit names: total of the optimal plan found there.", "account"),
    C("area:USE", "One column for each use: its land.", "ha"),
)

CURVE_OUTPUTS = (
    OutputFile("curve.csv", "The optimum as a function of one number: one row a breakpoint (or a "
               "sample).", "table", (
        C("value", "The number.", "unit in curve.json"),
        C("objective", "Optimum there.", "objective_unit in curve.json"),
        C("price", "Change of the optimum per unit more, from here to the next row; in the last "
          "row beyond it; blank where no plan is beyond.", "price_unit in curve.json"),
        C("price_before", "The same from the row before to here; blank where no plan is before.",
          "price_unit in curve.json"),
        *_TOTALS,
    ), "`reclaim curve -o` was asked for one PATH"),
    OutputFile("curve.json", "The curve with its proof.", "json", (
        C("path", "The number, as --set takes it (`paths` and `values` for a surface)."),
        C("exact", "Whether every piece is proven straight, so that nothing lies between."),
        C("gap", "Largest distance between what is reached and what cannot be passed; null where "
          "nothing bounds the curve between samples.", "objective_unit"),
        C("solves", "Programs solved."),
        C("moves", "rows (concave), costs (convex) or sampled."),
        C("points", "Rows of curve.csv."),
        C("tangents", "A line for every solve, nowhere below a concave (above a convex) curve: "
          "the proof."),
        C("front", "Rows of pareto.csv."),
        C("knee", "Of a boundary weight: the plan of the front from which on a kilometre saved "
          "costs more than on average, and a weight that leads there; null for other curves."),
        C("below", "What lies before the first point."),
        C("above", "What lies beyond the last one."),
        C("notes", "What must be known to read it."),
    ), "`reclaim curve -o` was asked for"),
    OutputFile("envelope.csv", "What is reached and what cannot be passed, at points and where "
               "tangents cross.", "table", (
        C("value", "The number.", "unit in curve.json"),
        C("lower", "Reached for certain.", "objective_unit in curve.json"),
        C("upper", "No plan can pass it.", "objective_unit in curve.json"),
    ), "the curve is not exact but has bounds"),
    OutputFile("pareto.csv", "Plans of the front between the objective and a weighed account.",
               "table", (
        C("weight_from", "Least weight for which the plan is best.", "unit in curve.json"),
        C("weight_to", "Largest one; inf where it stays best.", "unit in curve.json"),
        C("objective", "The rest of the objective, without the weighed account.",
          "objective_unit in curve.json"),
        C("account", "Total of the weighed account.", "account"),
        *_TOTALS,
    ), "PATH is a weight of the objective, or boundary"),
    OutputFile("surface.csv", "The optimum over a grid of two numbers.", "table", (
        C("value_1", "The first number.", "units in curve.json"),
        C("value_2", "The second number.", "units in curve.json"),
        C("feasible", "yes where there is a plan."),
        C("objective", "Optimum there; blank without a plan.", "objective_unit in curve.json"),
    ), "`reclaim curve -o` was asked for two PATHs"),
    OutputFile("curve.png", "The optimum over the number, and the price.", "picture", (),
               "`reclaim curve -o` was asked for one PATH"),
    OutputFile("pareto.png", "The front between the objective and a weighed account.", "picture",
               (), "PATH is a weight of the objective, or boundary"),
    OutputFile("surface.png", "The optimum over two numbers.", "picture", (),
               "`reclaim curve -o` was asked for two PATHs"),
)

_WHICH = (
    C("kind", "limit or topsoil."),
    C("name", "Limit, or topsoil source."),
    C("where", "Uses, methods, zones and periods counted; the period of a source."),
)

PRICES_OUTPUTS = (
    OutputFile("price_ranges.csv", "Every limit that binds and every topsoil supply: its price on "
               "either side, and how far that holds.", "table", (
        *_WHICH,
        C("sense", "<=, >= or =."),
        C("value", "Right-hand side of the row.", "row"),
        C("unit", "Unit of value, valid_from and valid_to."),
        C("price", "As the solver gave it: one of those between both sides.", "row"),
        C("price_less", "Change of the optimum per unit, for a smaller value; blank where there "
          "is no plan.", "row"),
        C("price_more", "The same for a larger one.", "row"),
        C("price_unit", "Unit of the prices."),
        C("valid_from", "Down to here price_less holds.", "row"),
        C("from_is", "breakpoint, infeasible (no plan beyond), allowed (values beyond make no "
          "sense) or further (holds there, not looked at beyond)."),
        C("valid_to", "Up to here price_more holds.", "row"),
        C("to_is", "As from_is."),
        C("flags", "two prices; no plan with less; no plan with more."),
        C("abatement_cost_less", "Money saved for one tonne less, of limits on cost.",
          "currency/t CO2e"),
        C("abatement_cost_more", "Money for one tonne more.", "currency/t CO2e"),
    ), "`reclaim prices -o` was asked for"),
    OutputFile("price_steps.csv", "The instance solved again with one row changed by 1, 5, 10 %.",
               "table", (
        *_WHICH,
        C("relative", "Change of the row, relative to its size."),
        C("value", "Right-hand side then.", "row"),
        C("unit", "Unit of the value."),
        C("feasible", "yes where there is a plan."),
        C("objective", "Optimum then; blank without a plan.", "objective_unit in prices.json"),
        C("change", "Change of the optimum.", "objective_unit in prices.json"),
    ), "`reclaim prices -o` was asked for"),
    OutputFile("prices.json", "The same for machines, with notes.", "json", (
        C("objective", "Optimum.", "objective_unit"),
        C("objective_unit", "Unit of the objective."),
        C("prices", "One entry a row: as in both tables."),
        C("unpriced", "Rows of limits that do not bind."),
        C("solves", "Programs solved."),
        C("notes", "What must be known to read them."),
    ), "`reclaim prices -o` was asked for"),
)
