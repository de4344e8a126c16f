"""The keys and the list of revoked cards on the device: how old, how renewed."""

from __future__ import annotations

import pytest

from bienestar.calculations.cards import keys, statuslist
from bienestar.foundation.accounts.queries import system_user
from bienestar.operations.enrolment.actions import compromise_key, make_key
from bienestar.operations.enrolment.models import SigningKey
from bienestar.operations.enrolment.queries import status_list
from bienestar.operations.enrolment.queries.keys import key_records
from tests.browser.verifier.hands import brought, cut_off, said_in, scan, update
from tests.calculations.cards.invented import OTHER

DAY = 86_400
pytestmark = pytest.mark.browser


def test_old_lists_say_how_old_they_are(device, line, card, now):
    visitor = device(language="en")
    page = visitor.page
    assert "less than an hour old" in page.locator("#lists").inner_text()
    assert page.locator("#lists[data-stale]").count() == 0
    cut_off(visitor, line)
    page.clock.set_fixed_time(now + 3 * DAY + 60)
    page.reload()
    page.wait_for_selector("#lists[data-stale]")
    assert "3 days old" in page.locator("#lists").inner_text()
    assert scan(page, card()) == "valid"
    assert page.locator("#answer .cautions li").all_inner_texts() == [said_in("en")["doubts"]["stale_list"]]
    visitor.check()
    # A clock that is wrong the other way is told, too.
    page.clock.set_fixed_time(now - 40 * DAY)
    page.reload()
    page.wait_for_selector("#lists[data-stale]")
    assert "clock" in page.locator("#lists").inner_text()


def test_lists_are_renewed_and_never_by_older_or_forged_ones(device, key, now):
    page = device().page
    uri = statuslist.parse(status_list(), key_records()).uri
    found = {
        "keys": keys.to_key_set(key_records().values()).hex(),
        "old": statuslist.build(uri, 8, [], issued=now - DAY, ttl=DAY, key=key).hex(),
        "new": statuslist.build(uri, 8, [3], issued=now, ttl=DAY, key=key).hex(),
        "forged": statuslist.build(uri, 8, [], issued=now + 60, ttl=DAY, key=OTHER).hex(),
    }
    told = page.evaluate(
        """async (found) => {
          const { Lists } = await import("/static/verifier/lists.js");
          const unhex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
          const lists = new Lists({});
          const told = [];
          for (const name of ["old", "new", "old", "forged", "none"]) {
            const taken = await lists.take(unhex(found.keys), name === "none" ? null : unhex(found[name]));
            told.push([name, taken, lists.statuses && lists.statuses.status(3)]);
          }
          return told;
        }""",
        found,
    )
    assert told == [["old", True, 0], ["new", True, 1], ["old", True, 1], ["forged", False, 1], ["none", True, 1]]


def test_a_new_key_and_a_new_list_come_with_the_network(device, card):
    """No restart: the device is on the network when a key is given up."""
    page, text = device().page, card()
    assert scan(page, text) == "valid"
    give_up_the_key()
    update(page)
    assert scan(page, text) == "unknown_key"
    assert page.locator("#answer").get_attribute("data-reason") == "key_compromised"


SLOWLY = """() => {
  const known = window.fetch;
  const opened = new Promise((open) => { window.letThrough = open; });
  window.fetch = (...asked) => opened.then(() => known(...asked));
}"""


def test_the_answer_on_the_screen_is_that_of_the_newest_lists(device, card):
    """On a slow line: answered at once by the lists at hand, mended when newer ones have come, and read out once."""
    visitor = device(language="en")
    page, text = visitor.page, card()
    page.evaluate(SLOWLY)
    give_up_the_key()
    page.locator("#update").click()
    assert scan(page, text) == "valid"
    assert page.locator("#lists").inner_text() == said_in("en")["lists"]["updating"], "newer ones are still to come"
    page.evaluate("window.letThrough()")
    brought(page)
    assert page.locator("#answer").get_attribute("data-verdict") == "unknown_key"
    visitor.check()
    page.evaluate("document.querySelector('#answer h2').dataset.same = 'yes'")
    update(page)
    assert page.locator("#answer h2[data-same=yes]").count() == 1, "an answer that did not change is left alone"
    page.locator("#clear").click()
    update(page)
    assert page.locator("#answer h2").count() == 0, "a card that was taken off the screen does not come back"


def give_up_the_key() -> None:
    """The key that signs is known to be stolen; another one signs from now on."""
    compromise_key(by=system_user(), key=SigningKey.objects.get())
    make_key(by=system_user())
