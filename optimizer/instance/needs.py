"""What an instance needs: which accounts are used, and whether carbon is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from optimizer.instance.names import CARBON_ACCOUNTS

if TYPE_CHECKING:
    from optimizer.instance.settings import Settings
    from optimizer.instance.table import Table


def used_accounts(settings: Settings, tables: Mapping[str, Table]) -> frozenset[str]:
    """Accounts that the objective or a limit names."""
    limits = tables.get("limits")
    named = set() if limits is None else set(limits.text("account"))
    return frozenset(named | {entry.account for entry in settings.objectives})


def uses_carbon(settings: Settings, tables: Mapping[str, Table]) -> bool:
    """Whether the objective or a limit needs the carbon account.

    Where none does, curves, works and slopes are not asked for, so that classic land-use
    programs fit the same format.
    """
    return not used_accounts(settings, tables).isdisjoint(CARBON_ACCOUNTS)
