"""HiGHS, stages, whole parcels -> `Solution` with certificate.

`optimizer.solve` is this package and, as `ro.solve(instance)`, the function of the same name:
importing a package sets it on its parent, so the package itself can be called.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution


class _CallablePackage(ModuleType):
    """A package that can be called as the function it is named after."""

    def __call__(self, *arguments: Any, **named: Any) -> Solution:
        """Find the best plan; see `optimizer.solve.engine.solve`."""
        from optimizer.solve.engine import solve

        return solve(*arguments, **named)


sys.modules[__name__].__class__ = _CallablePackage
