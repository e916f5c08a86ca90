"""From the hand-over to the archive through a provider: killed, refused, late, tampered with."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from docgen.actions.follow import follow
from docgen.actions.issue import prepare
from docgen.actions.officer import cancel, remind
from docgen.actions.ports import Ports
from docgen.actions.provider_notice import take_notice
from docgen.actions.readdress import readdress
from docgen.actions.returned_confined import examined
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.actions.verify import export, verify
from docgen.confinement import Limits
from docgen.documents.pages import page_count, page_text
from docgen.errors import Broken, InvalidData, NotFound, Refused, Unavailable
from docgen.journal import EventType
from docgen.records import queries
from docgen.settings import Settings
from docgen.signing.providers.yousign import Forged, Level
from docgen.signing.seal import Sealer
from docgen.ways import Way
from tests.actions.provided import (
    SECRET,
    at_provider,
    fields_of,
    for_provider,
    in_days,
    notice,
    row_of,
    seal_of,
    sent_to_provider,
    signing_with,
    stranger,
)
from tests.ceremonies import sign, tokens
from tests.databases import on_sqlite
from tests.samples import NOW
from tests.signing.providers.yousign.provider import Provider, Trouble
from tests.signing.providers.yousign.serving import running_provider

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(hours=1)
CREATE = "POST /signature_requests"
GET = "GET /signature_requests/{id}"


class Killed(Exception):
    """The process dies here."""


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    return stranger(tmp_path_factory.mktemp("prestataire"))


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider(NOW) as running:
        yield running
    assert running.refused == []


@pytest.fixture
def served(ports: Ports, provider: Provider) -> Ports:
    return at_provider(ports, provider)


@pytest.fixture
def handed(served: Ports, provider: Provider, other: Sealer) -> str:
    """An agreement that all three sign at the provider's, handed over; its id."""
    agreement_id = sent_to_provider(served)
    provider.sign_pdf = signing_with(other, fields_of(served, agreement_id))
    done = sweep(served, NOW + timedelta(minutes=1))
    assert (done.counts.get("confiés"), done.failures) == (1, [])
    return agreement_id


def by_link(ports: Ports, settings: Settings, agreement_id: str, now: datetime) -> None:
    """Those who sign by link do."""
    folder = settings.home / "mail"
    links = tokens(folder)
    for signer in row_of(ports, agreement_id).signers:
        if signer.route.by_link:
            sign(ports, folder, signer.email, links[signer.email], now)


def notify(ports: Ports, body: bytes) -> str | None:
    return take_notice(ports, body, seal_of(body), LATER)


def types_of(ports: Ports, agreement_id: str) -> list[EventType]:
    with ports.database.read() as session:
        return [event.type for event in queries.events(session, agreement_id)]


def facts_of(ports: Ports, agreement_id: str, kind: EventType) -> list[dict[str, Any]]:
    with ports.database.read() as session:
        events = queries.events(session, agreement_id)
    return [dict(event.data) for event in events if event.type is kind]


@on_sqlite
def test_a_whole_thread_from_hand_over_to_archive(
    served: Ports, handed: str, provider: Provider, tmp_path: Path
) -> None:
    request = provider.only()
    assert request["external_id"] == handed
    assert [one["info"]["first_name"] for one in request["signers"]] == ["Fatou", "Jean", "Claire"]
    with served.database.read() as session:
        frozen = queries.content(session, row_of(served, handed).frozen_sha256 or "")
    assert request["pdf"] == frozen

    provider.signs(request, 0, LATER)
    assert notify(served, notice(request)) == handed
    sweep(served, LATER)
    assert [s.signed_at is not None for s in row_of(served, handed).signers] == [True, False, False]
    assert row_of(served, handed).status == "envoye"

    provider.signs(request, 1)
    provider.signs(request, 2)
    notify(served, notice(request, "signature_request.done"))
    done = sweep(served, LATER)
    assert done.failures == []
    row = row_of(served, handed)
    assert row.status == "archive"
    assert verify(served, row.reference, LATER).problems == ()

    folder = export(served, row.reference, tmp_path)
    files = {path.stem.split(".")[0]: path for path in folder.iterdir()}
    assert files["document-du-prestataire"].read_bytes() == request["pdf"]
    assert {name for name in files if name.startswith("piste-audit")} == {
        "piste-audit-1",
        "piste-audit-2",
        "piste-audit-3",
    }
    evidence = files["dossier-de-preuve"].read_bytes()
    told = " ".join(page_text(evidence, n) for n in range(page_count(evidence)))
    told = " ".join(told.split())
    assert "signature électronique avancée" in told
    assert "bac à sable" in told
    assert "qualifiée" not in told.replace("horodatage qualifié", "")


