"""The description of Yousign's API: its operations, and what it says against a value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

_WHOLE = yaml.safe_load((Path(__file__).parent / "description.yaml").read_bytes())
OPERATIONS: dict[str, Any] = _WHOLE["operations"]


def faults(schema: Mapping[str, Any], value: object) -> list[str]:
    """What the description says against `value`."""
    whole = {**schema, "$defs": _WHOLE["$defs"]}
    check = Draft202012Validator(whole, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in check.iter_errors(value)]


def all_null(name: str) -> dict[str, None]:
    """What an object of that name must have at least, all null."""
    return dict.fromkeys(_WHOLE["$defs"][name]["required"])
