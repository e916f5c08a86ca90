"""An office after some weeks of work: what the guide shows and the browser tests walk through.

Every name is invented; the past comes from `examples/reprise-exemple.xlsx`.
"""

from __future__ import annotations

import copy
import dataclasses
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from docx import Document

from docgen.access import Role
from docgen.actions.accounts import manage
from docgen.actions.accounts.present import OURS, Present
from docgen.actions.announce import announce
from docgen.actions.batches import drafting
from docgen.actions.batches import keeping as batches
from docgen.actions.batches.working import work
from docgen.actions.desk import SigningDesk
from docgen.actions.drafts import beginning, keeping
from docgen.actions.ports import Ports
from docgen.actions.registry import register_sheet
from docgen.actions.retention import disposal, funds
from docgen.actions.retention.keep import keep_all
from docgen.actions.sweep import Swept, sweep
from docgen.actions.takeover.importing import take_over
from docgen.actions.takeover.model import book_of
from docgen.agreements.reading import read
from docgen.documents.convert import Converter
from docgen.records import queries
from docgen.settings import Settings
from docgen.wiring import open_ports
from tests.ceremonies import issued, sign, sign_all, sit, tokens
from tests.web.memory_desk import MemoryDesk
from tests.web.office.conftest import Office, office_over

TEMPLATES = Path(__file__).parents[3] / "templates" / "conventions"
EXAMPLES = Path(__file__).parents[3] / "examples"
# All of it is past: the validation of signatures goes by the machine’s own clock.
BEGUN = datetime(2026, 10, 5, 9, tzinfo=UTC)
# A Monday morning: a PMSMP has just ended, its bilan is due.
NOW = datetime(2026, 11, 9, 8, 12, tzinfo=UTC)
_PLAIN = str.maketrans("éïô", "eio")
_ROW = ("Roy", "Jo", date(1990, 5, 17), None, None, date(2027, 3, 12), date(2027, 3, 1), "CP-1")
PAUL = "paul@fournil.example.org"
ORGANISATION = "Association Le Fournil Solidaire"
NAMES = {
    Role.ADMINISTRATOR: "Claire Moreau",
    Role.OFFICER: "Samira Benali",
    Role.COUNSELLOR: "Hugo Lemaire",
    Role.READER: "Nadia Fontaine",
    Role.AUDITOR: "Alix Garnier",
}


@dataclass(frozen=True)
class Furnished:
    """The office, and what stands in it: references of agreements, identifiers of drafts."""

    up: Office
    home: Path
    partnership: str
    done: str
    out: str
    declined: str
    refused_by_law: str
    ready: str
    unfinished: str
    disposal: str
    person: str
    link: str
    refused_batch: str
    sent_batch: str
    good_trial: str
    bad_trial: str

    @property
    def mail(self) -> Path:
        """Where its mails fall."""
        return self.home / "mail"


def example(kind: str, **changed: Any) -> dict[str, Any]:
    """An example file's data, some of its first-level fields changed."""
    data = read((EXAMPLES / f"{kind}-exemple.yaml").read_bytes(), kind).data
    return {**copy.deepcopy(dict(data)), **changed}


def stay(first_name: str, name: str, first: str, last: str, **changed: Any) -> dict[str, Any]:
    """A PMSMP of that person over those days."""
    data = example("pmsmp", debut=first, fin=last, **changed)
    data["beneficiaire"] |= {
        "civilite": "Mme" if first_name in ("Léa", "Ana") else "M.",
        "prenom": first_name,
        "nom": name,
        "courriel": f"{first_name}.{name}@example.org".translate(_PLAIN).lower(),
    }
    return data


@contextmanager
def opened(folder: Path, converter: Converter) -> Iterator[Furnished]:
    """The same over a new database in `folder`, which is emptied afterwards."""
    settings = Settings(_env_file=None, home=folder / "var", organisation=ORGANISATION)
    with (
        open_ports(settings, BEGUN) as ports,
        furnished(dataclasses.replace(ports, to_pdf=converter.to_pdf), settings.home) as one,
    ):
        yield one
    shutil.rmtree(folder, ignore_errors=True)


