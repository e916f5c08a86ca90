"""The yearly figures, defined once: the words of each definition stand beside what computes it.

Pure: facts come in as plain values, figures go out. `definitions` holds the footnotes, `facts` what
is counted, `compute` the counting, `masking` what an external report may not show.
"""

from docgen.indicators.compute import figures
from docgen.indicators.definitions import DEFINITIONS, Definition
from docgen.indicators.facts import (
    Convention,
    Event,
    Facts,
    Gift,
    Hire,
    Scope,
    Stay,
)
from docgen.indicators.figure import Figure
from docgen.indicators.masking import SMALL, masked

__all__ = [
    "DEFINITIONS",
    "SMALL",
    "Convention",
    "Definition",
    "Event",
    "Facts",
    "Figure",
    "Gift",
    "Hire",
    "Scope",
    "Stay",
    "figures",
    "masked",
]
