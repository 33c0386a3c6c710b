"""Zones with a lead use: rows by hand, named and open ones, every choice tried, refusals."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasters import raster
from strategies import Row
from worked import limit

import optimizer as ro
from optimizer.analysis.check import check_plan
from optimizer.analysis.verify import verify
from optimizer.formulation.assemble import assemble
from optimizer.formulation.bridge import ModelRefused, pyomo_model
from optimizer.formulation.program import Family
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.record import Instance
from optimizer.report.output import write_out
from optimizer.solve.engine import solve
from optimizer.solve.errors import Infeasible, Stopped

pytestmark = pytest.mark.usefixtures("searched_here")

#: Zone of the left column, of the right one.
WEST, EAST = "west", "east"


def districts(prizes: Any, clusters: list[Row], **further: Any) -> Instance:
    """Two columns of cells, the left one west, the right one east."""
    prizes = np.asarray(prizes, dtype=float)
    cells = {f"r{r}c{c}": {"zone": (WEST, EAST)[c]}
             for r in range(prizes.shape[0]) for c in range(2)}
    return raster(prizes, cells=cells, tables={"clusters": clusters}, **further)


def cluster(zone: str, use: str | None, share: float) -> Row:
    return {"zone": zone, "use": use, "minimum_share_pct": share}


#: Two rows: in the west u0 brings 3 and 1 t, u1 2 and 4 t; in the east both bring 1 t.
PRIZES = [[[3, 2], [1, 1]], [[1, 4], [1, 1]]]


def test_rows_of_a_named_lead_use() -> None:
    program = assemble(districts(PRIZES, [cluster(WEST, "u0", 60)]))
    row = np.flatnonzero(program.rows.family == Family.CLUSTER)
    # Columns x[r0c0,u0], x[r0c0,u1], x[r0c1,.] (east), ..., 1 - 0.6 and - 0.6 in the west.
    np.testing.assert_allclose(
        program.matrix.toarray()[row], [[0.4, -0.6, 0, 0, 0.4, -0.6, 0, 0]])
    assert program.row_lower[row] == 0.0


@pytest.mark.parametrize(("use", "share", "expected"), [
    # Free: 3 + 4 in the west, 2 in the east. u0 at 75 % of the west: y ha of u1 on the second
    # cell need 3 y of u0: 1 ha of u0 on the first and 0.5 on the second with 0.5 of u1:
    # 3 + 0.5 + 2 = 5.5.
    ("u0", 75, 7.5),
    # u1 at 75 %: 1 ha on the second, 0.5 u1 and 0.5 u0 on the first: 4 + 1 + 1.5 = 6.5.
    ("u1", 75, 8.5),
    # Open: the better of the two.
    (None, 75, 8.5), (None, 50, 9.0)])
def test_lead_uses_by_hand(use: str | None, share: float, expected: float) -> None:
    solution = solve(districts(PRIZES, [cluster(WEST, use, share)]))
    assert solution.objective == pytest.approx(expected)
    assert solution.certificate.relative_gap <= 1e-9
    assert check_plan(solution.instance, solution.plan).allowed


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_open_lead_uses_against_every_choice(seed: int, whole: bool) -> None:
    prizes = np.random.default_rng(seed).normal(1.0, 1.0, (3, 2, 3))
    limits = [limit("least", sense=">=", value=1, use="u2")]

    def value(west: str | None, east: str | None) -> float:
        rules = [cluster(WEST, west, 80), cluster(EAST, east, 70)]
        try:
            return solve(districts(prizes, rules, limits=limits), whole_parcels=whole).objective
        except Infeasible:
            return -np.inf

    uses = ("u0", "u1", "u2")
    assert value(None, None) == pytest.approx(max(value(*both) for both in product(uses, uses)))


def test_the_choice_is_told_and_proven_from_the_files(tmp_path: Path) -> None:
    solution = solve(districts(PRIZES, [cluster(WEST, None, 75)]))
    assert solution.instance.settings.overrides == ("clusters[west].use=u1",)
    assert "lead uses chosen by branch and bound over" in solution.engine_reason
    write_out(solution, tmp_path / "OUT")
    assert verify(tmp_path / "OUT").holds
    summary = json.loads((tmp_path / "OUT" / "summary.json").read_text(encoding="utf-8"))
    assert summary["overrides"] == ["clusters[west].use=u1"]


def test_a_plan_is_judged_in_words() -> None:
    import pandas as pd

    plan = pd.DataFrame([("r0c0", "u0", 1.0), ("r1c0", "u1", 0.6)],
                        columns=["parcel", "use", "area_ha"])
    # 1 of 1.6 ha are 62.5 %.
    for use, words in (("u0", "62.5 % u0 of 1.6 ha"), ("u1", "37.5 % u1 of 1.6 ha"),
                       (None, "62.5 % its largest use, u0, of 1.6 ha")):
        instance = districts(PRIZES, [cluster(WEST, use, 75)])
        told = [str(one) for one in check_plan(instance, plan).violations]
        assert told == [f"cluster, zone west: {words} reclaimed, must be >= 75 %"]
    assert check_plan(districts(PRIZES, [cluster(WEST, "u0", 62.5)]), plan).allowed


def test_only_solve_chooses() -> None:
    instance = districts(PRIZES, [cluster(WEST, None, 75)])
    with pytest.raises(InstanceRefused, match=r"clusters\[west\]\.use=USE"):
        ro.explain(instance)
    for command in (ro.prices, lambda one: ro.alternatives(one, within=0.01)):
        with pytest.raises(InstanceRefused, match="open lead use"):
            command(instance)
    with pytest.raises(ModelRefused, match="lead use of west is open"):
        pyomo_model(instance)


def test_what_cannot_be_searched_is_refused() -> None:
    zones = [f"z{number}" for number in range(12)]
    instance = raster(np.ones((1, 12, 2)), cells={f"r0c{c}": {"zone": zone}
                                                  for c, zone in enumerate(zones)},
                      tables={"clusters": [cluster(zone, None, 50) for zone in zones]})
    with pytest.raises(InstanceRefused, match="4,096 choices"):  # 2 to the 12th
        solve(instance)
    with pytest.raises(InstanceRefused, match="zones of parcels"):
        districts(PRIZES, [cluster("north", "u0", 50)])
    with pytest.raises(InstanceRefused, match="u7"):
        districts(PRIZES, [cluster(WEST, "u7", 50)])


def test_no_choice_with_a_plan_is_told() -> None:
    limits = [limit("much-0", sense=">=", value=1, use="u0", zone=WEST),
              limit("much-1", sense=">=", value=1, use="u1", zone=WEST)]
    with pytest.raises(Infeasible, match="no choice of lead uses for west"):
        solve(districts(PRIZES, [cluster(WEST, None, 75)], limits=limits))


def test_a_search_that_is_stopped_hands_no_plan_over(monkeypatch: pytest.MonkeyPatch) -> None:
    from optimizer.solve import leads

    instance = districts(PRIZES, [cluster(WEST, None, 75)])
    with_rest = solve(districts(PRIZES, []))

    def stopped(_: Instance) -> Any:
        message = "time"
        raise Stopped(message, with_rest)

    with pytest.raises(Stopped, match="lead uses of all zones") as told:
        leads.solve_with_leads(instance, stopped, lambda _: None)
    assert told.value.incumbent is None  # it keeps the rules of no zone


def test_lead_uses_are_told() -> None:
    from optimizer.report.summary import summary_of
    from optimizer.report.terminal_layout import lead_lines

    solution = solve(districts(PRIZES, [cluster(WEST, None, 75), cluster(EAST, "u0", 50)]))
    west, east = summary_of(solution)["lead_uses"]
    # 1.5 of 2 ha, as above; in the east u0 and u1 are worth the same.
    assert west == {"zone": WEST, "use": "u1", "share_pct": pytest.approx(75),
                    "minimum_share_pct": 75}
    assert east["share_pct"] >= 50 - 1e-9
    assert lead_lines(solution)[0] == "  lead use of west: u1 (75 %, at least 75 %, chosen)"
    assert "chosen" not in lead_lines(solution)[1]
