"""Five years of an archive whose time-stamping authority changes its certificates every year."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from docgen.actions.examination import Facts
from docgen.actions.ports import Ports
from docgen.actions.records_say import recorded
from docgen.actions.renew_timestamps import STEP, UP_TO_DATE, renew_timestamps
from docgen.actions.sweep import sweep
from docgen.actions.verify import Verifier, export
from docgen.archive.dossier import fetch, read_manifest
from docgen.journal import EventType
from docgen.records import queries, tables
from docgen.settings import Settings
from docgen.signing.roots import roots_of
from docgen.signing.seal import Sealer
from tests.ceremonies import issued, sign_all
from tests.databases import on_sqlite
from tests.outside_tsa import OutsideAuthority
from tests.samples import NOW, PARTENARIAT, PMSMP
from tests.verapdf import validate

pytestmark = [pytest.mark.slow, on_sqlite]

YEAR = timedelta(days=365)
SOON = NOW + timedelta(hours=1)
LIFE = timedelta(days=800)
EXAMINE = """
import pickle, sys
from docgen.actions.examination import examine
while True:
    try:
        task = pickle.load(sys.stdin.buffer)
    except EOFError:
        break
    sys.stdout.buffer.write(pickle.dumps(examine(*task)))
    sys.stdout.buffer.flush()
