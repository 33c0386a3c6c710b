"""`carbon.png`: how the terms add up to the net sink."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.instance.names import CARBON_TERMS
from optimizer.report.canvas import (
    EMISSION,
    INK,
    QUIET,
    SINK,
    board,
    printable,
    save,
    wrapped,
)
from optimizer.report.figures import alike
from optimizer.report.words import TERM_WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from optimizer.solve.solution import Solution

#: Room left and right of the bars for their numbers, as a share of the span.
MARGIN = 0.16


def draw_carbon(solution: Solution, path: Path) -> None:
    """Draw the terms of the net sink as steps, from nothing to the net sink.

    Parameters
    ----------
    solution
        What was solved.
    path
        PNG file to write.
    """
    terms = shown_terms(solution.carbon_terms)
    height = 1.9 + 0.36 * (len(terms) + 1)
    with board(8.0, height) as figure:
        axes = figure.add_axes((0.24, 0.62 / height, 0.72, 1.0 - 1.55 / height))
        _steps(axes, terms, sum(value for _, value in terms))
        instance = solution.instance
        title = printable(instance.settings.title or instance.name, instance.name)
        figure.text(0.03, 1 - 0.3 / height, "Where the net carbon sink comes from",
                    fontsize=13, fontweight="bold", va="center")
        years = f"{instance.settings.base_year} to {instance.settings.horizon_end - 1}"
        figure.text(0.03, 1 - 0.62 / height, wrapped(f"{title}, {years}", 95, 1), fontsize=9,
                    color=QUIET, va="center")
        save(figure, path)


def shown_terms(carbon_terms: dict[str, float]) -> list[tuple[str, float]]:
    """Terms that are not zero, in the order of the account."""
    return [(name, carbon_terms[name]) for name in CARBON_TERMS if carbon_terms.get(name, 0.0)]


def _steps(axes: Axes, terms: list[tuple[str, float]], net: float) -> None:
    """Draw one bar a term, each starting where the one before ended, and the net at the end."""
    starts, level = [], 0.0
    for _, value in terms:
        starts.append(level)
        level += value
    reached = [start + value for start, (_, value) in zip(starts, terms, strict=True)]
    low, high = min(0.0, net, *reached), max(0.0, net, *reached)
    texts = alike([*(value for _, value in terms), net])
    span = (high - low) or 1.0
    for row, (start, (_, value)) in enumerate(zip(starts, terms, strict=True)):
        axes.barh(row, value, left=start, height=0.66, color=SINK if value > 0 else EMISSION)
        _number(axes, row, (start, start + value), texts[row], span)
        axes.plot([start + value] * 2, [row - 0.33, row + 1.33], color=QUIET, linewidth=0.7)
    axes.barh(len(terms), net, height=0.66, color=INK)
    _number(axes, len(terms), (0.0, net), texts[-1], span, bold=True)
    labels = [TERM_WORDS.get(name, name) for name, _ in terms]
    _frame(axes, [*labels, "Net sink"], low - MARGIN * span * (low < 0), high + MARGIN * span)


def _number(
    axes: Axes, row: int, ends: tuple[float, float], text: str, span: float, *, bold: bool = False
) -> None:
    """Write a value right of its bar, where nothing else is drawn."""
    axes.text(max(ends) + 0.012 * span, row, text, va="center", ha="left", fontsize=9,
              fontweight="bold" if bold else "normal")


def _frame(axes: Axes, labels: list[str], left: float, right: float) -> None:
    """Label the rows and the scale; first row on top."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(left, right)
    axes.axvline(0.0, color=INK, linewidth=0.8)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if right - left > 5
                                   else f"{value:g}")
    axes.locator_params(axis="x", nbins=6)
    axes.set_xlabel("t CO2e over the horizon (blue: sink, orange: emission)")
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
