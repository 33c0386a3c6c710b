"""`gap.png`: from the actual plan to the optimum, part by part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report.canvas import INK, QUIET, SINK, board, printable, save, wrapped
from optimizer.report.compare_words import PART_WORDS, share_of_gap
from optimizer.report.figures import alike

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimizer.analysis.compare.record import Comparison

#: Room right of the bars for their numbers, as a share of the span.
MARGIN = 0.36
ACTUAL = "#8a8a8a"


def draw_gap(comparison: Comparison, path: Path) -> None:
    """Draw the parts of the gap as steps from the actual plan to the optimum.

    Parameters
    ----------
    comparison
        What was compared.
    path
        PNG file to write.
    """
    parts = [(PART_WORDS[part], value) for part, value in comparison.parts.items()
             if value is not None]
    rows = len(parts) + 2 + (comparison.optimal_within_rules is not None
                             and comparison.loosened.breaks_rules)
    height = 1.95 + 0.42 * rows
    with board(9.0, height) as figure:
        axes = figure.add_axes((0.285, 0.66 / height, 0.68, 1.0 - 1.66 / height))
        _steps(axes, comparison, parts)
        _titles(figure, comparison, height)
        save(figure, path)


def _steps(axes: Axes, comparison: Comparison, parts: list[tuple[str, float]]) -> None:
    """One bar for the actual plan, one a part, one for the optimum, one within the rules."""
    actual, optimal = comparison.actual, comparison.optimal
    within = comparison.optimal_within_rules if comparison.loosened.breaks_rules else None
    ends = [("Actual plan", 0.0, actual, ACTUAL)]
    level = actual
    for words, value in parts:
        ends.append((words, level, level + value, SINK))
        level += value
    ends.append(("Best plan", 0.0, optimal, INK))
    if within is not None:
        ends.append(("Best plan within all rules", 0.0, within, "#5b5b5b"))
    texts = alike([end - start for _, start, end, _ in ends])
    low, high = (bound(0.0, *(end for row in ends for end in row[1:3])) for bound in (min, max))
    span = (high - low) or 1.0
    for row, (words, start, end, colour) in enumerate(ends):
        axes.barh(row, end - start, left=start, height=0.66, color=colour)
        part = words in dict(parts)
        share = f"  ({share_of_gap(end - start, comparison.gap)} of the gap)" if part else ""
        axes.text(max(start, end) + 0.012 * span, row, texts[row] + share, va="center", ha="left",
                  fontsize=9, fontweight="normal" if part else "bold")
        if row <= len(parts):
            axes.plot([end] * 2, [row - 0.33, row + 1.33], color=QUIET, linewidth=0.7)
    _frame(axes, [words for words, *_ in ends], (
        low - 0.05 * span * (low < 0), high + MARGIN * span), comparison.unit)


def _frame(axes: Axes, labels: list[str], ends: tuple[float, float], unit: str) -> None:
    """Label the rows and the scale; first row on top."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(*ends)
    axes.axvline(0.0, color=INK, linewidth=0.8)
    axes.xaxis.set_major_formatter(
        lambda value, _: f"{value:,.0f}" if ends[1] - ends[0] > 5 else f"{value:g}")
    axes.locator_params(axis="x", nbins=6)
    axes.set_xlabel(printable(unit, "unit of the objective"))
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _titles(figure: Figure, comparison: Comparison, height: float) -> None:
    """Say what is drawn, and of what."""
    instance = comparison.instance
    title = printable(instance.settings.title or instance.name, instance.name)
    figure.text(0.03, 1 - 0.3 / height, "What lies between the actual plan and the best one",
                fontsize=13, fontweight="bold", va="center")
    years = f"{instance.settings.base_year} to {instance.settings.horizon_end - 1}"
    figure.text(0.03, 1 - 0.62 / height, wrapped(f"{title}, {years}", 105, 1), fontsize=9,
                color=QUIET, va="center")
