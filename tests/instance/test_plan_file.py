import numpy as np
import pandas as pd
import pytest
from helpers import write_folder

from optimizer.instance.findings import InstanceRefused
from optimizer.instance.plan_file import plan_of_frame, read_plan
from optimizer.instance.read import read_instance

PLAN = """\
parcel,use,method,period,source,area_ha,fixed,note
flat,crop,cover,2026.0,heap,20,yes,done
flat,grass,sow,2026,,,,
"""


@pytest.fixture
def instance(tmp_path):
    return read_instance(write_folder(tmp_path / "instance"))


def findings_of(instance, tmp_path, text):
    (tmp_path / "plan.csv").write_text(text)
    with pytest.raises(InstanceRefused) as refused:
        read_plan(tmp_path / "plan.csv", instance)
    return refused.value.findings


def test_a_plan_reads(instance, tmp_path):
    (tmp_path / "plan.csv").write_text(PLAN)
    plan = read_plan(tmp_path / "plan.csv", instance)
    assert plan.text("period").tolist() == ["2026", "2026"]
    assert plan.flag("fixed").tolist() == [True, False]
    np.testing.assert_array_equal(plan.number("area_ha"), [20, np.nan])


def test_parquet_and_pandas_give_the_same_plan(instance, tmp_path):
    (tmp_path / "plan.csv").write_text(PLAN)
    frame = pd.DataFrame({
        "parcel": ["flat", "flat"], "use": ["crop", "grass"], "method": ["cover", "sow"],
        "period": [2026, 2026], "source": ["heap", None], "area_ha": [20, np.nan],
        "fixed": [True, False]})
    frame.to_parquet(tmp_path / "plan.parquet")
    plans = [read_plan(tmp_path / "plan.csv", instance),
             read_plan(tmp_path / "plan.parquet", instance), plan_of_frame(frame, instance)]
    for plan in plans:
        assert plan.key_rows(("parcel", "use", "method", "period", "source")) == [
            ("flat", "crop", "cover", "2026", "heap"), ("flat", "grass", "sow", "2026", "")]
        assert plan.flag("fixed").tolist() == [True, False]
        np.testing.assert_array_equal(plan.number("area_ha"), [20, np.nan])


def test_a_plan_with_no_rows_does_nothing(instance, tmp_path):
    (tmp_path / "plan.csv").write_text("parcel,use,area_ha\n")
    assert len(read_plan(tmp_path / "plan.csv", instance)) == 0


def test_unknown_names_are_findings_with_the_nearest(instance, tmp_path):
    text = PLAN + "flatt,crp,covr,2027,heep,1,,\n"
    found = {f.column: (f.row, f.rule, f.do) for f in findings_of(instance, tmp_path, text)}
    assert found == {
        "parcel": (4, "unknown parcel", "Did you mean `flat`?"),
        "use": (4, "unknown use", "Did you mean `crop`?"),
        "method": (4, "unknown method", "Did you mean `cover`?"),
        "period": (4, "unknown period", "Did you mean `2026`?"),
        "source": (4, "unknown source", "Did you mean `heap`?"),
    }


def test_methods_belong_to_uses(instance, tmp_path):
    finding, = findings_of(instance, tmp_path, PLAN + "flat,crop,sow,2026,,1,,\n")
    assert (finding.rule, finding.expected) == ("method of another use", "one of cover")


def test_rows_that_stand_there_twice(instance, tmp_path):
    finding, = findings_of(instance, tmp_path, PLAN + "flat,grass,sow,2026,,3,,\n")
    assert (finding.rule, finding.seen) == ("duplicate row", "`flat,grass,sow,2026,` 2 times")


def test_cells_are_checked(instance, tmp_path):
    text = PLAN.replace(",20,", ",-20,").replace("flat,grass", ",grass")
    rules = {(f.row, f.rule) for f in findings_of(instance, tmp_path, text)}
    assert rules == {(2, "out of range"), (3, "blank cell")}


def test_a_plan_that_is_not_there(instance, tmp_path):
    with pytest.raises(InstanceRefused, match="missing file"):
        read_plan(tmp_path / "plan.csv", instance)
