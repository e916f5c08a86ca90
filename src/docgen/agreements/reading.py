"""YAML or JSON text into plain data, with the line of every field.

YAML is read by events, without recursion: anchors and aliases (the YAML bomb), tags, duplicate keys
and deep nesting are refused, and only what JSON knows is converted. Dates stay text, so the model
judges them, and `non` stays the word it is.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from docgen.errors import Finding, InvalidData

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,17})")


@dataclass(frozen=True)
class Source:
    """What was read: a mapping, and the line (from 1) of each dotted path where it is known."""

    data: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)

    def line_of(self, path: str) -> int | None:
        """The line of `path`, or of the nearest thing that holds it."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path)


def _unreadable(message: str, line: int | None = None) -> InvalidData:
    return InvalidData([Finding("lecture", "error", "", message, line=line)])


def read(content: bytes, name: str = "") -> Source:
    """Parse `content` (UTF-8, at most 1 MB).

    Raises InvalidData with the file's name, the line and the reason.
    """
    try:
        return _read(content)
    except InvalidData as error:
        raise InvalidData(error.findings, name) from error


def _read(content: bytes) -> Source:
    if len(content) > MAX_BYTES:
        # How large it is, nobody knows: the doors read no further.
        raise _unreadable(f"le fichier est trop grand : {MAX_BYTES // 1000} ko au plus.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _unreadable("le texte n’est pas en UTF-8 ; l’enregistrer en UTF-8.", line) from error
    if text.lstrip().startswith("{"):
        return _read_json(text)
    return _read_yaml(text)


def _read_json(text: str) -> Source:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise _unreadable(f"la clé « {key} » est écrite deux fois.")
            found[key] = value
        return found

    try:
        data = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise _unreadable(
            f"le JSON est mal formé, colonne {error.colno} : {error.msg}.", error.lineno
        ) from error
    except (RecursionError, ValueError) as error:
        raise _unreadable("le JSON est trop imbriqué ou contient un nombre démesuré.") from error
    return Source(data)


def _scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    """A quoted scalar is text; a bare one may be a whole number, true, false or null."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    return {"": None, "~": None, "null": None, "true": True, "false": False}.get(text, text)


@dataclass
class _Open:
    """A collection being read; `key` is the pending key of a mapping."""

    value: dict[str, Any] | list[Any]
    path: str
    key: str | None = None


class _Builder:
    """Builds plain data from YAML events, with an explicit stack."""

    def __init__(self) -> None:
        self.stack: list[_Open] = []
        self.lines: dict[str, int] = {}
        self.root: Any = None
        self.seen_root = False

    def feed(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _unreadable("les ancres (&) et les renvois (*) ne sont pas admis.", line)
        if getattr(event, "tag", None) not in (None, "!"):
            raise _unreadable("les étiquettes de type (!) ne sont pas admises.", line)
        match event:
            case yaml.ScalarEvent():
                if self._expects_key():
                    self._take_key(event.value, line)
                else:
                    self._place(_scalar(event), line)
            case yaml.MappingStartEvent():
                self._open({}, line)
            case yaml.SequenceStartEvent():
                self._open([], line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.stack.pop()
            case yaml.DocumentStartEvent() if self.seen_root:
                raise _unreadable("le fichier contient plusieurs documents (---).", line)
            case _:
                pass

    def _expects_key(self) -> bool:
        return (
            bool(self.stack)
            and isinstance(self.stack[-1].value, dict)
            and (self.stack[-1].key is None)
        )

    def _take_key(self, key: str, line: int) -> None:
        top = self.stack[-1]
        if key in top.value:
            raise _unreadable(f"la clé « {key} » est écrite deux fois.", line)
        top.key = key
        self.lines[f"{top.path}.{key}".lstrip(".")] = line

    def _open(self, value: dict[str, Any] | list[Any], line: int) -> None:
        if self._expects_key():
            raise _unreadable("une clé doit être un simple mot.", line)
        if len(self.stack) >= MAX_DEPTH:
            raise _unreadable(f"plus de {MAX_DEPTH} niveaux imbriqués.", line)
        path = self._place(value, line)
        self.stack.append(_Open(value, path))

    def _place(self, value: Any, line: int) -> str:
        if not self.stack:
            self.root, self.seen_root = value, True
            return ""
        top = self.stack[-1]
        if isinstance(top.value, list):
            path = f"{top.path}.{len(top.value)}".lstrip(".")
            self.lines[path] = line
            top.value.append(value)
        else:
            assert top.key is not None
            path = f"{top.path}.{top.key}".lstrip(".")
            top.value[top.key] = value
            top.key = None
        return path


def _read_yaml(text: str) -> Source:
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.feed(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f" à la colonne {mark.column + 1}" if mark else ""
        raise _unreadable(
            f"le YAML est mal formé{place} : vérifiez retrait, deux-points et guillemets.",
            mark.line + 1 if mark else None,
        ) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise _unreadable(
            f"le caractère U+{error.character:04X} n’est pas admis dans un fichier YAML.", line
        ) from error
    if builder.root is None:
        raise _unreadable("ce fichier est vide.")
    if not isinstance(builder.root, dict):
        raise _unreadable("attend une liste de champs « clé : valeur », dont « type ».")
    return Source(builder.root, builder.lines)
