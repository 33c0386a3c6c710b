"""Checks across tables: everything that one cell alone cannot tell. One idea a module."""

from __future__ import annotations

import numpy as np

from optimizer.instance.checks import (
    accounts,
    adjacency,
    attributes,
    boundary_weights,
    clusters,
    curves,
    keys,
    limits,
    magnitudes,
    mining,
    names,
    neighbours,
    nitrogen,
    periods,
    plausible,
    requirements,
    soil,
    unknowns,
)
from optimizer.instance.checks.common import Check, Tables
from optimizer.instance.findings import Finding
from optimizer.instance.settings import Settings

#: Every check, in the order in which findings are told.
CHECKS: tuple[Check, ...] = (
    *keys.CHECKS, *names.CHECKS, *attributes.CHECKS, *requirements.CHECKS, *soil.CHECKS,
    *curves.CHECKS, *accounts.CHECKS, *limits.CHECKS, *periods.CHECKS, *magnitudes.CHECKS,
    *plausible.CHECKS,
    *nitrogen.CHECKS, *adjacency.CHECKS, *neighbours.CHECKS, *clusters.CHECKS,
    *boundary_weights.CHECKS,
    *mining.CHECKS, *unknowns.CHECKS,
)


def check_instance(settings: Settings, tables: Tables) -> list[Finding]:
    """Check settings and typed tables against each other.

    Parameters
    ----------
    settings
        Checked settings.
    tables
        Name -> table; library values and defaults filled in, areas in ha, slopes in percent.

    Returns
    -------
    list of Finding
        Everything found, errors and warnings, in the order of `CHECKS`.
    """
    # Numbers beyond all reason are told as such; no sum of them shall warn on its own.
    with np.errstate(all="ignore"):
        return [finding for check in CHECKS for finding in check(settings, tables)]
