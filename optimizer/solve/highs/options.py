"""The settings under which HiGHS runs here."""

from __future__ import annotations

from typing import Any

import highspy

from optimizer.solve.raw import Status

#: Certificates to 1e-9 need it; HiGHS's own default is 1e-7.
TOLERANCE = 1e-9

#: Only a climb is limited in its steps, and ends so only with what was asked for.
ITERATION_LIMIT = highspy.HighsModelStatus.kIterationLimit
STATUSES: dict[Any, Status] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
    highspy.HighsModelStatus.kTimeLimit: "time_limit",
    ITERATION_LIMIT: "optimal",
}

#: HiGHS's numbers for the variants of its simplex, for a way to choose its steps, and for no limit.
DUAL, PRIMAL, DEVEX, NO_LIMIT = 1, 4, 1, highspy.kHighsIInf

#: One thread: the same instance gives the same answer, and concurrent sessions agree.
OPTIONS: dict[str, float | str | bool] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "run_crossover": "on",
    "mip_feasibility_tolerance": TOLERANCE,
    "primal_feasibility_tolerance": TOLERANCE,
    "dual_feasibility_tolerance": TOLERANCE,
    "ipm_optimality_tolerance": TOLERANCE,
}
