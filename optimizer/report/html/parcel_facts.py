"""What the page knows of every parcel, as columns for its script."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance
    from optimizer.report.html.language import Language
    from optimizer.report.html.map_layers import Layer
    from optimizer.report.html.map_shapes import Shapes
    from optimizer.report.html.material import Material

#: Digits that are told; the tables of the result have all.
DIGITS = 5


def facts_of(
    material: Material, language: Language, layers: list[Layer], shapes: Shapes
) -> dict[str, Any]:
    """Collect parcels, plan and layers as lists, names by their positions."""
    instance, parcels = material.instance, material.tables["parcels"]
    land, practices = instance.land, instance.practices
    uses = list(practices.uses)
    return {
        "uses": language.labels(instance.tables["uses"], practices.uses),
        "methods": method_labels(instance, language),
        "periods": [int(year) for year in instance.calendar.start_t],
        "sources": [str(source) for source in instance.topsoil.sources],
        "zones": list(land.zones),
        "whole": material.is_whole,
        "parcels": {
            "name": [str(name) for name in land.parcels],
            "zone": land.zone_i.tolist(),
            "area": _short(parcels["area_ha"]),
            "reclaimed": _short(parcels["reclaimed_ha"]),
            "sink": _short(parcels["net_sink_tco2e"]),
            "price": _short(parcels["land_price"]),
            "margin": _short(parcels["margin"]),
            "runner": [uses.index(name) if name in uses else -1 for name in parcels["runner_up"]],
            "x": np.rint(shapes.middle_i[:, 0]).astype(int).tolist(),
            "y": np.rint(shapes.middle_i[:, 1]).astype(int).tolist(),
        },
        "plan": _plan(material),
        "layers": [{"key": layer.key, "title": layer.title, "note": layer.note,
                    "use": int(layer.key[6:]) if layer.key.startswith("could-") else None,
                    "classes": [[c.label, c.colour, c.pattern, language.hectares(c.hectares)]
                                for c in layer.classes],
                    "of": layer.class_i.tolist()} for layer in layers],
    }


def method_labels(instance: Instance, language: Language) -> list[str]:
    """What to call every practice (use and method)."""
    table = instance.tables["methods"]
    own = dict(zip(zip(table.text("use"), table.text("method"), strict=True),
                   zip(table.text(language.label_column), table.text("label"), strict=True),
                   strict=True))
    names = [instance.practices.name_um(um) for um in range(instance.practices.count)]
    return [str(next((text for text in own.get(name, ()) if text), name[1])) for name in names]


def _plan(material: Material) -> dict[str, list[Any]]:
    """Rows of the plan, by parcel."""
    options = material.options
    order = np.argsort(options.parcel_o, kind="stable")
    return {
        "parcel": options.parcel_o[order].tolist(),
        "use": material.instance.practices.use_um[options.practice_o[order]].tolist(),
        "method": options.practice_o[order].tolist(),
        "period": options.period_o[order].tolist(),
        "source": options.source_o[order].tolist(),
        "ha": [_rounded(value) for value in material.area_o[order].tolist()],
    }


def _short(column: pd.Series) -> list[float | None]:
    """Numbers with the digits that are told; None where blank."""
    return [_rounded(value) for value in column.astype(float).tolist()]


def _rounded(value: float) -> float | None:
    """A number with few digits, whole where it is large."""
    if not math.isfinite(value):
        return None
    short = float(f"{value:.{DIGITS}g}")
    return int(short) if short == int(short) else short
