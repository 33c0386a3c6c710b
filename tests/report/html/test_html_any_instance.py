"""Whatever can be solved has a page, in both languages, and its areas add up."""

from __future__ import annotations

import json
import re

import pytest
from feasible import feasible_instances
from html_pages import squares
from hypothesis import given, reject, settings

from optimizer.instance.record import Instance
from optimizer.report.html.material import material_of
from optimizer.report.html.page import report_page
from optimizer.report.summary import summary_of
from optimizer.solve.engine import solve
from optimizer.solve.errors import Infeasible

#: The page may be this large at 10,000 parcels.
BYTES = 5_000_000


@given(feasible_instances())
@settings(max_examples=15)
def test_every_solved_instance_has_a_page(instance: Instance) -> None:
    try:
        solution = solve(instance)
    except Infeasible:  # limits that only just hold, against the tolerance of the solver
        reject()
    material = material_of(solution, summary_of(solution))
    for lang in ("en", "zh"):
        page = report_page(material, "zh" if lang == "zh" else "en")
        found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
        assert found is not None
        facts = json.loads(found[1])
        assert sum(facts["plan"]["ha"]) == pytest.approx(solution.reclaimed_ha, rel=1e-4, abs=1e-6)
        assert not re.search(r"[>\s](nan|inf|None)[<\s]", page.partition("<script")[0])


@pytest.mark.slow
def test_ten_thousand_parcels_stay_small() -> None:
    assert len(report_page(squares(10_000)).encode("utf-8")) < BYTES
