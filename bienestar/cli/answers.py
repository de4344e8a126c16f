"""Where a command writes its answer as JSON."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


class JsonFile(click.Path):
    """A file to write, or "-" for the screen; refused before the work begins when it could not be written."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False, allow_dash=True, writable=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, if it can be written."""
        found = Path(super().convert(value, param, ctx))
        folder = found.absolute().parent
        if not os.access(folder, os.W_OK):
            why = "cannot be written to" if folder.is_dir() else "does not exist"
            self.fail(f"the folder {folder} {why}.", param, ctx)
        return found