"""
STANDINGS = {
    "convention-signee": "current",
    "dossier-de-preuve": "evidence",
    "attestation-de-signature-1": "attestation",
    "attestation-de-signature-2": "attestation",
}


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[OutsideAuthority]:
    folder = tmp_path / "tsa"
    folder.mkdir()
    made = OutsideAuthority(folder, NOW)
    move(made, SOON)
    yield made
    made.stop()


def move(authority: OutsideAuthority, now: datetime) -> None:
    """It is `now` there, and the authority has just had a new certificate."""
    authority.at = now
    authority.certify(now, now + LIFE)


@pytest.fixture
def outside(ports: Ports, authority: OutsideAuthority) -> Ports:
    """The same ports, on the outside authority."""
    keys = dataclasses.replace(ports.sealer.keys, tsa_roots=(authority.root.certificate,))
    return dataclasses.replace(ports, sealer=Sealer(keys, (authority.url,)))


@pytest.fixture
def archived(outside: Ports, settings: Settings) -> str:
    reference = issued(outside, PARTENARIAT, NOW)
    sign_all(outside, settings.home / "mail", SOON)
    assert sweep(outside, SOON).failures == []
    return reference


def row_of(ports: Ports, reference: str) -> tables.Agreement:
    with ports.database.read() as session:
        return queries.agreement_by_reference(session, reference)


def pdfs_of(ports: Ports, reference: str) -> dict[str, bytes]:
    dossier = fetch(ports.archive, row_of(ports, reference).manifest_key or "")
    return {item.role: item.content for item in dossier.items if item.ext == "pdf"}


def problems_then(ports: Ports, path: str, then: datetime) -> list[str]:
    """What `docgen verify` will say on that day: pyHanko's past validation reads the machine's
    own clock, so each PDF is examined by a process that lives then.
    """
    with subprocess.Popen(
        ["faketime", f"@{int(then.timestamp())}", sys.executable, "-c", EXAMINE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as living_then:
        asked, told = living_then.stdin, living_then.stdout
        assert asked is not None
        assert told is not None

        def examine(pdf: bytes, expected: Sequence[str] | None) -> Facts:
            pickle.dump((pdf, expected, roots_of(ports.sealer), then), asked)
            asked.flush()
            facts: Facts = pickle.load(told)
            return facts

        verdicts = Verifier(ports, examine).each([path])
        problems = [one for verdict in verdicts for one in verdict.problems]
        asked.close()
    assert living_then.returncode == 0
    return problems


def test_21_in_five_years_every_signature_stands_and_no_byte_of_before_has_moved(
    outside: Ports,
    authority: OutsideAuthority,
    archived: str,
    tmp_path: Path,
    tally: Callable[..., None],
) -> None:
    first = pdfs_of(outside, archived)
    states, manifests, renewals = [first], [row_of(outside, archived).manifest_key], 0
    for year in range(1, 6):
        now = SOON + year * YEAR
        move(authority, now)
        done = renew_timestamps(outside, now)
        assert done.failures == []
        if done.counts.get(STEP):
            renewals += 1
            assert done.counts == {STEP: len(first)}
            states.append(pdfs_of(outside, archived))
            manifests.append(row_of(outside, archived).manifest_key)
            assert problems_then(outside, archived, now) == []
        else:
            assert done.counts == {UP_TO_DATE: 1}
    assert renewals >= 2
    for before, after in pairwise(states):
        for role, content in before.items():
            assert after[role].startswith(content)
            assert len(after[role]) > len(content)
    # Each manifest is still there, and the next one names it.
    for older, newer in pairwise(manifests):
        held = hashlib.sha256(outside.archive.get(older or "")).hexdigest()
        manifest = read_manifest(outside.archive, newer or "")
        assert manifest.prev_manifest_sha256 == held
        assert manifest.seq == read_manifest(outside.archive, older or "").seq + 1
    end = SOON + 5 * YEAR
    # A copy that somebody was sent before a renewal is the document still, as the newest is.
    for role, standing in STANDINGS.items():
        for number, state in enumerate(states):
            found = recorded(outside, hashlib.sha256(state[role]).hexdigest())
            assert found is not None, (role, number)
            assert (found.reference, found.standing, found.problems) == (archived, standing, ())
    # Left alone, the first files could no longer be proved.
    alone = outside.sealer.verify(first["convention-signee"], None, end)
    assert "devait être renouvelé" in " ".join(alone.problems)
    folder = export(outside, archived, tmp_path)
    assert problems_then(outside, str(folder), end) == []
    judged_by_others(folder, authority, outside, end)
    journal = json.loads((folder / "journal.json").read_bytes())["events"]
    assert [event["type"] for event in journal].count("document.renewed") == renewals
    # A year is a new certificate of the authority: what ended was renewed in time, file by file.
    tally(injected=renewals * len(first), detected=(len(states) - 1) * len(first))


def judged_by_others(
    folder: Path, authority: OutsideAuthority, ports: Ports, end: datetime
) -> None:
    """Poppler, five years later, and veraPDF."""
    nss = folder.parent / "nss"
    nss.mkdir()
    subprocess.run(["certutil", "-N", "-d", nss, "--empty-password"], check=True)
    tsa = folder.parent / "tsa.pem"
    tsa.write_bytes(authority.root.certificate.public_bytes(Encoding.PEM))
    for name, path in (("ca", ports.sealer.keys.public_certificate), ("tsa", tsa)):
        subprocess.run(
            ["certutil", "-A", "-d", nss, "-n", name, "-t", "CT,C,C", "-i", path, "-a"], check=True
        )
    pdfs = sorted(folder.glob("*.pdf"))
    for path in pdfs:
        told = subprocess.run(
            ["faketime", f"@{int(end.timestamp())}", "pdfsig", "-nssdir", nss, path],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        count = 3 if path.name == "convention-signee.pdf" else 1
        assert told.count("Signature is Valid.") == count, told
        assert "Signature is Invalid" not in told
    assert validate(pdfs) == []


def test_cut_off_after_the_journal_the_next_pass_archives_the_same_files(
    outside: Ports, authority: OutsideAuthority, archived: str
) -> None:
    class Cut(Exception):
        pass

    def stop(cut_at: str, step: str) -> None:
        if step == cut_at:
            raise Cut

    now = SOON + 2 * YEAR
    move(authority, now)
    before = row_of(outside, archived).manifest_key
    for cut_at in ("renew.made", "renew.journaled", "renew.archived"):
        with pytest.raises(Cut):
            renew_timestamps(dataclasses.replace(outside, pause=partial(stop, cut_at)), now)
        assert row_of(outside, archived).manifest_key == before
    done = renew_timestamps(outside, now)
    assert (done.counts, done.failures) == ({STEP: 4}, [])
    with outside.database.read() as session:
        events = queries.events(session, row_of(outside, archived).id)
    assert [event.type for event in events].count(EventType.RENEWED) == 1
    assert problems_then(outside, archived, now) == []
    assert renew_timestamps(outside, now).counts == {UP_TO_DATE: 1}


def test_a_damaged_dossier_or_an_absent_authority_does_not_stop_the_others(
    outside: Ports, authority: OutsideAuthority, archived: str, settings: Settings
) -> None:
    other = issued(outside, PMSMP, NOW)
    sign_all(outside, settings.home / "mail", SOON)
    assert sweep(outside, SOON).failures == []
    key = fetch(outside.archive, row_of(outside, archived).manifest_key or "")
    evidence = next(item for item in key.items if item.role == "dossier-de-preuve")
    path = settings.home / "archive" / key.key(evidence)
    assert path.exists()
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])
    now = SOON + 2 * YEAR
    move(authority, now)
    authority.mode = "error"
    assert {one[0] for one in renew_timestamps(outside, now).failures} == {archived, other}
    authority.mode = ""
    done = renew_timestamps(outside, now)
    assert [one[0] for one in done.failures] == [archived]
    assert done.counts == {STEP: 5}
    assert problems_then(outside, other, now) == []


def test_a_date_given_says_what_would_be_due_then(
    outside: Ports, authority: OutsideAuthority, archived: str
) -> None:
    move(authority, SOON + timedelta(days=1))
    now = SOON + timedelta(days=1)
    assert renew_timestamps(outside, now).counts == {UP_TO_DATE: 1}
    assert renew_timestamps(outside, now, SOON + 2 * YEAR).counts == {STEP: 4}
