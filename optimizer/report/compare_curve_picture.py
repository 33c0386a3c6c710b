"""`gain_curve.png`: how much of the gap a few hectares of change win."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report.canvas import (
    BARE,
    EMISSION,
    INK,
    QUIET,
    SINK,
    board,
    printable,
    save,
    wrapped,
)
from optimizer.report.figures import figure as figure_words
from optimizer.report.figures import hectares

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimizer.analysis.compare.changes import Changes
    from optimizer.analysis.compare.gain_curve import GainCurve

#: Shares of the gap that are marked.
MARKED = (0.5, 0.9)


def draw_gain_curve(curve: GainCurve, path: Path, changes: Changes | None = None) -> None:
    """Draw the objective over the hectares that may change.

    Parameters
    ----------
    curve
        What was traced.
    path
        PNG file to write.
    changes
        The list of changes that was asked for, marked on the curve.
    """
    with board(9.0, 5.2) as figure:
        axes = figure.add_axes((0.115, 0.13, 0.855, 0.70))
        _lines(axes, curve)
        _marks(axes, curve)
        if changes is not None and changes.changed_ha > 0.0:
            _mark(axes, changes.changed_ha, changes.objective,
                  f"chosen: {hectares(changes.changed_ha)} ha", EMISSION)
        _frame(axes, curve)
        _titles(figure, curve)
        save(figure, path)


def _lines(axes: Axes, curve: GainCurve) -> None:
    """The curve, and the levels it starts from and ends at."""
    points = curve.envelope.points
    across = [point.value for point in points]
    up = [point.objective for point in points]
    axes.fill_between(across, curve.actual, up, color=BARE, linewidth=0.0)
    axes.plot(across, up, color=SINK, linewidth=2.0, solid_joinstyle="round",
              marker="o" if len(points) <= 25 else "", markersize=3.5)
    right = 1.1 * (curve.end_ha or 1.0)
    for level, words, at, side in ((curve.actual, "actual plan", right, "right"),
                                   (curve.optimal, "best plan", 0.0, "left")):
        axes.axhline(level, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.annotate(f"{words} {figure_words(level)}", (at, level), textcoords="offset points",
                      xytext=(6 if side == "left" else 0, 3), fontsize=9, color=INK, ha=side,
                      va="bottom")


def _marks(axes: Axes, curve: GainCurve) -> None:
    """Where shares of the gap are won."""
    if curve.end_ha <= 0.0:
        return
    for share in MARKED:
        at = curve.hectares_for(share)
        if at > 0.0:
            _mark(axes, at, curve.actual + share * (curve.optimal - curve.actual),
                  f"{100 * share:.0f} % of the gap: {hectares(at)} ha", INK)


def _mark(axes: Axes, at: float, height: float, words: str, colour: str) -> None:
    """A point of the curve with words right below it."""
    axes.plot([at], [height], marker="o", markersize=7, color=colour, zorder=5)
    axes.annotate(words, (at, height), xytext=(10, -5), textcoords="offset points", fontsize=9,
                  color=colour, va="top", ha="left")


def _frame(axes: Axes, curve: GainCurve) -> None:
    """Scales and their units."""
    span = (curve.optimal - curve.actual) or 1.0
    axes.set_xlim(0.0, (curve.end_ha or 1.0) * 1.12)
    axes.set_ylim(curve.actual - 0.06 * span, curve.optimal + 0.11 * span)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if span > 5 else f"{value:g}")
    axes.set_xlabel("hectares of the actual plan that change (use, method or period)")
    axes.set_ylabel(printable(curve.unit, "unit of the objective"))
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _titles(figure: Figure, curve: GainCurve) -> None:
    """Say what is drawn, and of what."""
    instance = curve.loosened.instance
    title = printable(instance.settings.title or instance.name, instance.name)
    figure.text(0.03, 0.945, "What to change first: the most that so many hectares of change win",
                fontsize=13, fontweight="bold", va="center")
    figure.text(0.03, 0.885, wrapped(title, 105, 1), fontsize=9, color=QUIET, va="center")
