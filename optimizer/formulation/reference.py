"""The Pyomo reference: found, loaded and built from an instance.

The reference in `models/net-sink/reference.py` is the same model written a second time. It is
loaded by its path, since `models/` is a catalogue and not an import package.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from optimizer.instance.locations import models_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.instance.record import Instance

#: Name under which the reference is known while the program runs.
_MODULE = "reclaim_reference_net_sink"


class ModelRefused(ValueError):  # noqa: N818 - a refusal, in the words of the analyst
    """A Pyomo model that cannot be read back as the program of its instance; says why."""


def pyomo_model(
    instance: Instance, stage: int = 1, floors: Mapping[int, float] | None = None, *,
    whole_parcels: bool = False,
) -> Any:
    """Write an instance down as a Pyomo model that can be extended and solved.

    Parameters
    ----------
    instance
        Checked instance.
    stage
        Which of the ordered objectives the model maximises (1: the first).
    floors
        Stage -> value below which that earlier objective must not fall.
    whole_parcels
        Give every parcel one option or none. Such a model has whole-number variables: solve it
        with Pyomo; it cannot be given to `solve(instance, model=model)`.

    Returns
    -------
    pyomo.environ.ConcreteModel
        `x[parcel, use, method, period, source]` in hectares (source "" where no soil is brought
        in), `stock[source, period]` in m3, constraints `land`, `must_reclaim`, `soil_balance`,
        `limit`. Add constraints on these and give the model to `solve(instance, model=model)`.

    Raises
    ------
    ModelRefused
        If a rule without any option cannot hold.
    """
    try:
        return reference_module().build(
            instance, stage=stage, floors=floors, whole_parcels=whole_parcels)
    except ValueError as refused:
        raise ModelRefused(str(refused)) from refused


@cache
def reference_module() -> ModuleType:
    """Load the reference from the folder of shipped models, once."""
    path = models_folder() / "net-sink" / "reference.py"
    spec = importlib.util.spec_from_file_location(_MODULE, path)
    if spec is None or spec.loader is None:
        message = f"the reference model is missing: {path}"
        raise FileNotFoundError(message)
    module = importlib.util.module_from_spec(spec)
    with _importable(path.parent):
        spec.loader.exec_module(module)
    return module


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let the parts of the reference import each other by their file names."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
