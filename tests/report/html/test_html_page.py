"""The page as text: what stands in it, in which order, and that nothing is fetched or run."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from html_pages import NAMES, TITLE, squares

from optimizer.instance.findings import InstanceRefused
from optimizer.report.folder import OutputRefused
from optimizer.report.html.language import language_of
from optimizer.report.html.material import Material, read_material
from optimizer.report.html.page import json_markup, report_page, sections_of
from optimizer.report.whole_file import write_page

ENGLISH = language_of("en")


class Elements(HTMLParser):
    """Start tags with their attributes, text by the element it stands in, ids."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        where = self.open[-1] if self.open else ""
        self.text[where] = self.text.get(where, "") + data


def facts(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    read: dict[str, object] = json.loads(found[1])
    return read


def test_the_answer_comes_first(material: Material) -> None:
    page = report_page(material)
    # Worked by hand in instances/two-parcels: 7,336.8 t CO2e, 92 of 100 ha, 6,480,000 CNY.
    order = ["+7,336.8\u00a0t\u00a0CO₂e", "92.0\u00a0ha", "92\u00a0% of 100.0\u00a0ha",
             "6.48\u00a0million\u00a0CNY", "0 (optimal)",
             "no plan that keeps the rules can exceed 7,336.8\u00a0t\u00a0CO₂e",
             'id="map"', "Net carbon sink, term by term"]
    places = [page.find(text) for text in order]
    assert -1 not in places
    assert places == sorted(places)


def test_sections_come_in_the_order_in_which_a_reader_asks(material: Material) -> None:
    keys = [section.key for section in sections_of(material, ENGLISH, [])]
    assert keys == ["carbon", "years", "structure", "limits", "five-rs", "foundations", "method"]


def test_without_a_carbon_account_there_is_none_in_the_page() -> None:
    plain = squares(2)
    keys = [section.key for section in sections_of(plain, ENGLISH, [])]
    assert keys == ["structure", "limits", "five-rs", "foundations", "method"]
    page = report_page(plain)
    # 20 ha x 5 CNY x 20 years.
    assert "2,000.0\u00a0CNY" in page
    assert "Objective (largest): Income" in page


def test_nothing_is_fetched_from_anywhere(material: Material) -> None:
    page = report_page(material)
    for tag, attributes in Elements(page).tags:
        for name in ("src", "href", "action", "data", "srcset", "poster"):
            value = attributes.get(name)
            assert value is None or value.startswith(("#", "data:")), (tag, name, value)
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_texts_of_the_instance_are_escaped(hostile_out: Path, lang: str) -> None:
    page = report_page(read_material(hostile_out), "zh" if lang == "zh" else "en")
    elements = Elements(page)
    assert TITLE in elements.text["h1"]
    assert sum(tag == "script" for tag, _ in elements.tags) == 2
    assert not any(tag in ("img", "b", "i") for tag, _ in elements.tags)
    parcels = facts(page)["parcels"]
    assert isinstance(parcels, dict)
    assert parcels["name"] == list(NAMES)


def test_json_ends_no_script_and_no_string() -> None:
    told = str(json_markup({"a": "</script><!-- \u2028\u2029 & ]]>"}))
    assert not set("<>&\u2028\u2029") & set(told)
    assert json.loads(told) == {"a": "</script><!-- \u2028\u2029 & ]]>"}


def test_the_page_of_solve_is_that_of_its_files(hostile_out: Path) -> None:
    # Written by solve from what it had in hand; again from the files alone.
    written = (hostile_out / "report.html").read_text(encoding="utf-8")
    assert report_page(read_material(hostile_out)) == written


def test_every_chart_is_told_in_words(material: Material) -> None:
    charts = [attributes for tag, attributes in Elements(report_page(material)).tags
              if tag == "svg" and attributes.get("class") == "chart"]
    assert len(charts) == 4
    assert all(chart["role"] == "img" and chart["aria-label"] for chart in charts)


def test_ids_are_unique(material: Material) -> None:
    ids = [attributes["id"] for _, attributes in Elements(report_page(material)).tags
           if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_references_lead_somewhere(material: Material) -> None:
    tags = Elements(report_page(material)).tags
    ids = {attributes.get("id") for _, attributes in tags}
    for _, attributes in tags:
        for name in ("aria-labelledby", "aria-describedby"):
            assert attributes.get(name, None) is None or attributes[name] in ids
        href = attributes.get("href")
        assert href is None or not href.startswith("#") or href[1:] in ids
        fill = attributes.get("fill")
        assert fill is None or not fill.startswith("url(") or fill[5:-1] in ids


def test_prices_are_told_in_words(material: Material) -> None:
    limits = next(s for s in sections_of(material, ENGLISH, []) if s.key == "limits")
    rows = [[cell.replace("\u00a0", " ") for cell in row] for row in limits.tables[0].rows]
    # 154.32 t CO2e a hectare and 0.00032 t CO2e a yuan: instances/two-parcels.
    assert rows == [
        ["cropland-minimum", "Land (Cropland): at least 20 ha",
         "1 ha less asked for: +154.3 t CO₂e"],
        ["budget", "Cost: at most 6.48 million CNY", "10,000 CNY more: +3.20 t CO₂e"]]


def test_a_stopped_run_says_so_first(material: Material) -> None:
    from dataclasses import replace

    summary = {**material.summary, "status": "stopped"}
    page = report_page(replace(material, summary=summary))
    assert page.find("Stopped before its proof") < page.find("The answer</h2>")
    assert 'role="alert"' in page
    assert 'role="alert"' not in report_page(material)


def test_a_result_that_is_not_whole_is_refused(hostile_out: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(hostile_out, tmp_path / "out")
    (tmp_path / "out" / "plan.csv").unlink()
    with pytest.raises(InstanceRefused, match=r"plan\.csv"):
        read_material(tmp_path / "out")


def test_an_earlier_page_stays_until_the_new_one_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    path.write_text("earlier", encoding="utf-8")

    def full(self: Path, *_: object, **__: object) -> int:
        message = "disk full"
        raise OSError(message)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_text", full)
        with pytest.raises(OutputRefused, match=r"report\.html cannot be written \(disk full\)"):
            write_page("new", path)
    assert path.read_text(encoding="utf-8") == "earlier"
    write_page("new", path)
    assert path.read_text(encoding="utf-8") == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
