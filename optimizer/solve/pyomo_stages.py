"""Where the engine looks for Pyomo: see `pyomo_engine`."""

from optimizer.solve.pyomo_engine import solve_one_by_pyomo

__all__ = ["solve_one_by_pyomo"]
