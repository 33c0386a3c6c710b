"""HiGHS, the only folder that knows it; the rest of the program asks a `HighsSession`."""

from optimizer.solve.highs.basis import Basis
from optimizer.solve.highs.options import TOLERANCE
from optimizer.solve.highs.session import HighsSession, IncumbentSeen, solver_name

__all__ = ["TOLERANCE", "Basis", "HighsSession", "IncumbentSeen", "solver_name"]
