"""What a log line may hold of an error: its kind and where it happened, never its words.

The words of an error may hold a person: PostgreSQL repeats the row that it refuses, a converter the text that it
could not read. Kind, file and line are enough to find the mistake.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType


class WithoutWords(logging.Formatter):
    """Log lines in which an error has no message: for each of a chain its kind and its frames."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """The chain of errors, the first cause first."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            frames = traceback.extract_tb(error.__traceback__)
            told = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
            lines = [f"{type(error).__module__}.{type(error).__qualname__}", *told, *lines]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)
