"""The published claims as data: all there, linked, and each settled by a rule that says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bienestar.foundation.definitions.claims import claims, claims_about, rules
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.definitions.indicators import indicators

ARTICLES = {"C000": 21, "C001": 19, "C002": 16, "C003": 18, "C004": 11}


def test_all_claims_of_the_five_articles_are_there():
    found = [code for code in claims() if code.startswith("C")]
    assert len(found) == 85
    for article, number in ARTICLES.items():
        assert [code for code in found if code.startswith(article)] == [
            f"{article}-{n:02}" for n in range(1, number + 1)
        ]


def test_what_cannot_be_settled_says_so():
    assert claims()["C000-14"].status == "not_resolvable"
    assert claims()["C000-14"].rules == ["I-13"]
    assert {claim.status for claim in claims().values()} == {"checkable", "plan", "statement", "not_resolvable"}


def test_every_rule_is_told_in_both_languages():
    assert list(rules()) == [f"I-{n:02}" for n in range(1, 27)]
    for rule in rules().values():
        assert all((rule.found.es, rule.found.en, rule.rule.es, rule.rule.en))
        assert rule.found.es != rule.found.en
    for claim in claims().values():
        assert claim.said.es != claim.said.en


def test_claims_of_the_same_fact_are_linked_both_ways():
    for code, claim in claims().items():
        for other in claim.same_as:
            assert code in claims()[other].same_as
    assert claims()["C000-11"].same_as == ["C001-12"]


def test_a_checkable_claim_names_indicators_that_exist():
    for claim in claims().values():
        assert set(claim.indicators) <= set(indicators())
    grown = claims()["C001-13"]
    assert (grown.before, grown.figure, grown.indicators) == (121_000, 168_627, ["WRK-05"])


def test_published_gaps_of_an_area_come_newest_first():
    assert [(gap.subject, gap.value, gap.at_least) for gap in claims_about("18")] == [("staff_gap", 1600, True)]
    assert claims_about("14") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rules: [I-13]", "rules: [I-99]", "article-000.yaml, line .*C000-14.rules: there is no I-99"),
        ("indicators: [SUP-08]", "indicators: [SUP-80]", "there is no SUP-80"),
        ("figure: 62, unit: percent", "figure: 62", "a figure has a unit"),
        ("unit: percent, scope", "unit: parsecs, scope", "there is no parsecs"),
    ],
)
def test_a_wrong_claim_is_named_with_its_line(settings, tmp_path, old, new, said):
    source = Path(settings.DEFINITIONS_DIR)
    for name in ("indicators", "claims"):
        shutil.copytree(source / name, tmp_path / name)
    shutil.copy(source / "statements.yaml", tmp_path / "statements.yaml")
    path = tmp_path / "claims" / "article-000.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    settings.DEFINITIONS_DIR = tmp_path
    with pytest.raises(DefinitionError, match=said):
        claims()
