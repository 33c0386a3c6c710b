"""One parcel explained as a whole: record, text, refusal."""

from __future__ import annotations

import json

import pytest

import optimizer as ro
from optimizer.analysis.explain.parcel import explain_parcel, parcel_record
from optimizer.analysis.explain.plan import explain_plan
from optimizer.cli.main import run
from optimizer.report.explain_choice import plan_text
from optimizer.report.explain_parcel import parcel_text


@pytest.fixture(scope="module")
def solution() -> ro.Solution:
    return ro.solve(ro.read_instance("two-parcels"))


def test_the_face(solution: ro.Solution) -> None:
    face = explain_parcel(solution.instance, "face", solution)
    assert (face.area_ha, face.zone) == (40, "")
    assert face.attributes == {"slope_pct": 65, "slope_length_m": 20, "soil_depth_m": 0.3}
    assert {(v.use, v.method): v.periods for v in face.verdicts if v.allowed} == {
        ("forest", "regrade-cover"): ("2026",), ("grass", "regrade-cover"): ("2026",)}
    sow = next(v for v in face.verdicts if v.method == "sow")
    assert {rule.cure for rule in sow.failed} == {"method regrade-cover is allowed"}
    assert face.choice is not None
    assert [forced.use for forced in face.forced] == ["cropland", "forest", "grass", ""]


def test_the_record_is_json_without_infinities(solution: ro.Solution) -> None:
    record = parcel_record(explain_parcel(solution.instance, "face", solution))
    text = json.dumps(record, allow_nan=False)
    assert json.loads(text) == record
    assert record["choice"]["tie"] is False
    assert record["verdicts"][0]["allowed"] is False
    assert record["verdicts"][0]["failed"][0]["minimum"] is None


def test_the_instance_is_solved_where_no_plan_is_given(solution: ro.Solution) -> None:
    given = explain_parcel(solution.instance, "platform", solution)
    assert explain_parcel(solution.instance, "platform") == given


def test_without_any_plan_the_rules_are_explained_all_the_same() -> None:
    instance = ro.read_instance("hand-infeasible")
    bench = explain_parcel(instance, "bench")
    assert bench.choice is None
    assert bench.forced == ()
    assert bench.infeasible
    text = parcel_text(bench)
    assert "regrading to 9 %" in text
    assert "no plan meets all rules" in text


def test_an_unknown_parcel_is_refused_with_the_nearest(solution: ro.Solution) -> None:
    with pytest.raises(ro.InstanceRefused) as refused:
        explain_parcel(solution.instance, "platfrom", solution)
    finding = refused.value.findings[0]
    assert (finding.rule, finding.seen) == ("unknown parcel", "platfrom")
    assert finding.do == "Did you mean `platform`?"


def test_text_of_a_parcel(solution: ro.Solution) -> None:
    text = parcel_text(explain_parcel(solution.instance, "face", solution))
    for words in (
        "Parcel face: 40.0 ha", "slope_pct <= 9, is 65  regrading to 9 %",
        "Why the plan has it grass (32.0 ha), left as it is (8.0 ha)", "16.3 behind",
        "leaving it as it is is worth as much", "no plan meets the limits then", "896.0 t CO2e",
    ):
        assert words in text
    assert max(map(len, text.splitlines())) <= 100


def test_text_of_a_plan(solution: ro.Solution) -> None:
    explanation = explain_plan(solution.instance, solution)
    text = plan_text(explanation)
    for words in ("What keeps 40.0 ha from becoming cropland", "What the limits do",
                  "No two limits pull against each other"):
        assert words in text
    assert json.loads(json.dumps(explanation.record(), allow_nan=False)) == explanation.record()
    assert [role["role"] for role in explanation.record()["roles"]] == ["binding", "binding"]


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (["--parcel", "face"], 0, "Parcel face"),
    (["--parcel", "fase"], 3, "Did you mean `face`?"),
    (["--plan"], 0, "why the plan is as it is"),
    (["--plan", "--parcel", "face"], 2, "either"),
    (["--parcel", "face", "--keep", "budget"], 2, "limits"),
])
def test_the_command(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", "two-parcels", *arguments]) == code
    told = capsys.readouterr()
    assert words in told.out + told.err
