"""What keeps strangers out: headers, cookies, forged forms, bodies, hosts, logs."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.web.conftest import Running
from tests.web.memory_desk import CODE, NAME, TOKEN, MemoryDesk

SECURE = "https://signature.exemple.fr"
AS_PROXY = {"Host": "signature.exemple.fr", "Origin": SECURE}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/s/{TOKEN}", 200),
        ("/signature", 404),
        ("/rien", 404),
        ("/static/docgen.css", 200),
        ("/favicon.ico", 200),
        ("/sante", 200),
    ],
)
def test_every_answer_carries_the_security_headers(
    browser: httpx.Client, path: str, status: int
) -> None:
    answer = browser.get(path)
    assert answer.status_code == status
    policy = {part.strip() for part in answer.headers["content-security-policy"].split(";")}
    assert policy == {
        "default-src 'none'",
        "img-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    }
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert "strict-transport-security" not in answer.headers
    kept = path in {"/static/docgen.css", "/favicon.ico"}
    assert answer.headers["cache-control"] == ("public, max-age=86400" if kept else "no-store")


def test_no_page_runs_or_styles_anything_of_its_own(site: Running, browser: httpx.Client) -> None:
    pages = [browser.get(f"/s/{TOKEN}").text]
    site.enter(browser)
    pages += [browser.get(path).text for path in ("/signature", "/signature/refuser", "/rien")]
    # One page has a file of ours to run, which its policy allows and no other page's does.
    (script,) = re.findall(r"<script[^>]*>", "".join(pages))
    assert re.fullmatch(r'<script src="/static/dessin\.js\?v=[0-9a-f]{12}" defer>', script)
    policies = {
        path: browser.get(path).headers["content-security-policy"]
        for path in ("/signature", "/signature/refuser")
    }
    assert "; script-src 'self'" in policies["/signature"]
    assert "script-src" not in policies["/signature/refuser"]
    for page in pages:
        assert "</script>" not in page.replace(f"{script}</script>", "")
        assert " style=" not in page
        assert "<style" not in page
        assert " on" not in {part[:3] for part in page.split("<") if "=" in part[:4]}


def test_over_https_the_cookie_is_held_to_the_host(serve: Callable[..., Running]) -> None:
    site = serve(site_url=SECURE)
    with site.browser(**AS_PROXY) as browser:
        answer = browser.post(f"/s/{TOKEN}")
    cookie = answer.headers.get_list("set-cookie")[0]
    name, *attributes = [part.strip() for part in cookie.split(";")]
    assert name.startswith("__Host-docgen=")
    assert set(attributes) == {"HttpOnly", "Path=/", "SameSite=lax", "Secure"}
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_at_a_plain_address_the_cookie_is_still_out_of_reach(browser: httpx.Client) -> None:
    cookie = browser.post(f"/s/{TOKEN}").headers.get_list("set-cookie")[0]
    name, *attributes = [part.strip() for part in cookie.split(";")]
    assert name.startswith("docgen=")
    assert set(attributes) == {"HttpOnly", "Path=/", "SameSite=lax"}


POSTS = ["/signature/code", "/signature/signer", "/signature/refuser"]
FORM = {"code": CODE, "nom_saisi": NAME, "consentement": "oui", "motif": "Non."}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("jeton", [None, "", "faux", "é", "0" * 64])
def test_a_form_without_the_visits_own_mark_does_nothing(
    site: Running, browser: httpx.Client, path: str, jeton: str | None
) -> None:
    site.enter(browser)
    before = list(site.desk.acts)
    form = FORM if jeton is None else {**FORM, "jeton": jeton}
    answer = browser.post(path, data=form)
    assert answer.status_code == 403
    assert "Cette page n’est plus à jour" in answer.text
    assert site.desk.acts == before


@pytest.mark.parametrize("path", POSTS)
def test_the_mark_of_another_visit_does_nothing(site: Running, path: str) -> None:
    with site.browser() as one, site.browser() as other:
        jeton = site.enter(one)
        site.enter(other)
        before = list(site.desk.acts)
        assert other.post(path, data={**FORM, "jeton": jeton}).status_code == 403
        assert site.desk.acts == before


@pytest.mark.parametrize("path", [f"/s/{TOKEN}", *POSTS])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://pirate.org"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": ""},
    ],
)
def test_a_form_from_elsewhere_does_nothing(
    site: Running, browser: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    jeton = site.enter(browser)
    before = list(site.desk.acts)
    assert browser.post(path, data={**FORM, "jeton": jeton}, headers=headers).status_code == 403
    assert site.desk.acts == before


def test_reading_never_acts(site: Running, browser: httpx.Client) -> None:
    site.enter(browser)
    for path in ("/signature/code", "/signature/signer"):
        answer = browser.get(path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "POST"
        assert "ne s’ouvre pas ainsi" in answer.text
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert browser.request(method, "/signature").status_code == 405


def test_a_body_is_64_kb_at_most_said_or_not(site: Running, browser: httpx.Client) -> None:
    jeton = site.enter(browser)
    head = f"jeton={jeton}&motif=".encode()

    def pieces() -> Iterator[bytes]:
        yield head
        for _ in range(200):
            yield b"a" * 1000

    typed = {"Content-Type": "application/x-www-form-urlencoded"}
    said = browser.post("/signature/refuser", content=head + b"a" * 65536, headers=typed)
    unsaid = browser.post("/signature/refuser", content=pieces(), headers=typed)
    for answer in (said, unsaid):
        assert answer.status_code == 413
        assert "Votre texte est trop long" in answer.text
        assert answer.headers["connection"] == "close"
    assert site.desk.state.etat == "a_signer"
    just = browser.post(
        "/signature/refuser", content=head + b"a" * (65536 - len(head)), headers=typed
    )
    assert just.status_code == 303


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "x"])
def test_only_the_pages_own_kind_of_form_is_read(
    site: Running, browser: httpx.Client, kind: str
) -> None:
    site.enter(browser)
    answer = browser.post("/signature/refuser", content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415


def test_another_host_name_is_not_answered(serve: Callable[..., Running]) -> None:
    site = serve(site_url=SECURE)
    with site.browser() as browser:
        assert browser.get(f"/s/{TOKEN}", headers={"Host": "pirate.org"}).status_code == 400
        assert browser.get(f"/s/{TOKEN}", headers=AS_PROXY).status_code == 200
        assert browser.get("/sante").status_code == 200  # at 127.0.0.1, as a watcher calls


@pytest.mark.parametrize(
    ("trusted", "seen"), [((), "127.0.0.1"), (("127.0.0.0/8",), "198.51.100.7")]
)
def test_the_record_keeps_the_visitors_own_address(
    serve: Callable[..., Running], trusted: tuple[str, ...], seen: str
) -> None:
    site = serve(trusted_proxies=trusted)
    forwarded = {
        b"X-Forwarded-For": b"1.2.3.4, 198.51.100.7",
        b"User-Agent": b"T\xc3\xa9l\xe9\tphone",
    }
    with site.browser() as browser:
        browser.post(f"/s/{TOKEN}", headers=forwarded)
    assert site.desk.acts[0][1] == seen
    assert "\t" not in str(site.desk.acts[0][2])


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/signature/", "/"])
def test_nothing_else_is_served(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_no_log_holds_a_link_or_a_secret(
    serve: Callable[..., Running], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    site = serve(access_log=True)
    with site.browser() as browser:
        jeton = site.enter(browser)
        browser.get(f"/s/{TOKEN}?vu=1")
        site.desk.trouble = {"sign": ValueError("cassé"), "invitation": ValueError("cassé")}
        browser.post("/signature/signer", data={**FORM, "jeton": jeton})
    with site.browser() as browser:  # the server hangs up after a fault
        browser.post(f"/s/{TOKEN}")
    logged = [record for record in caplog.records if not record.name.startswith("http")]
    told = caplog.handler.format
    lines = "\n".join(told(record) for record in logged)
    assert "/s/…" in lines
    assert "ValueError: cassé" in lines
    for secret in (TOKEN, jeton, CODE, NAME, *site.desk.sessions):
        assert secret not in lines


def test_a_visitor_who_hangs_up_half_way_harms_nobody(site: Running, browser: httpx.Client) -> None:
    host, port = site.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(
            f"POST /s/{TOKEN} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\nj".encode()
        )
    assert browser.get("/sante").status_code == 200
    assert site.desk.acts == []


def test_two_sites_in_one_process_stay_apart(serve: Callable[..., Running]) -> None:
    one, other = serve(MemoryDesk()), serve(MemoryDesk())
    with one.browser() as browser:
        one.enter(browser)
    assert other.desk.acts == []
