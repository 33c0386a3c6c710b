import numpy as np
import pytest
from sound_tables import settings_with, sound_rows, tables_of

from optimizer.instance.checks import CHECKS, check_instance
from optimizer.instance.checks.requirements import METHOD_NEEDS, SOURCE_NEEDS
from optimizer.instance.schema import TABLES
from optimizer.instance.table import Table


def test_the_sound_instance_has_no_findings():
    assert [str(f) for f in check_instance(settings_with(), tables_of(sound_rows()))] == []


def test_faults_of_all_kinds_are_told_at_once():
    rows = sound_rows()
    rows["limits"][0]["account"] = "costs"
    rows["adjacency"][0]["parcel_b"] = "001"
    rows["methods"][0]["curve_soil"] = "sodd"
    rules = [f.rule for f in check_instance(settings_with(), tables_of(rows))]
    assert rules == ["unknown name", "unknown name", "own neighbour"]


@pytest.mark.parametrize("name", [*TABLES, "none of them"])
def test_no_check_raises_where_a_table_is_missing(name):
    tables = tables_of(sound_rows())
    tables.pop(name, None)
    assert isinstance(check_instance(settings_with(), tables), list)


@pytest.mark.parametrize("name", TABLES)
def test_no_check_raises_on_blank_or_absent_columns(name):
    tables = tables_of(sound_rows())
    table = tables[name]
    blanks = {column: np.full(len(table), "" if values.dtype == object else np.nan,
                              dtype=values.dtype)
              for column, values in table.columns.items()}
    for columns in (blanks, {}):
        tables[name] = Table(name, table.file, columns, np.zeros(len(table), dtype=np.int64))
        assert isinstance(check_instance(settings_with(), tables), list)
    tables[name] = Table(name, table.file, blanks, np.zeros(len(table), dtype=np.int64))
    with np.errstate(all="raise"):
        check_instance(settings_with(), tables)


@pytest.mark.parametrize("value", [1e308, -1e308, 1e-308, 0.0])
def test_no_check_raises_or_warns_on_numbers_beyond_reason(value):
    tables = tables_of(sound_rows())
    for name, table in tables.items():
        wild = {column: np.full(len(table), value) for column, values in table.columns.items()
                if values.dtype != object}
        tables[name] = table.with_columns(**wild)
    assert check_instance(settings_with(), tables)


def test_no_check_raises_on_an_empty_instance():
    assert isinstance(check_instance(settings_with(), {}), list)


@pytest.mark.parametrize(("table", "needs"), [("methods", METHOD_NEEDS), ("sources", SOURCE_NEEDS)])
def test_every_column_needed_in_some_case_has_its_case(table, needs):
    declared = {c.name for c in TABLES[table].columns if c.required == "when"}
    assert declared == set(needs)


def test_every_check_is_run_once():
    assert len(set(CHECKS)) == len(CHECKS)


def test_a_thousand_unknown_names_are_told_quickly():
    rows = sound_rows()
    rows["site"] = [{"parcel": f"p{n}", "use": "grass", "quality": 1.0} for n in range(1000)]
    found = check_instance(settings_with(), tables_of(rows))
    assert len(found) == 1000
    assert found[-1].do == "Correct the name."
