"""IDOR: every role crosses every route of the office, by every method it has, on others' things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from docgen.access import Act, Role, may
from docgen.records import queries
from docgen.web.intake import OFFICE_PATHS
from docgen.web.office.app import ROOMS
from docgen.web.office.guarding import ACT_OF, HOME
from tests.web.office.conftest import Office, jeton_of

pytestmark = pytest.mark.slow

# The entry has no role yet; each of its pages decides by the visit's own step.
OF_THE_ENTRY = {
    "/", "/entree", "/entree/fournisseur", "/entree/fournisseur/retour", "/code",
    "/second-facteur", "/second-facteur.svg", "/sortie", "/oubli",
    "/lien/{token}", "/premier-demarrage",
}  # fmt: skip
ROUTES = [route for room in ROOMS for route in room.router.routes if isinstance(route, APIRoute)]
# Somebody else's, or nobody's.
FOREIGN = {
    "session_id": "0" * 32,
    "account_id": "0" * 32,
    "mission_id": "m" * 32,
    "reference": "PMSMP-2026-9999",
    "number": "ELIM-2026-9999",
    "token": "x" * 43,
    "page:int": "1",
    "number:int": "1",
    "rank:int": "1",
    "draft_id": "0" * 32,
    "kind": "bail",
    "version": "99",
    "which": "avant",
    "batch_id": "0" * 32,
    "entry_id": "0" * 32,
    "siren": "999999999",
    "adviser_key": "0" * 16,
    "key": "0" * 64,
    "name": "absent",
}


def act_of(route: APIRoute) -> Act | None:
    acts = [ACT_OF[one.call] for one in route.dependant.dependencies if one.call in ACT_OF]
    assert len(acts) <= 1
    return acts[0] if acts else None


def address(route: APIRoute) -> str:
    path = route.path
    for name, value in FOREIGN.items():
        path = path.replace("{" + name + "}", value)
    assert "{" not in path, path
    return f"{HOME}{path}"


def methods(route: APIRoute) -> list[str]:
    return sorted((route.methods or set()) - {"HEAD"})


def test_every_route_but_the_entry_s_asks_the_table() -> None:
    free = {route.path for route in ROUTES if act_of(route) is None}
    assert free == OF_THE_ENTRY
    assert {act_of(route) for route in ROUTES} - {None} == set(Act)
    assert len(ROUTES) > 60


def test_no_get_changes_anything_and_every_post_wants_its_form() -> None:
    for route in ROUTES:
        assert route.methods in ({"GET"}, {"GET", "HEAD"}, {"POST"}), route.path


def files_to(path: str) -> dict[str, tuple[str, bytes]] | None:
    """What a form that takes a file must bring."""
    return {"fichier": ("x.xlsx", b"PK")} if path in OFFICE_PATHS else None


@pytest.fixture
def sent(
    standing: Office,
) -> Iterator[Callable[[Role | None, str, str, dict[str, Any]], httpx.Response]]:
    """One request, as a browser inside under that role; its own `jeton` unless another is given."""
    clients: dict[Role | None, httpx.Client] = {}
    jetons: dict[Role, str] = {}

    def send(role: Role | None, method: str, path: str, form: dict[str, Any]) -> httpx.Response:
        if role not in clients:
            clients[role] = stack.enter_context(standing.browser(role))
            if role is not None:
                jetons[role] = jeton_of(clients[role].get(f"{HOME}/compte").text)
        if method == "POST" and role is not None:
            form = {"jeton": jetons[role], **form}
        if method != "POST":
            return clients[role].request(method, path)
        return clients[role].request(method, path, data=form, files=files_to(path))

    with ExitStack() as stack:
        yield send


Sent = Callable[[Role | None, str, str, dict[str, Any]], httpx.Response]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_does_what_the_table_says_on_every_route_and_no_more(
    sent: Sent, role: Role
) -> None:
    crossed = 0
    for route in ROUTES:
        act = act_of(route)
        if act is None:
            continue
        for method in methods(route):
            answer = sent(role, method, address(route), {})
            where = (role, method, route.path, answer.status_code)
            if may(role, act):
                assert answer.status_code != 403, where
                assert answer.status_code < 500, where
            else:
                assert answer.status_code == 403, where
                assert "ne permet pas" in answer.text, where
            crossed += 1
    assert crossed >= 60


def test_nobody_gets_nothing(sent: Sent) -> None:
    for route in ROUTES:
        if act_of(route) is None:
            continue
        for method in methods(route):
            answer = sent(None, method, address(route), {"jeton": "x"})
            assert answer.status_code in {303, 403}, (method, route.path)
            if answer.status_code == 303:
                assert answer.headers["location"].startswith(f"{HOME}/entree"), route.path


@pytest.mark.parametrize("jeton", ["", "x", "0" * 64])
def test_a_post_without_its_own_form_is_refused_whatever_the_role(sent: Sent, jeton: str) -> None:
    for route in ROUTES:
        if route.methods == {"POST"}:
            answer = sent(Role.ADMINISTRATOR, "POST", address(route), {"jeton": jeton})
            assert answer.status_code == 403, route.path


def test_a_form_sent_from_another_site_is_refused(bureau: Office) -> None:
    with bureau.browser(Role.ADMINISTRATOR) as client:
        jeton = jeton_of(client.get(f"{HOME}/compte").text)
        for route in ROUTES:
            if route.methods != {"POST"}:
                continue
            for headers in (
                {"Origin": "https://ailleurs.example"},
                {"Sec-Fetch-Site": "cross-site"},
            ):
                path = address(route)
                answer = client.post(
                    path, data={"jeton": jeton}, headers=headers, files=files_to(path)
                )
                assert answer.status_code == 403, route.path


def test_somebody_without_the_second_factor_passes_no_door(bureau: Office) -> None:
    with bureau.ports.database.write() as session:
        for found in queries.open_sessions(
            session, bureau.accounts[Role.ADMINISTRATOR], bureau.site.clock.now
        ):
            found.complete_at = None
    with bureau.browser(Role.ADMINISTRATOR) as client:
        jeton = jeton_of(client.get(f"{HOME}/code").text)
        for route in ROUTES:
            if act_of(route) is None:
                continue
            for method in methods(route):
                data = {"jeton": jeton} if method == "POST" else None
                files = files_to(address(route)) if method == "POST" else None
                answer = client.request(method, address(route), data=data, files=files)
                assert answer.status_code == 409, (method, route.path)
                assert "second facteur" in answer.text


def test_an_auditor_whose_mission_is_over_sees_nothing(bureau: Office) -> None:
    with bureau.browser(Role.ADMINISTRATOR) as client:
        jeton = jeton_of(client.get(f"{HOME}/missions").text)
        ended = client.post(f"{HOME}/missions/{'m' * 32}/clore", data={"jeton": jeton})
        assert ended.status_code == 303
    with bureau.browser(Role.AUDITOR) as client:
        assert client.get(f"{HOME}/audit").headers["location"] == f"{HOME}/mission"
        assert "Aucune mission" in client.get(f"{HOME}/mission").text
        jeton = jeton_of(client.get(f"{HOME}/compte").text)
        for path in ("audit/PMSMP-2026-0001", "audit/PMSMP-2026-0001/page/1.png"):
            assert client.get(f"{HOME}/{path}").status_code == 409
        for path in ("audit/PMSMP-2026-0001/telecharger", "selection"):
            form = {"jeton": jeton, "dossier": "PMSMP-2026-0001"}
            assert client.post(f"{HOME}/{path}", data=form).status_code == 409


HOSTILE = (
    "<script>alert(1)</script>", "'\"><img src=x>", "../../etc/passwd", "%00", "\0", "x" * 2000,
    "' OR 1=1 --", "{{ 1337*1337 }}", "٣٤٥", "\u202e", "-1", "9" * 400, "1970-01-01", "2026-02-30",
)  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_are_never_a_fault_nor_markup(standing: Office, hostile: str) -> None:
    names = ("q", "entreprise", "personne", "siret", "type", "statut", "financement", "du", "au",
             "suite", "reference", "avant", "fait", "fini")  # fmt: skip
    with standing.browser(Role.ADMINISTRATOR) as client:
        for path in ("audit", "acces", "compte", "missions", "comptes", "conservation"):
            answer = client.get(f"{HOME}/{path}", params=dict.fromkeys(names, hostile))
            assert answer.status_code < 500, path
            assert "<script>alert" not in answer.text
            assert "<img src=x" not in answer.text
            assert "1787569" not in answer.text
        jeton = jeton_of(client.get(f"{HOME}/missions").text)
        fields = ("courriel", "nom", "role", "auditeur", "motif", "jusqu_au", "du", "au",
                  "financement", "entreprise", "reference", "mission", "dossier", "actuel",
                  "nouveau", "encore", "code")  # fmt: skip
        form = {**dict.fromkeys(fields, hostile), "jeton": jeton}
        for route in ROUTES:
            if route.methods == {"POST"} and "sortie" not in route.path:
                answer = client.post(address(route), data=form)
                assert answer.status_code < 500, route.path
                assert "<script>alert" not in answer.text


def test_every_page_has_the_shield_s_headers(bureau: Office) -> None:
    with bureau.browser(Role.ADMINISTRATOR) as client:
        for path in ("", "/", "/audit", "/absent", "/audit/PMSMP-2026-9999", "/bureau.css"):
            answer = client.get(f"{HOME}{path}")
            csp = answer.headers["content-security-policy"]
            assert "default-src 'none'" in csp
            assert "frame-ancestors 'none'" in csp
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["x-content-type-options"] == "nosniff"
        too_long = client.post(f"{HOME}/comptes", data={"nom": "x" * 70_000})
        assert too_long.status_code == 413
        assert "bureau.css" in too_long.text
