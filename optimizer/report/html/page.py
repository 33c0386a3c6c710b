"""The page: sections in order, filled into the template, with nothing fetched from anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from optimizer.report.html.answer import answer_of
from optimizer.report.html.beside import beside_section
from optimizer.report.html.carbon import carbon_section, years_section
from optimizer.report.html.five_rs import five_rs_section
from optimizer.report.html.foundations import foundations_section, method_section
from optimizer.report.html.language import Code, Language, language_of
from optimizer.report.html.layout import layout_section
from optimizer.report.html.limits import limits_section
from optimizer.report.html.map_view import map_view
from optimizer.report.html.structure import structure_section

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from optimizer.report.html.beside import Other
    from optimizer.report.html.material import Material
    from optimizer.report.html.section import Section

#: Name of the page in a result folder.
FILE = "report.html"
#: What would end a script or a string in it, as JSON writes it otherwise.
_HARMLESS: Mapping[int, str] = MappingProxyType({
    ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"})


def report_page(material: Material, lang: Code = "en", others: Sequence[Other] = ()) -> str:
    """Write a result as one page of HTML.

    Parameters
    ----------
    material
        What to tell.
    lang
        `en` or `zh`.
    others
        Results of other commands to tell beside it, in this order.
    """
    language = language_of(lang)
    view = map_view(material, language)
    facts = {**view.facts, "carbon": bool(material.summary["carbon_terms"]),
             "words": _script_words(material, language)}
    settings = material.instance.settings
    return _environment().get_template("page.html").render(
        lang="zh-CN" if lang == "zh" else lang, words=language.words, map=view,
        title=settings.title or settings.name, version=material.summary["version"],
        stopped=material.is_stopped, answer=answer_of(material, language),
        sections=list(sections_of(material, language, others)),
        css=_text("page.css"), script=_text("page.js"), data=json_markup(facts))


def sections_of(
    material: Material, language: Language, others: Sequence[Other]
) -> list[Section]:
    """Sections behind the map, in the order in which a reader asks."""
    found = [
        carbon_section(material, language), years_section(material, language),
        structure_section(material, language), layout_section(material, language),
        limits_section(material, language), five_rs_section(material, language),
        *(beside_section(other, number, material, language)
          for number, other in enumerate(others, start=1)),
        foundations_section(material, language), method_section(material, language),
    ]
    return [section for section in found if section is not None]


def json_markup(record: Mapping[str, Any]) -> Markup:
    """JSON as it may stand in a script element, whatever texts it holds."""
    from markupsafe import Markup

    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_HARMLESS))


def _script_words(material: Material, language: Language) -> dict[str, Any]:
    """Sentences of the script, with the unit of the objective filled in."""
    per_ha = language.unit(f"{material.unit}/ha")
    start = "script_"
    words: dict[str, Any] = {key.removeprefix(start): text.replace("{per_ha}", per_ha)
                             for key, text in language.words.items() if key.startswith(start)}
    words["table_head"] = [language.t(f"head_{name}").replace("[per_ha]", per_ha) for name in (
        "parcel", "area", "reclaimed", "use", "method", "period", "sink", "margin")]
    return words


@cache
def _environment() -> Environment:
    """Templates of the package; every text is escaped, a missing name is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(loader=PackageLoader("optimizer.report.html", "templates"),
                       autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _text(name: str) -> Markup:
    """A style sheet or script of the package, which is the page's own and not escaped."""
    from markupsafe import Markup

    return Markup(files("optimizer.report.html").joinpath("templates", name).read_text(
        encoding="utf-8"))
