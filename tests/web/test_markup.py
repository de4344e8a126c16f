"""Every page, in both languages: nothing inline, the right language, one heading, labels, captions, scopes."""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from tests.web.access_table import TABLE
from tests.web.test_access import known  # noqa: F401  the fixture

# What answers with a file and not with a page.
FILES = {
    "public_people_csv", "pulso_records", "pulso_records_of_member", "pulso_completeness_csv", "pulso_silent_csv",
    "pulso_data_file",
    "units_csv", "units_xlsx", "document_file", "census_not_visited", "scenario_items", "scenario_purchases",
    "card_reconciliation_file", "card_batch_table", "card_batch_sheet", "digital_card_pdf",
    "verifier_keys", "verifier_statuses", "verifier_service_worker", "verifier_scanner", "verifier_manifest",
}  # fmt: skip
PAGES = sorted(
    name for name, row in TABLE.items() if 200 in (row.statuses[0], *(row.enrolment or ())) and name not in FILES
)


class Markup(HTMLParser):
    """Collects what the rules below ask about."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.labels_for, self.controls, self.tables = [], [], set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append((tag, found))
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "label":
            self.labels_for.add(found.get("for"))
        if tag in {"input", "select", "textarea"} and found.get("type") != "hidden" and "aria-hidden" not in found:
            self.controls.append(found)
        if tag == "table":
            self.tables.append({"named": "aria-label" in found, "scopes": True})
        if tag == "caption":
            self.tables[-1]["named"] = True
        if tag == "th" and found.get("scope") not in {"col", "row", "colgroup", "rowgroup"}:
            self.tables[-1]["scopes"] = False


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_keeps_the_rules_of_its_markup(language, as_role, known):  # noqa: F811
    clients = {role: as_role(role) for role in ("planner", "supervisor_a")}
    for client in clients.values():
        client.cookies["django_language"] = language
    broken = {}
    for name in PAGES:
        client = clients["planner" if TABLE[name].statuses[0] == 200 else "supervisor_a"]
        response = client.get(reverse(name, args=[arg.format(**known) for arg in TABLE[name].args]))
        wrong = [rule for rule, kept in rules_of(response, language).items() if not kept]
        if wrong:
            broken[name] = wrong
    assert broken == {}


def rules_of(response, language):
    """Each rule and whether the page keeps it."""
    text = response.content.decode()
    page = Markup(text)
    attributes = [found for _, found in page.tags]
    nameless = [c for c in page.controls if c.get("id") not in page.labels_for]
    return {
        "language": f'<html lang="{language}"' in text,
        "one heading": sum(tag == "h1" for tag, _ in page.tags) == 1,
        "skip link": 'class="skip" href="#main"' in text,
        "no inline style": not any("style" in found for found in attributes),
        "no inline handler": not any(key.startswith("on") for found in attributes for key in found),
        "no style element": not any(tag == "style" for tag, _ in page.tags),
        "no inline script": all("src" in found for tag, found in page.tags if tag == "script"),
        "nothing from elsewhere": not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text),
        "ids once": len(page.ids) == len(set(page.ids)),
        "controls named": not [c for c in nameless if not {"aria-label", "aria-labelledby"} & c.keys()],
        "tables named and scoped": all(table["named"] and table["scopes"] for table in page.tables),
        "policy": "unsafe" not in response.headers["Content-Security-Policy"],
        "size": len(response.content) < 400_000,
    }
