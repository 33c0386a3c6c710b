"""Results of other commands beside the plan, from the folders those commands write."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from optimizer.cli.main import run
from optimizer.report.folder import OutputRefused
from optimizer.report.html.beside import beside_section, read_other
from optimizer.report.html.beside_runs import _case_bars
from optimizer.report.html.language import language_of
from optimizer.report.html.material import Material
from optimizer.report.html.page import report_page
from optimizer.report.html.section import Section
from optimizer.report.what_it_is import MARKS

ENGLISH = language_of("en")
HAND_GAP = Path(__file__).resolve().parents[3] / "instances" / "hand-gap"
SWEEP = """
[sweep]
name = "money"
mode = "one_at_a_time"
[[sweep.path]]
path = "limits[budget].value"
multiply = [0.9, 0.1]
"""

COMMANDS = {
    "compare": ["compare", str(HAND_GAP), str(HAND_GAP / "plans" / "actual.csv")],
    "curve": ["curve", "two-parcels", "budget"],
    "prices": ["prices", "two-parcels", "--only", "budget"],
    "alternatives": ["alternatives", "two-parcels", "--within", "2%", "--count", "1"],
    "robust": ["robust", "hand-scenarios", "--alpha", "40%"],
    "solve": ["solve", "two-parcels", "--set", "limits[budget].value*=0.9"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    place = tmp_path_factory.mktemp("beside")

    def made(kind: str) -> Path:
        if not (place / kind).exists():
            if kind == "sweep":
                (place / "money.toml").write_text(SWEEP, encoding="utf-8")
                command = ["sweep", "two-parcels", str(place / "money.toml")]
            else:
                command = COMMANDS[kind]
            assert run([*command, "-o", str(place / kind)]) == 0
        return place / kind

    return made


def told(section: Section) -> str:
    parts = [section.title, *section.lead, *section.notes]
    for table in (*section.tables, *(table for _, table in section.more)):
        parts += [*table.head, *(cell for row in table.rows for cell in row)]
    parts += [str(picture.svg) for picture in section.pictures]
    return "\n".join(parts).replace("\u00a0", " ")


@pytest.fixture
def section(
    material: Material, folder: Callable[[str], Path]
) -> Callable[[str], Section]:
    return lambda kind: beside_section(read_other(folder(kind)), 1, material, ENGLISH)


def test_compare(section: Callable[[str], Section]) -> None:
    text = told(section("compare"))
    # Worked by hand in instances/hand-gap: 220 to 816; 100 + 310 + 60 + 126 = 596; 785 within.
    assert "reaches 220.0 t CO₂e, the best one 816.0 t CO₂e: a gap of 596.0 t CO₂e" in text
    assert all(part in text for part in ("+100.0", "+310.0", "+60.0", "+126.0", "785.0"))
    assert "breaks 2 rules" in text
    # It is of another instance than the plan it stands beside, which is said.
    assert "another state of the data (instance hand-gap)" in text


def test_curve(section: Callable[[str], Section]) -> None:
    text = told(section("curve"))
    assert "Exact: 5 points" in text
    # Points worked by hand: 1,520,000 -> 1,800.8; 3,680,000 -> 6,440.8.
    assert "1,800.8" in text
    assert "6,440.8" in text
    assert "another state" not in text


def test_prices(section: Callable[[str], Section]) -> None:
    found = section("prices")
    row = [cell.replace("\u00a0", " ") for cell in found.tables[0].rows[0]]
    # A tenth of 6,480,000 CNY at 0.00032 t a yuan is 207.4 t.
    assert row[:2] == ["budget", "6.48 million CNY"]
    assert row[2] == "0.000320 (to 3.68 million CNY)"
    assert row[4] == "\u2212207.4"


def test_rows_of_a_limit_stand_in_one_pair_of_brackets(
    material: Material, folder: Callable[[str], Path]
) -> None:
    other = read_other(folder("prices"))
    # As `reclaim prices` writes it for a limit with a row for each period.
    prices = [price | {"where": " (2031)"} for price in other.record["prices"]]
    changed = replace(other, record={**other.record, "prices": prices})
    found = beside_section(changed, 1, material, ENGLISH)
    assert [row[0] for row in found.tables[0].rows] == ["budget (2031)"]


def test_sweep(section: Callable[[str], Section]) -> None:
    found = section("sweep")
    rows = {row[0]: row for row in found.tables[0].rows}
    assert rows["base"][1:4] == ("–", "7,336.8", "92.0")
    # A tenth less money at 0.00032 t a yuan: 648,000 x 0.00032 = 207.4 t less.
    assert rows["1"][1:3] == ("0.900", "7,129.4")
    # With a tenth of the money there is no plan: the row says why instead.
    assert rows["2"][1] == "0.100"
    assert rows["2"][2].startswith("infeasible")


def test_bars_of_cases_are_called_by_their_names() -> None:
    frame = pd.DataFrame({"case": ["dear money", "2"], "status": "optimal",
                          "objective": [10.0, 20.0], "limits[budget].value*": [0.9, 0.8]})
    picture = _case_bars(frame, ["limits[budget].value*"], "t CO2e", ENGLISH)
    assert picture is not None
    labels = re.findall(r"<text[^>]*>([^<]*)</text>", str(picture.svg))
    assert "dear money" in labels
    assert any(label.startswith("2: limits[budget].value* 0.8") for label in labels)


def test_alternatives(section: Callable[[str], Section]) -> None:
    found = section("alternatives")
    text = told(found)
    assert "1 plans that lose at most 2.0 % (146.7 t CO₂e)" in text
    assert found.tables[0].rows[0][:2] == ("plan-1", "146.7")


def test_robust(section: Callable[[str], Section]) -> None:
    found = section("robust")
    rows = {row[0]: row[1:] for row in found.tables[0].rows}
    # Worked by hand in instances/hand-scenarios.
    assert rows["optimum as it stands"][:4] == ("7,370.0", "4,400.0", "6,600.0", "6,050.0")
    assert rows["best expected value"][0] == "7,590.0"
    assert [title for title, _ in found.more] == ["Every plan in every case"]


def test_another_plan(section: Callable[[str], Section]) -> None:
    found = section("solve")
    rows = {row[0]: row[1:] for row in found.tables[0].rows}
    assert rows["Net carbon sink"][:3] == ("7,336.8", "7,129.4", "\u2212207.4")
    assert "limits[budget].value*=0.9" in found.lead[0]


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_sensitivity(method: str, material: Material, tmp_path: Path) -> None:
    column = {"morris": "mu_star", "sobol": "total"}[method]
    rows = [{"answer": answer, "number": name, column: value, f"{column}_confidence": 0.1}
            for answer in ("objective", "changed_ha") for name, value in (("a", 1.0), ("b", 3.0))]
    record = {"method": method, "objective_unit": "t CO2e", "indices": rows, "cases": 40,
              "numbers": [{}, {}], "objective_low": 1.0, "objective_median": 2.0,
              "objective_high": 3.0, "instance_sha256": material.summary["instance_sha256"]}
    (tmp_path / "sensitivity.json").write_text(json.dumps(record), encoding="utf-8")
    found = beside_section(read_other(tmp_path), 1, material, ENGLISH)
    assert len(found.pictures) == 2
    svg = str(found.pictures[0].svg)
    assert svg.find(">b<") < svg.find(">a<")  # the one that matters most comes first
    assert "3.00 ± 0.100" in svg


def test_all_kinds_stand_in_one_page_in_both_languages(
    material: Material, folder: Callable[[str], Path]
) -> None:
    others = [read_other(folder(kind)) for kind in (*COMMANDS, "sweep")]
    assert {other.kind for other in others} | {"sensitivity"} == set(MARKS.values())
    for lang in ("en", "zh"):
        page = report_page(material, "zh" if lang == "zh" else "en", others)
        assert page.count('<section id="beside-') == len(others)


def test_a_folder_that_is_no_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="holds no result that a report can show"):
        read_other(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"points": 3}'])
def test_a_damaged_folder_is_refused_in_words(
    text: str, material: Material, tmp_path: Path
) -> None:
    (tmp_path / "curve.json").write_text(text, encoding="utf-8")
    with pytest.raises(OutputRefused):
        beside_section(read_other(tmp_path), 1, material, ENGLISH)
