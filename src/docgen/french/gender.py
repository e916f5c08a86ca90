"""The two genders of nouns, which spelling can't tell and a template has to say."""

from __future__ import annotations

from typing import Literal

Gender = Literal["m", "f"]


def by_gender(genre: Gender, masculine: str, feminine: str) -> str:
    """One of the two. Raises ValueError for anything but « m » and « f »."""
    match genre:
        case "m":
            return masculine
        case "f":
            return feminine
    raise ValueError(f"a gender is m or f, not {genre!r}")
