"""What a kind of agreement is: its slug and number, its model, its rules, whom it hangs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from docgen.agreements.base import Agreement
from docgen.agreements.rules import Rule
from docgen.agreements.rules.context import Parent
from docgen.agreements.signing import Ordre


@dataclass(frozen=True)
class Kind:
    """One kind: its slug (YAML `type`, template folder), number prefix, model and rules.

    `field_rules` names the rule behind a structural error of a field; the empty key is for a
    missing field. An agreement that cites another of the kinds `parents` is numbered under it, with
    `suffix`; `complete` takes from that other one what its own file leaves out. `followed`: its end
    is a deadline to watch. `revocable`: signed, it may still be cancelled, until a bilan closes it.
    `amends`: it changes the one it cites, whose own rules then speak through it. `ordre`: in which
    order its signers are asked, unless the agreement says otherwise.
    """

    slug: str
    prefix: str
    title: str
    model: type[Agreement]
    rules: tuple[Rule, ...]
    field_rules: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    suffix: str = ""
    parents: tuple[str, ...] = ()
    complete: Callable[[Mapping[str, Any], Parent], dict[str, Any]] | None = None
    followed: bool = False
    revocable: bool = False
    amends: bool = False
    ordre: Ordre = "parallele"
