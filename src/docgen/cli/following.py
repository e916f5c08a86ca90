"""status, remind, cancel, sweep: what stands where, and what is next."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from docgen.actions.officer import cancel as cancel_agreement
from docgen.actions.officer import remind as remind_signers
from docgen.actions.post import Delivered, deliver
from docgen.actions.status import StatusRow
from docgen.actions.status import status as status_rows
from docgen.actions.sweep import Swept
from docgen.actions.sweep import sweep as sweep_once
from docgen.cli import deployments
from docgen.cli.answers import as_json, as_table, bad, day, good, out, warn
from docgen.cli.files import Json
from docgen.errors import Finding, InvalidData
from docgen.french import PARIS
from docgen.lifecycle import Status
from docgen.settings import read_settings
from docgen.wiring import open_ports

Reference = Annotated[str, typer.Argument(help="Numéro de l’accord, par exemple PMSMP-2026-0001.")]


def status(
    reference: Annotated[str | None, typer.Argument(help="Numéro d’un accord.")] = None,
    only: Annotated[Status | None, typer.Option("--statut", help="Ce statut seulement.")] = None,
    json: Json = False,
) -> None:
    """Voir où en sont les accords, qui doit encore signer, et ce qui bloque.

    En JSON, une liste de : reference, kind, status, company, start, end, signed, signers,
    on_paper, waiting_for, expires_on, problem, cites, derogations, noted (pour un seul accord).
    """
    with open_ports() as ports:
        rows = status_rows(ports, reference, only, datetime.now(PARIS).date())
    if json:
        as_json(rows)
        return
    as_table(
        ("Référence", "Statut", "Entreprise", "Du", "Au", "Signé", "On attend", "À régler"),
        [
            (
                row.reference,
                Status(row.status).label,
                row.company,
                day(row.start),
                day(row.end),
                _signed(row),
                row.waiting_for,
                row.problem,
            )
            for row in rows
        ],
        "Aucun accord. Pour commencer : docgen issue examples/pmsmp-exemple.yaml",
    )
    for row in rows:
        if row.derogations:
            warn(f"{row.reference} — dérogation, {row.derogations}")
        if reference and row.cites:
            out.print(f"{row.reference} se rapporte à {row.cites}.")
        if row.noted:
            out.print(f"{row.reference} — noté : {row.noted}.")


def _signed(row: StatusRow) -> str:
    by_hand = f" (dont {row.on_paper} sur papier)" if row.on_paper else ""
    return f"{row.signed}/{row.signers}{by_hand}"


def remind(reference: Reference) -> None:
    """Envoyer un nouveau lien à ceux qui n’ont pas signé (les anciens liens cessent)."""
    with open_ports() as ports:
        now = datetime.now(UTC)
        wanted = remind_signers(ports, reference, now)
        delivered = deliver(ports, now)
    good(f"{reference} : {wanted} relance{'s' if wanted > 1 else ''}.")
    unsent(delivered)


def cancel(
    reference: Reference,
    reason: Annotated[str, typer.Option("--motif", help="Pourquoi (gardé avec l’accord).")],
) -> None:
    """Annuler un accord qui n’est pas signé par tous, ou une PMSMP sans bilan.

    Les signataires sont prévenus ; l’archive garde ce qui était signé.
    """
    with open_ports() as ports:
        now = datetime.now(UTC)
        cancel_agreement(ports, reference, reason, now)
        delivered = deliver(ports, now)
    good(f"{reference} est annulé.")
    unsent(delivered)


def unsent(delivered: Delivered) -> None:
    """Say which mails wait: the act is done, and they are tried again."""
    for reference, sentence in delivered.failures:
        warn(f"{reference} : courriels en attente. {sentence}")


def sweep(json: Json = False) -> None:
    """Reprendre tout ce qui attend : figer, sceller, clore, archiver, envoyer."""
    if read_settings().prefect_api_url:
        through_prefect("sweep/sweep", json)
        return
    with open_ports() as ports:
        done = sweep_once(ports, datetime.now(UTC))
    tell(done, json)


def day_of(text: str, option: str = "--on") -> date:
    """The day that an option says. Raises InvalidData."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"« {text} » n’est pas une date ; elle s’écrit AAAA-MM-JJ."
        raise InvalidData([Finding("date", "error", option, message)]) from error


def tell(done: Swept, json: bool) -> None:
    """Say what a pass did; exit 6 when something failed and will be tried again."""
    if json:
        as_json(
            {
                "counts": done.counts,
                "failures": done.failures,
                "busy": done.busy,
                "put_off": done.put_off,
                "notices": done.notices,
            }
        )
    elif done.busy:
        out.print("Un autre passage est en cours : rien à faire ici.")
    else:
        counts = [f"{step} : {number}" for step, number in done.counts.items() if number]
        if counts or not done.failures:
            out.print(", ".join(counts) or "Rien n’attendait.")
        for notice in done.notices:
            warn(notice)
        for reference, step, sentence in done.failures:
            bad(f"{reference} ({step}) : {sentence}")
        if done.put_off:
            warn(f"{_courriels(done.put_off)} en attente d’un nouvel essai (voir docgen status).")
    if done.failures:
        raise typer.Exit(6)


def _courriels(number: int) -> str:
    return f"{number} courriel{'s' if number > 1 else ''}"


def through_prefect(deployment: str, json: bool) -> None:
    """The same pass by a run of its deployment, told the same."""
    outcome = deployments.run(deployment, {})
    # Imported here, for the reason that cli.deployments gives.
    from flows.reporting import read_back

    done = read_back(outcome.message, outcome.tables)
    if not outcome.completed and not done.failures:
        raise deployments.unfinished(outcome)
    tell(done, json)
