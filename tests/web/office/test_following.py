"""The board and the pages of what was sent: what they say, what their buttons do, who may."""

from __future__ import annotations

import copy
import dataclasses
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from docgen.access import Role
from docgen.actions.accounts.present import OURS, Present
from docgen.actions.desk import SigningDesk
from docgen.actions.drafts import beginning
from docgen.actions.ports import Ports
from docgen.actions.sweep import sweep
from docgen.documents.convert import Converter
from docgen.office_journal import OfficeAct
from docgen.records import queries
from docgen.settings import Settings
from docgen.web.office.guarding import HOME
from docgen.wiring import open_ports
from tests.ceremonies import issued, sign_all, sit, tokens
from tests.samples import NOW, PMSMP
from tests.web.conftest import words
from tests.web.office.conftest import Office, jeton_of, office_over

pytestmark = pytest.mark.slow

AFTER = datetime(2027, 2, 3, 9, tzinfo=UTC)
SENT_AT = AFTER - timedelta(days=13)


@dataclass(frozen=True)
class Followed:
    """An office with one agreement signed by all, one out, one declined, and a draft."""

    up: Office
    done: str
    out: str
    declined: str

    def post(self, path: str, **form: str) -> httpx.Response:
        return self.post_as(Role.OFFICER, path, **form)

    def post_as(self, role: Role, path: str, **form: str) -> httpx.Response:
        with self.up.browser(role) as client:
            jeton = jeton_of(client.get(f"{HOME}/compte").text)
            return client.post(f"{HOME}{path}", data={"jeton": jeton, **form})

    def page(self, path: str, role: Role = Role.OFFICER) -> str:
        with self.up.browser(role) as client:
            answer = client.get(f"{HOME}{path}")
        assert answer.status_code == 200, answer.text
        return words(answer.text)

    def acts(self, reference: str) -> list[OfficeAct]:
        with self.up.ports.database.read() as session:
            return [one.act for one in queries.office_entries(session, subject=reference)]


def of(name: str, first_name: str, first: str, last: str) -> dict[str, Any]:
    data = copy.deepcopy(PMSMP)
    data["beneficiaire"] |= {
        "nom": name, "prenom": first_name, "courriel": f"{name.lower()}@example.org",
    }  # fmt: skip
    return {**data, "debut": first, "fin": last}


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory, office: Converter) -> Iterator[Followed]:
    home = tmp_path_factory.mktemp("suivi")
    settings = Settings(_env_file=None, home=home / "var", organisation="Le Fournil Solidaire")
    with open_ports(settings, NOW) as opened:
        ports = dataclasses.replace(opened, to_pdf=office.to_pdf)
        done = issued(ports, PMSMP, NOW)
        sign_all(ports, settings.home / "mail", NOW)
        assert sweep(ports, NOW).failures == []
        out = issued(ports, of("Nguyen", "Léa", "2027-02-15", "2027-02-26"), SENT_AT)
        declined = issued(ports, of("Lopez", "Ana", "2027-03-01", "2027-03-05"), SENT_AT)
        token = tokens(settings.home / "mail")["lopez@example.org"]
        secret = sit(ports, token, SENT_AT)
        SigningDesk(ports).decline(secret, "Les horaires.", SENT_AT, "192.0.2.7", "x")
        with office_over(ports, AFTER) as up:
            _example_drafts(ports, up)
            yield Followed(up, done, out, declined)
    shutil.rmtree(home, ignore_errors=True)


def _example_drafts(ports: Ports, up: Office) -> None:
    who = Present(up.accounts[Role.OFFICER], "P", "p@x.org", Role.OFFICER, "", "", OURS)
    beginning.examples(ports, who, AFTER)


def test_the_board_says_who_waits_since_when_and_why(followed: Followed) -> None:
    said = followed.page("/tableau")
    assert "À envoyer 2" in said
    assert f"{followed.out} · Léa Nguyen" in said
    assert "Attend Léa Nguyen (par courriel)" in said
    assert "depuis 13 jours" in said
    assert "Ana Lopez : Les horaires." in said
    assert f"{followed.done} · Fatou Diallo" in said
    assert "Terminée il y a 5 jours" in said
    assert "PMSMP commencées : 0 en 2023, 0 en 2024, 0 en 2025, 0 en 2026, 1 en 2027" in said
    # The filters are in the address, and what is no filter changes nothing.
    only = followed.page("/tableau?pile=bilan&type=pmsmp")
    assert followed.done in only
    assert followed.out not in only
    assert followed.page("/tableau?pile=zzz&type=zzz") == said
    assert "Personne n’a de document à signer." in followed.page("/tableau?type=recu")
    # Who only reads is offered nothing to do.
    with followed.up.browser(Role.READER) as client:
        page = client.get(f"{HOME}/tableau").text
    assert 'method="post"' not in page.partition("<main")[2]


