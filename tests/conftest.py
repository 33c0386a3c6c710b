"""Profile of the property tests: the same examples in every run, moderate in number."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "project", deadline=None, derandomize=True, max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("project")


@pytest.fixture
def searched_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Branch and bound in this process: a process of its own takes a second to start.

    For tests that search dozens of tiny programs; `test_whole_parcels` and `test_isolated` keep
    the process.
    """
    def run_here(
        task: str, arguments: dict[str, Any], *, time_limit: float | None = None,
        on_message: Callable[[Any], None] = lambda message: None,
    ) -> Any:
        del time_limit  # the solver is told of it as well
        module, _, function = task.partition(":")
        return getattr(importlib.import_module(module), function)(send=on_message, **arguments)

    monkeypatch.setattr("optimizer.solve.whole_parcels.run_isolated", run_here)
