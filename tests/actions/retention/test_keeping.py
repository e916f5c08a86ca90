"""Retention on real dossiers: computed, locked, held, given up by two people; identities apart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from docgen.access import Role
from docgen.actions.accounts import manage
from docgen.actions.audit.accesses import journal_faults
from docgen.actions.custody.adopting import objects_of
from docgen.actions.custody.rounds import Round, custody
from docgen.actions.examination import examine
from docgen.actions.identity_evidence import identity_of
from docgen.actions.ports import Ports
from docgen.actions.rebuild import differences, rebuild
from docgen.actions.retention import disposal, funds, listing, person
from docgen.actions.retention.hold import hold, release
from docgen.actions.retention.keep import keep_all
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.actions.verify_log import verify_log
from docgen.archive.dossier import read_manifest
from docgen.documents.convert import Converter
from docgen.documents.pages import page_text
from docgen.errors import InvalidData, NotFound, Refused
from docgen.journal import EventType, verify
from docgen.journal import export as journal_of
from docgen.journal.log import LineType
from docgen.lifecycle import Actor, Status
from docgen.records import queries, tables
from docgen.records.database import open_database
from docgen.records.migrating import migrate
from docgen.settings import Settings
from docgen.signing.roots import roots_of
from docgen.wiring import open_ports
from tests.ceremonies import VISITOR, issued, sign_all
from tests.databases import on_sqlite
from tests.samples import NOW, PMSMP

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(hours=1)
Tally = Callable[..., None]
# The PMSMP of the samples ends on 29 January 2027: kept through 29 July 2032.
UNTIL = date(2032, 7, 29)
OVER = datetime(2032, 7, 30, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Mould:
    """A folder with a database and its home, closed, where one agreement is archived."""

    folder: Path
    reference: str


def archived(ports: Ports, settings: Settings) -> str:
    """A PMSMP signed by all and archived; its number."""
    number = issued(ports, PMSMP, NOW)
    sign_all(ports, settings.home / "mail", LATER)
    assert sweep(ports, LATER).failures == []
    return number


def _settings(folder: Path) -> Settings:
    return Settings(
        _env_file=None,
        home=folder / "var",
        database_url=f"sqlite:///{folder / 'docgen.sqlite3'}",
        organisation="Le Fournil Solidaire",
    )


@pytest.fixture(scope="module")
def mould(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, office: Converter
) -> Mould:
    folder = tmp_path_factory.mktemp("mould")
    shutil.copyfile(migrated_sqlite, folder / "docgen.sqlite3")
    settings = _settings(folder)
    with open_ports(settings, NOW) as opened:
        return Mould(folder, archived(replace(opened, to_pdf=office.to_pdf), settings))


@pytest.fixture
def settings(settings: Settings, mould: Mould, tmp_path: Path) -> Settings:
    """On SQLite, a copy of what was archived once: it is long to make."""
    if not _on_sqlite(settings):
        return settings
    copy = tmp_path / "copy"
    shutil.copytree(mould.folder, copy)
    return _settings(copy)


@pytest.fixture
def reference(ports: Ports, settings: Settings, mould: Mould) -> str:
    """The number of the archived PMSMP."""
    return mould.reference if _on_sqlite(settings) else archived(ports, settings)


def _on_sqlite(settings: Settings) -> bool:
    return str(settings.database_url).startswith("sqlite")


def kept(ports: Ports, reference: str) -> tables.Retention:
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        found = queries.retention(session, row.id)
    assert found is not None
    return found


def approvers(ports: Ports) -> tuple[str, str]:
    return tuple(  # type: ignore[return-value]
        manage.invite(ports, f"{name}@fournil.example.org", name, Role.OFFICER, NOW, None)
        for name in ("samira", "lucie")
    )


def test_22_a_dossier_is_kept_locked_ahead_extended_and_given_up_by_two(
    ports: Ports, reference: str, tally: Tally, tmp_path: Path
) -> None:
    # Locked short at first, then rolling, up to the end; never beyond.
    assert keep_all(ports, LATER).failures == []
    first = kept(ports, reference)
    assert (first.retain_until, first.policy_version) == (UNTIL, 1)
    assert first.locked_until == date(2026, 12, 2)
    for at, locked in (
        (LATER + timedelta(days=1), date(2026, 12, 2)),
        (LATER + timedelta(days=40), date(2027, 12, 12)),
        (LATER + timedelta(days=50), date(2027, 12, 12)),
        (datetime(2032, 6, 1, 9, tzinfo=UTC), UNTIL),
    ):
        assert keep_all(ports, at).failures == []
        assert kept(ports, reference).locked_until == locked
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
    objects = objects_of(ports.archive, row.manifest_key or "")
    assert len(objects) == len(read_manifest(ports.archive, row.manifest_key or "").objects) + 1
    for stored in objects:
        assert (ports.archive.lock_of(stored).until or OVER).date() == UNTIL
        with pytest.raises(Refused):
            ports.archive.destroy(stored, OVER - timedelta(days=1))
    # Not a day early.
    assert disposal.propose(ports, OVER - timedelta(days=1), None) is None
    number = disposal.propose(ports, OVER, None)
    assert number == "ELIM-2032-0001"
    assert disposal.propose(ports, OVER, None) is None
    one, two = approvers(ports)
    with pytest.raises(Refused, match=r"0\sapprobation"):
        disposal.carry_out(ports, number, OVER, None)
    assert disposal.approve(ports, number, one, OVER) == 1
    with pytest.raises(Refused, match="une autre personne"):
        disposal.approve(ports, number, one, OVER)
    with pytest.raises(Refused, match=r"1\sapprobation"):
        disposal.carry_out(ports, number, OVER, None)
    assert disposal.approve(ports, number, two, OVER) == 2
    done = disposal.carry_out(ports, number, OVER, two)
    assert [(item.reference, item.outcome) for item in done.items] == [(reference, "détruit")]
    gone_everywhere(ports, reference, row.id)
    certified(ports, number, reference)
    with pytest.raises(Refused, match="close"):
        disposal.carry_out(ports, number, OVER, None)
    assert journal_faults(ports) == ()
    # Every object asked for a day early, and a list approved by nobody, by one, by one twice.
    tally(injected=len(objects) + 3, detected=len(objects) + 3)
    nobody_misses_it(ports, row.id, tmp_path)


def nobody_misses_it(ports: Ports, agreement_id: str, folder: Path) -> None:
    """Custody finds nothing wrong, and an index made again knows that it went in its time."""
    done = custody(ports, Round.DAILY, OVER + timedelta(hours=1))
    assert done
    assert [one.sentence for one in done.findings] == []
    with ports.database.read() as session:
        types = [line.type for line in queries.log_lines(session, 0, 99)]
        assert session.scalar(
            select(func.count()).where(tables.KeptObject.agreement_id == agreement_id)
        ) == 0  # fmt: skip
        for table in (tables.StayExtract, tables.SearchWord, tables.SearchEntry):
            query = select(func.count()).where(table.agreement_id == agreement_id)
            assert session.scalar(query) == 0
    assert types.count(LineType.EXTEND) == 3
    assert types.count(LineType.ERASE) == 2
    url = f"sqlite:///{folder / 'refait.sqlite3'}"
    migrate(url)
    made = open_database(url)
    rebuilt = rebuild(made, ports.archive, roots_of(ports.sealer), OVER)
    assert (rebuilt.dossiers, rebuilt.problems) == (0, ())
    assert list(differences(ports.database, made)) == []
    assert verify_log(replace(ports, database=made)).problems == ()
    made.close()


def gone_everywhere(ports: Ports, reference: str, agreement_id: str) -> None:
    """No object, no file, no name is left; the journal is, whole."""
    assert [key for key in ports.archive.list("a/") if agreement_id in key] == []
    assert [key for key in ports.archive.list("i/") if agreement_id in key] == []
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
        events = queries.events(session, agreement_id)
        everything = (
            json.dumps(
                [
                    {
                        column.name: str(getattr(one, column.name))
                        for column in one.__table__.columns
                    }
                    for one in (row, *row.signers)
                ]
            )
            + journal_of(agreement_id, events).decode()
        )
        people = queries.people_named(session, "diallo")
    assert row.state is Status.DETRUIT
    for name in ("Diallo", "Dupont", "Moreau", "Benali", "gerant@", VISITOR[0]):
        assert name not in everything
    assert people == []
    assert verify(journal_of(agreement_id, events)) == ()
    assert events[-1].type is EventType.ERASED
    assert set(events[-1].data) == {"disposal", "manifest_sha256"}
    assert status(ports) == []
    assert status(ports, reference)[0].status == "detruit"


def certified(ports: Ports, number: str, reference: str) -> None:
    """The certificate is PDF/A, sealed, in the archive, and names nobody of the dossier."""
    pdf = listing.certificate(ports, number)
    listed = listing.disposal_of(ports, number)
    assert listed.state == "faite"
    facts = examine(pdf, ["Cachet_cloture"], roots_of(ports.sealer), OVER)
    assert facts.problems == ()
    assert facts.marks.pdfa
    keys = list(ports.archive.list("d/"))
    assert [ports.archive.get(key) for key in keys] == [pdf]
    words = " ".join(page_text(pdf, 0).split())
    assert reference in words
    assert listed.list_sha256[:20] in words.replace(" ", "")
    for name in ("samira", "lucie"):
        assert name in words
    for name in ("Diallo", "Dupont"):
        assert name not in words


@on_sqlite
def test_22_a_legal_hold_stops_the_list_and_the_destruction(
    ports: Ports, reference: str, tally: Tally
) -> None:
    hold(ports, reference, "contrôle DRIEETS 2032-7", LATER, None)
    keep_all(ports, OVER)
    assert disposal.propose(ports, OVER, None) is None
    with pytest.raises(Refused, match="déjà gelé"):
        hold(ports, reference, "encore un contrôle", OVER, None)
    assert [one.reference for one in listing.holds(ports)] == [reference]
    release(ports, reference, "contrôle clos", OVER, None)
    number = disposal.propose(ports, OVER, None)
    assert number
    for account in approvers(ports):
        disposal.approve(ports, number, account, OVER)
    # Held between the yeses and the act: spared, and said so.
    hold(ports, reference, "litige prud’homal", OVER, None)
    done = disposal.carry_out(ports, number, OVER, None)
    assert [item.outcome for item in done.items] == ["gardé : gel juridique"]
    assert read_again(ports, reference)
    tally(injected=2, detected=2)


def read_again(ports: Ports, reference: str) -> bool:
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
    objects = objects_of(ports.archive, row.manifest_key or "")
    return all(ports.archive.get(stored) for stored in objects)


@on_sqlite
def test_22_a_fund_s_last_payment_extends_and_never_shortens(
    ports: Ports, reference: str, tally: Tally
) -> None:
    funds.add_fund(ports, "FSE-IDF", "FSE+ Île-de-France", "FSE-2021-2027", NOW, None)
    with pytest.raises(Refused):
        funds.add_fund(ports, "FSE-IDF", "encore", "FSE-2021-2027", NOW, None)
    with pytest.raises(InvalidData):
        funds.add_fund(ports, "FSE IDF", "", "R5-contrat", NOW, None)
    funds.assign(ports, reference, "FSE-IDF", LATER, None)
    assert kept(ports, reference).retain_until is None
    assert disposal.propose(ports, OVER, None) is None
    paid = datetime(2029, 3, 2, 9, tzinfo=UTC)
    with pytest.raises(InvalidData):
        funds.last_payment(ports, "FSE-IDF", date(2030, 1, 1), paid, None)
    assert funds.last_payment(ports, "FSE-IDF", date(2029, 3, 1), paid, None) == 1
    assert kept(ports, reference).retain_until == date(2035, 6, 30)
    assert disposal.propose(ports, OVER, None) is None
    with pytest.raises(Refused, match="raccourcirait"):
        funds.last_payment(ports, "FSE-IDF", date(2028, 3, 1), paid, None)
    tally(injected=3, detected=3)


@on_sqlite
def test_22_an_extension_after_the_list_was_made_spares_the_dossier(
    ports: Ports, reference: str, tally: Tally
) -> None:
    keep_all(ports, OVER)
    number = disposal.propose(ports, OVER, None)
    assert number
    for account in approvers(ports):
        disposal.approve(ports, number, account, OVER)
    funds.add_fund(ports, "FSE-IDF", "FSE+", "FSE-2021-2027", OVER, None)
    funds.assign(ports, reference, "FSE-IDF", OVER, None)
    done = disposal.carry_out(ports, number, OVER, None)
    assert [item.outcome for item in done.items] == ["gardé : la conservation a été prolongée"]
    assert read_again(ports, reference)
    tally(injected=1, detected=1)


class Stop(BaseException):
    """A power cut."""


@on_sqlite
@pytest.mark.parametrize(
    "step", ["disposal.object", "disposal.erase", "disposal.certificate", "disposal.done"]
)
def test_a_destruction_cut_anywhere_is_taken_up_and_certified_once(
    ports: Ports, reference: str, step: str
) -> None:
    keep_all(ports, OVER)
    number = disposal.propose(ports, OVER, None)
    assert number
    for account in approvers(ports):
        disposal.approve(ports, number, account, OVER)
    seen = []

    def pause(name: str) -> None:
        seen.append(name)
        # In the middle of the objects, not before the first.
        if name == step and (step != "disposal.object" or seen.count(name) == 3):
            raise Stop

    with pytest.raises(Stop):
        disposal.carry_out(replace(ports, pause=pause), number, OVER, None)
    done = disposal.carry_out(ports, number, OVER + timedelta(minutes=5), None)
    assert [item.outcome for item in done.items] == ["détruit"]
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        erased = [e for e in queries.events(session, row.id) if e.type is EventType.ERASED]
    assert len(erased) == 1
    assert [ports.archive.get(key) for key in ports.archive.list("d/")] == [
        listing.certificate(ports, number)
    ]


@on_sqlite
def test_an_auditor_or_a_closed_account_approves_nothing(ports: Ports, reference: str) -> None:
    del reference
    keep_all(ports, OVER)
    number = disposal.propose(ports, OVER, None)
    assert number
    for name, role in (("a", Role.AUDITOR), ("r", Role.READER), ("c", Role.COUNSELLOR)):
        account = manage.invite(ports, f"{name}@example.org", name, role, NOW, None)
        with pytest.raises(Refused):
            disposal.approve(ports, number, account, OVER)
    one, _ = approvers(ports)
    manage.disable(ports, "samira@fournil.example.org", NOW, None)
    with pytest.raises(Refused):
        disposal.approve(ports, number, one, OVER)
    disposal.drop(ports, number, OVER, None)
    assert disposal.propose(ports, OVER, None) == "ELIM-2032-0002"


@on_sqlite
def test_identities_are_an_object_apart_and_go_first(ports: Ports, reference: str) -> None:
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        apart = identity_of(row, queries.events(session, row.id))
        known = [one.ip for one in row.signers]
    assert known == [VISITOR[0]] * len(known)
    assert apart
    content = json.loads(ports.archive.get(apart[0]))
    assert [one["ip"] for one in content["signers"]] == known
    assert [len(one["codes"]) for one in content["signers"]] == [1] * len(known)
    # Nothing else of the archive holds them.
    manifest = read_manifest(ports.archive, row.manifest_key or "")
    for entry in manifest.objects:
        held = ports.archive.get(entry.stored)
        assert VISITOR[0].encode() not in held
        assert b"Navigateur d" not in held
    keep_all(ports, datetime(2028, 1, 29, 9, tzinfo=UTC))
    assert ports.archive.get(apart[0])
    done = keep_all(ports, datetime(2028, 1, 31, 9, tzinfo=UTC))
    assert (done.counts["identifications détruites"], done.failures) == (1, [])
    with pytest.raises(NotFound):
        ports.archive.get(apart[0])
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        events = queries.events(session, row.id)
    assert [(one.ip, one.user_agent, one.phone) for one in row.signers] == [
        (None, None, None)
    ] * len(known)
    assert events[-1].type is EventType.IDENTITY_ERASED
    again = keep_all(ports, datetime(2028, 2, 1, 9, tzinfo=UTC))
    assert "identifications détruites" not in again.counts
    assert read_again(ports, reference)


@on_sqlite
def test_a_person_is_given_what_is_held_about_them_and_no_more(
    ports: Ports, reference: str
) -> None:
    answer = person.person_export(ports, "fatou DIALLO", NOW, None)
    (about,) = answer["agreements"]
    assert about["reference"] == reference
    assert about["beneficiaire"]["nom"] == "Diallo"
    assert [one["email"] for one in about["as_signer"]] == ["fatou@example.org"]
    assert about["as_signer"][0]["ip"] == VISITOR[0]
    assert {event["type"] for event in about["events"]} >= {"signer.opened", "signer.signed"}
    for other in ("Dupont Jean", "gerant@dupont.example.org", "Moreau"):
        assert other not in json.dumps(answer)
    by_email = person.person_export(ports, "gerant@dupont.example.org", NOW, None)
    assert [one["name"] for one in by_email["agreements"][0]["as_signer"]] == ["Jean Dupont"]
    # The director who signed is told nothing of the person whose stay it is.
    assert "1990-05-17" not in json.dumps(by_email)
    assert "Diallo" not in json.dumps(by_email)
    own = person.person_export(ports, "fatou@example.org", NOW, None)
    assert own["agreements"][0]["beneficiaire"]["date_naissance"] == "1990-05-17"
    for nobody in ("personne inconnue", "personne@example.org"):
        with pytest.raises(NotFound):
            person.person_export(ports, nobody, NOW, None)


def test_drafts_and_unsigned_agreements_are_forgotten_in_time_and_nothing_else(
    ports: Ports, reference: str
) -> None:
    stay = {"debut": "2027-03-01", "fin": "2027-03-12", "objectifs": ["Préparer un service"]}
    declined = issued(ports, {**PMSMP, **stay}, NOW)
    with ports.database.write() as session:
        queries.agreement_by_reference(session, declined).status = Status.REFUSE
    at = NOW + timedelta(days=730)
    assert person.purge(ports, NOW + timedelta(days=720), None, do_it=True).references == []
    looked = person.purge(ports, at + timedelta(days=2), None, do_it=False)
    assert (looked.done, looked.references) == (False, [declined])
    assert status(ports, declined)[0].status == "refuse"
    done = person.purge(ports, at + timedelta(days=2), None, do_it=True)
    assert done.references == [declined]
    # The person is still in the agreement that is kept.
    assert done.people == 0
    assert person.purge(ports, at + timedelta(days=2), None, do_it=True).references == []
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, declined)
        assert (row.data, row.company, row.status) == ("{}", "—", "detruit")
        assert verify(journal_of(row.id, queries.events(session, row.id))) == ()
    assert status(ports, reference)[0].status == "archive"


@on_sqlite
def test_what_was_taken_over_goes_once_its_time_is_over(ports: Ports, reference: str) -> None:
    with ports.database.write() as session:
        row = queries.agreement_by_reference(session, reference)
        old = tables.Agreement(
            id="c" * 32,
            reference="REPRIS-PMSMP-2021-0001",
            kind="pmsmp",
            status=Status.REPRIS,
            request_key="c" * 64,
            data=row.data,
            company=row.company,
            person_key=row.person_key,
            first_day=date(2021, 1, 4),
            last_day=date(2021, 1, 29),
            created_at=NOW,
            expires_at=NOW,
        )
        session.add(old)
        session.flush()
        queries.append(session, old.id, EventType.REGISTERED, NOW, Actor.OFFICER, {})
    kept_through = datetime(2026, 7, 29, 9, tzinfo=UTC)
    assert person.purge(ports, kept_through, None, do_it=True).references == []
    done = person.purge(ports, kept_through + timedelta(days=1), None, do_it=True)
    assert done.references == ["REPRIS-PMSMP-2021-0001"]
    assert status(ports, "REPRIS-PMSMP-2021-0001")[0].status == "detruit"
    assert status(ports, reference)[0].status == "archive"