@on_sqlite
def test_the_journal_says_what_the_provider_said_and_names_nobody(
    served: Ports, handed: str, provider: Provider
) -> None:
    request = provider.only()
    for rank in range(3):
        provider.signs(request, rank, LATER)
    notify(served, notice(request))
    sweep(served, LATER)
    (over,) = facts_of(served, handed, EventType.HANDED_OVER)
    (back,) = facts_of(served, handed, EventType.RETURNED)
    signed = facts_of(served, handed, EventType.SIGNED)
    assert over["request"] == back["request"] == request["id"]
    assert (back["signatures"], back["changed_between"]) == (3, 0)
    assert back["begins_with_frozen"] is True
    assert len(back["proofs"]) == 3
    assert {one["level"] for one in signed} == {"advanced_electronic_signature"}
    assert {one["said_at"] for one in signed} == {"2026-11-02T10:00:00.000Z"}
    assert {one["way"] for one in signed} == {"prestataire"}
    words = str(over) + str(back) + str(signed)
    for name in ("Diallo", "Moreau", "fatou@"):
        assert name not in words


@on_sqlite
def test_a_qualified_request_has_no_audit_trail_and_says_so(
    ports: Ports, provider: Provider, other: Sealer
) -> None:
    served = at_provider(ports, provider, Level.QUALIFIED)
    agreement_id = sent_to_provider(served)
    provider.sign_pdf = signing_with(other, fields_of(served, agreement_id))
    provider.keeps_proofs = False
    sweep(served, NOW)
    for rank in range(3):
        provider.signs(provider.only(), rank)
    notify(served, notice(provider.only()))
    assert sweep(served, LATER).failures == []
    assert row_of(served, agreement_id).status == "archive"
    assert facts_of(served, agreement_id, EventType.RETURNED)[0]["proofs"] == {}
    levels = {one["level"] for one in facts_of(served, agreement_id, EventType.SIGNED)}
    assert levels == {"qualified_electronic_signature"}


@on_sqlite
def test_one_at_the_provider_and_the_others_by_link(
    served: Ports, settings: Settings, provider: Provider, other: Sealer
) -> None:
    agreement_id = sent_to_provider(served, "beneficiaire")
    provider.sign_pdf = signing_with(other, fields_of(served, agreement_id))
    sweep(served, NOW)
    (signer,) = provider.only()["signers"]
    assert signer["info"]["email"] == "fatou@example.org"
    provider.signs(provider.only(), 0)
    notify(served, notice(provider.only()))
    sweep(served, LATER)
    assert row_of(served, agreement_id).status == "envoye"
    by_link(served, settings, agreement_id, LATER)
    assert sweep(served, LATER).failures == []
    row = row_of(served, agreement_id)
    assert row.status == "archive"
    assert [one.route for one in row.signers] == [Way.PRESTATAIRE, Way.COURRIEL, Way.COURRIEL]
    assert verify(served, row.reference, LATER).problems == ()


def test_who_goes_to_the_provider_gets_no_link_of_ours(
    served: Ports, handed: str, settings: Settings
) -> None:
    assert tokens(settings.home / "mail") == {}


def test_who_has_no_address_is_told_at_once(served: Ports) -> None:
    data = for_provider()
    del data["beneficiaire"]["courriel"]
    with pytest.raises(InvalidData, match="le prestataire y écrit"):
        prepare(served, json.dumps(data).encode(), NOW)


# --- interrupted ----------------------------------------------------------------------------------


