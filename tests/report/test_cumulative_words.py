"""A limit on a running total is told as one, wherever limits are told.

hand-two-periods: periods 2026-2035 and 2036-2045, labour of at most 1,400 days up to the end of
each. The plan works 800 days first and 1,400 in all.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from optimizer.analysis.check import check_plan
from optimizer.formulation.program import Family
from optimizer.formulation.row_names import limit_name
from optimizer.instance.read import read_instance
from optimizer.report.html.language import language_of
from optimizer.report.html.rules import limit_words
from optimizer.report.judgement import judgement_text
from optimizer.report.terminal import solution_text
from optimizer.solve.engine import solve
from optimizer.solve.solution import Solution


@pytest.fixture(scope="module")
def solution() -> Solution:
    return solve(read_instance("hand-two-periods"))


def test_limits_csv_says_which_rows_are_running_totals(solution: Solution) -> None:
    limits = solution.limits
    assert list(limits["cumulative"]) == list(limits["limit"] == "labour")
    assert list(limits.columns).index("cumulative") == list(limits.columns).index("period") + 1


def test_the_terminal_tells_the_year_it_ends(solution: Solution) -> None:
    assert "labour (by the end of 2045)  <= 1,400 days" in solution_text(solution)
    assert "budget (2026)" in solution_text(solution)


@pytest.mark.parametrize(("lang", "written"), [("en", True), ("en", False), ("zh", True)])
def test_the_report_tells_the_year_it_ends(solution: Solution, lang: str, written: bool) -> None:
    rows = solution.limits
    if written:  # as limits.csv has it
        rows = rows.assign(cumulative=rows["cumulative"].map({True: "yes", False: "no"}))
    told = [limit_words(row, solution.instance, language_of(lang))
            for row in rows.to_dict("records") if row["limit"] in ("labour", "budget")]
    expected = {
        "en": ["2026–2035)", "2036–2045)", "(by the end of 2035)", "(by the end of 2045)"],
        "zh": ["2026–2035 年", "2036–2045 年", "至 2035 年底累计", "至 2045 年底累计"],
    }[lang]
    assert [words for words, part in zip(told, expected, strict=True) if part not in words] == []
    assert not any("–" in words for words in told[2:])


def test_the_rule_in_words_and_the_judgement_tell_it(solution: Solution) -> None:
    program = solution.program
    names = [limit_name(solution.instance, program, int(row))
             for row in np.flatnonzero(program.rows.family == Family.LIMIT)]
    rules = [name.rule for name in names if name.limit == "labour"]
    assert rules == ["labour (by the end of 2035) <= 1,400 days",
                     "labour (by the end of 2045) <= 1,400 days"]
    text = judgement_text(check_plan(solution.instance, solution.plan), solution.instance, "plan")
    assert "labour (by the end of 2035)    800.0  <=  1,400.0" in text
    assert "labour (by the end of 2045)  1,400.0  <=  1,400.0" in text


def test_a_broken_running_total_names_its_end() -> None:
    # 90 % of the labour: 1,260 days by the end of 2045, where the plan takes 1,400.
    tight = read_instance("hand-two-periods", ["limits[labour].value*=0.9"])
    plan: pd.DataFrame = solve(read_instance("hand-two-periods")).plan
    broken = [str(found) for found in check_plan(tight, plan).violations]
    assert len(broken) == 1
    assert "labour (by the end of 2045): 1,400 days, must be <= 1,260 days" in broken[0]
