"""Text that spreadsheets would run: written behind an apostrophe, read back as it was."""

from __future__ import annotations

import pandas as pd
import pytest
from helpers import write_folder
from hypothesis import given
from hypothesis import strategies as st

import optimizer as ro
from optimizer.analysis.result_files import read_result
from optimizer.analysis.verify import verify
from optimizer.instance.formulas import as_meant, neutral, would_run
from optimizer.instance.plan_file import read_plan
from optimizer.instance.write import write_instance
from optimizer.report.tables import write_table

STARTS = tuple("=+-@＝＋－＠")


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-a", "@SUM(A1)", "＝1+1", "=x\ny", "-1-2"])
def test_formulas_are_written_behind_an_apostrophe(text):
    assert would_run(text)
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "=", ">=", "-", "-5", "+3.5e2", "a=b", "'quoted'", "1-2"])
def test_what_does_no_harm_stays_as_it_is(text):
    assert not would_run(text)
    assert neutral(text) == text


@given(st.text(st.sampled_from("'=+-@＝ a1."), max_size=6))
def test_whatever_is_written_reads_back_and_nothing_is_run(text):
    assert as_meant(neutral(text)) == text
    assert not would_run(neutral(text))


def test_tables_of_a_result(tmp_path):
    table = pd.DataFrame({"use": ["=1+1", "grass"], "sense": ["=", "<="], "area_ha": [-1.5, 2.0],
                          "=head": ["+x", None]})
    path = write_table(table, tmp_path, "t.csv")
    assert path.read_text(encoding="utf-8") == (
        "use,sense,area_ha,'=head\n'=1+1,=,-1.5,'+x\ngrass,<=,2.0,\n")


def test_an_instance_with_such_names_solves_verifies_and_reads_back(tmp_path):
    names = {"flat": "=flat", "crop": "@crop", "heap": "+heap"}
    folder = write_folder(tmp_path / "mine")
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        for old, new in names.items():
            text = text.replace(f"\n{old},", f"\n{new},").replace(f",{old},", f",{new},")
        path.write_text(text, encoding="utf-8")
    instance = ro.read_instance(folder)
    assert next(iter(instance.land.parcels)) == "=flat"
    solution = ro.solve(instance)
    ro.write_out(solution, tmp_path / "out")
    for path in (tmp_path / "out").rglob("*.csv"):
        cells = [cell for line in path.read_text(encoding="utf-8").splitlines()
                 for cell in line.split(",")]
        assert not [cell for cell in cells if would_run(cell)], path.name
    assert verify(tmp_path / "out").holds
    assert read_result(tmp_path / "out").plan["parcel"].isin(instance.land.parcels).all()
    plan = read_plan(tmp_path / "out" / "plan.csv", instance)
    assert plan.frame()["area_ha"].tolist() == solution.plan["area_ha"].tolist()
    write_instance(instance, tmp_path / "again")
    assert ro.read_instance(tmp_path / "again").sha256 == instance.sha256
