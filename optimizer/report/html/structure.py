"""Structure by period: which uses are started when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.report.canvas import hatch_colour
from optimizer.report.html.section import Picture, Section, Table
from optimizer.report.html.svg import Drawing, Scale, text_width, ticks
from optimizer.report.map_data import colours_of

if TYPE_CHECKING:
    from markupsafe import Markup
    from numpy.typing import NDArray

    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material

WIDTH, LEFT, TOP, ROW = 860.0, 104.0, 14.0, 34.0


def structure_section(material: Material, language: Language) -> Section:
    """Hectares of each use by the period in which work starts."""
    instance, t = material.instance, language.t
    area_ut = started_ut(material)
    uses = language.labels(instance.tables["uses"], instance.practices.uses)
    calendar = instance.calendar
    periods = [t("years", first=int(a), last=int(b) - 1)
               for a, b in zip(calendar.start_t, calendar.end_t, strict=True)]
    table = Table(
        (t("period"), *uses, t("together"), t("reclaimed_so_far")),
        [(name, *(language.hectares(v) for v in area_ut[:, n]),
          language.hectares(float(area_ut[:, n].sum())),
          language.percent(float(area_ut[:, :n + 1].sum()) / material.summary["available_ha"]))
         for n, name in enumerate(periods)]
        + [(t("together"), *(language.hectares(v) for v in area_ut.sum(axis=1)),
            language.hectares(float(area_ut.sum())),
            language.percent(float(area_ut.sum()) / material.summary["available_ha"]))],
        "<" + ">" * (len(uses) + 2), t("structure_caption"), total=True)
    svg = _stacked(area_ut, periods, uses, colours_of(instance), language)
    return Section("structure", t("structure_title"), [t("structure_lead")],
                   [Picture(t("structure_caption"), svg)], [table],
                   more=[(t("methods_more"), _methods(material, language))])


def started_ut(material: Material) -> NDArray[np.float64]:
    """Hectares of each use that are started in each period, shape (U, T)."""
    practices, options = material.instance.practices, material.options
    shape = (len(practices.uses), material.instance.calendar.count)
    area_ut = np.zeros(shape)
    np.add.at(area_ut, (practices.use_um[options.practice_o], options.period_o), material.area_o)
    return area_ut


def _methods(material: Material, language: Language) -> Table:
    """Hectares of every method in use."""
    from optimizer.report.html.parcel_facts import method_labels

    practices = material.instance.practices
    uses = language.labels(material.instance.tables["uses"], practices.uses)
    area_um = np.bincount(material.options.practice_o, material.area_o, minlength=practices.count)
    methods = method_labels(material.instance, language)
    rows = [(uses[practices.use_um[um]], methods[um], language.hectares(float(area_um[um])))
            for um in range(practices.count) if area_um[um] > 0]
    return Table((language.t("use"), language.t("method"), language.unit("ha")), rows, "<<>")


def _stacked(
    area_ut: NDArray[np.float64], periods: list[str], uses: list[str], colours: list[str],
    language: Language,
) -> Markup:
    """One bar a period, its uses side by side and named where there is room."""
    shown = [u for u in range(len(uses)) if area_ut[u].sum() > 0]
    bottom = TOP + ROW * len(periods)
    drawing = Drawing(WIDTH, bottom + 62, language.t("structure_caption"))
    marks = ticks(0.0, float(area_ut.sum(axis=0).max(initial=0.0)), 6)
    scale = Scale(0.0, marks[-1], LEFT, WIDTH - 30)
    for value in marks:
        drawing.line(scale(value), TOP - 4, scale(value), bottom, class_="grid")
        drawing.text(scale(value), bottom + 14, language.round(value), "middle", class_="quiet")
    drawing.text((LEFT + WIDTH) / 2, bottom + 32, language.unit("ha"), "middle", class_="quiet")
    for n, name in enumerate(periods):
        top, left = TOP + ROW * n, 0.0
        drawing.text(LEFT - 8, top + 20, name, "end")
        for u in shown:
            area = float(area_ut[u, n])
            _piece(drawing, scale(left), scale(left + area), top, uses[u], colours[u],
                   f"{uses[u]}, {name}: {language.amount(area, 'ha')}")
            left += area
    _legend(drawing, [(uses[u], colours[u]) for u in shown], bottom + 52)
    return drawing.markup()


def _piece(
    drawing: Drawing, left: float, right: float, top: float, use: str, colour: str, title: str
) -> None:
    """One use of one period."""
    drawing.bar(left, top + 4, right - left, ROW - 9, title, fill=colour, stroke="#ffffff")
    if right - left > text_width(use) + 10:
        dark = hatch_colour(colour)[0] == 1.0
        drawing.text((left + right) / 2, top + 21, use, "middle",
                     class_="on-dark" if dark else None)


def _legend(drawing: Drawing, entries: list[tuple[str, str]], y: float) -> None:
    """Name the uses below the bars."""
    x = LEFT
    for label, colour in entries:
        drawing.bar(x, y - 11, 14, 12, fill=colour, stroke="#8a8a8a")
        drawing.text(x + 20, y, label)
        x += 20 + text_width(label) + 22
