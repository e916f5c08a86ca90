"""Updates that only one of several processes wins."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session


def changed(session: Session, statement: Any) -> bool:
    """Run an update of one row; True when it found the row as its conditions want it."""
    result = cast("CursorResult[Any]", session.execute(statement))
    return result.rowcount == 1
