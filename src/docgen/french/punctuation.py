"""Spaces that hold a sign to its word, as French printers set them.

Narrow before ; ! ? and full before : and » and after « (Lexique des règles typographiques en usage
à l’Imprimerie nationale, « Ponctuation »); none before . and ,
"""

from __future__ import annotations

import re

NBSP = "\u00a0"
NNBSP = "\u202f"

_SPACE = f"[ \t{NBSP}{NNBSP}]"
# A sign already set apart, or one glued to the word it ends; not that of « 14:02 » or « a?b ».
_SIGN = re.compile(rf"(?<=\S){_SPACE}+([;:!?])|(?<=[\w)\]»”…%€])([;:!?])(?=[!?]*(?:[\s)\]»”]|$))")
_OPENING = re.compile(rf"«{_SPACE}*(?=[^\s»])")
_CLOSING = re.compile(rf"(?<=[^\s«]){_SPACE}*»")
_UNIT = re.compile(rf"(?<=\d){_SPACE}*([%€])(?!\w)")


def ponctuation(text: str) -> str:
    """`text` with the no-break spaces its signs want; what is right already is left as it is.

    « Qui ? » keeps its sign on the line, « 25% » becomes « 25 % »; times, addresses of pages and
    letters are not touched.
    """
    text = _SIGN.sub(_spaced_sign, text)
    text = _OPENING.sub(f"«{NBSP}", text)
    text = _CLOSING.sub(f"{NBSP}»", text)
    return _UNIT.sub(rf"{NBSP}\1", text)


def _spaced_sign(found: re.Match[str]) -> str:
    sign = found[1] or found[2]
    return (NBSP if sign == ":" else NNBSP) + sign
