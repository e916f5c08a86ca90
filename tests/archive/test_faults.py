"""What may go wrong around a store: said in one French sentence, with nothing half kept."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from docgen.archive.folder import FolderArchive
from docgen.archive.store import Archive, sha256_of
from docgen.errors import Broken, Unavailable
from tests.archive.conftest import s3_archive
from tests.archive.test_store import key_of, put

pytestmark = pytest.mark.slow


def test_a_changed_file_is_never_given_back(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.check()
    stored = put(archive, b"abc")
    path = tmp_path / stored.key
    assert path.stat().st_mode & 0o222 == 0
    path.chmod(0o600)
    path.write_bytes(b"abd")
    for attempt in (lambda: archive.get(stored), lambda: put(archive, b"abc")):
        with pytest.raises(Broken, match="altéré"):
            attempt()


def test_what_a_killed_writer_left_is_swept_at_the_next_start(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.check()
    (tmp_path / ".tmp" / "half").write_bytes(b"half")
    archive.check()
    assert list((tmp_path / ".tmp").iterdir()) == []
    assert list(archive.list("")) == []


def test_a_disk_that_is_not_there_is_not_an_empty_archive(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path / "archive")
    archive.check()
    stored = put(archive, b"abc")
    (tmp_path / "archive").rename(tmp_path / "elsewhere")
    with pytest.raises(Unavailable):
        archive.get(stored)


def test_a_file_in_the_place_of_the_folder_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(b"")
    with pytest.raises(Unavailable):
        FolderArchive(tmp_path / "archive").check()


def test_a_full_disk_keeps_nothing_by_halves(tmp_path: Path) -> None:
    full = Path("/dev/full")
    assert full.exists()
    archive = FolderArchive(tmp_path)
    archive.check()

    class Full(FolderArchive):
        @contextmanager
        def _writing(self, content: bytes) -> Iterator[Path]:
            with full.open("wb", buffering=0) as file:
                file.write(content)
            yield full

    with pytest.raises(Unavailable, match="plein"):
        Full(tmp_path).put(key_of(b"abc"), b"abc", sha256_of(b"abc"))
    assert list(archive.list("a/")) == []


class Proxy:
    """A wire between a client and a server, which can cut, mangle or answer by itself."""

    def __init__(self, url: str) -> None:
        self.target = (str(urlsplit(url).hostname), urlsplit(url).port or 80)
        self.mode = ""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._handle, args=(client,), daemon=True).start()

    def _handle(self, client: socket.socket) -> None:
        with client:
            client.settimeout(5)
            request = self._request(client)
            mode = self.mode
            if mode in {"slow down", "forbidden"}:
                status, code = {"slow down": (503, "SlowDown"), "forbidden": (403, "AccessDenied")}[
                    mode
                ]
                body = f"<Error><Code>{code}</Code></Error>".encode()
                client.sendall(
                    f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n"
                    f"Connection: close\r\n\r\n".encode()
                    + body
                )
                return
            if mode == "silent":
                client.settimeout(3)
                self._drain(client)
                return
            answer = self._forward(request)
            if mode == "lost reply":
                return
            head, _, body = answer.partition(b"\r\n\r\n")
            if mode == "truncated" and request.startswith(b"GET") and body:
                body = body[: len(body) // 2]
            if mode == "mangled" and request.startswith(b"GET"):
                body = body.replace(b"contenu", b"C0NTENU")
            client.sendall(head + b"\r\n\r\n" + body)

    @staticmethod
    def _drain(client: socket.socket) -> None:
        try:
            while client.recv(65536):
                pass
        except OSError:
            return

    @staticmethod
    def _request(client: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = client.recv(65536)
            if not piece:
                return data
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        if b"expect: 100-continue" in lines:
            client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = next((int(x.split(b":")[1]) for x in lines if x.startswith(b"content-length")), 0)
        while len(body) < length:
            body += client.recv(65536)
        kept = [
            x for x in head.split(b"\r\n") if not x.lower().startswith((b"connection", b"expect"))
        ]
        return b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n" + body

    def _forward(self, request: bytes) -> bytes:
        with socket.create_connection(self.target, timeout=5) as server:
            server.sendall(request)
            answer = b""
            while piece := server.recv(65536):
                answer += piece
        return answer


@pytest.fixture
def proxy(s3_url: str) -> Iterator[Proxy]:
    made = Proxy(s3_url)
    yield made
    made.listener.close()


@pytest.fixture
def through(proxy: Proxy, bucket: str) -> Archive:
    """The S3 store through the proxy, with little patience."""
    return s3_archive(proxy.url, bucket, connect_timeout=1, read_timeout=1, attempts=2)


def test_the_proxy_alone_changes_nothing(through: Archive) -> None:
    through.check()
    stored = put(through, b"contenu")
    through.read_back(stored)


@pytest.mark.parametrize(
    ("mode", "word"),
    [("slow down", "SlowDown"), ("silent", "répond pas"), ("forbidden", "AccessDenied")],
)
def test_a_server_that_will_not_is_unavailable_with_a_remedy(
    proxy: Proxy, through: Archive, mode: str, word: str
) -> None:
    proxy.mode = mode
    for attempt in (through.check, lambda: put(through, b"contenu")):
        with pytest.raises(Unavailable, match=word) as caught:
            attempt()
        assert caught.value.remedy
    proxy.mode = ""
    through.read_back(put(through, b"contenu"))


@pytest.mark.parametrize("mode", ["truncated", "mangled"])
def test_a_reply_that_is_not_what_was_put_is_never_taken(
    proxy: Proxy, through: Archive, mode: str
) -> None:
    stored = put(through, b"contenu" * 100)
    proxy.mode = mode
    with pytest.raises((Broken, Unavailable)):
        through.read_back(stored)
    proxy.mode = ""
    through.read_back(stored)


def test_a_reply_lost_after_the_write_ends_in_one_object(proxy: Proxy, through: Archive) -> None:
    proxy.mode = "lost reply"
    with pytest.raises(Unavailable):
        put(through, b"contenu")
    proxy.mode = ""
    stored = put(through, b"contenu")
    through.read_back(stored)
    assert list(through.list("a/")) == [stored.key]


def test_no_server_and_no_bucket_say_what_to_mend(s3_url: str) -> None:
    with pytest.raises(Unavailable, match="réseau"):
        s3_archive("http://127.0.0.1:9", "b", attempts=1).check()
    with pytest.raises(Unavailable, match="n’existe pas"):
        s3_archive(s3_url, "jamais-cree").check()
    with pytest.raises(Unavailable, match="adresse"):
        s3_archive("pas une adresse", "b")
