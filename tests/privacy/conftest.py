"""What a log of this program would hold, written as its settings say."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator

import pytest
from django.conf import settings


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger says, from DEBUG up, in the form of the settings' own formatter."""
    how = dict(settings.LOGGING["formatters"]["line"])
    made = logging.config.DictConfigurator({"version": 1}).configure_formatter(how)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(made)
    names = ["", "django", "django.request", "django.server", "django.security", "bienestar"]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)
