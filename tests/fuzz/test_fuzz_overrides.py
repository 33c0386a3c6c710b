"""Odd texts after --set: a refusal, a reason or a proof, and never anything else."""

from __future__ import annotations

import random
import traceback
from collections import Counter
from pathlib import Path

import pytest
from fuzz_verdict import end_of
from mutated_cells import ODD_TEXTS

import optimizer as ro
from optimizer.instance.record import Instance

INSTANCES = Path(__file__).parents[2] / "instances"
KEYS = ("name", "base_year", "horizon_years", "periods", "gwp", "max_slope_pct", "currency", "crs",
        "library", "crediting_years", "licence", "sources", "nothing")
ODD_PATHS = ("", "=", "[", "]", "instance", "instance.", ".gwp", "works.", "objective.net_sink",
             "parcels", "parcels[]", "parcels[*]", "parcels[*].", "parcels[*].area_ha.",
             "parcels[*", "parcels*].area_ha", "parcels[a,b,c].area_ha", "nothing[*].x",
             "layout.boundary_weight_tco2e_per_km", "objective.weight", "parcels.area_ha",
             "defaults.parcels.zone", "instance.name[*]", "parcels[*][*].area_ha", "\x00",
             "地块[*].面积")


def _override(instance: Instance, source: random.Random) -> str:
    kind = source.choice(("key", "works", "table", "table", "table", "table", "odd"))
    if kind == "odd":
        path = source.choice(ODD_PATHS)
    elif kind == "key":
        path = f"instance.{source.choice(KEYS)}"
    elif kind == "works":
        path = f"works.{source.choice((*instance.settings.works, 'nothing'))}"
    else:
        table = instance.tables[source.choice(sorted(instance.tables))]
        column = source.choice(list(table.columns))
        first = str(next(iter(table.columns.values()))[0])
        keys = source.choice(("*", "*,*", "*,*,*", first))
        path = f"{table.name}[{keys}].{column}"
    value = source.choice((*ODD_TEXTS, "0.5", "2", "1.1", "1e6", "-1", "100"))
    return f"{path}{source.choice(('=', '=', '*='))}{value}"


@pytest.mark.parametrize("name", ["two-parcels", "hand-topsoil", "hand-two-periods", "steppe"])
def test_odd_overrides_end_rightly(name: str) -> None:
    instance = ro.read_instance(INSTANCES / name)
    wrong, ends = [], Counter[str]()
    for number in range(150):
        source = random.Random(f"{name} {number}")
        overrides = [_override(instance, source) for _ in range(source.choice((1, 1, 2)))]
        try:
            ends[end_of(lambda o=overrides: ro.with_overrides(instance, o))] += 1
        except Exception as error:
            wrong.append(f"{overrides}: {''.join(traceback.format_exception(error)[-2:])[-600:]}")
    assert not wrong, "\n".join(wrong[:20])
    assert ends["refused"] > 50
    assert ends["certified"] > 0
