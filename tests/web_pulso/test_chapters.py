"""The chapters of the Pulso: written once, the same on its pages, in its report and in the method annex."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from django.urls import reverse

from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.definitions.indicators import indicators
from bienestar.foundation.definitions.pulso import pulso_report
from bienestar.web.pulso_report.annex import annex
from bienestar.web.pulso_report.content import collect
from bienestar.web.pulso_report.present import present
from tests.indicators.made import make_set


def test_every_indicator_of_the_dictionary_has_one_chapter():
    chapters = pulso_report().by_chapter(indicators())
    assert None not in [chapter for chapter, _names in chapters]
    assert sorted(name for _chapter, names in chapters for name in names) == sorted(indicators())


@pytest.fixture
def written(settings, tmp_path):
    """Write ``pulso.yaml`` anew with a text replaced."""
    source = Path(settings.DEFINITIONS_DIR)
    shutil.copytree(source, tmp_path, dirs_exist_ok=True)
    settings.DEFINITIONS_DIR = tmp_path

    def write(old: str, new: str) -> None:
        text = (source / "pulso.yaml").read_text(encoding="utf-8")
        assert old in text
        (tmp_path / "pulso.yaml").write_text(text.replace(old, new), encoding="utf-8")

    return write


def test_what_no_chapter_has_comes_last(written):
    written("prefixes: [FAC, OPS]", "prefixes: [OPS]")
    chapter, names = pulso_report().by_chapter(["FAC-01", "DQ-01", "OPS-01"])[-1]
    assert (chapter, names) == (None, ["FAC-01"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[CRD]", "[CRD, POP]", "pulso.yaml, line 7, chapters[2].prefixes[2]: POP stands in a chapter already"),
        ("code: cards", "code: people", "pulso.yaml, line 7, chapters[2].code: another chapter is called people"),
        ("headline: [POP-01", "headline: [POP-99", "there is no indicator POP-99"),
    ],
)
def test_what_two_chapters_claim_is_refused_with_its_line(written, old, new, said):
    written(old, new)
    with pytest.raises(DefinitionError, match=re.escape(said)):
        pulso_report()


def test_pages_report_and_annex_have_the_chapters_of_the_definition(client, system, territory, written):
    written("es: Unidades médicas", "es: Clínicas y hospitales")
    value_set = make_set(system)
    page = client.get(reverse("pulso"), headers={"accept-language": "es"}).content.decode()
    shown = re.findall(r'<table class="pulso-figures" id="(\w+)">\s*<caption>([^<]*)</caption>', page)
    document = present(collect(value_set, "https://pulso.example"), "es", "")
    (section,) = [one for one in document.sections if one.key == "indicators"]
    assert [(f"chapter-{code}", words) for code, words in shown] == [(one.key, one.title) for one in section.blocks]
    assert ("units", "Clínicas y hospitales") in shown
    headings = re.findall("^### (.*)$", annex(), re.MULTILINE)
    assert {words for _code, words in shown} <= set(headings)
