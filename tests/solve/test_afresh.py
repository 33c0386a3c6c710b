"""Where one algorithm gives no answer, the other one is asked, and that is told."""

from __future__ import annotations

from typing import Any

import pytest

import optimizer as ro
from optimizer.solve.afresh import solve_afresh
from optimizer.solve.errors import NoAnswer
from optimizer.solve.highs import HighsSession


def silent(monkeypatch: pytest.MonkeyPatch, *algorithms: str | None) -> None:
    """Let some algorithms end without an answer (None: the one for the size)."""
    solve = HighsSession.solve

    def patched(self: HighsSession, method: Any = None, **named: Any) -> Any:
        if method in algorithms:
            message = "HiGHS ended without an answer (Unknown)"
            raise NoAnswer(message)
        return solve(self, method, **named)

    monkeypatch.setattr(HighsSession, "solve", patched)


def test_the_other_algorithm_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    silent(monkeypatch, None)
    solution = ro.solve(ro.read_instance("two-parcels"))
    # WORKED.md
    assert solution.objective == pytest.approx(7336.8)
    assert "ipx, as simplex gave no answer" in solution.solver


def test_where_neither_answers_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    silent(monkeypatch, None, "ipx")
    with pytest.raises(NoAnswer, match="without an answer"):
        solve_afresh(ro.assemble(ro.read_instance("two-parcels")))


def test_a_barely_infeasible_pingshuo_is_told_why() -> None:
    # 0.8 x 17,000 = 13,600 x 10,000 CNY a period; the least that lets a plan through is 14,877.6.
    tight = ro.read_instance("pingshuo", ["limits[budget].value*=0.8",
                                          "works.haul_l_per_m3_km=0.05"])
    with pytest.raises(ro.Infeasible, match=r"in-the-end: area >= 4,296\.4 ha"):
        ro.solve(tight)
