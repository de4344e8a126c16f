"""The document as PDF, HTML, workbook and CSV files, read back as a reader's program would."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from bienestar.web.reports.blocks import Document
from bienestar.web.reports.csv_files import csv_archive_of, csv_files_of
from bienestar.web.reports.html import html_of
from bienestar.web.reports.pdf import pdf_of
from bienestar.web.reports.present import present
from bienestar.web.reports.workbook import workbook_of
from tests.reports import samples


@pytest.fixture(scope="module", params=["es", "en"])
def document(request: pytest.FixtureRequest) -> Document:
    return present(samples.content(language=request.param))


def pages(content: bytes) -> list[str]:
    """The text of each page, with line breaks as blanks."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_pdf_says_its_figures_with_accents_and_numbers_its_pages(document):
    found = pages(pdf_of(document))
    first = found[0]
    assert document.title in first
    assert "Sierra Alta y Peñón" in first
    assert "ab12cd34ef56" in first
    page, of = document.page_words
    for number, text in enumerate(found, 1):
        assert f"{page} {number} {of} {len(found)}" in text
        assert document.running[2] in text
    for text in found[1:]:
        assert text.startswith(document.running[0])
    assert "1,203" in " ".join(found)


def test_pdf_is_archivable_tagged_and_knows_its_language_and_title(document):
    reader = PdfReader(io.BytesIO(pdf_of(document)))
    assert reader.metadata.title == document.title
    assert reader.trailer["/Root"]["/Lang"].lower().startswith(document.language)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>2<.*pdfaid:conformance>A<", xmp, re.DOTALL)
    assert reader.metadata.creation_date_raw.startswith("D:20240703153000")


def test_pdf_carries_its_own_fonts(document):
    fonts = {
        font.get_object()["/BaseFont"].split("+")[-1]
        for page in PdfReader(io.BytesIO(pdf_of(document))).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all(name.startswith(("Libertinus", "LibertinusSerif", "DejaVuSansMono")) for name in fonts)


def test_long_tables_repeat_their_head_on_every_page():
    units = tuple(samples.unit(f"SAIMB{n:06}", f"Unidad {n}") for n in range(40))
    places = tuple(samples.content().places[0] for _ in range(120))
    found = pages(pdf_of(present(samples.content(language="en", units=units, places=places))))
    assert len([text for text in found if "Services required" in text]) >= 2


def test_html_file_needs_nothing_beside_it(document):
    page = html_of(document)
    assert f'<html lang="{document.language}">' in page
    assert "<style>" in page
    assert not re.search(r"<(link|script|img|iframe)|@import|url\((?!#)", page)
    assert "@bottom-left" in page
    assert page.count("<h1>") == 1
    assert f"<h1>{document.title}</h1>" in page


def test_html_escapes_what_files_of_others_say():
    content = samples.content(language="en", units=(samples.unit("X", "<script>alert(1)</script>"),))
    page = html_of(present(content))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_style_cannot_be_ended_by_a_name():
    changed = samples.identity(area_name='Peñón"</style><script>')
    assert "<script>" not in html_of(present(samples.content(identity=changed)))


def test_workbook_read_again_gives_the_same_values():
    document = present(samples.content(language="en"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook_of(document)))
    assert book.sheet_names == [
        *("summary", "services", "gaps", "municipalities", "units", "actions", "plan", "shopping", "sources", "notes")
    ]
    services = book.get_sheet_by_name("services").to_python()
    assert services[1][:5] == ["Consulta general", 4, 1, 2, 1]
    assert services[2][-1] == "fewer than 5"
    gaps = book.get_sheet_by_name("gaps").to_python()
    assert gaps[0][:4] == ["Code", "Group", "Resource", "Required"]
    cardiograph = next(row for row in gaps if row[0] == "equipment.electrocardiograph")
    assert cardiograph[3:7] == ["not known"] * 4
    plan = book.get_sheet_by_name("plan").to_python()
    assert plan[1][5] == 650_000
    notes = [str(cell) for row in book.get_sheet_by_name("notes").to_python() for cell in row]
    assert any("It is not 0." in cell for cell in notes)


def test_files_never_hold_a_formula():
    content = samples.content(language="en", units=(samples.unit("X", "=1+1"),))
    document = present(content)
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook_of(document)))
    assert book.get_sheet_by_name("units").to_python()[1][1] == "=1+1"
    assert rows_of(csv_files_of(document)["units.csv"])[1][1] == "'=1+1"


def test_csv_opens_with_accents_in_any_spreadsheet(document):
    files = csv_files_of(document)
    assert len(files) == len(document.files)
    for content, table in zip(files.values(), document.files, strict=True):
        assert content.startswith(b"\xef\xbb\xbf")
        rows = rows_of(content)
        assert rows[0] == [column.label for column in table.columns]
        assert len(rows) == len(table.rows) + 1
        assert {len(row) for row in rows} == {len(table.columns)}


def test_the_same_content_gives_the_same_bytes(document):
    again = present(samples.content(language=document.language))
    for write in (pdf_of, workbook_of, html_of, csv_files_of, csv_archive_of):
        assert write(document) == write(again)


def test_archive_holds_every_csv(document):
    with zipfile.ZipFile(io.BytesIO(csv_archive_of(document))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == csv_files_of(document)
