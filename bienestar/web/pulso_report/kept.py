"""The files of a published set's report: made once, kept under BIENESTAR_HOME, the same for everybody for ever."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from bienestar.web.pulso_report.content import collect
from bienestar.web.pulso_report.files import files_of

if TYPE_CHECKING:
    from bienestar.insight.indicators.models import ValueSet

DRAFT = ".draft-"


def home() -> Path:
    """Where reports are kept."""
    return Path(settings.HOME) / "reports"


def folder_with_files(value_set: ValueSet) -> Path:
    """The folder of a set's report; the files are made when somebody asks for the first time.

    One process makes files at a time, the others wait for it. A process that dies leaves a draft, which the next
    removes. Raises ReportRefused for a set that is not published.
    """
    folder = home() / value_set.folder
    if folder.is_dir():
        return folder
    home().mkdir(parents=True, exist_ok=True)
    with _alone():
        if not folder.is_dir():
            _make(value_set, folder)
    return folder


def _make(value_set: ValueSet, folder: Path) -> None:
    for left in home().glob(f"{DRAFT}*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = home() / f"{DRAFT}{os.getpid()}"
    draft.mkdir()
    for name, content in files_of(collect(value_set, settings.ADDRESS)).items():
        (draft / name).write_bytes(content)
    draft.rename(folder)


@contextmanager
def _alone() -> Iterator[None]:
    with (home() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