def test_killed_at_every_step_there_is_one_request_and_one_dossier(
    served: Ports, provider: Provider, other: Sealer
) -> None:
    steps: list[str] = []
    passed: set[str] = set()

    def pause(name: str) -> None:
        if name.startswith(("yousign.", "provider.")) and name not in passed:
            passed.add(name)
            steps.append(name)
            raise Killed

    mortal = dataclasses.replace(served, pause=pause)
    agreement_id = sent_to_provider(served)
    provider.sign_pdf = signing_with(other, fields_of(served, agreement_id))
    for _ in range(20):
        try:
            sweep(mortal, LATER)
        except Killed:
            continue
        (request,) = provider.requests.values()
        if request["status"] == "ongoing":
            for rank in range(3):
                provider.signs(request, rank)
            notify(mortal, notice(request))
    assert steps == [
        "yousign.create",
        "yousign.upload",
        "yousign.signer",
        "yousign.activate",
        "provider.placed",
        "provider.fetched",
        "provider.recorded",
    ]
    row = row_of(served, agreement_id)
    assert row.status == "archive"
    assert len(provider.requests) == 1
    types = types_of(served, agreement_id)
    for once in (EventType.HANDED_OVER, EventType.RETURNED, EventType.COMPLETED):
        assert types.count(once) == 1
    assert types.count(EventType.SIGNED) == 3
    assert verify(served, row.reference, LATER).problems == ()


@on_sqlite
def test_a_provider_that_is_down_leaves_everything_waiting_and_visible(
    served: Ports, provider: Provider, other: Sealer
) -> None:
    agreement_id = sent_to_provider(served)
    provider.fails(CREATE, Trouble(503))
    done = sweep(served, NOW)
    assert [(step, "503" in words) for _, step, words in done.failures] == [("confiés", True)]
    assert "Yousign" in status(served)[0].problem
    assert sweep(served, NOW).counts["confiés"] == 1

    provider.sign_pdf = signing_with(other, fields_of(served, agreement_id))
    for rank in range(3):
        provider.signs(provider.only(), rank)
    notify(served, notice(provider.only()))
    provider.fails(GET, *[Trouble(500)] * 20)
    assert [step for _, step, _ in sweep(served, LATER).failures] == ["avis lus"]
    provider.fails(GET)
    # The notice still waits: nobody has to send it again.
    assert sweep(served, LATER).counts["avis lus"] == 1
    assert row_of(served, agreement_id).status == "archive"


def test_without_a_provider_the_agreement_waits_and_says_what_is_missing(ports: Ports) -> None:
    sent_to_provider(ports)
    ((_, step, words),) = sweep(ports, NOW).failures
    assert step == "confiés"
    assert "DOCGEN_YOUSIGN_API_KEY" in words


@on_sqlite
def test_a_missing_telephone_is_told_before_anything_leaves(
    served: Ports, provider: Provider
) -> None:
    sent_to_provider(served, phones=False)
    ((_, _, words),) = sweep(served, NOW).failures
    for rank in (1, 2, 3):
        assert f"signataires.{rank}.telephone" in words
    assert provider.asked == []


# --- turns ----------------------------------------------------------------------------------------


@on_sqlite
def test_who_signs_before_by_link_is_waited_for(
    served: Ports, settings: Settings, provider: Provider
) -> None:
    agreement_id = sent_to_provider(served, "entreprise", "organisation", ordre="sequentiel")
    assert "confiés" not in sweep(served, NOW).counts
    by_link(served, settings, agreement_id, NOW)
    assert sweep(served, NOW).counts["confiés"] == 1
    assert provider.only()["ordered_signers"] is True
    names = [one["info"]["first_name"] for one in provider.only()["signers"]]
    assert names == ["Jean", "Claire"]


@on_sqlite
def test_signers_of_the_provider_parted_by_another_are_refused_in_words(served: Ports) -> None:
    sent_to_provider(served, "beneficiaire", "organisation", ordre="sequentiel")
    ((_, _, words),) = sweep(served, NOW).failures
    assert "entre deux" in words


# --- notices --------------------------------------------------------------------------------------


@on_sqlite
def test_a_notice_that_lies_changes_nothing(served: Ports, handed: str, provider: Provider) -> None:
    assert notify(served, notice(provider.only(), "signature_request.done")) == handed
    assert sweep(served, LATER).failures == []
    assert [s.signed_at for s in row_of(served, handed).signers] == [None] * 3


def test_a_notice_replayed_is_taken_once(served: Ports, handed: str, provider: Provider) -> None:
    body = notice(provider.only())
    assert notify(served, body) == handed
    asked = provider.count(GET)
    for _ in range(5):
        assert notify(served, body) is None
    sweep(served, LATER)
    sweep(served, LATER)
    assert provider.count(GET) == asked + 1


