"""Searching names as people type them."""

import pytest

from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.storage.words import holding

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("words", ["ángel muñoz", "ÁNGEL", "Muñoz", "muñoz ángel", "hospital MUÑOZ"])
def test_case_and_order_do_not_matter(units, words):
    Unit.objects.filter(uid="XAIMB000011").update(name="HOSPITAL ÁNGEL MUÑOZ")
    Unit.objects.filter(uid="XAIMB000035").update(name="Clínica Río Seco")
    found = Unit.objects.filter(holding(("name",), words))
    assert [unit.uid for unit in found] == ["XAIMB000011"]


def test_a_name_written_without_accents_is_found_by_who_types_them(units):
    Unit.objects.filter(uid="XAIMB000011").update(name="HOSPITAL ANGEL MUNOZ")
    assert Unit.objects.filter(holding(("name",), "ángel muñoz")).count() == 1


def test_every_word_must_be_there_and_no_words_ask_nothing(units):
    assert Unit.objects.filter(holding(("name", "municipality__name"), "salud inexistente")).count() == 0
    assert Unit.objects.filter(holding(("name",), " ")).count() == len(units)
