"""Judge data against one kind: its model, then its rules in force, everything at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from docgen.agreements.base import Agreement
from docgen.agreements.kind import Kind
from docgen.agreements.question import cited
from docgen.agreements.reading import Source
from docgen.agreements.rules import Breach, Rule
from docgen.agreements.rules.context import Context
from docgen.agreements.wording import findings_of
from docgen.errors import Finding, Level


@dataclass(frozen=True)
class Checked:
    """The outcome of a check: `agreement` is None as soon as one finding is an error."""

    kind: str | None
    agreement: Agreement | None
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        return self.agreement is not None


def judge(kind: Kind, source: Source, context: Context, heard: tuple[Rule, ...] = ()) -> Checked:
    """What the kind's model and rules say of the data, in that context.

    `heard` are other rules that speak through this kind's own: reasons may be written for them too.
    """
    findings: list[Finding] = []
    try:
        parsed: Agreement | None = kind.model.model_validate(source.data)
        sound = parsed
        judged = set(kind.model.model_fields)
    except ValidationError as error:
        parsed = None
        findings += _nothing_to_take(kind, source, context)
        findings += findings_of(error, kind.model, kind.field_rules, source)
        sound, judged = sound_part(kind.model, source.data)
    reasons = {one.regle: one.motif for one in getattr(sound, "derogations", ())}
    for rule in kind.rules:
        if rule.applies(context.issued_on) and judged.issuperset(rule.needs):
            for breach in rule.check(sound, context):
                findings.append(_finding(rule, breach, reasons.get(rule.id), source))
    findings += _vain_derogations(kind.rules + heard, reasons, findings, source)
    refused = any(finding.level == "error" for finding in findings)
    return Checked(kind.slug, None if refused else parsed, tuple(findings))


def _nothing_to_take(kind: Kind, source: Source, context: Context) -> list[Finding]:
    """Why fields are missing that the agreement cited would have given."""
    number = cited(source.data)
    if kind.complete is None or not context.known or number is None or context.parent is not None:
        return []
    place = "convention" if "convention" in source.data else "renouvellement.reference"
    message = (
        f"{number} est introuvable ici : corriger ce numéro, ou écrire tous les champs dans ce "
        "fichier."
    )
    line = source.line_of(place)
    return [Finding("D6", "error", place, message, "choix de docgen", line=line)]


def _finding(rule: Rule, breach: Breach, reason: str | None, source: Source) -> Finding:
    level, message = breach.level or rule.level, breach.message
    if rule.overridable and reason and level == "error":
        level, message = "warning", f"{message} Dérogation motivée : {reason}"
    return Finding(
        breach.rule or rule.id,
        level,
        breach.field,
        message,
        breach.source or rule.source,
        breach.allowed,
        source.line_of(breach.field),
    )


def _vain_derogations(
    rules: tuple[Rule, ...], reasons: Mapping[str, str], findings: list[Finding], source: Source
) -> list[Finding]:
    """What the written reasons themselves deserve: no rule admits them, or nothing to excuse."""
    admitted = sorted({rule.id for rule in rules if rule.overridable})
    broken = {finding.rule for finding in findings}
    said = []
    for rule_id in reasons:
        if rule_id not in admitted:
            level: Level = "error"
            message = f"la règle {rule_id} n’admet pas de dérogation ici ; en admettent : " + (
                f"{', '.join(admitted)}." if admitted else "aucune."
            )
        elif rule_id not in broken:
            level, message = "info", f"la règle {rule_id} est respectée : dérogation inutile."
        else:
            continue
        line = source.line_of("derogations")
        said.append(Finding("D4", level, "derogations", message, "choix de docgen", line=line))
    return said


def sound_part(model: type[Agreement], data: Mapping[str, Any]) -> tuple[Agreement, set[str]]:
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
