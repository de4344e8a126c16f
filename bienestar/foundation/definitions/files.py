"""Definition files: what experts change without Python, read with the line of every value.

A definition is YAML checked against a pydantic model. When a value is wrong the reader gets one sentence that
names the file, the line and the field, so that a person who knows hospitals and no Python can mend it.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.conf import settings
from pydantic import BaseModel, ConfigDict, ValidationError

Location = tuple[str | int, ...]
#: libyaml's parser where PyYAML was built with it: the same nodes and places, ten times faster.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Shape = TypeVar("Shape", bound=BaseModel)


class Definition(BaseModel):
    """Base of every shape in a definition file: unknown fields are refused, values do not change after load."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Definition):
    """Words shown on the screen, in both languages."""

    es: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in ``language`` ("en…" gives English, everything else Spanish)."""
        return self.en if language.startswith("en") else self.es


class DefinitionError(Exception):
    """A definition file that cannot be used; the message names file, line and field."""

    def __init__(self, file: str, line: int | None, field: str, reason: str, column: int | None = None) -> None:
        self.file, self.line, self.field, self.reason, self.column = file, line, field, reason, column
        place = f"{file}, line {line}" if line else file
        place += f", column {column}" if column else ""
        super().__init__(f"{place}, {field}: {reason}" if field else f"{place}: {reason}")


NESTED = re.compile(r"(?:[\[{-]\s*){1000}")  # libyaml goes down as far as it is led, and the process with it
TOO_DEEP = "its parts lie too deep within each other; does an anchor (&) hold itself?"


class Located:
    """The plain data of one YAML file, the line of each value, and the hash of its bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            content = path.read_bytes()
            text = content.decode("utf-8")
        except FileNotFoundError:
            raise DefinitionError(path.name, None, "", "the file is missing") from None
        except UnicodeDecodeError as error:
            raise DefinitionError(path.name, None, "", f"the file is not UTF-8 text (byte {error.start})") from None
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.text = text
        self.lines: dict[Location, int] = {}
        self.starts: dict[Location, int] = {}
        if NESTED.search(text):
            raise DefinitionError(path.name, None, "", TOO_DEEP)
        try:
            node = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else None
            raise DefinitionError(path.name, line, "", f"not valid YAML: {error.problem}") from None
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise DefinitionError(path.name, line, "", f"not valid YAML: character {error.character:#x}") from None
        except RecursionError:
            raise DefinitionError(path.name, None, "", TOO_DEEP) from None
        if node is None:
            raise DefinitionError(path.name, 1, "", "the file is empty")
        self._reader = yaml.SafeLoader("")
        try:
            self.data = self._plain(node, ())
        except RecursionError:
            raise DefinitionError(path.name, None, "", TOO_DEEP) from None
        del self._reader  # it holds on to every node

    def _plain(self, node: yaml.Node, at: Location) -> Any:
        self.lines[at] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            found: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                key = self._reader.construct_object(key_node)
                if key in found:
                    line = key_node.start_mark.line + 1
                    raise DefinitionError(self.path.name, line, _dotted((*at, key)), "this key is written twice")
                found[key] = self._plain(value_node, (*at, key))
                self.lines[(*at, key)] = key_node.start_mark.line + 1
            return found
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(child, (*at, i)) for i, child in enumerate(node.value)]
        # After the sign of a block (| or >) or the opening quotation mark.
        index, style = node.start_mark.index, getattr(node, "style", None)
        block = style in ("|", ">")
        self.starts[at] = self.text.index("\n", index) + 1 if block else index + (style in ("'", '"'))
        return self._reader.construct_object(node)

    def line_of(self, at: Location) -> int | None:
        """The line of the value at ``at``, or of its nearest parent that is in the file."""
        while at not in self.lines and at:
            at = at[:-1]
        return self.lines.get(at)

    def error(self, at: Location, reason: str) -> DefinitionError:
        """An error about the value at ``at``, ready to raise."""
        return DefinitionError(self.path.name, self.line_of(at), _dotted(at), reason)

    def error_within(self, at: Location, value: str, start: int, reason: str) -> DefinitionError:
        """An error about the part of a text that begins at ``start`` of ``value``, with its line and column.

        YAML folds lines and indents blocks, so that places are counted in characters that are not blank.
        """
        if at not in self.starts:  # the field is not in the file: its default is wrong, or its parent
            return self.error(at, reason)
        before = sum(not character.isspace() for character in value[:start])
        index = self.starts[at]
        while index < len(self.text) - 1 and (before or self.text[index].isspace()):
            before -= not self.text[index].isspace()
            index += 1
        line = self.text.count("\n", 0, index) + 1
        column = index - (self.text.rfind("\n", 0, index) + 1) + 1
        return DefinitionError(self.path.name, line, _dotted(at), reason, column)

    def parse(self, shape: type[Shape]) -> Shape:
        """The data as ``shape``; DefinitionError on the first value that does not fit."""
        try:
            return shape.model_validate(self.data)
        except ValidationError as error:
            first = error.errors()[0]
            at = tuple(part for part in first["loc"] if part != "[key]")
            raise self.error(at, _reason(first)) from None


def definitions_dir() -> Path:
    """The folder of the definition files (``BIENESTAR_DEFINITIONS`` or the repository's own)."""
    return Path(settings.DEFINITIONS_DIR)


def _dotted(at: Location) -> str:
    return "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in at).lstrip(".")


def _reason(error: Any) -> str:
    kind = error["type"]
    if kind == "missing":
        return "this field is required and is not there"
    if kind == "extra_forbidden":
        return "no such field; check the spelling"
    return f"{error['msg'][0].lower()}{error['msg'][1:]} (got {error['input']!r})"
