"""The optimum over a number, and prices on either side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from optimizer.report.html.lines_chart import Line, lines_chart
from optimizer.report.html.section import Picture, Section, Table

if TYPE_CHECKING:
    from optimizer.report.html.beside import Other
    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material

BLUE, RED = "#0072b2", "#d55e00"
#: Rows of a table shown; the files have all.
SHOWN = 40
#: Steps of a price that was solved again.
STEPS = (-0.1, 0.1)


def curve_section(other: Other, _material: Material, language: Language) -> Section:
    """The optimum at every value of a number, or over a grid of two."""
    record, t = other.record, language.t
    if "paths" in record:
        return _surface(other, language)
    points = record["points"]
    unit, objective_unit = str(record["unit"]), str(record["objective_unit"])
    values = [point["value"] for point in points]
    axis = f"{record['path']} ({language.unit(unit)})" if unit else str(record["path"])
    lines = [Line(t("optimum"), BLUE, "", values, [point["objective"] for point in points],
                  marks=len(points) <= 60)]
    if record["value_now"] is not None and record["objective_now"] is not None:
        lines.append(Line(t("as_it_stands"), RED, "1 4", [record["value_now"]] * 2,
                          [min(p["objective"] for p in points),
                           max(p["objective"] for p in points)]))
    picture = Picture(t("curve_picture", path=record["path"]), lines_chart(
        lines, language, label=t("curve_picture", path=record["path"]), x_title=axis,
        y_title=language.unit(objective_unit), zero=False))
    pictures = [picture]
    if record["front"]:
        pictures.append(_front(record, language))
    rows = [(language.number(p["value"]), language.number(p["objective"]),
             language.number(p["price"])) for p in points[:SHOWN]]
    lead = [t("curve_exact", count=len(points)) if record["exact"] else t("curve_not_exact")]
    table = Table((axis, f"{t('optimum')} ({language.unit(objective_unit)})",
                   f"{t('price')} ({language.unit(record['price_unit'])})"), rows, ">>>")
    notes = [t("rows_left_out", count=len(points) - SHOWN)] if len(points) > SHOWN else []
    return Section("curve", t("curve_title", path=record["path"]), lead, pictures, (), notes,
                   [(t("curve_points"), table)])


def _front(record: Any, language: Language) -> Picture:
    """The front between the objective and the weighed account."""
    t, front = language.t, record["front"]
    line = Line(t("front"), BLUE, "", [f["account"] for f in front],
                [f["objective"] for f in front], marks=True)
    account = str(record["path"]).removeprefix("objective.")
    return Picture(t("front_picture", account=account), lines_chart(
        [line], language, label=t("front_picture", account=account), x_title=account,
        y_title=language.unit(str(record["objective_unit"])), zero=False))


def _surface(other: Other, language: Language) -> Section:
    """The optimum over a grid of two numbers, as a table."""
    record, t = other.record, language.t
    first, second = record["values"]
    head = ("↓ →", *map(language.number, second))
    rows = [(language.number(value), *map(language.number, row))
            for value, row in zip(first, record["objective"], strict=True)]
    return Section("curve", t("surface_title"), [t("surface_lead", first=record["paths"][0],
                   second=record["paths"][1], unit=language.unit(record["objective_unit"]))], (),
                   [Table(head, rows, ">" * len(head))])


def prices_section(other: Other, _material: Material, language: Language) -> Section:
    """Prices on either side, how far they hold, and what steps of 10 % bring."""
    record, t = other.record, language.t
    unit = str(record["objective_unit"])
    rows = []
    for price in record["prices"]:
        where = f" {price['where'].strip()}" if price["where"] else ""
        steps = {round(step["relative"], 3): step for step in price["steps"]}
        rows.append((
            f"{price['name']}{where}", language.amount(price["value"], price["unit"]),
            *(_side(price[side], price["unit"], language) for side in ("less", "more")),
            *(_step(steps.get(relative), language) for relative in STEPS)))
    head = (t("limit"), t("value"), t("price_less"), t("price_more"),
            t("step_less", unit=language.unit(unit)), t("step_more", unit=language.unit(unit)))
    return Section("prices", t("prices_title"), [t("prices_lead", unit=language.unit(unit))], (),
                   [Table(head, rows, "<>>>>>")])


def _side(side: Any, unit: str, language: Language) -> str:
    """A price on one side and how far it holds."""
    if side is None or side.get("price") is None:
        return language.t("no_plan")
    until = side.get("until")
    told = language.number(float(side["price"]))
    if until is None or not math.isfinite(until):
        return told
    return language.t("price_until", price=told, until=language.amount(float(until), unit))


def _step(step: Any, language: Language) -> str:
    """What a step brings, solved again."""
    if step is None:
        return "–"
    return language.signed(float(step["change"])) if step["feasible"] else language.t("no_plan")
