"""What fontconfig says of this machine's fonts, as LibreOffice sees them."""

from __future__ import annotations

import subprocess

from docgen.errors import Unavailable

FC_LIST = "fc-list"
FC_MATCH = "fc-match"
SECONDS = 30


def every_font(wanted: str) -> str:
    """`wanted` (a format of fc-list) of every font. Raises Unavailable."""
    return _asked(FC_LIST, wanted)


def family_for(font: str) -> str:
    """The families, parted by commas, of the font that stands in for `font`. Raises Unavailable."""
    return _asked(FC_MATCH, "%{family}", font.replace("-", r"\-").replace(",", r"\,"))


def _asked(program: str, *words: str) -> str:
    try:
        return subprocess.run(
            [program, "--format", *words],
            # LibreOffice works without our home: fonts of that folder are not its own.
            env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
            capture_output=True,
            check=True,
            text=True,
            timeout=SECONDS,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(
            f"Les polices de cette machine ne peuvent pas être lues ({program}).",
            "Lancez « make setup », qui installe fontconfig et les polices.",
        ) from error
