"""Every kind of agreement docgen makes, in one visible map, and the one way to check data.

Adding a kind: a folder under templates/conventions/, a module here, its rules, a line in KINDS.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from docgen.agreements.base import Agreement
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.pmsmp import Pmsmp
from docgen.agreements.reading import Source, read
from docgen.agreements.rules import Rule
from docgen.agreements.rules import partenariat as partenariat_rules
from docgen.agreements.rules import pmsmp as pmsmp_rules
from docgen.agreements.wording import findings_of
from docgen.errors import Finding, InvalidData, NotFound


@dataclass(frozen=True)
class Kind:
    """One kind: its slug (YAML `type`, template folder), number prefix, model and rules.

    `field_rules` names the rule behind a structural error of a field; the empty key is for a
    missing field.
    """

    slug: str
    prefix: str
    title: str
    model: type[Agreement]
    rules: tuple[Rule, ...]
    field_rules: Mapping[str, tuple[str, str]] = field(default_factory=dict)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.slug: kind
        for kind in (
            Kind(
                "partenariat",
                "CP",
                "Convention de partenariat",
                Partenariat,
                partenariat_rules.RULES,
            ),
            Kind(
                "pmsmp",
                "PMSMP",
                "Convention de PMSMP",
                Pmsmp,
                pmsmp_rules.RULES,
                {"": ("P8", "D5135-2"), "objet": ("P7", "L5135-1")},
            ),
        )
    }
)


def get(slug: str) -> Kind:
    """The kind of that slug. Raises NotFound."""
    try:
        return KINDS[slug]
    except KeyError:
        raise NotFound("Le type d’accord", slug) from None


def kind_of(agreement: Agreement) -> Kind:
    """The kind whose model that agreement is."""
    return next(kind for kind in KINDS.values() if type(agreement) is kind.model)


@dataclass(frozen=True)
class Checked:
    """The outcome of a check: `agreement` is None as soon as one finding is an error."""

    kind: str | None
    agreement: Agreement | None
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        return self.agreement is not None


def check(source: Source, on: dt.date) -> Checked:
    """Everything the model and the rules in force `on` that day say of the data, all at once."""
    slug = source.data.get("type")
    if not isinstance(slug, str) or slug not in KINDS:
        known = ", ".join(KINDS)
        problem = "type d’accord inconnu" if slug is not None else "le type d’accord manque"
        message = f"{problem} ; types admis : {known}."
        finding = Finding("type", "error", "type", message, line=source.line_of("type"))
        return Checked(None, None, (finding,))
    kind = KINDS[slug]
    findings: list[Finding] = []
    try:
        parsed: Agreement | None = kind.model.model_validate(source.data)
        sound = parsed
        judged = set(kind.model.model_fields)
    except ValidationError as error:
        parsed = None
        findings += findings_of(error, kind.model, kind.field_rules, source)
        sound, judged = _sound_part(kind.model, source.data)
    for rule in kind.rules:
        if rule.since <= on and judged.issuperset(rule.needs):
            findings += [
                Finding(
                    rule.id,
                    rule.level,
                    breach.field,
                    breach.message,
                    rule.source,
                    breach.allowed,
                    source.line_of(breach.field),
                )
                for breach in rule.check(sound)
            ]
    refused = any(finding.level == "error" for finding in findings)
    return Checked(slug, None if refused else parsed, tuple(findings))


def _sound_part(model: type[Agreement], data: Mapping[str, Any]) -> tuple[Agreement, set[str]]:
    """The fields of `data` that are right by themselves, so that rules can still judge them."""
    sound: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        if name not in data:
            if not info.is_required():
                sound[name] = info.get_default(call_default_factory=True, validated_data={})
            continue
        annotated = TypeAdapter(info.rebuild_annotation())
        try:
            sound[name] = annotated.validate_python(data[name])
        except ValidationError:
            continue
    return model.model_construct(**sound), set(sound)


def parse(content: bytes, on: dt.date, name: str = "") -> Agreement:
    """Read and check; the agreement, or InvalidData with every finding and the file's name."""
    try:
        checked = check(read(content), on)
    except InvalidData as error:
        raise InvalidData(error.findings, name) from error
    if checked.agreement is None:
        raise InvalidData([f for f in checked.findings if f.level == "error"], name)
    return checked.agreement