@on_sqlite
def test_notices_late_and_out_of_order_end_the_same(
    served: Ports, handed: str, provider: Provider
) -> None:
    request = provider.only()
    early = notice(request, "signer.notified")
    provider.signs(request, 0)
    first = notice(request)
    for rank in (1, 2):
        provider.signs(request, rank)
    last = notice(request, "signature_request.done")
    for body in (last, first, early):
        notify(served, body)
        assert sweep(served, LATER).failures == []
    assert row_of(served, handed).status == "archive"
    assert types_of(served, handed).count(EventType.SIGNED) == 3


def test_a_notice_before_our_own_record_waits_for_it(
    served: Ports, provider: Provider, other: Sealer
) -> None:
    agreement_id = sent_to_provider(served)
    provider.sign_pdf = signing_with(other, fields_of(served, agreement_id))

    def pause(name: str) -> None:
        if name == "provider.placed":
            raise Killed

    with pytest.raises(Killed):
        sweep(dataclasses.replace(served, pause=pause), NOW)
    provider.signs(provider.only(), 0)
    assert notify(served, notice(provider.only())) == agreement_id
    assert sweep(served, LATER).failures == []
    assert row_of(served, agreement_id).signers[0].signed_at == LATER


@on_sqlite
def test_forged_foreign_and_trial_notices_are_not_kept(
    served: Ports, handed: str, provider: Provider
) -> None:
    request = provider.only()
    body = notice(request)
    with pytest.raises(Forged):
        take_notice(served, body, seal_of(body, "un autre secret"), LATER)
    broken = b"{}"
    with pytest.raises(InvalidData):
        take_notice(served, broken, seal_of(broken), LATER)
    assert notify(served, notice(request, sandbox=False)) is None
    assert notify(served, notice({**request, "external_id": "f" * 32})) is None
    assert notify(served, notice({**request, "external_id": None})) is None
    assert notify(served, notice(request, data={"contact": {}})) is None
    with served.database.read() as session:
        assert queries.notified_agreements(session) == {}
    assert served.provider
    silent = dataclasses.replace(served.provider, webhook_secret=None)
    for deaf in (dataclasses.replace(served, provider=silent), ports_without(served)):
        with pytest.raises(NotFound):
            take_notice(deaf, body, seal_of(body), LATER)
    assert SECRET not in repr(served.provider)


def ports_without(ports: Ports) -> Ports:
    return dataclasses.replace(ports, provider=None)


# --- how it ends ----------------------------------------------------------------------------------


def test_the_night_finds_what_no_notice_told(
    served: Ports, handed: str, provider: Provider
) -> None:
    for rank in range(3):
        provider.signs(provider.only(), rank)
    assert follow(served, LATER).failures == []
    assert row_of(served, handed).status == "signe"
    sweep(served, LATER)
    assert row_of(served, handed).status == "archive"


@on_sqlite
def test_signed_at_the_providers_on_the_last_night_is_signed_in_time(
    served: Ports, handed: str, provider: Provider
) -> None:
    for rank in range(3):
        provider.signs(provider.only(), rank)
    after_the_end = row_of(served, handed).expires_at + timedelta(hours=1)
    done = follow(served, after_the_end)
    assert (done.failures, done.counts.get("expirés")) == ([], None)
    assert row_of(served, handed).status == "signe"


def test_a_refusal_at_the_providers_is_ours(served: Ports, handed: str, provider: Provider) -> None:
    provider.signs(provider.only(), 0)
    provider.declines(provider.only(), 1, "Les horaires ne vont pas.")
    notify(served, notice(provider.only(), "signer.declined"))
    assert sweep(served, LATER).failures == []
    row = row_of(served, handed)
    assert row.status == "refuse"
    first, second, _ = row.signers
    assert first.signed_at == LATER
    assert (second.declined_at, second.decline_reason) == (LATER, "Les horaires ne vont pas.")
    (told,) = facts_of(served, handed, EventType.DECLINED)
    assert "horaires" not in str(told)
    assert provider.count("POST /signature_requests/{id}/cancel") == 0


@on_sqlite
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("expired", "expire"), ("canceled", "annule"), ("deleted", "annule"), ("rejected", "annule")],
)
def test_a_request_that_ended_there_ends_here(
    served: Ports, handed: str, provider: Provider, theirs: str, ours: str
) -> None:
    provider.only()["status"] = theirs
    notify(served, notice(provider.only()))
    assert sweep(served, LATER).failures == []
    assert row_of(served, handed).status == ours


