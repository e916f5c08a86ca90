"""Flow `issue`: make agreements, freeze their PDF, invite the signers.

`issue` takes files as text; `issue-pmsmp` and `issue-partenariat` take one agreement through
Prefect's run form, whose fields, titles and order come from the models.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from prefect import flow, get_run_logger, task
from prefect.artifacts import (
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Completed, Failed
from pydantic import BaseModel, Field

from docgen.actions.issue import Entered, Issued, enter, invite, make, prepare, tally
from docgen.actions.ports import Ports
from docgen.agreements.base import Agreement
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.pmsmp import Pmsmp
from docgen.errors import DocgenError
from docgen.journal import canonical
from docgen.wiring import open_ports
from flows.retrying import only_unavailable


class Dossier(BaseModel):
    """Un fichier YAML ou JSON à traiter."""

    nom: str = Field(title="Nom du fichier", json_schema_extra={"position": 0})
    contenu: str = Field(title="Contenu, en YAML ou JSON", json_schema_extra={"position": 1})


@task(
    name="enregistrer un accord",
    task_run_name="enregistrer {name}",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=[2, 10],
    retry_condition_fn=only_unavailable,
    persist_result=False,
)
def enter_one(ports: Ports, name: str, content: bytes, now: datetime) -> Entered:
    """Read, check and number one document."""
    return enter(ports, prepare(ports, content, now, name), now, name)


@task(
    name="figer un accord",
    task_run_name="figer {name}",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=[2, 10],
    retry_condition_fn=only_unavailable,
    persist_result=False,
)
def make_one(ports: Ports, name: str, entered: Entered, now: datetime) -> None:  # noqa: ARG001 # the run's name
    """Make the PDF of one document."""
    make(ports, entered, now)


def issue_documents(documents: Sequence[tuple[str, bytes]]) -> State[list[Issued]]:
    """Number the documents in order, make their PDFs side by side, invite in order.

    The run fails when one document did, and says which and why.
    """
    logger = get_run_logger()
    progress = create_progress_artifact(0.0, key="emission", description="Documents émis")
    outcomes: list[Issued] = []
    with open_ports() as ports:
        now = datetime.now(UTC)
        making: list[tuple[str, Entered, PrefectFuture[None]] | Issued] = []
        for name, content in documents:
            try:
                entered = enter_one(ports, name, content, now)
            except DocgenError as error:
                making.append(Issued(name, None, None, error))
            else:
                making.append((name, entered, make_one.submit(ports, name, entered, now)))
        for one in making:
            outcome = one if isinstance(one, Issued) else _invited(ports, *one, now)
            outcomes.append(outcome)
            logger.info(_told(outcome))
            update_progress_artifact(cast("UUID", progress), 100.0 * len(outcomes) / len(documents))
    failed = [outcome for outcome in outcomes if outcome.error]
    message = f"{tally(outcomes)}."
    create_table_artifact(
        key="emission-resultats", table=[_row(one) for one in outcomes], description=message
    )
    if failed:
        reasons = " ".join(map(_told, failed))
        # Without data: Prefect takes a failed state's for its exception, and complains of a list.
        return Failed(message=f"{message} {reasons}"[:2000])
    return Completed(message=message, data=outcomes)


def _invited(
    ports: Ports, name: str, entered: Entered, made: PrefectFuture[None], now: datetime
) -> Issued:
    try:
        made.result()
        return invite(ports, entered, now, name)
    except DocgenError as error:
        return Issued(name, None, None, error)


def _row(outcome: Issued) -> dict[str, str]:
    """One line of the account; the command line reads it back (docgen.cli.documents)."""
    return {
        "Fichier": outcome.name,
        "Référence": outcome.reference or "",
        "Statut": outcome.status or "",
        "Résultat": _result(outcome),
        "En attente": outcome.unsent,
        "À savoir": "\n".join(finding.sentence() for finding in outcome.warnings),
        "Erreur": outcome.error.family if outcome.error else "",
    }


def _told(outcome: Issued) -> str:
    result = _result(outcome)
    # A wrong file already says its name.
    return result if result.startswith(outcome.name) else f"{outcome.name} : {result}"


def _result(outcome: Issued) -> str:
    if outcome.error:
        return outcome.error.explain()
    done = f"{outcome.reference} ({'déjà émis' if outcome.again else 'émis'})"
    return f"{done} ; {outcome.unsent}" if outcome.unsent else done


@flow(name="issue", validate_parameters=True, persist_result=False)
def issue_flow(dossiers: list[Dossier]) -> State[list[Issued]]:
    """Émettre un ou plusieurs accords à partir de fichiers YAML ou JSON.

    Args:
        dossiers: Les fichiers : un nom et un contenu pour chacun.
    """
    return issue_documents([(one.nom, one.contenu.encode()) for one in dossiers])


@flow(name="issue-pmsmp", persist_result=False)
def issue_pmsmp(convention: Pmsmp) -> State[list[Issued]]:
    """Émettre une convention de PMSMP.

    Args:
        convention: La convention de mise en situation en milieu professionnel.
    """
    return _issue_form(convention)


@flow(name="issue-partenariat", persist_result=False)
def issue_partenariat(convention: Partenariat) -> State[list[Issued]]:
    """Émettre une convention de partenariat.

    Args:
        convention: La convention entre l’organisation et l’entreprise.
    """
    return _issue_form(convention)


def _issue_form(agreement: Agreement) -> State[list[Issued]]:
    # Through the same reading as a file, so that the rules are heard in the same words.
    return issue_documents([(agreement.titre(), canonical(agreement.model_dump(mode="json")))])