def retouched(sentence: str, slug: str = "pmsmp") -> bytes:
    """A kind's template with one more sentence, after its first paragraph of text."""
    document = Document(str(TEMPLATES / slug / "template.docx"))
    at = next(one for one in document.paragraphs if len(one.text) > 60)
    at.insert_paragraph_before(sentence)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@contextmanager
def furnished(ports: Ports, home: Path) -> Iterator[Furnished]:
    """Some weeks of work over `ports`, opened at BEGUN under `home`, then the office at NOW."""
    post = home / "mail"
    register_sheet(ports.database, (EXAMPLES / "organisation-exemple.yaml").read_bytes(), BEGUN, "")
    past = (EXAMPLES / "reprise-exemple.xlsx").read_bytes()
    take_over(ports.database, past, BEGUN, ports.new_id, "reprise-exemple.xlsx")
    partnership = issued(ports, example("partenariat", debut="2026-11-01", fin="2027-10-31"), BEGUN)
    sign_all(ports, post, BEGUN + timedelta(hours=3))
    done = issued(ports, example("pmsmp", debut="2026-10-12", fin="2026-10-30"), BEGUN)
    sign_all(ports, post, BEGUN + timedelta(hours=4))
    assert sweep(ports, BEGUN + timedelta(hours=5)).failures == []
    sent = NOW - timedelta(days=9)
    out = issued(ports, stay("Léa", "Nguyen", "2026-11-23", "2026-12-04"), sent)
    mine = tokens(post)["lea.nguyen@example.org"]
    sign(ports, post, "lea.nguyen@example.org", mine, sent + timedelta(hours=3))
    declined = issued(ports, stay("Ana", "Lopez", "2026-11-30", "2026-12-11"), sent)
    answered = sent + timedelta(days=1)
    secret = sit(ports, tokens(post)["ana.lopez@example.org"], answered)
    said = "Les horaires ne vont pas avec ceux de la crèche."
    SigningDesk(ports).decline(secret, said, answered, "192.0.2.7", "Essai")
    sweep(ports, NOW - timedelta(hours=2))
    announce(ports, NOW - timedelta(hours=2), Swept())
    funds.add_fund(ports, "FSE-2026-IDF", "FSE+ Île-de-France", "FSE-2021-2027", BEGUN, None)
    keep_all(ports, NOW)
    manage.invite(ports, PAUL, "Paul Martin", Role.COUNSELLOR, NOW, None)
    link = manage.link_in_hand(ports, PAUL, NOW)
    with office_over(ports, NOW, cast("MemoryDesk", SigningDesk(ports)), NAMES) as up:
        officer = up.accounts[Role.OFFICER]
        who = Present(officer, NAMES[Role.OFFICER], "", Role.OFFICER, "", "", OURS)
        # More than a month from day to day, which the law refuses.
        too_long = stay("Ivan", "Petrov", "2027-01-04", "2027-02-12")
        late = keeping.begin(ports, too_long, officer, NOW - timedelta(minutes=40))
        whole = stay("Moussa", "Traoré", "2027-01-04", "2027-01-15")
        ready = keeping.begin(ports, whole, officer, NOW - timedelta(minutes=12))
        copied = beginning.begin_as(ports, done, who, NOW - timedelta(minutes=55))
        beginning.begin_after(ports, "bilan", done, who, NOW - timedelta(hours=1))
        over = datetime(2040, 8, 1, 9, tzinfo=UTC)
        listed = disposal.propose(ports, over, None) or ""
        with ports.database.read() as session:
            person = queries.agreement_by_reference(session, done).person_key or ""
        # A workbook with a wrong cell; an agreement that a batch could not send.
        wrong = book_of("Brouillons", (), drafting.SHEETS, NOW, {"Brouillons": [_ROW]})
        refused = batches.ask_to_read(ports, "brouillons", "juin.xlsx", wrong, officer, NOW)
        stuck = batches.ask_to_send(ports, [late], officer, NOW)
        good, bad = (
            batches.ask_to_try(ports, "pmsmp", "juin.docx", retouched(sentence), officer, NOW)
            for sentence in ("Le tuteur accueille la personne le premier jour.", "Le {{ debu }}.")
        )
        for one in (refused, stuck, good, bad):
            work(ports, one, lambda: NOW)
        yield Furnished(
            up, home, partnership, done, out, declined, late, ready, copied, listed, person, link,
            refused, stuck, good, bad,
        )  # fmt: skip