@on_sqlite
def test_an_agreement_that_ends_here_is_withdrawn_there(
    served: Ports, handed: str, provider: Provider
) -> None:
    cancel(served, row_of(served, handed).reference, "Le stage n’aura pas lieu.", LATER)
    done = sweep(served, LATER)
    assert (done.counts["retirés"], done.failures) == (1, [])
    assert provider.only()["status"] == "canceled"
    assert "retirés" not in sweep(served, LATER).counts


@on_sqlite
def test_signed_there_after_it_ended_here_is_said(
    served: Ports, handed: str, provider: Provider
) -> None:
    cancel(served, row_of(served, handed).reference, "Le stage n’aura pas lieu.", LATER)
    for rank in range(3):
        provider.signs(provider.only(), rank)
    ((_, step, words),) = sweep(served, LATER).failures
    assert step == "retirés"
    assert "pourtant signé" in words
    assert row_of(served, handed).status == "annule"


@on_sqlite
def test_a_signer_whom_the_provider_cannot_have_sign_is_said(
    served: Ports, handed: str, provider: Provider
) -> None:
    provider.only()["signers"][0]["status"] = "error"
    notify(served, notice(provider.only(), "signer.error"))
    ((_, step, words),) = sweep(served, LATER).failures
    assert step == "avis lus"
    assert "ne peut pas recueillir" in words
    # Told once; the night looks again.
    assert sweep(served, LATER).failures == []
    assert len(follow(served, LATER).failures) == 1


@on_sqlite
def test_reminders_are_the_providers_once_each_due_day(
    served: Ports, handed: str, provider: Provider
) -> None:
    provider.signs(provider.only(), 0)
    waiting = [one["id"] for one in provider.only()["signers"][1:]]
    follow(served, in_days(1))
    assert provider.reminded == []
    for _ in range(2):
        follow(served, in_days(3))
    assert provider.reminded == waiting
    follow(served, in_days(14))
    assert provider.reminded == waiting * 2
    reminded = facts_of(served, handed, EventType.REMINDED)
    assert len(reminded) == 4
    assert {one["provider"] for one in reminded} == {"Yousign"}


def test_the_officer_s_reminder_reaches_who_signs_at_the_providers_once_a_day(
    served: Ports, handed: str, provider: Provider
) -> None:
    provider.signs(provider.only(), 0)
    waiting = [one["id"] for one in provider.only()["signers"][1:]]
    reference = row_of(served, handed).reference
    assert remind(served, reference, LATER) == 2
    assert provider.reminded == waiting
    with pytest.raises(Refused, match="déjà partie"):
        remind(served, reference, LATER + timedelta(hours=2))
    assert provider.reminded == waiting
    assert remind(served, reference, LATER + timedelta(hours=25)) == 2
    told = facts_of(served, handed, EventType.REMINDED)
    assert len(told) == 4
    assert all("@" in one["to"] and "…" in one["to"] for one in told)


@on_sqlite
def test_a_reminder_reaches_those_with_a_link_even_when_the_provider_is_down(
    served: Ports, provider: Provider, settings: Settings
) -> None:
    agreement_id = sent_to_provider(served, "beneficiaire")
    assert sweep(served, NOW).failures == []
    provider.fails("GET /signature_requests/{id}/signers", *[Trouble(status=500)] * 9)
    reference = row_of(served, agreement_id).reference
    with pytest.raises(Unavailable):
        remind(served, reference, LATER)
    provider.fails("GET /signature_requests/{id}/signers")
    assert sweep(served, LATER).failures == []
    assert len(facts_of(served, agreement_id, EventType.REMINDED)) == 2
    # The links' reminder has left today; the provider's is still to be had.
    assert remind(served, reference, LATER) == 1


# --- taken over by the officer --------------------------------------------------------------------

STOP = "POST /signature_requests/{id}/cancel"


