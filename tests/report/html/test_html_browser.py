"""The report in a real browser: what a reader points at, types and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from html_pages import NAMES, squares

from optimizer.report.html.page import report_page


class Reader:
    """A page that is open, and everything it complained of or asked for."""

    def __init__(self, browser: Any, path: Path, **how: Any) -> None:
        self.context = browser.new_context(viewport={"width": 1100, "height": 900}, **how)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def info(self) -> str:
        return str(self.page.locator("#info").inner_text())


@pytest.fixture
def read(browser):
    opened = []

    def open_page(path: Path, **how: Any) -> Reader:
        opened.append(Reader(browser, path, **how))
        return opened[-1]

    yield open_page
    for reader in opened:
        reader.context.close()


def test_it_asks_for_nothing_and_complains_of_nothing(read, hostile_out):
    path = hostile_out / "report.html"
    reader = read(path)
    reader.page.locator("#parcels path").first.hover()
    reader.page.select_option("#layer", "1")
    assert reader.requests == [path.as_uri()]
    assert reader.complaints == []


def test_no_text_of_the_instance_is_run(read, hostile_out):
    reader = read(hostile_out / "report.html")
    for n in range(len(NAMES)):
        reader.page.locator("#parcels path").nth(n).hover()
        # The page shows the very name, so it was neither run nor lost.
        assert " ".join(NAMES[n].split()) in " ".join(reader.info().split())
    reader.page.locator("#parcel-table summary").click()
    assert reader.page.evaluate("window.taken") is None
    assert reader.page.locator("#info img, #rows img, h1 script").count() == 0
    assert "window.taken" in reader.page.title()


def test_hovering_tells_parcel_use_method_and_why(read, hostile_out):
    reader = read(hostile_out / "report.html")
    reader.page.locator("#parcels path").nth(2).hover()
    told = reader.info()
    assert "10.0 ha" in told
    assert "Grass & <b>, <i>sown</i>, from 2026" in told
    # The third square is steeper (25 %) than wood may be.
    assert "Wood is barred: slope must be at most 20 %" in told


def test_layers_are_switched_with_their_legends(read, hostile_out):
    reader = read(hostile_out / "report.html")
    before = reader.page.locator("#parcels path").nth(2).get_attribute("fill")
    titles = reader.page.locator("#layer option").all_inner_texts()
    assert titles[:3] == ["Use", "Period", "Margin"]
    reader.page.select_option("#layer", label="Could it be: Wood")
    assert reader.page.locator("#parcels path").nth(2).get_attribute("fill") != before
    legend = reader.page.locator("#legend").inner_text()
    assert "Could it be: Wood" in legend
    assert "slope must be at most 20 %" in legend
    assert "10.0" in legend  # the third square alone


def test_patterns_can_be_taken_off(read, hostile_out):
    reader = read(hostile_out / "report.html")
    first = reader.page.locator("#parcels path").nth(2)
    assert str(first.get_attribute("fill")).startswith("url(#")
    reader.page.uncheck("#patterns")
    assert first.get_attribute("fill") == "#b6d96b"


def test_the_map_is_walked_with_the_keys(read, hostile_out):
    reader = read(hostile_out / "report.html")
    reader.page.focus("#map")
    assert NAMES[0] in reader.info()
    reader.page.keyboard.press("ArrowRight")
    assert NAMES[1] in reader.info()
    reader.page.keyboard.press("ArrowRight")
    reader.page.keyboard.press("ArrowRight")  # nothing lies beyond
    assert "{use}" in reader.info()
    reader.page.keyboard.press("ArrowLeft")
    assert NAMES[1] in reader.info()
    reader.page.keyboard.press("Home")
    assert NAMES[0] in reader.info()


def test_the_first_stop_of_the_keyboard_skips_to_the_answer(read, hostile_out):
    reader = read(hostile_out / "report.html")
    reader.page.keyboard.press("Tab")
    assert reader.page.evaluate("document.activeElement.className") == "skip"
    reader.page.keyboard.press("Enter")
    assert reader.page.evaluate("document.activeElement.id") == "answer"


def test_a_parcel_is_found_by_its_name(read, hostile_out):
    reader = read(hostile_out / "report.html")
    reader.page.fill("#find-name", "hyperlink")
    reader.page.keyboard.press("Enter")
    assert NAMES[0] in reader.info()
    reader.page.fill("#find-name", "nobody")
    reader.page.keyboard.press("Enter")
    assert reader.info() == "No parcel is called nobody."


def test_the_table_holds_the_same_and_is_sifted(read, hostile_out):
    reader = read(hostile_out / "report.html")
    reader.page.locator("#parcel-table summary").click()
    assert reader.page.locator("#rows tbody tr").count() == 3
    reader.page.fill("#filter", "onerror")
    assert reader.page.locator("#rows tbody tr").count() == 1
    assert reader.page.locator("#rows-told").inner_text() == "1–1 of 1"


def test_downloaded_cells_are_no_formulas(read, hostile_out, tmp_path):
    reader = read(hostile_out / "report.html", accept_downloads=True)
    reader.page.locator("#parcel-table summary").click()
    with reader.page.expect_download() as waiting:
        reader.page.click("#csv")
    waiting.value.save_as(tmp_path / "parcels.csv")
    lines = (tmp_path / "parcels.csv").read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("Parcel,Area (ha)")
    assert lines[1].startswith('"\'=HYPERLINK(""x"")",10,')


def test_the_page_is_chinese_where_asked(read, material, tmp_path):
    path = tmp_path / "zh.html"
    path.write_text(report_page(material, "zh"), encoding="utf-8")
    reader = read(path)
    reader.page.locator("#parcels path").first.hover()
    assert reader.page.evaluate("document.documentElement.lang") == "zh-CN"
    assert reader.page.locator(".figures dt").first.inner_text() == "净碳汇"
    assert reader.page.locator(".figures strong").first.inner_text() == "+7,336.8\u00a0吨\u00a0CO₂e"
    assert "净碳汇" in reader.info()
    assert "公顷" in reader.info()
    assert reader.complaints == []


def test_a_map_of_pictures_tells_what_is_below_the_pointer(read, tmp_path, monkeypatch):
    # As if 4 parcels were too many for shapes.
    monkeypatch.setattr("optimizer.report.html.map_view.LARGE_PARCELS", 3)
    path = tmp_path / "raster.html"
    path.write_text(report_page(squares(4)), encoding="utf-8")
    reader = read(path)
    assert reader.page.locator("#parcels").count() == 0
    # The land is drawn in the middle; its first square is left of the centre.
    reader.page.locator("#map").hover()
    assert "Use: grass" in reader.info()
    assert "Period: 2026–2030" in reader.info()
    reader.page.select_option("#layer", "1")
    assert reader.page.locator("img.raster:visible").get_attribute("alt") == "Period"
    # Where each use is allowed, and what bars it elsewhere, is there as for few parcels.
    shapes = tmp_path / "shapes.html"
    monkeypatch.setattr("optimizer.report.html.map_view.LARGE_PARCELS", 4)
    shapes.write_text(report_page(squares(4)), encoding="utf-8")
    titles = "() => Array.from(document.querySelectorAll('#layer option')).map((o) => o.text)"
    assert reader.page.evaluate(titles) == read(shapes).page.evaluate(titles)
    assert any("Could it be" in title for title in reader.page.evaluate(titles))
    assert reader.complaints == []


def test_it_prints_on_a4_without_what_only_a_screen_can_use(read, hostile_out):
    reader = read(hostile_out / "report.html")
    printed = reader.page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    reader.page.emulate_media(media="print")
    assert not reader.page.locator(".controls").is_visible()
    assert not reader.page.locator("nav").is_visible()
    assert reader.page.locator("#map-svg").is_visible()
    # 180 mm is what A4 leaves between the margins: nothing is wider.
    reader.page.set_viewport_size({"width": 680, "height": 1000})
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 680
    # Nor is the legend cut where uses have long names and cover much land.
    reader.page.evaluate("""() => {
        for (const cell of document.querySelectorAll('#legend tbody .n'))
            cell.textContent = '1,234,567.8';
        for (const cell of document.querySelectorAll('#legend tbody th'))
            cell.textContent = 'Aquaculture and wetland'; }""")
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 680


def test_wide_tables_fit_the_paper(read, hostile_out):
    reader = read(hostile_out / "report.html")
    reader.page.emulate_media(media="print")
    reader.page.set_viewport_size({"width": 680, "height": 1000})
    # As wide as those of prices and sweeps: names of paths above, prices and how far they hold.
    right = reader.page.evaluate("""() => {
        const head = '<th class="n">limits[cropland-minimum].value</th>'.repeat(5);
        const row = '<td class="n">0.000839 (to 2,298,343\u00a0m3)</td>'.repeat(5);
        const place = document.createElement('div');
        place.className = 'wide';
        place.innerHTML = `<table><thead><tr><th>Limit</th>${head}</tr></thead><tbody><tr>` +
            `<th>village-fields (cropland, antaibao-internal)</th>${row}</tr></tbody></table>`;
        document.querySelector('section').append(place);
        return place.firstChild.getBoundingClientRect().right; }""")
    assert right <= 680
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 680


def test_everything_that_is_used_has_a_name_to_be_read_out(read, hostile_out):
    reader = read(hostile_out / "report.html")
    nameless = reader.page.evaluate("""() => Array.from(
        document.querySelectorAll('input, select, button, [role=img], [role=application]'))
        .filter((each) => !(each.textContent.trim() || each.getAttribute('aria-label') ||
                            (each.labels && each.labels.length)))
        .map((each) => each.outerHTML.slice(0, 80))""")
    assert nameless == []
    levels = reader.page.evaluate(
        "() => Array.from(document.querySelectorAll('h1, h2')).map((h) => h.tagName)")
    assert levels[0] == "H1"
    assert levels.count("H1") == 1


def test_nothing_is_wider_than_a_telephone(read, hostile_out, tmp_path):
    text = (hostile_out / "report.html").read_text(encoding="utf-8")
    start, end = text.index("<h1>") + 4, text.index("</h1>")
    # A title as `reclaim import` gives it: the name of a file, which breaks nowhere by itself.
    path = tmp_path / "report.html"
    path.write_text(f"{text[:start]}north: imported from north_dump_mined_mask_10m_2026_final.tif"
                    f"{text[end:]}", encoding="utf-8")
    reader = read(path)
    reader.page.set_viewport_size({"width": 390, "height": 844})
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390
