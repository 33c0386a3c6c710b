"""Results of other commands that stand beside a plan: found out, read, and told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.instance.formulas import as_meant
from optimizer.report.folder import OutputRefused
from optimizer.report.what_it_is import MARKS

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material
    from optimizer.report.html.section import Section

@dataclass(frozen=True)
class Other:
    """A result folder of another command, or of another plan.

    Parameters
    ----------
    kind
        Command that wrote it.
    folder
        Where it is.
    record
        Its JSON file.
    """

    kind: str
    folder: Path
    record: Mapping[str, Any]

    def table(self, name: str) -> pd.DataFrame:
        """One of its tables; empty where it has none."""
        import pandas as pd

        parquet = (self.folder / name).with_suffix(".parquet")
        if parquet.exists():
            return pd.read_parquet(parquet)
        path = self.folder / name
        if not path.exists():
            return pd.DataFrame()
        table = pd.read_csv(path, keep_default_na=True)
        texts = [c for c in table.columns if not pd.api.types.is_numeric_dtype(table[c])]
        return table.assign(**{str(c): table[c].fillna("").astype(str).map(as_meant)
                               for c in texts})


def read_other(folder: Path) -> Other:
    """Find out what a folder is, and read its JSON file.

    Raises
    ------
    OutputRefused
        If it is no result that the report can tell of, or its file is damaged.
    """
    for mark, kind in MARKS.items():
        path = folder / mark
        if not path.is_file():
            continue
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            message = f"{path} cannot be read ({error}). Run `reclaim {kind}` again."
            raise OutputRefused(message) from error
        if isinstance(record, dict):
            return Other(kind, folder, record)
    known = ", ".join(dict.fromkeys(MARKS.values()))
    message = (f"{folder} holds no result that a report can show beside a plan: it has none of "
               f"{', '.join(MARKS)}. --with takes the folders that {known} write with -o.")
    raise OutputRefused(message)


def refuse_other_mines(material: Material, others: Sequence[Other]) -> None:
    """Refuse results of another mine: beside this plan their numbers would be taken for its own.

    A result of another state of the same instance is told with a note instead.

    Raises
    ------
    OutputRefused
        If a result tells the name of another instance.
    """
    own = material.instance.name
    for other in others:
        name = other.record.get("instance")
        if isinstance(name, str) and name != own:
            message = (f"{other.folder} is a result of the instance {name}, the plan is one of "
                       f"{own}: they cannot be told together. Leave it out, or give a result of "
                       f"{own}.")
            raise OutputRefused(message)


def beside_section(other: Other, number: int, material: Material, language: Language) -> Section:
    """Tell another result as a section of the page.

    Raises
    ------
    OutputRefused
        If the folder lacks what its command writes.
    """
    from dataclasses import replace

    try:
        section = _tellers()[other.kind](other, material, language)
    except (KeyError, TypeError, ValueError, IndexError, OSError) as error:
        message = (f"{other.folder} is not whole: {type(error).__name__} {error}. Run "
                   f"`reclaim {other.kind}` again.")
        raise OutputRefused(message) from error
    notes = [*section.notes, language.t("from_folder", folder=other.folder.name)]
    sha256 = other.record.get("instance_sha256")
    if sha256 is not None and sha256 != material.summary["instance_sha256"]:
        notes.insert(0, language.t("other_instance", name=other.record.get("instance", "?")))
    return replace(section, key=f"beside-{number}", notes=notes)


def _tellers() -> Mapping[str, Callable[[Other, Material, Language], Section]]:
    """Kind -> what tells it."""
    from optimizer.report.html.beside_compare import compare_section, result_section
    from optimizer.report.html.beside_curve import curve_section, prices_section
    from optimizer.report.html.beside_plans import alternatives_section, robust_section
    from optimizer.report.html.beside_runs import sensitivity_section, sweep_section

    return {"compare": compare_section, "curve": curve_section, "sweep": sweep_section,
            "sensitivity": sensitivity_section, "alternatives": alternatives_section,
            "robust": robust_section, "prices": prices_section, "solve": result_section}
