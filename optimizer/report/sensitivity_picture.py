"""`drivers.png`: what drives the sink beside what drives the plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report.canvas import INK, QUIET, SINK, board, printable, save, wrapped
from optimizer.report.sensitivity_text import RANKED, ranked, told_answers, unit_of
from optimizer.report.sweep_frame import heading, plain, thousands

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from optimizer.analysis.uncertainty.sensitivity import Sensitivity

#: Bars of one panel at most.
SHOWN_AT_MOST = 15
LIGHT = "#9cc5e0"
PANELS = {"objective": "What drives the optimum", "net_sink_tco2e": "What drives the net sink",
          "changed_ha": "What drives the plan (hectares that change use)"}
ROW = 0.36


def draw_drivers(found: Sensitivity, path: Path) -> None:
    """Draw the numbers of each answer as bars, the strongest on top, with their confidence.

    Parameters
    ----------
    found
        Outcome of an analysis.
    path
        PNG file to write.
    """
    answers = told_answers(found)
    rows = min(SHOWN_AT_MOST, len(found.design.numbers))
    panel = 1.25 + ROW * rows
    height = 1.0 + panel * len(answers)
    with board(9.0, height) as canvas:
        for place, answer in enumerate(answers):
            low = height - 1.0 - panel * (place + 1)
            axes = canvas.add_axes((0.36, (low + 0.72) / height, 0.6, ROW * rows / height))
            _panel(axes, found, answer)
        design = found.design
        title = printable(found.instance.settings.title or found.instance.name,
                          found.instance.name)
        heading(canvas, height, "Which uncertain numbers matter",
                f"{title}; {len(design.value_nd):,} cases, {design.method}, seed {design.seed}")
        save(canvas, path)


def _panel(axes: Axes, found: Sensitivity, answer: str) -> None:
    """Bars of one answer."""
    table = ranked(found, answer).head(SHOWN_AT_MOST)
    method = found.design.method
    places = range(len(table))
    if method == "sobol":
        axes.barh(places, table["total"].clip(lower=0.0), height=0.62, color=LIGHT,
                  label="with what it does together with others")
        axes.barh(places, table["first"].clip(lower=0.0), height=0.34, color=SINK, label="alone")
        axes.set_xlabel("share of the variance (stroke: 95 % confidence of the light bar)")
        axes.set_xlim(0.0, max(1.0, float((table["total"] + table["total_confidence"]).max())))
        axes.legend(loc="lower right", frameon=False, fontsize=8.5)
    else:
        axes.barh(places, table["mu_star"], height=0.62, color=SINK)
        unit = printable(unit_of(found, answer), "unit of the objective")
        axes.set_xlabel(f"mean size of the effect over the whole range, {unit} "
                        "(stroke: 95 % confidence)")
        axes.set_xlim(0.0, 1.04 * max(float((table["mu_star"] + table["mu_star_confidence"]).max()),
                                      1e-12))
        axes.xaxis.set_major_formatter(thousands)
    _strokes(axes, table, *RANKED[method])
    axes.set_yticks(places, [wrapped(printable(str(name), f"number {place + 1}"), 40, 1)
                             for place, name in enumerate(table["number"])])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_title(PANELS[answer], loc="left", fontsize=10.5, fontweight="bold", color=INK)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.label.set_color(QUIET)
    axes.xaxis.label.set_fontsize(8.5)
    plain(axes, "x")


def _strokes(axes: Axes, table: pd.DataFrame, index: str, confidence: str) -> None:
    """Confidence of every bar."""
    for place, (size, unsure) in enumerate(zip(table[index], table[confidence], strict=True)):
        axes.plot([max(0.0, size - unsure), size + unsure], [place, place], color=INK,
                  linewidth=1.6)
