"""What is proven is told with the right sign, and no more than is proven."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import MINIMAL, write_folder

from optimizer.instance.read import read_instance
from optimizer.report.html.answer import answer_of
from optimizer.report.html.language import language_of
from optimizer.report.html.material import material_of
from optimizer.report.proof import bound_words, told_objective
from optimizer.report.summary import summary_of
from optimizer.report.terminal import solution_text
from optimizer.report.terminal_prices import topsoil_lines
from optimizer.solve.engine import solve
from optimizer.solve.solution import Solution

LIMITS = "limit,account,use,sense,value,unit,basis\n"
LEAST_COST = '\n[[objective]]\naccount = "cost"\nsense = "min"\n'


@pytest.mark.parametrize(("label", "bound", "words"), [
    ("net_sink", 7336.8, "no plan can exceed 7,336.8 CNY"),
    ("max 0.5 income", 20.0, "no plan can exceed 20.0 CNY"),
    ("min cost", -5_000.0, "no plan can cost less than 5,000.0 CNY"),
    ("min cost", 0.0, "no plan can cost less than 0.00 CNY"),
    ("min water", -30.0, "no plan can have less than 30.0 CNY"),
    ("min cost + min 2 water", -30.0, "no plan can have less than 30.0 CNY"),
    ("net_sink + min cost", -30.0, "no plan can do better than -30.0 CNY"),
])
def test_a_bound_is_told_as_what_it_bounds(
    two_parcels: Solution, label: str, bound: float, words: str
) -> None:
    stage = replace(two_parcels.stages[-1], label=label, unit="CNY")
    assert bound_words(stage, bound) == words


def test_the_least_cost_is_told_as_a_cost(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "cheap", instance__toml=MINIMAL["instance.toml"] + LEAST_COST,
        limits=LIMITS + "some-grass,area,grass,>=,10,ha,\n")
    solution = solve(read_instance(folder))
    # 10 ha of grass by sowing: 6,000 + 3 years of 300 CNY = 6,900 CNY/ha, so 69,000 CNY.
    assert told_objective(solution.stages[-1]) == pytest.approx(69_000)
    text = solution_text(solution)
    assert "Objective  min cost  69,000 CNY" in text
    assert "Proof: no plan can cost less than 69,000 CNY (gap" in text
    assert "1 ha less: +6,900.0 CNY" in text
    assert "What is to be least falls by what has a +" in text
    assert "Net sink not accounted" in text


def test_whole_parcels_are_no_proof_beyond_the_certificate() -> None:
    solution = solve(read_instance("two-parcels"), whole_parcels=True)
    text = solution_text(solution)
    assert text.startswith("two-parcels: optimal by branch and bound (the solver's word)\n")
    assert "optimal, proven" not in text
    # The bound of the linear program is that of WORKED.md; the platform as cropland is 242.4 t.
    assert "Proof: no plan can exceed 7,336.8 t CO2e, even if parcels may be divided" in text
    assert "Branch and bound: no plan of whole parcels can exceed 242.4 t CO2e (gap 0)" in text
    assert "Topsoil is" not in text, "prices are of the linear program"


def test_whole_parcels_that_bind_have_no_price() -> None:
    # Cropland on the platform, whole, is 60 ha: exactly what the minimum now asks for.
    instance = read_instance("two-parcels", ["limits[cropland-minimum].value=60",
                                             "limits[budget].value*=3"])
    text = solution_text(solve(instance, whole_parcels=True))
    line = next(line for line in text.splitlines() if "cropland-minimum" in line)
    assert line.split() == ["cropland-minimum", ">=", "60", "ha"]
    assert "Whole parcels have no prices" in text


def test_a_plan_of_whole_parcels_that_reclaims_nothing_says_so(tmp_path: Path) -> None:
    # Whichever of two parcels is reclaimed, its use has at least 40 % of the land, not 30 %.
    folder = write_folder(tmp_path / "none", limits=LIMITS + (
        "mixed,area,*,<=,30,%,share_of_reclaimed\n"))
    text = solution_text(solve(read_instance(folder), whole_parcels=True))
    assert "This plan reclaims nothing" in text
    assert "can make every use impossible (mixed)" in " ".join(text.split())
    assert "None of the 2 limits binds." in text


@pytest.mark.parametrize(("texts", "expected"), [
    # 0 CNY: the budget alone holds all land back.
    (["limits[budget].value=0"], "within budget no land can be reclaimed, or none is worth it."),
    # 500 t/ha to establish anything is more than the 2,816 + 5,632 t of 100 ha could win.
    (["methods[*,*,*].establishment_tco2e_per_ha=500"],
     "nothing that the rules allow is worth more than leaving the land as it is."),
])
def test_a_divisible_plan_that_reclaims_nothing_says_why(texts: list[str], expected: str) -> None:
    instance = read_instance("two-parcels", ["limits[cropland-minimum].value=0", *texts])
    solution = solve(instance)
    text = " ".join(solution_text(solution).split())
    assert f"This plan reclaims nothing: {expected}" in text
    assert "reclaim explain two-parcels --plan --set" in text
    page = answer_of(material_of(solution, summary_of(solution)), language_of("en")).sentence
    assert "This plan reclaims nothing" in page
    assert ("budget" in page) == ("budget" in expected)


def test_a_share_that_was_written_as_a_fraction_is_named(tmp_path: Path) -> None:
    # No use may have more than 0.7 % of what is reclaimed: three uses make at most 2.1 of 100 %.
    folder = write_folder(tmp_path / "none", limits=(
        "limit,account,use,sense,value,unit,basis\nmixed,area,*,<=,0.7,%,share_of_reclaimed\n"))
    solution = solve(read_instance(folder))
    assert solution.reclaimed_ha == 0
    text = " ".join(solution_text(solution).split())
    assert "This plan reclaims nothing: within mixed" in text
    assert "make every use impossible (mixed)" in text
    assert "mixed reads 0.7 %: if 70 % is meant, write 70." in text
    for lang, part in (("en", "write 70."), ("zh", "请写 70")):
        page = answer_of(material_of(solution, summary_of(solution)), language_of(lang)).sentence
        assert part in page


def test_a_plan_that_reclaims_says_nothing_of_the_kind(two_parcels: Solution) -> None:
    assert "reclaims nothing" not in solution_text(two_parcels)
    page = answer_of(material_of(two_parcels, summary_of(two_parcels)), language_of("en"))
    assert "reclaims nothing" not in page.sentence


def test_topsoil_that_only_waits_is_not_scarce(two_parcels: Solution) -> None:
    class Priced:
        """A solution with other prices of topsoil."""

        prices = pd.DataFrame({"family": "soil_balance", "stage": 1, "source": ["heap", "heap"],
                               "period": ["2026", "2031"], "price": [-0.00843, 0.002]})
        stages, instance, whole_parcels = two_parcels.stages, two_parcels.instance, False

    assert topsoil_lines(Priced()) == [  # type: ignore[arg-type]
        "1,000 m3 more topsoil would be worth", "  heap  in 2031  +2.00 t CO2e",
        "  Not scarce: more of it would only lose carbon while it waits, at", "    heap  in 2026"]
    Priced.prices = Priced.prices.iloc[:1]
    assert topsoil_lines(Priced())[0] == (  # type: ignore[arg-type]
        "Topsoil is not scarce: more of it would only lose carbon while it waits, at")


def test_a_search_without_a_bound_claims_none(two_parcels: Solution) -> None:
    text = solution_text(replace(two_parcels, solver_bound=np.inf, whole_parcels=True,
                                 status="stopped"))
    assert "stopped before it had a bound of its own" in text
