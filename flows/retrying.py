"""Which failures Prefect may try again."""

from __future__ import annotations

from typing import Any

from docgen.errors import Unavailable


def only_unavailable(_task: Any, _run: Any, state: Any) -> bool:
    """True when the world did not answer; a refusal or a wrong file is never tried again."""
    return isinstance(state.result(raise_on_failure=False), Unavailable)
