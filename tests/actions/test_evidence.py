"""Every sentence of the proofs against the journal; nothing of the others in an attestation."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from docgen.actions.ceremony import CONSENT, CONSENT_VERSION
from docgen.actions.desk import SigningDesk
from docgen.actions.paper import load
from docgen.actions.ports import Ports
from docgen.actions.proof_words import EVENTS, LEVEL, LEVEL_NAME, TIME_INSIDE
from docgen.actions.sweep import sweep
from docgen.actions.verify import export, verify
from docgen.actions.way_words import WORDS
from docgen.cli.played_signer import newest_code
from docgen.documents.convert import Converter
from docgen.documents.pages import page_count
from docgen.errors import InvalidData
from docgen.french import horodatage, horodatage_court
from docgen.journal import EventType, instant
from docgen.mail.compose import mask
from docgen.records import queries, tables
from docgen.settings import Settings
from docgen.signing.told import timestamps_in
from docgen.ways import Way
from docgen.wiring import open_ports
from tests.actions.proof_sentences import Ground, attestation, evidence, told_by, unexplained
from tests.ceremonies import issued, sit, tokens
from tests.samples import NOW, PMSMP
from tests.verapdf import validate

pytestmark = pytest.mark.slow

END = NOW + timedelta(days=3)


@dataclass(frozen=True)
class Proofs:
    """An archived agreement of three signers, each at an hour and from an address of their own."""

    folder: Path
    row: tables.Agreement
    events: list[dict[str, Any]]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]


def flat(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ").split())


def cells(folder: Path, name: str) -> str:
    """All the letters of a PDF, in reading order of its cells, without any space."""
    told = subprocess.run(
        ["pdftotext", "-raw", f"{name}.pdf", "-"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return "".join(told.split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def when(event: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(event["at"]).astimezone(UTC)


@dataclass(frozen=True)
class Place:
    """Where it was made: what the actions work with, and the mails sent."""

    ports: Ports
    mail: Path


@pytest.fixture(scope="module")
def place(
    office: Converter, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """One installation for the whole module, which only reads it once `proofs` is made."""
    home = tmp_path_factory.mktemp("proofs") / "var"
    home.mkdir()
    shutil.copyfile(migrated_sqlite, home / "docgen.sqlite3")
    settings = Settings(_env_file=None, home=home, organisation="Le Fournil Solidaire")
    with open_ports(settings, NOW) as opened:
        yield Place(replace(opened, to_pdf=office.to_pdf), home / "mail")


@pytest.fixture(scope="module")
def ports(place: Place) -> Ports:
    return place.ports


@pytest.fixture(scope="module")
def proofs(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Proofs:
    ports, post, folder = place.ports, place.mail, tmp_path_factory.mktemp("dossier")
    reference = issued(ports, PMSMP, NOW)
    for number, (to, token) in enumerate(sorted(tokens(post).items()), 1):
        at = NOW + timedelta(hours=5 * number, minutes=7 * number, seconds=number)
        if number == 1:
            # Two codes and a wrong one: the proof counts them.
            desk, secret = SigningDesk(ports), sit(ports, token, at - timedelta(hours=1))
            desk.send_code(secret, at - timedelta(minutes=50))
            wrong = "000000" if newest_code(post, to) != "000000" else "111111"
            name = desk.ceremony(secret, at - timedelta(minutes=49)).nom_complet
            early = at - timedelta(minutes=49)
            with pytest.raises(InvalidData):
                desk.sign(secret, wrong, name, True, early, "192.0.2.1", "A")
        sign_from(ports, post, to, token, at, number)
    assert sweep(ports, END).failures == []
    folder = export(ports, reference, folder)
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
    return Proofs(folder, row, json.loads((folder / "journal.json").read_bytes())["events"])


def sign_from(ports: Ports, post: Path, to: str, token: str, at: datetime, number: int) -> None:
    desk, secret = SigningDesk(ports), sit(ports, token, at)
    desk.send_code(secret, at)
    name = desk.ceremony(secret, at).nom_complet
    code = newest_code(post, to)
    desk.sign(secret, code, name, True, at, f"192.0.2.{10 + number}", f"Navigateur {number}")


def test_every_fact_of_the_evidence_is_the_journal_s(proofs: Proofs) -> None:
    told = cells(proofs.folder, "dossier-de-preuve")
    before = proofs.events[: proofs.of("document.evidence")[0]["seq"] - 1]

    def says(*sentences: str) -> None:
        for sentence in sentences:
            assert squeezed(sentence) in told, sentence

    identity = WORDS[Way.COURRIEL].identity
    says(LEVEL, identity, TIME_INSIDE, f"{CONSENT} » (version {CONSENT_VERSION})")
    # The chain: its head, its length, and one line for each event with its hour.
    says(before[-1]["hash"], f"{len(before)} événements")
    for event in before:
        line = f"{event['seq']} {horodatage_court(when(event))} {EVENTS[EventType(event['type'])]}"
        says(line)
    assert len(re.findall(r"\d\d/\d\d/20\d\dà\d\d:\d\d:\d\d", told)) == len(before) + 5 + 5
    # Each state of the file, in full.
    frozen, closed = proofs.of("document.frozen")[0], proofs.of("document.closed")[0]
    for event in (frozen, *proofs.of("document.sealed"), closed):
        says(f"{event['data']['sha256']} ({event['data']['size']} octets)")
    says(frozen["data"]["template_sha256"])
    apart = f"empreinte {proofs.of('document.evidence')[0]['data']['identity_sha256']}"
    for signer in proofs.row.signers:
        own = [e for e in before if e["data"].get("signer") == signer.id]
        signed = next(e for e in own if e["type"] == "signer.signed")
        sealed = next(e for e in own if e["type"] == "document.sealed")
        sent = [e for e in own if e["type"] == "signer.code_sent"]
        failed = [e for e in own if e["type"] == "signer.code_failed"]
        assert signed["data"]["frozen_sha256"] == frozen["data"]["sha256"]
        says(f"{signer.rank}. {signer.name}, {signer.capacity}")
        assert signed["data"]["way"] == "courriel"
        says(f"{WORDS[Way.COURRIEL].means}, à {mask(signer.email)}")
        plural = "s" if len(sent) > 1 else ""
        says(f"{len(sent)} code{plural} envoyé{plural} ; le dernier {horodatage(when(sent[-1]))}")
        says(f"{len(failed)} saisie")
        says(f"Accord donné {horodatage(when(signed))}")
        says(f"Scellé {horodatage(when(sealed))}, PAdES {sealed['data']['level']}")
        says(f"Adresse réseau, navigateur gardés à part, moins longtemps que l’accord ; {apart}")
        assert squeezed(str(signer.ip)) not in told
        assert signer.email not in told
    # The tokens, as the signed PDF holds them.
    tokens_held = timestamps_in((proofs.folder / "convention-signee.pdf").read_bytes())
    assert len(tokens_held) == 5
    for token in tokens_held:
        says(f"{token.champ}{horodatage_court(token.quand)}{token.numero}interne,{token.politique}")


def ground_of(ports: Ports, proofs: Proofs) -> Ground:
    pdf = (proofs.folder / "convention-signee.pdf").read_bytes()
    made = proofs.of("document.evidence")[0]
    agreement = load(proofs.row)
    return Ground(
        proofs.row,
        tuple(proofs.events[: made["seq"] - 1]),
        agreement.titre(),
        agreement.emetteur().raison_sociale,
        page_count(pdf),
        timestamps_in(pdf),
        ports.sealer.certificates(pdf),
        when(made),
        made["data"]["identity_sha256"],
    )


def told_and_known(
    ports: Ports, proofs: Proofs, ground: Ground
) -> dict[str, tuple[str, list[str]]]:
    """What each proof says, and the sentences that the journal makes of it."""
    title = f"{ground.title} n° {proofs.row.reference}"
    names = {"dossier-de-preuve": list(evidence(ground))}
    for signer in proofs.row.signers:
        names[f"attestation-de-signature-{signer.rank}"] = list(attestation(ground, signer))
    return {
        name: (told_by(proofs.folder / f"{name}.pdf", ground.organisation, title), sentences)
        for name, sentences in names.items()
    }


def test_every_sentence_of_every_proof_comes_from_the_journal_and_there_is_no_other(
    proofs: Proofs, ports: Ports
) -> None:
    both = told_and_known(ports, proofs, ground_of(ports, proofs))
    assert len(both) == 4
    for name, (told, sentences) in both.items():
        assert len(sentences) > 25
        assert unexplained(told, sentences) == "", name


# What a forger would change of the journal, were its chain made again around the lie.
LIES: dict[str, tuple[str, str, Any]] = {
    "another document was frozen": ("document.frozen", "sha256", "0" * 64),
    "it was larger": ("document.frozen", "size", 12),
    "of another template": ("document.frozen", "template_sha256", "0" * 64),
    "another document was agreed to": ("signer.signed", "frozen_sha256", "0" * 64),
    "in another language": ("signer.signed", "language", "en"),
    "under another summary": ("signer.signed", "summary", {
        "language": "fr", "sha256": "0" * 64, "template": "autre@9", "template_sha256": "0" * 64
    }),
    "the code went elsewhere": ("signer.code_sent", "to", "x…x@example.org"),
    "the invitation went elsewhere": ("signer.invited", "to", "x…x@example.org"),
    "another file was sealed": ("document.sealed", "sha256", "0" * 64),
    "at another level": ("document.sealed", "level", "B-B"),
    "by another clock": ("document.sealed", "timestamp", "ailleurs"),
    "another file was closed": ("document.closed", "sha256", "0" * 64),
    "by somebody else": ("signer.opened", "signer", "0" * 32),
}  # fmt: skip


def test_a_journal_that_lies_makes_other_sentences(proofs: Proofs, ports: Ports) -> None:
    ground = ground_of(ports, proofs)
    told, known = told_and_known(ports, proofs, ground)["dossier-de-preuve"]
    assert unexplained(told, known) == ""
    lies = 0
    for number, event in enumerate(ground.events):
        changes: dict[str, dict[str, Any]] = {
            "an hour later": {"at": instant(when(event) + timedelta(hours=1, seconds=7))},
            "something else": {"type": "deadline.announced"},
            **{
                name: {"data": {**event["data"], key: value}}
                for name, (kind, key, value) in LIES.items()
                if kind == event["type"]
            },
        }
        for name, change in changes.items():
            events = [*ground.events]
            events[number] = {**event, **change}
            assert _tells(replace(ground, events=events)) != known, (event["type"], name)
            lies += 1
        # A line taken out.
        assert (
            _tells(replace(ground, events=[*ground.events[:number], *ground.events[number + 1 :]]))
            != known
        )
    assert lies > 2 * len(ground.events) + len(LIES)


def _tells(ground: Ground) -> list[str]:
    """The sentences of that journal; none when it makes no whole story."""
    try:
        return list(evidence(ground))
    except (ValueError, KeyError, IndexError, AssertionError, StopIteration, RuntimeError):
        return []


def test_an_attestation_has_its_signer_s_act_and_nothing_of_the_others(proofs: Proofs) -> None:
    for signer in proofs.row.signers:
        name = f"attestation-de-signature-{signer.rank}"
        told = cells(proofs.folder, name)
        # Neither on its pages, nor in what it carries: names, addresses, hours.
        whole = told + squeezed((proofs.folder / f"{name}.pdf").read_bytes().decode("latin-1"))
        own = next(e for e in proofs.of("signer.signed") if e["data"]["signer"] == signer.id)
        for sentence in (
            f"{signer.name}, {signer.capacity}, a signé par voie électronique",
            f"Accord donné {horodatage(when(own))}",
            "Adresse réseau, navigateur gardés à part",
            LEVEL,
            WORDS[Way.COURRIEL].identity,
            TIME_INSIDE,
        ):
            assert squeezed(sentence) in told, sentence
        for other in proofs.row.signers:
            if other is signer:
                continue
            acts = [e for e in proofs.events if e["data"].get("signer") == other.id]
            hours = {horodatage(when(e)) for e in acts if when(e) > NOW and when(e) < END}
            hours |= {horodatage_court(when(e)) for e in acts if NOW < when(e) < END}
            assert len(hours) >= 2
            family = other.name.rsplit(" ", 1)[1]
            private = {family, other.email, mask(other.email), str(other.ip), other.id, *hours}
            private |= {str(other.user_agent), other.capacity, other.field}
            for one in private:
                assert squeezed(one) not in whole, (signer.name, one)


def test_each_signer_is_sent_their_own_attestation_and_the_archive_names_its_role(
    proofs: Proofs, place: Place, ports: Ports
) -> None:
    sent = {}
    for path in place.mail.glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        files = {p.get_filename(): p.get_payload(decode=True) for p in mail.iter_attachments()}
        if files:
            sent[str(mail["To"])] = files
            body = mail.get_body(("plain",))
            assert body is not None
            text = flat(str(body.get_content()))
            # Who has a copy without having signed is told nothing of an attestation.
            assert (LEVEL_NAME in text) == (len(files) == 2)
    assert len(sent) == len(proofs.row.signers) + 1
    roles = [
        one["role"]
        for one in json.loads((proofs.folder / "manifeste.json").read_bytes())["objects"]
    ]
    for signer in proofs.row.signers:
        role = f"attestation-de-signature-{signer.rank}"
        assert role in roles
        files = next(files for to, files in sent.items() if signer.email in to)
        own = (proofs.folder / f"{role}.pdf").read_bytes()
        assert set(files) == {
            f"{proofs.row.reference}.pdf",
            f"{proofs.row.reference}-attestation-de-signature.pdf",
        }
        assert files[f"{proofs.row.reference}-attestation-de-signature.pdf"] == own
    assert verify(ports, proofs.row.reference, END).problems == ()


def test_tools_we_did_not_write_accept_every_proof(proofs: Proofs) -> None:
    pdfs = sorted(proofs.folder.glob("*.pdf"))
    assert len(pdfs) == 5
    assert validate(pdfs) == []
    for path in pdfs:
        told = subprocess.run(
            ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False
        ).stdout
        count = 4 if path.name == "convention-signee.pdf" else 1
        assert told.count("Signature is Valid.") == count
        assert "Total document signed" in told