def test_a_signer_taken_over_stops_the_request_at_once_and_the_others_are_asked_anew(
    served: Ports, handed: str, provider: Provider, other: Sealer, settings: Settings
) -> None:
    reference = row_of(served, handed).reference
    first = provider.only()
    readdress(served, reference, 2, LATER, way=Way.COURRIEL)
    assert first["status"] == "canceled"
    (called,) = facts_of(served, handed, EventType.CALLED_BACK)
    assert (called["request"], called["status"]) == (first["id"], "canceled")
    assert sweep(served, LATER).failures == []
    _, second = provider.requests.values()
    assert second["external_id"] == f"{handed}-2"
    assert [one["info"]["first_name"] for one in second["signers"]] == ["Fatou", "Claire"]
    # A late notice about the first changes nothing; the second goes to the end.
    assert notify(served, notice(first)) == handed
    assert sweep(served, LATER).failures == []
    assert row_of(served, handed).status == "envoye"
    by_link(served, settings, handed, LATER)
    provider.signs(second, 0)
    provider.signs(second, 1)
    assert notify(served, notice(second)) == handed
    assert sweep(served, LATER).failures == []
    assert row_of(served, handed).status == "archive"
    assert [Way(one.way) for one in row_of(served, handed).signers] == [
        Way.PRESTATAIRE,
        Way.COURRIEL,
        Way.PRESTATAIRE,
    ]


@on_sqlite
def test_all_taken_over_nothing_is_asked_of_the_provider_again(
    served: Ports, handed: str, provider: Provider, settings: Settings
) -> None:
    reference = row_of(served, handed).reference
    for rank in (1, 2, 3):
        readdress(served, reference, rank, LATER, way=Way.COURRIEL)
    assert provider.count(STOP) == 1
    assert sweep(served, LATER).failures == []
    by_link(served, settings, handed, LATER)
    assert sweep(served, LATER).failures == []
    assert row_of(served, handed).status == "archive"
    assert len(provider.requests) == 1


@on_sqlite
def test_a_stop_that_fails_is_seen_and_made_again(
    served: Ports, handed: str, provider: Provider
) -> None:
    reference = row_of(served, handed).reference
    provider.fails(STOP, Trouble(status=500), Trouble(status=500))
    readdress(served, reference, 1, LATER, way=Way.COURRIEL)
    assert "Yousign ne répond pas" in status(served, reference)[0].problem
    assert provider.only()["status"] == "ongoing"
    ((_, step, _),) = sweep(served, LATER).failures
    assert step == "arrêtés"
    # The provider's own pages, or the night: nobody takes the cancellation for the agreement's end.
    done = sweep(served, LATER)
    assert (done.counts["arrêtés"], done.failures) == (1, [])
    assert row_of(served, handed).status == "envoye"
    assert row_of(served, handed).last_error is None


def test_killed_between_the_stop_and_its_record_the_agreement_goes_on(
    served: Ports, handed: str, provider: Provider
) -> None:
    def pause(name: str) -> None:
        if name == "provider.stopped":
            raise Killed

    reference = row_of(served, handed).reference
    with pytest.raises(Killed):
        readdress(dataclasses.replace(served, pause=pause), reference, 1, LATER, way=Way.COURRIEL)
    assert provider.only()["status"] == "canceled"
    notify(served, notice(provider.only(), "signature_request.canceled"))
    assert follow(served, LATER).failures == []
    assert sweep(served, LATER).failures == []
    assert row_of(served, handed).status == "envoye"
    assert len(provider.requests) == 2
    assert len(facts_of(served, handed, EventType.CALLED_BACK)) == 1


@on_sqlite
def test_nobody_is_taken_over_once_another_has_signed_there(
    served: Ports, handed: str, provider: Provider
) -> None:
    provider.signs(provider.only(), 0)
    notify(served, notice(provider.only()))
    assert sweep(served, LATER).failures == []
    with pytest.raises(Refused, match="perdrait sa signature"):
        readdress(served, row_of(served, handed).reference, 2, LATER, way=Way.COURRIEL)
    assert provider.count(STOP) == 0


@on_sqlite
def test_signed_there_just_before_the_stop_is_said_and_left_to_a_person(
    served: Ports, handed: str, provider: Provider
) -> None:
    provider.signs(provider.only(), 0)  # no notice yet
    readdress(served, row_of(served, handed).reference, 2, LATER, way=Way.COURRIEL)
    ((_, step, words),) = sweep(served, LATER).failures
    assert step == "arrêtés"
    assert "a signé chez Yousign" in words
    assert provider.count(STOP) == 0
    assert provider.only()["status"] == "ongoing"


# --- what comes back ------------------------------------------------------------------------------


def _rewritten(pdf: bytes, change: Any) -> bytes:
    import io

    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        kept = io.BytesIO()
        document.save(kept)
    return kept.getvalue()


