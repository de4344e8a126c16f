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


def kept_folder(value_set: ValueSet) -> Path | None:
    """The folder of a set's report; None while nobody has made its files."""
    folder = home() / value_set.folder
    return folder if folder.is_dir() else None


def folder_with_files(value_set: ValueSet) -> Path:
    """The folder of a set's report; files that are not there are made now, after those that another process makes.

    A process that dies leaves a draft, which the next removes. Raises ReportRefused for a set that is not published.
    """
    folder = make_unless_busy(value_set, wait=True)
    assert folder is not None
    return folder


def make_unless_busy(value_set: ValueSet, *, wait: bool = False) -> Path | None:
    """The same, but None when another process is making files now, so that readers who wait hold no process."""
    folder = kept_folder(value_set)
    if folder is not None:
        return folder
    home().mkdir(parents=True, exist_ok=True)
    with _alone(wait) as free:
        if free and kept_folder(value_set) is None:
            _make(value_set, home() / value_set.folder)
    return kept_folder(value_set)


def _make(value_set: ValueSet, folder: Path) -> None:
    for left in home().glob(f"{DRAFT}*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = home() / f"{DRAFT}{os.getpid()}"
    draft.mkdir()
    for name, content in files_of(collect(value_set, settings.ADDRESS)).items():
        (draft / name).write_bytes(content)
    draft.rename(folder)


@contextmanager
def _alone(wait: bool) -> Iterator[bool]:
    """Whether no other process makes files; with ``wait``, once none does."""
    with (home() / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
