"""Pages of small results, and a browser where one is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from html_pages import NAMES, TITLE
from worked import METHOD, instance_of, limit

from optimizer.report.html.material import Material, material_of
from optimizer.report.output import write_out
from optimizer.report.summary import summary_of
from optimizer.solve.engine import solve
from optimizer.solve.solution import Solution

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: What the browser may not do by itself: it would look like a request of the page.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--disable-component-update", "--disable-sync")


@pytest.fixture(scope="session")
def material(two_parcels: Solution) -> Material:
    return material_of(two_parcels, summary_of(two_parcels))


@pytest.fixture(scope="session")
def hostile() -> Solution:
    """Three squares in a row, 10 ha each, whose names and title are made to do harm."""
    places = [{"parcel": name, "x": 1000.0 * n, "y": 0.0, "zone": "<b>zone</b>"}
              for n, name in enumerate(NAMES)]
    methods: list[dict[str, Any]] = [
        METHOD | {"use": "grass", "label": "<i>sown</i>", "income_per_ha_yr": 10.0},
        METHOD | {"use": "wood", "method": "plant", "income_per_ha_yr": 30.0,
                  "establishment_cost_per_ha": 100.0},
    ]
    uses = [{"use": "grass", "label": "Grass & <b>", "label_zh": "草地", "colour": "#b6d96b"},
            {"use": "wood", "label": "Wood", "label_zh": "林地", "max_slope_pct": 20.0}]
    instance = instance_of(
        parcels=[row | {"slope_pct": 5.0 + 10.0 * n} for n, row in enumerate(places)],
        methods=methods, uses=uses,
        # 15 of 30 ha: the second square is shared or one is left.
        limits=[limit("</td><script>window.taken=1</script>", use="wood", value=15.0)],
        settings={"title": TITLE, "objectives": _income()})
    return solve(instance)


def _income() -> tuple[Any, ...]:
    from optimizer.instance.settings import Objective

    return (Objective("income"),)


@pytest.fixture(scope="session")
def hostile_out(hostile: Solution, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "OUT"
    write_out(hostile, folder)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """An installed Chromium, driven by playwright; nothing is downloaded."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium is installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield launched
        launched.close()
