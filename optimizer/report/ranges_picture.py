"""`ranges.png`: how many hectares of each use and zone the plans within the loss can have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report.canvas import INK, QUIET, board, printable, save, wrapped
from optimizer.report.figures import figure, hectares, of_unit
from optimizer.report.map_data import colours_of, use_labels
from optimizer.report.sweep_frame import heading, plain, thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from optimizer.analysis.alternatives.alternatives import Alternatives
    from optimizer.analysis.alternatives.ranges import Range

ZONE_COLOUR = "#a9a39a"
ROW = 0.36


def draw_ranges(found: Alternatives, path: Path) -> None:
    """Draw a bar from the least to the most hectares of each use and zone, the optimum marked.

    Parameters
    ----------
    found
        Alternatives.
    path
        PNG file to write.
    """
    instance = found.optimum.instance
    groups = [[one for one in found.ranges if one.kind == kind] for kind in ("use", "zone", "all")]
    rows = [one for group in groups for one in group]
    height = 2.1 + ROW * (len(rows) + sum(bool(group) for group in groups))
    with board(9.0, height) as canvas:
        axes = canvas.add_axes((0.22, 0.72 / height, 0.74, 1 - 1.75 / height))
        _bars(axes, groups, dict(zip(instance.practices.uses, colours_of(instance), strict=True)),
              dict(zip(instance.practices.uses, use_labels(instance), strict=True)))
        unit = found.optimum.stages[-1].unit
        title = printable(instance.settings.title or instance.name, instance.name)
        heading(canvas, height, "What plans nearly as good can have",
                f"Loss of at most {of_unit(figure(found.loss_allowed), unit)} of "
                f"{of_unit(figure(found.optimum.objective), unit)}; every end is reached by a plan "
                "and proven")
        canvas.text(0.03, 1 - 0.86 / height, wrapped(title, 105, 1), fontsize=9, color=QUIET,
                    va="center")
        save(canvas, path)


def _bars(
    axes: Axes, groups: list[list[Range]], colour: dict[str, str], label: dict[str, str]
) -> None:
    """Draw one bar a range, groups set apart; the first on top."""
    place, places, names = 0.0, [], []
    largest = max((one.most_ha for group in groups for one in group), default=1.0)
    for group in groups:
        for one in group:
            fill = colour.get(one.name, ZONE_COLOUR) if one.kind == "use" else ZONE_COLOUR
            axes.barh(place, max(one.most_ha - one.least_ha, 0.002 * largest), left=one.least_ha,
                      height=0.58, color=fill, edgecolor=INK, linewidth=0.5)
            axes.plot(one.optimum_ha, place - 0.4, "v", color=INK, markersize=6.5)
            text = f"{hectares(one.least_ha)} to {hectares(one.most_ha)}"
            axes.text(one.most_ha + 0.012 * largest, place, text, va="center", fontsize=8.5)
            places.append(place)
            names.append(_name(one, label))
            place += 1.0
        place += 0.7 if group else 0.0
    axes.set_yticks(places, names)
    axes.set_ylim(place - 1.1, -0.6)
    axes.set_xlim(0.0, 1.2 * largest)
    axes.set_xlabel("ha (triangle: the optimum)")
    axes.xaxis.set_major_formatter(thousands)
    axes.tick_params(axis="y", length=0)
    plain(axes, "x")
    axes.spines["left"].set_visible(False)


def _name(one: Range, label: dict[str, str]) -> str:
    """What a bar is called."""
    if one.kind == "all":
        return "All land reclaimed"
    if one.kind == "use":
        return wrapped(label.get(one.name, one.name), 24, 1)
    return wrapped(f"Zone {printable(one.name, 'zone')}", 24, 1)
