"""What gives way, as texts for `--set` and in the planner's words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from optimizer.analysis.explain.record import Change
from optimizer.instance.cells import plain_number

if TYPE_CHECKING:
    from optimizer.analysis.explain.levers import Lever
    from optimizer.analysis.explain.loosening import Loosened
    from optimizer.analysis.explain.softened import Softened

#: Characters that make a key stand in quotes.
QUOTED = (",", '"')


def changes_of(rules: Softened, found: Loosened) -> tuple[Change, ...]:
    """List everything that gives way, limits first in the order of the table."""
    return (*_limit_changes(rules, found), *_releases(rules, found), *_supplies(rules, found))


def path_text(table: str, keys: Iterable[str], column: str) -> str:
    """Write a path; keys with a comma or a quote stand in double quotes."""
    def key(text: str) -> str:
        plain = text == text.strip() and not any(sign in text for sign in QUOTED)
        return text if plain else '"' + text.replace('"', '""') + '"'
    return f"{table}[{','.join(key(text) for text in keys)}].{column}"


def _limit_changes(rules: Softened, found: Loosened) -> list[Change]:
    changes = []
    for line, lever in enumerate(rules.levers):
        new = float(found.value_l[line])
        if found.dropped_l[line]:
            changes.append(_drop(lever))
        elif lever.basis != "equal" and new != lever.value:
            path = path_text("limits", (lever.name,), "value")
            changes.append(Change(
                "value", lever.name, path, lever.value, new, lever.unit,
                (new - lever.value) / abs(lever.value) if lever.value else None,
                (f"{path}={plain_number(new)}",)))
    return changes


def _drop(lever: Lever) -> Change:
    """A limit turned into one that holds for any plan: an area of at least 0."""
    nothing = {"account": "area", "basis": "absolute", "unit": "", "sense": ">=", "value": "0"}
    texts = (f"{path_text('limits', (lever.name,), column)}={value}"
             for column, value in nothing.items())
    return Change("drop", lever.name, "", None, None, "", None, tuple(texts))


def _releases(rules: Softened, found: Loosened) -> list[Change]:
    """Parcels that need not be reclaimed any more."""
    land = rules.instance.land
    changes = []
    for row in rules.must_rows[found.released_s]:
        i = int(rules.program.rows.parcel[row])
        parcel = str(land.parcels[i])
        texts = [f"{path_text('parcels', (parcel,), 'must_reclaim')}=no"]
        if not np.isnan(land.wait_i[i]):
            texts.append(f"{path_text('parcels', (parcel,), 'longest_wait_years')}=")
        changes.append(Change("release", parcel, "", float(land.area_i[i]), None, "ha", None,
                              tuple(texts)))
    return changes


def _supplies(rules: Softened, found: Loosened) -> list[Change]:
    """Supplies of topsoil that grow."""
    labels, instance = rules.program.rows, rules.instance
    changes = []
    for row, added in zip(rules.soil_rows, found.topsoil_s, strict=True):
        if added <= 0.0:
            continue
        keys = (instance.topsoil.sources[labels.source[row]],
                instance.calendar.labels[labels.period[row]])
        old = float(rules.program.row_upper[row])
        path = path_text("sources", keys, "supply_m3")
        changes.append(Change("topsoil", " in ".join(keys), path, old, old + float(added), "m3",
                              float(added) / old if old else None,
                              (f"{path}={plain_number(old + float(added))}",)))
    return changes