def _another_word(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    words = b"BT /F0 9 Tf 300 20 Td (Autre chose) Tj ET"
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.add_resource(font, pikepdf.Name.Font, pikepdf.Name.F0)
    page.contents_add(words)


def _bomb(document: pikepdf.Pdf) -> None:
    import zlib

    packer = zlib.compressobj(1)
    chunk = bytes(1 << 20)
    packed = b"".join(packer.compress(chunk) for _ in range(1536)) + packer.flush()
    document.pages[0].obj.Contents = document.make_stream(packed, Filter=pikepdf.Name.FlateDecode)


def _one_page_less(document: pikepdf.Pdf) -> None:
    del document.pages[0]


@on_sqlite
@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (lambda pdf, _: pdf + b"\n% x\n", "en entier"),
        (lambda _, frozen: frozen, "aucune signature"),
        (lambda pdf, _: _rewritten(pdf, lambda _document: None), "intacte|ne se lit pas"),
        (lambda pdf, _: _rewritten(pdf, _another_word), "page 1 dit autre chose"),
        (lambda pdf, _: _rewritten(pdf, _one_page_less), "pages"),
        (lambda pdf, _: pdf[: len(pdf) // 2], "PDF"),
        (lambda pdf, _: pdf.replace(b"/Count", b"/Cuont"), "pages|PDF|intacte|lit pas"),
    ],
    ids=["bytes after", "unsigned", "rewritten", "another word", "a page less", "cut", "damaged"],
)
def test_a_document_that_is_not_ours_is_not_taken(
    served: Ports, handed: str, provider: Provider, tamper: Any, words: str
) -> None:
    request = provider.only()
    frozen = request["pdf"]
    for rank in range(3):
        provider.signs(request, rank)
    good = request["pdf"]
    request["pdf"] = tamper(good, frozen)
    notify(served, notice(request))
    ((_, _, sentence),) = sweep(served, LATER).failures
    import re

    assert re.search(words, sentence), sentence
    row = row_of(served, handed)
    assert row.status == "envoye"
    assert [one.signed_at for one in row.signers] == [None] * 3
    # Mended at the provider's, the night takes it.
    request["pdf"] = good
    assert follow(served, LATER).failures == []
    assert row_of(served, handed).status == "signe"


@on_sqlite
def test_a_hostile_document_is_read_in_a_confined_process(
    served: Ports, handed: str, provider: Provider
) -> None:
    """A page whose drawing unfolds beyond a gigabyte stops its reader, not the sweep."""
    request = provider.only()
    for rank in range(3):
        provider.signs(request, rank)
    good = request["pdf"]
    request["pdf"] = _rewritten(good, _bomb)
    notify(served, notice(request))
    ((_, _, sentence),) = sweep(served, LATER).failures
    assert "trop de temps ou de mémoire" in sentence or "intacte" in sentence
    assert row_of(served, handed).status == "envoye"
    request["pdf"] = good
    assert follow(served, LATER).failures == []
    assert row_of(served, handed).status == "signe"


@on_sqlite
def test_a_reader_that_dies_leaves_one_sentence(served: Ports, handed: str) -> None:
    with served.database.read() as session:
        frozen = queries.content(session, row_of(served, handed).frozen_sha256 or "")
    for limits in (Limits(seconds=0), Limits(answer=4)):
        with pytest.raises(Broken, match="trop de temps ou de mémoire"):
            examined(frozen, frozen, [], limits)


@on_sqlite
def test_a_provider_that_writes_the_file_anew_before_it_is_signed_is_taken(
    served: Ports, provider: Provider, other: Sealer
) -> None:
    agreement_id = sent_to_provider(served)
    sign = signing_with(other, fields_of(served, agreement_id))
    seen: list[bytes] = []

    def anew(pdf: bytes, signer: Any) -> bytes:
        seen.append(pdf)
        return sign(_rewritten(pdf, lambda _document: None) if len(seen) == 1 else pdf, signer)

    provider.sign_pdf = anew
    sweep(served, NOW)
    for rank in range(3):
        provider.signs(provider.only(), rank)
    notify(served, notice(provider.only()))
    assert sweep(served, LATER).failures == []
    (back,) = facts_of(served, agreement_id, EventType.RETURNED)
    assert back["begins_with_frozen"] is False
    assert row_of(served, agreement_id).status == "archive"
