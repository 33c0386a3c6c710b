"""What the pictures of sweeps share: names of paths and objectives, titles, plain axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.report.canvas import QUIET, printable, wrapped

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimizer.analysis.sweep.plan import Axis, SweepPlan

#: No plan: a colour beside all scales of the pictures.
NONE = "#d9d6d0"


def heading(figure: Figure, height: float, title: str, below: str) -> None:
    """Write the title and a quieter line below it."""
    figure.text(0.03, 1 - 0.3 / height, title, fontsize=13, fontweight="bold", va="center")
    figure.text(0.03, 1 - 0.62 / height, wrapped(below, 105, 1), fontsize=9, color=QUIET,
                va="center")


def subtitle(plan: SweepPlan) -> str:
    """Title of the sweep, as the fonts can draw it."""
    return printable(plan.title or plan.name, plan.name)


def axis_name(axis: Axis, width: int = 60) -> str:
    """What a path is called, and that its numbers are factors."""
    factor = " (times)" if axis.multiplies else ""
    return wrapped(printable(f"{axis.name}{factor}", axis.path), width, 2)


def objective_name(table: pd.DataFrame) -> str:
    """Name and unit of the objective."""
    unit = next((str(u) for u in table["objective_unit"] if u), "")
    carbon = np.allclose(table["objective"], table["net_sink_tco2e"], rtol=1e-9, equal_nan=True)
    return f"{'net sink' if carbon else 'objective'}, {unit}"


def plain(axes: Axes, grid: str = "both") -> None:
    """Take the frame away but for the scales, and lay a quiet grid below."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(axis=grid, color="#dddddd", linewidth=0.6)  # type: ignore[arg-type, unused-ignore]
    axes.set_axisbelow(True)


def thousands(value: float, _: object = None) -> str:
    """Write a number of a scale."""
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:g}"
