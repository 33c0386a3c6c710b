"""Files of `reclaim sweep -o OUT`."""

from __future__ import annotations

from optimizer.report.output_file import OutputColumn as C
from optimizer.report.output_file import OutputFile

_ASKED = "`reclaim sweep` was run"

SWEEP_OUTPUTS = (
    OutputFile("cases.parquet", "One row a case, in the order of the sweep.", "table", (
        C("case", "Name of the case; its number where it has none; `base` without overrides."),
        C("PATH", "One column for each path: what it was set to; blank where the case leaves it "
          "alone. A header that ends in * holds factors."),
        C("status", "optimal; infeasible; refused (the instance cannot be used so); stopped (at "
          "the time limit); crashed (with its process); failed (the solver had no answer)."),
        C("reason", "Why there is no plan; blank where there is one."),
        C("objective", "Value of the last stage of the objective.", "objective_unit"),
        C("objective_unit", "Unit of `objective`."),
        C("net_sink_tco2e", "Additional net carbon sink over the horizon.", "t CO2e"),
        C("reclaimed_ha", "Land reclaimed.", "ha"),
        C("area_ha:USE", "Land under each use, zeros too.", "ha"),
        C("account:NAME", "Total of each account over all years: cost, income, water, labour, "
          "soil, and those the instance adds.", "of the account"),
        C("carbon_tco2e:TERM", "Terms of the net sink, signed; they add up to it.", "t CO2e"),
        C("price:LIMIT", "Change of the objective per unit more of the bound, as shadow_price of "
          "limits.csv; LIMIT[use,method,zone,period] where a limit has several rows.",
          "objective_unit per unit of the limit"),
        C("soil_price:SOURCE[PERIOD]", "Change of the objective per cubic metre more of topsoil.",
          "objective_unit per m3"),
        C("relative_gap", "Between objective and the bound from the prices, over the sizes of the "
          "terms: the proof of the case."),
        C("seconds", "Time of the case; the only column that differs from run to run.", "s"),
    ), _ASKED),
    OutputFile("sweep.json", "The sweep in one page for machines; there once all is done.",
               "json", (
        C("sweep", "Name of the sweep."),
        C("title", "What it asks."),
        C("mode", "product, one_at_a_time or table."),
        C("cases", "Number of cases."),
        C("statuses", "Status -> number of cases."),
        C("parameters", "Columns of the paths."),
        C("objective_unit", "Unit of the objective."),
        C("best", "Case with the largest objective, and its value.", "objective_unit"),
        C("worst", "Case with the smallest objective, and its value.", "objective_unit"),
        C("largest_gap", "Largest relative gap of all cases with a plan."),
        C("seconds", "Time of all cases together.", "s"),
        C("instance", "Name of the instance."),
        C("instance_sha256", "Hash of the resolved instance."),
        C("cases_sha256", "Hash of the names and overrides of all cases."),
        C("version", "Version of this program."),
        C("pictures", "Pictures drawn."),
    ), _ASKED),
    OutputFile("journal.jsonl", "Every finished case at once, with a checksum before each line: "
               "what --resume goes on with.", "json", (), _ASKED),
    OutputFile("reference.npz", "Basis, plan and prices of the base, from which all cases start.",
               "json", (), _ASKED),
    OutputFile("lines.png", "Objective and areas over the values of a path.", "picture", (),
               "one path is swept, or one at a time"),
    OutputFile("tornado.png", "How far each path alone moves the objective.", "picture", (),
               "the mode is one_at_a_time"),
    OutputFile("heatmap.png", "The objective over two paths.", "picture", (),
               "a product has two paths"),
    OutputFile("cases.png", "The objective of every case.", "picture", (),
               "the cases are a table of at most 40"),
)
