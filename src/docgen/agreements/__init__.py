"""Every kind of agreement docgen makes, in one visible map, and the one way to check data.

Adding a kind: a folder under templates/conventions/, a module here, its rules, a line in KINDS.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from docgen.agreements import avenant, denonciation, renouvellement
from docgen.agreements.avenant import AMENDABLE, Avenant
from docgen.agreements.base import Agreement
from docgen.agreements.denonciation import Denonciation
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.pmsmp import Pmsmp
from docgen.agreements.question import cited
from docgen.agreements.reading import Source, read
from docgen.agreements.renouvellement import RenouvellementPmsmp
from docgen.agreements.rules import Breach, Rule
from docgen.agreements.rules import avenant as avenant_rules
from docgen.agreements.rules import denonciation as denonciation_rules
from docgen.agreements.rules import partenariat as partenariat_rules
from docgen.agreements.rules import pmsmp as pmsmp_rules
from docgen.agreements.rules.context import Context, Parent
from docgen.agreements.wording import findings_of
from docgen.errors import Finding, InvalidData, Level, NotFound


@dataclass(frozen=True)
class Kind:
    """One kind: its slug (YAML `type`, template folder), number prefix, model and rules.

    `field_rules` names the rule behind a structural error of a field; the empty key is for a
    missing field. An agreement that cites another of the kinds `parents` is numbered under it, with
    `suffix`; `complete` takes from that other one what its own file leaves out. `followed`: its end
    is a deadline to watch. `revocable`: signed, it may still be cancelled, until a bilan closes it.
    `amends`: it changes the one it cites, whose own rules then speak through it.
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


def _judged(slug: str, data: Mapping[str, Any], context: Context) -> tuple[Finding, ...]:
    """What a kind's model and rules say of data: how an avenant hears those of its agreement."""
    return check(Source({**data, "type": slug}), context.issued_on, context).findings


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
                followed=True,
            ),
            Kind(
                "pmsmp",
                "PMSMP",
                "Convention de PMSMP",
                Pmsmp,
                pmsmp_rules.RULES,
                {"": ("P8", "D5135-2"), "objet": ("P7", "L5135-1")},
                suffix="R",
                parents=("pmsmp",),
                followed=True,
                revocable=True,
            ),
            Kind(
                "renouvellement",
                "PMSMP",
                "Renouvellement de PMSMP",
                RenouvellementPmsmp,
                pmsmp_rules.RULES,
                {"": ("P8", "D5135-2"), "objet": ("P7", "L5135-1")},
                suffix="R",
                parents=("pmsmp",),
                complete=renouvellement.complete,
                followed=True,
                revocable=True,
            ),
            Kind(
                "avenant",
                "AV",
                "Avenant",
                Avenant,
                avenant_rules.rules(_judged),
                suffix="A",
                parents=tuple(AMENDABLE),
                complete=avenant.complete,
                amends=True,
            ),
            Kind(
                "denonciation",
                "DEN",
                "Dénonciation de convention de partenariat",
                Denonciation,
                denonciation_rules.RULES,
                suffix="D",
                parents=("partenariat",),
                complete=denonciation.complete,
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


def check(source: Source, on: dt.date, context: Context | None = None) -> Checked:
    """Everything the model and the rules in force `on` that day say of the data, all at once.

    `context` holds the facts around it; without, the rules that need some have nothing to say.
    """
    context = context or Context(issued_on=on)
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
        findings += _nothing_to_take(kind, source, context)
        findings += findings_of(error, kind.model, kind.field_rules, source)
        sound, judged = _sound_part(kind.model, source.data)
    reasons = {one.regle: one.motif for one in getattr(sound, "derogations", ())}
    for rule in kind.rules:
        if rule.applies(on) and judged.issuperset(rule.needs):
            for breach in rule.check(sound, context):
                findings.append(_finding(rule, breach, reasons.get(rule.id), source))
    heard = kind.rules
    if kind.amends and context.parent and context.parent.kind in kind.parents:
        heard += KINDS[context.parent.kind].rules
    findings += _vain_derogations(heard, reasons, findings, source)
    refused = any(finding.level == "error" for finding in findings)
    return Checked(slug, None if refused else parsed, tuple(findings))


def _nothing_to_take(kind: Kind, source: Source, context: Context) -> list[Finding]:
    """Why fields are missing that the agreement cited would have given."""
    number = cited(source.data)
    if kind.complete is None or not context.known or number is None or context.parent is not None:
        return []
    field = "convention" if "convention" in source.data else "renouvellement.reference"
    message = (
        f"{number} est introuvable ici : corriger ce numéro, ou écrire tous les champs dans ce "
        "fichier."
    )
    line = source.line_of(field)
    return [Finding("D6", "error", field, message, "choix de docgen", line=line)]


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


def parse(content: bytes, on: dt.date, name: str = "", context: Context | None = None) -> Agreement:
    """Read and check; the agreement, or InvalidData with every finding and the file's name."""
    try:
        source = read(content)
    except InvalidData as error:
        raise InvalidData(error.findings, name) from error
    return accepted(check(source, on, context), name)


def accepted(checked: Checked, name: str = "") -> Agreement:
    """The agreement of a check. Raises InvalidData with every error when there is none."""
    if checked.agreement is None:
        raise InvalidData([f for f in checked.findings if f.level == "error"], name)
    return checked.agreement
