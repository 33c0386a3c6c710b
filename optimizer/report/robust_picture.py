"""`values.png`: what every plan is worth in every case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report.canvas import INK, QUIET, board, printable, save, wrapped
from optimizer.report.robust_text import plan_words, shown_plans
from optimizer.report.sweep_frame import heading, plain, thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from optimizer.analysis.uncertainty.robust import JudgedPlan, Robust

#: Told apart by shape and by colour (Okabe and Ito 2008); more cases share a plain dot.
MARKS = (("o", "#0072b2"), ("s", "#d55e00"), ("^", "#009e73"), ("D", "#cc79a7"), ("v", "#e69f00"),
         ("P", "#56b4e9"))
OTHER = (".", QUIET)
ROW = 0.62


def draw_values(found: Robust, path: Path) -> None:
    """Draw a row a plan: its value in every case, the span between them and its mean.

    Parameters
    ----------
    found
        Plans and cases.
    path
        PNG file to write.
    """
    plans = shown_plans(found)
    height = 2.5 + ROW * len(plans)
    with board(9.0, height) as canvas:
        axes = canvas.add_axes((0.25, 1.18 / height, 0.71, 1 - 2.1 / height))
        for row, plan in enumerate(plans):
            _row(axes, row, plan)
        axes.set_yticks(range(len(plans)),
                        [_label(found, plan) for plan in plans])
        axes.set_ylim(len(plans) - 0.5, -0.5)
        axes.xaxis.set_major_formatter(thousands)
        axes.set_xlabel(f"{printable(found.unit, 'objective')} in each case (stroke: expected; "
                        "hollow: breaks a rule there)")
        axes.tick_params(axis="y", length=0)
        plain(axes, "x")
        axes.spines["left"].set_visible(False)
        _legend(axes, found)
        instance = found.instance
        heading(canvas, height, "What each plan is worth, whichever case comes true",
                printable(instance.settings.title or instance.name, instance.name))
        save(canvas, path)


def _label(found: Robust, plan: JudgedPlan) -> str:
    """Name of a plan, broken before but not within a percentage."""
    words = printable(plan_words(found, plan), plan.name)
    return wrapped(f"{words[:1].upper()}{words[1:]}".replace(" %", "\u00a0%"), 26, 2)


def _row(axes: Axes, row: int, plan: JudgedPlan) -> None:
    """One plan: cases as marks, slightly apart where they fall together."""
    values = [payoff.value for payoff in plan.cases]
    axes.plot([min(values), max(values)], [row, row], color="#c4bfb8", linewidth=3.0, zorder=1,
              solid_capstyle="round")
    axes.plot([plan.expected] * 2, [row - 0.27, row + 0.27], color=INK, linewidth=1.8, zorder=2)
    for place, payoff in enumerate(plan.cases):
        shape, colour = MARKS[place] if place < len(MARKS) else OTHER
        same = sum(abs(payoff.value - other) < 1e-9 for other in values[:place])
        axes.plot(payoff.value, row + 0.16 * same, shape, markersize=8, zorder=3,
                  markerfacecolor="white" if payoff.broken else colour, markeredgecolor=colour,
                  markeredgewidth=1.4)


def _legend(axes: Axes, found: Robust) -> None:
    """Marks of the cases, below the scale."""
    from matplotlib.lines import Line2D

    marks = [Line2D([], [], linestyle="none", marker=shape, color=colour, markersize=8,
                    label=wrapped(printable(f"{case.name} ({100 * case.probability:.3g} %)",
                                            f"case {place + 1}"), 24, 1))
             for place, (case, (shape, colour)) in enumerate(
                 zip(found.cases, MARKS, strict=False))]
    if len(found.cases) > len(MARKS):
        marks.append(Line2D([], [], linestyle="none", marker=OTHER[0], color=OTHER[1],
                            label="other cases"))
    axes.legend(handles=marks, loc="upper center", bbox_to_anchor=(0.38, -0.62 / (
        ROW * len(shown_plans(found)) + 0.4)), ncols=min(4, len(marks)), frameon=False,
        fontsize=9, handletextpad=0.3)
