"""What is found in the files of a scan: sheets, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from docgen.documents.scans.codes import PageCode


@dataclass(frozen=True)
class Where:
    """A page of a given file: its name, its number from 1, how many the file has."""

    file: str
    page: int
    pages: int

    def __str__(self) -> str:
        return f"« {self.file} »" if self.pages == 1 else f"« {self.file} », page {self.page}"


@dataclass(frozen=True)
class Sheet:
    """A page of paper, upright.

    `code` is what it says it is; `codes` how many of its two codes were read; `sharpness` grows
    with detail and compares two pictures of one page; `ink`: thousandths of each signature box that
    are dark, by the field's name. `jpeg` is `width` × `height` pixels, RGB, without EXIF, shown on
    `size` points: that of the paper, or more when only one code told how it lies.
    """

    where: Where
    code: PageCode
    codes: int
    sharpness: int
    ink: Mapping[str, int]
    size: tuple[float, float]
    width: int
    height: int
    jpeg: bytes = field(repr=False, default=b"")


@dataclass(frozen=True)
class Unread:
    """A page without a code of ours: `blank` is the back of a sheet, `blurred` a bad photograph."""

    where: Where
    blank: bool
    blurred: bool


@dataclass(frozen=True)
class Fault:
    """A file that can't be taken, and why, in a French sentence that says what to do."""

    file: str
    sentence: str


@dataclass(frozen=True)
class Pile:
    """Everything found in the given files, in their order."""

    sheets: tuple[Sheet, ...] = ()
    unread: tuple[Unread, ...] = ()
    faults: tuple[Fault, ...] = ()