def test_few_letters_find_an_agreement_a_company_a_person(followed: Followed) -> None:
    with followed.up.browser(Role.READER) as client:
        found = words(client.get(f"{HOME}/chercher?q=lea ngu", headers={"HX-Request": "1"}).text)
        assert followed.out in found
        assert "Léa Nguyen" in found
        company = client.get(f"{HOME}/chercher?q=dup", headers={"HX-Request": "1"}).text
        assert '/bureau/entreprises/356000000"' in company
        assert (
            "Rien ne commence"
            in client.get(f"{HOME}/chercher?q=zzz", headers={"HX-Request": "1"}).text
        )
        plain = client.get(f"{HOME}/chercher?q=lea")
        assert plain.headers["location"] == f"{HOME}/accords?q=lea"
    assert followed.out in followed.page("/accords?q=nguyen&statut=envoye")
    assert "Aucun accord ne répond" in followed.page("/accords?q=nguyen&statut=archive")
    assert "Tous les accords" in followed.page("/entreprises/356000000")
    with followed.up.browser(Role.READER) as client:
        for path in ("entreprises/35600000x", "entreprises/999999999", "personnes/0"):
            assert client.get(f"{HOME}/{path}").status_code == 404
        assert client.get(f"{HOME}/accords?du=hier").status_code == 422


def test_an_agreement_s_page_says_where_it_stands_and_what_may_follow(followed: Followed) -> None:
    said = followed.page(f"/accords/{followed.done}")
    assert "3 sur 3" in said
    assert "Signature donnée, Fatou Diallo" in said
    assert "Bilan : à faire depuis le 29/01/2027." in said
    assert "Préparer : Renouvellement" in said
    answer = followed.post(f"/accords/{followed.done}/suite", type="bilan")
    begun = followed.page(answer.headers["location"].removeprefix(HOME))
    # It is called by whose it is, in the lists of drafts too.
    assert f"Fatou Diallo, Dupont & Fils <Traiteur>, {followed.done}" in begun
    assert followed.post(f"/accords/{followed.out}/suite", type="recu").status_code == 409


def test_documents_are_for_those_whose_role_has_them(followed: Followed) -> None:
    wanted = {
        f"/accords/{followed.done}/document.pdf": {Role.OFFICER: 200, Role.COUNSELLOR: 200,
                                                   Role.READER: 403, Role.AUDITOR: 403},
        f"/accords/{followed.done}/preuves.pdf": {Role.OFFICER: 200, Role.COUNSELLOR: 403},
        f"/accords/{followed.out}/a-imprimer.pdf": {Role.COUNSELLOR: 200, Role.READER: 403},
        f"/accords/{followed.out}/preuves.pdf": {Role.OFFICER: 404},
        f"/accords/{followed.done}/a-imprimer.pdf": {Role.OFFICER: 409},
    }  # fmt: skip
    for path, by_role in wanted.items():
        for role, status in by_role.items():
            with followed.up.browser(role) as client:
                answer = client.get(f"{HOME}{path}")
            assert answer.status_code == status, (path, role)
            assert (answer.content[:5] == b"%PDF-") is (status == 200)
    assert "document.pdf" not in followed.page(f"/accords/{followed.done}", Role.READER)


def test_acts_are_done_once_written_down_and_refused_at_their_field(followed: Followed) -> None:
    page = f"/accords/{followed.out}"
    assert followed.post(f"{page}/relance").headers["location"].endswith("fait=relance")
    again = followed.post(f"{page}/relance")
    assert again.status_code == 409
    assert "déjà partie aujourd’hui" in again.text
    wrong = followed.post(f"{page}/signataires/2/adresse", courriel="<b>", moyen="courriel")
    assert wrong.status_code == 422
    assert 'id="adresse-courriel-2-faute"' in wrong.text
    assert 'value="&lt;b&gt;"' in wrong.text
    for form in ({"moyen": "pigeon"}, {"moyen": "prestataire"}, {"moyen": "sms"}):
        assert followed.post(f"{page}/signataires/2/adresse", **form).status_code == 422
    assert followed.post(f"{page}/signataires/9/adresse", courriel="a@b.fr").status_code == 404
    right = {"courriel": "jean@dupont.example.org", "moyen": "courriel"}
    assert followed.post(f"{page}/signataires/2/adresse", **right).status_code == 303
    to = {"nom": "Zoé Petit", "qualite": "adjointe, pour Dupont", "courriel": "zoe@x.example.org"}
    assert followed.post(f"{page}/signataires/2/delegation", **to | {"nom": ""}).status_code == 422
    assert followed.post(f"{page}/signataires/1/delegation", **to).status_code == 409
    assert followed.post(f"{page}/signataires/2/delegation", **to).status_code == 303
    assert "Zoé Petit pour Jean Dupont" in followed.page(page)
    assert followed.post(f"{page}/signataires/1/sur-place").status_code == 422
    here = followed.post(f"{page}/signataires/1/sur-place", identite="connu", precision="x")
    assert here.status_code == 200
    assert "/s/" in here.text
    assert "<svg" in here.text
    assert followed.post(f"{page}/reprise").headers["location"].endswith("fait=reprise")
    assert followed.post(f"{page}/annulation", motif=" ").status_code == 422
    assert followed.post_as(Role.COUNSELLOR, f"{page}/annulation", motif="x").status_code == 403
    for _ in range(2):
        assert followed.post(f"{page}/annulation", motif="Poste supprimé.").status_code == 303
    said = followed.page(page)
    assert "Raison donnée : Poste supprimé." in said
    # What was open in another tab meanwhile is refused, and says where things stand.
    stale = followed.post(f"{page}/signataires/2/adresse", **right)
    assert stale.status_code == 409
    assert "annulé" in words(stale.text)
    assert followed.acts(followed.out) == [
        OfficeAct.REMINDED, OfficeAct.READDRESSED, OfficeAct.DELEGATED, OfficeAct.ON_SITE,
        OfficeAct.RETRIED, OfficeAct.CANCELLED, OfficeAct.CANCELLED,
    ]  # fmt: skip
