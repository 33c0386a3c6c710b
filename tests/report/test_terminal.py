from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.instance.read import read_instance
from optimizer.instance.write import write_instance
from optimizer.report.figures import shown_width
from optimizer.report.terminal import WIDTH, eligible_hectares, solution_text
from optimizer.report.terminal_prices import limit_rule, worth_words
from optimizer.solve.engine import solve
from optimizer.solve.solution import Solution


def test_the_answer_comes_first(two_parcels: Solution) -> None:
    lines = solution_text(two_parcels).splitlines()
    assert lines[0] == "two-parcels: optimal, proven"
    # 7,336.8 t over 92 ha reclaimed: 79.7 t/ha.
    assert lines[3] == ("Net sink +7,336.8 t CO2e from 2026 to 2045, +79.7 t CO2e per hectare "
                        "reclaimed")


def test_areas_stand_beside_what_could_be(two_parcels: Solution) -> None:
    # Cropland could only be on the platform (60 ha); forest and grass on all 100 ha.
    assert eligible_hectares(two_parcels) == [60, 100, 100]
    text = solution_text(two_parcels)
    assert "Cropland          20.0         20 %         60.0  #####" in text
    assert "not reclaimed      8.0          8 %" in text


def test_shadow_prices_are_told_in_words(two_parcels: Solution) -> None:
    text = solution_text(two_parcels)
    # WORKED.md: 0.00032 t/CNY, so 10,000 CNY are worth 3.2 t; a hectare less cropland 154.32 t.
    assert "10,000 CNY more: +3.20 t CO2e" in text
    assert "1 ha less: +154.3 t CO2e" in text
    assert text.index("154.3") < text.index("3.20"), "the dearest first"
    assert "Topsoil is not scarce" in text


def test_the_next_commands_are_complete(two_parcels: Solution, tmp_path: Path) -> None:
    text = solution_text(two_parcels, tmp_path / "OUT", {"solve": 1.0}, "two-parcels")
    assert ('reclaim solve two-parcels --set "limits[cropland-minimum].value*=0.9" -o OTHER'
            in text)
    assert f"reclaim verify {tmp_path / 'OUT'}" in text
    # The command printed must be one that works.
    read_instance("two-parcels", ["limits[cropland-minimum].value*=0.9"])


def test_the_next_commands_carry_what_was_set() -> None:
    own = ["limits[cropland-minimum].value*=0.9", "instance.horizon_years=25"]
    text = solution_text(solve(read_instance("two-parcels", own)), Path("OUT"), None, "two-parcels")
    sets = f'--set "{own[0]}" --set "{own[1]}"'
    assert f'reclaim solve two-parcels {sets} --set "{own[0]}" -o OTHER' in text
    assert f"reclaim sources two-parcels {sets}" in text


def test_an_incumbent_is_never_called_a_plan(two_parcels: Solution, tmp_path: Path) -> None:
    text = solution_text(replace(two_parcels, status="stopped"), tmp_path / "OUT")
    assert text.splitlines()[0] == (
        "two-parcels: STOPPED before the proof: an incumbent, not a plan")
    assert "plan.csv" not in text
    assert "incumbent.csv" in text
    assert "reclaim verify" not in text


@pytest.mark.parametrize("name", [
    "two-parcels", "hand-topsoil", "hand-two-periods", "hand-tie", "steppe", "desert",
    "high-groundwater", "published/rardin-forest-allocation",
])
def test_no_line_is_too_wide(name: str) -> None:
    text = solution_text(solve(read_instance(name)), Path("OUT"), {"solve": 0.1}, name)
    wide = [line for line in text.splitlines()
            if shown_width(line) > WIDTH and not line.strip().startswith("reclaim ")]
    assert not wide


def test_without_carbon_the_objective_leads() -> None:
    text = solution_text(solve(read_instance("published/rardin-forest-allocation")))
    assert "Objective  npv  322,515 x 1000 USD" in text
    assert "Net sink" not in text
    assert "reclaim sources" not in text


def test_stages_are_told_with_what_they_trade(tmp_path: Path) -> None:
    folder = tmp_path / "staged"
    write_instance(read_instance("two-parcels"), folder)
    manifest = folder / "instance.toml"
    text = manifest.read_text(encoding="utf-8")
    stages = ('[[objective]]\naccount = "net_sink"\ntolerance = 0.05\n\n'
              '[[objective]]\naccount = "cost"\nsense = "min"\n\n[works]')
    head = text[:text.index("[[objective]]")] if "[[objective]]" in text else (
        text[:text.index("[works]")])
    manifest.write_text(head + stages + text[text.index("[works]") + 7:], encoding="utf-8")
    told = solution_text(solve(read_instance(folder)))
    assert "Stage 1  net_sink  7,336.8 t CO2e" in told
    # The sink may fall to 95 % of 7,336.8 = 6,969.96 t. Grass on the face is given up first: the
    # budget was worth 0.00032 t/CNY there, so 366.84 t save 366.84 / 0.00032 = 1,146,375 CNY of
    # 6,480,000, and a tonne costs 1 / 0.00032 = 3,125 CNY.
    assert "Stage 2  min cost  5,333,625 CNY" in told
    assert "1 t CO2e less of net_sink  +3,125.0 CNY" in told


def row(**changed: object) -> dict[str, object]:
    return {"sense": "<=", "bound": 6_480_000.0, "unit": "CNY", "shadow_price": 0.0, **changed}


@pytest.mark.parametrize(("changed", "words"), [
    ({"shadow_price": 0.00021}, "10,000 CNY more: +2.10 t CO2e"),
    ({"sense": ">=", "bound": 20.0, "unit": "ha", "shadow_price": -2.5},
     "1 ha less: +2.50 t CO2e"),
    ({"sense": "=", "bound": 20.0, "unit": "ha", "shadow_price": -2.5},
     "1 ha more: -2.50 t CO2e"),
    ({"bound": 30.0, "unit": "%", "shadow_price": 4.0}, "1 %-point more: +4.00 t CO2e"),
    ({}, "a little more room is worth nothing"),
])
def test_worth_in_words(changed: dict[str, object], words: str) -> None:
    assert worth_words(row(**changed), "t CO2e") == words


@pytest.mark.parametrize(("written", "words"), [
    ({"basis": "absolute", "value": 648.0, "unit": "10000 CNY"}, "<= 6,480,000 CNY"),
    ({"basis": "share_of_reclaimed", "value": 70.0, "unit": "%"}, "<= 70 % of reclaimed"),
    ({"basis": "average", "value": 70.0, "unit": "points"}, "average <= 70 points/ha"),
    ({"basis": "average", "value": 150_000.0, "unit": ""}, "average <= 150,000 CNY/ha"),
    ({"basis": "average", "value": 2.0, "unit": "10000 CNY/mu"}, "average <= 2 x 10000 CNY/mu"),
    ({"basis": "equal", "value": float("nan"), "unit": ""}, "equal for each"),
])
def test_rules_are_told_as_they_were_written(written: dict[str, object], words: str) -> None:
    assert limit_rule(row(), written) == words
