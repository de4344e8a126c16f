"""Our Spanish never takes the place of Django's own for the same English words."""

import gettext
from pathlib import Path

import django
from babel.messages.pofile import read_po

from bienestar.config.translations import LOCALE


def test_no_word_of_ours_stands_in_for_one_of_djangos():
    with (Path(django.__file__).parent / "conf/locale/es/LC_MESSAGES/django.mo").open("rb") as file:
        theirs = gettext.GNUTranslations(file)
    with (LOCALE / "es" / "LC_MESSAGES" / "django.po").open("rb") as file:
        ours = [found for found in read_po(file, locale="es") if found.id and found.context is None]
    same = [found.id for found in ours if isinstance(found.id, str) and theirs.gettext(found.id) != found.id]
    other = [words for words in same if theirs.gettext(words) != next(f.string for f in ours if f.id == words)]
    assert other == []
