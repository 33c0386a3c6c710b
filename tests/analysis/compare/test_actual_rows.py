"""Reading an actual plan: translation, blanks, and everything that is wrong with it."""

import pandas as pd
import pytest
from worked import instance_of

from optimizer.analysis.compare.actual import UNKNOWN, read_actual
from optimizer.analysis.compare.compare import compare
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.settings import Objective
from optimizer.instance.use_map import use_map_of


@pytest.fixture(scope="module")
def instance():
    return instance_of(
        parcels=[{"parcel": "a", "area_ha": 10}, {"parcel": "b", "area_ha": 20}],
        methods=[{"use": "grass", "method": "sow"}, {"use": "grass", "method": "cover"},
                 {"use": "pond", "method": "dig"}])


def refused(instance, frame, use_map=None):
    with pytest.raises(InstanceRefused) as found:
        read_actual(instance, pd.DataFrame(frame), use_map)
    return found.value.findings


def test_blanks_are_unknown_only_where_there_is_a_choice(instance):
    rows = read_actual(instance, pd.DataFrame({"parcel": ["a", "b"], "use": ["grass", "pond"]}))
    pond = [instance.practices.name_um(um)[0] for um in range(3)].index("pond")
    assert rows.practice.tolist() == [UNKNOWN, pond]
    assert rows.period.tolist() == [UNKNOWN, UNKNOWN]
    assert rows.area.tolist() == [10, 20]  # whole parcels


def test_codes_stay_text(instance):
    plan = {"parcel": ["a", "b"], "use": ["0401", "1206"], "area_ha": [4.0, 20.0]}
    rows = read_actual(instance, pd.DataFrame(plan), {"0401": "grass", "1206": ""})
    assert rows.count == 1  # bare land is no row of the plan
    assert rows.area.tolist() == [4]
    finding, = refused(instance, {"parcel": ["a"], "use": ["401"]}, {"0401": "grass"})
    assert finding.rule == "unknown land class"
    assert "0401" in finding.expected


def test_two_codes_may_stand_for_one_use(instance):
    plan = {"parcel": ["a", "a"], "use": ["0401", "0403"], "area_ha": [4, 6]}
    rows = read_actual(instance, pd.DataFrame(plan), {"0401": "grass", "0403": "grass"})
    assert rows.area.tolist() == [4, 6]


def test_more_hectares_than_a_parcel_has_are_an_error_of_the_data(instance):
    finding, = refused(instance, {"parcel": ["a", "a"], "use": ["grass", "pond"],
                                  "area_ha": [4, 7]})
    assert finding.rule == "more hectares than the parcel has"
    assert "11 ha of parcel `a` in rows 2, 3" in finding.seen
    assert "10 ha" in finding.expected


def test_bare_hectares_count_as_hectares(instance):
    plan = {"parcel": ["a", "a"], "use": ["0401", "1206"], "area_ha": [4, 7]}
    finding, = refused(instance, plan, {"0401": "grass", "1206": ""})
    assert finding.rule == "more hectares than the parcel has"


def test_a_use_map_is_read_from_a_file(instance, tmp_path):
    path = tmp_path / "map.csv"
    path.write_bytes("code,use,note\n0103,grass,旱地\n1206,,\n".encode("gb18030"))
    assert dict(use_map_of(path, instance).use_of) == {"0103": "grass", "1206": ""}


def test_everything_wrong_with_a_use_map_is_told_at_once(instance, tmp_path):
    path = tmp_path / "map.csv"
    path.write_text("code,use\n0103,gras\n0103,grass\n,pond\n")
    with pytest.raises(InstanceRefused) as found:
        use_map_of(path, instance)
    assert {finding.rule for finding in found.value.findings} >= {"duplicate row"}
    with pytest.raises(InstanceRefused) as found:
        use_map_of({"0103": "gras"}, instance)
    finding, = found.value.findings
    assert finding.rule == "unknown use"
    assert "grass" in finding.do
    with pytest.raises(InstanceRefused, match="missing"):
        use_map_of(tmp_path / "none.csv", instance)


def test_topsoil_that_cannot_come_is_a_finding():
    # Without carbon and money nobody asks for distances; from nowhere no soil comes.
    instance = instance_of(
        parcels=[{"parcel": "near"}, {"parcel": "far"}],
        methods=[{"method": "cover", "after:soil_depth_m": 0.8, "income_per_ha_yr": 1}],
        sources=[{}], hauls=[{"source": "heap", "parcel": "near", "distance_km": 2}],
        settings={"objectives": (Objective("income"),)})
    plan = pd.DataFrame({"parcel": ["near", "far"], "use": "grass"})
    with pytest.raises(InstanceRefused) as found:
        compare(instance, plan)
    finding, = found.value.findings
    assert (finding.rule, finding.row) == ("no topsoil within reach", 3)
    with pytest.raises(InstanceRefused, match="no topsoil within reach"):
        compare(instance, plan.assign(source="heap"))
    assert compare(instance, plan.iloc[:1]).gap == pytest.approx(0)
