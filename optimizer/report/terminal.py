"""What `reclaim solve` prints: the answer first, then what it rests on and where it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report.figures import (
    alike,
    bar,
    columns,
    cut,
    figure,
    hectares,
    of_unit,
    percent,
    signed,
)
from optimizer.report.nothing import nothing_lines
from optimizer.report.proof import proof_lines, status_words, told_objective
from optimizer.report.terminal_layout import layout_lines
from optimizer.report.terminal_prices import binding_lines, floor_lines, next_lines, topsoil_lines
from optimizer.report.words import TERM_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.solve.solution import Solution

#: Nothing printed is wider.
WIDTH = 100


def solution_text(
    solution: Solution, folder: Path | None = None, seconds: Mapping[str, float] | None = None,
    name: str = "",
) -> str:
    """Tell a solution in plain text.

    Parameters
    ----------
    solution
        What was solved.
    folder
        Where it was written, if it was.
    seconds
        Time by phase, if measured.
    name
        How the planner calls the instance, for commands to try next; its own name if blank.

    Returns
    -------
    str
        Lines of at most 100 columns, but for commands; without a final line break.
    """
    blocks = [
        headline(solution),
        area_lines(solution),
        carbon_lines(solution),
        binding_lines(solution),
        floor_lines(solution),
        topsoil_lines(solution),
        proof_lines(solution, seconds),
        file_lines(solution, folder),
    ]
    told = [cut(line, WIDTH) for block in blocks if block for line in (*block, "")]
    return "\n".join([*told, *next_lines(solution, name or solution.instance.name, folder)])


def headline(solution: Solution) -> list[str]:
    """Name, status, and the sink or whatever else the objective is."""
    instance, settings = solution.instance, solution.instance.settings
    lines = [f"{instance.name}: {status_words(solution)}"]
    if settings.title:
        lines.append(settings.title)
    lines.append("")
    net, absolute = solution.net_sink_tco2e, solution.absolute_sink_tco2e
    if net is not None:
        each = f"{signed(net / solution.reclaimed_ha)} t CO2e per hectare reclaimed" \
            if solution.reclaimed_ha > 0 else "nothing reclaimed"
        lines.append(f"Net sink {signed(net)} t CO2e from {settings.base_year} to "
                     f"{settings.horizon_end - 1}, {each}")
    if absolute is not None and absolute != net:
        lines.append(f"Together with what the land takes up as it is: {signed(absolute)} t CO2e")
    if net is None and _has_curves(solution):
        lines.append("Net sink not accounted: neither the objective nor a limit names it "
                     "([[objective]] net_sink)")
    return [*lines, *_stage_lines(solution), *nothing_lines(solution, WIDTH)]


def _has_curves(solution: Solution) -> bool:
    """Whether the methods say what they do to soil or biomass, so that a sink could be told."""
    methods = solution.instance.tables["methods"]
    return any(str(name) not in ("", "none") for column in ("curve_soil", "curve_biomass")
               if column in methods.columns for name in methods.text(column))


def _stage_lines(solution: Solution) -> list[str]:
    """Stages of the objective, where it is not the net sink alone."""
    stages = solution.stages
    if len(stages) == 1 and stages[0].label == "net_sink":
        return []
    rows = [(f"Stage {s.number}" if len(stages) > 1 else "Objective", s.label,
             of_unit(figure(told_objective(s)), s.unit)) for s in stages]
    return columns(rows, "<<<", indent="")


def area_lines(solution: Solution) -> list[str]:
    """Hectares by use, beside what the rules would allow."""
    allowed_u = eligible_hectares(solution)
    labels = solution.instance.practices.label_u
    available = solution.available_ha
    rows = [("Land", "plan ha", "of all land", "could be ha", "")]
    areas = list(solution.area_by_use.values())
    for label, area, allowed in zip(labels, areas, allowed_u, strict=True):
        rows.append((cut(label, 32), hectares(area), percent(area, available),
                     hectares(allowed), bar(area, available, 24)))
    left = max(0.0, available - solution.reclaimed_ha)
    rows.append(("not reclaimed", hectares(left), percent(left, available), "",
                 bar(left, available, 24).replace("#", ".")))
    rows.append(("all land", hectares(available), "", "", ""))
    lines = columns(rows, "<>>><")
    return [*lines, *layout_lines(solution)]


def eligible_hectares(solution: Solution) -> list[float]:
    """Hectares that the rules let become each use, in the order of the uses."""
    import numpy as np

    instance, options = solution.instance, solution.options
    allowed_ui = np.zeros((len(instance.practices.uses), instance.land.count), dtype=bool)
    allowed_ui[instance.practices.use_um[options.practice_o], options.parcel_o] = True
    return [float(area) for area in allowed_ui @ instance.land.area_i]


def carbon_lines(solution: Solution) -> list[str]:
    """Terms of the net sink, aligned, with bars."""
    net = solution.net_sink_tco2e
    if net is None:
        return []
    terms = [(name, value) for name, value in solution.carbon_terms.items() if value]
    texts = alike([*(value for _, value in terms), net])
    largest = max((abs(value) for _, value in terms), default=0.0)
    rows = [("Net sink by term", "t CO2e", "")]
    rows += [(TERM_WORDS.get(name, name), text, _signed_bar(value, largest))
             for (name, value), text in zip(terms, texts, strict=False)]
    rows.append(("Net sink", texts[-1], ""))
    lines = columns(rows, "<><")
    return [*lines, *_holding_note(solution)]


def _signed_bar(value: float, largest: float) -> str:
    """Draw sinks with # and emissions with -."""
    drawn = bar(value, largest, 40)
    return drawn if value > 0 else drawn.replace("#", "-")


def _holding_note(solution: Solution) -> list[str]:
    """What stockpiles would emit if nothing were done, so that cover is not bought for show."""
    idle = solution.holding_if_nothing_done
    if not idle:
        return []
    return [f"  Stockpiled topsoil would lose {figure(idle)} t CO2e if no land were reclaimed."]


def file_lines(solution: Solution, folder: Path | None) -> list[str]:
    """Where the result is and what to open first."""
    if folder is None:
        return []
    plan = "incumbent" if solution.status == "stopped" else "plan"
    rows = [
        (f"{plan}.csv", "hectares of every use, method, period and source"),
        ("report.html", "all of this as one page, with a map to explore"),
        ("map.png", "where the plan puts which use"),
        ("limits.csv", "every rule, its room and its price"),
        ("summary.json", "everything above, for machines"),
    ]
    if (folder / f"{plan}.gpkg").exists():
        rows.insert(2, (f"{plan}.gpkg", "the same for QGIS, in colours"))
    return [f"Written to {folder}", *columns(rows, "<<")]
