"""The loopback provider's HTTP: each request and each answer is held against the description."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from python_multipart import parse_form

from tests.signing.providers.yousign.description import OPERATIONS, faults
from tests.signing.providers.yousign.provider import KEY, Provider, Trouble, problem

_PATTERNS = [
    (operation, method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[0-9a-f-]{36})", path)))
    for operation in OPERATIONS
    for method, path in (operation.split(" "),)
]


class _Answer(BaseHTTPRequestHandler):
    provider: Provider
    protocol_version = "HTTP/1.1"
    # An answer goes in two writes: with Nagle's wait, each would cost 40 ms.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        self.close_connection = True
        address = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        found = next(
            (
                (operation, match.groupdict())
                for operation, its_method, pattern in _PATTERNS
                if its_method == method and (match := pattern.fullmatch(address.path))
            ),
            None,
        )
        if found is None:
            self.provider.refused.append(f"{method} {address.path}: no such operation")
            self._give(404, problem("Not found"), Trouble())
            return
        operation, names = found
        with self.provider.lock:
            self.provider.asked.append(operation)
            waiting = self.provider.troubles.get(operation)
            trouble = waiting.pop(0) if waiting else Trouble(acts=True)
        troubled = bool(trouble.status or trouble.body is not None)
        if troubled and not trouble.acts:
            self._give(trouble.status or 200, None, trouble)
            return
        status, answer = self._carried_out(operation, names, parse_qs(address.query), raw)
        if trouble.status:
            status, answer = trouble.status, None
        if not trouble.lost:
            self._give(status, answer, trouble)

    def _carried_out(
        self, operation: str, names: dict[str, str], query: dict[str, list[str]], raw: bytes
    ) -> tuple[int, Any]:
        spec = OPERATIONS[operation]
        if self.headers["Authorization"] != f"Bearer {KEY}":
            return 401, problem("Access unauthorized")
        asked = {name: values[0] for name, values in query.items()}
        wrong = faults(spec.get("query", {"maxProperties": 0}), asked)
        body: Any = None
        if "form" in spec:
            body, more = self._form(spec["form"], raw)
            wrong += more
        elif raw:
            if self.headers["Content-Type"] != "application/json":
                wrong.append(f"Content-Type: {self.headers['Content-Type']}")
            body = json.loads(raw)
            wrong += faults(spec.get("body", {"maxProperties": 0}), body)
        elif "body" in spec:
            wrong.append("no body")
        if not self.headers["User-Agent"].startswith("docgen/"):
            wrong.append("User-Agent")
        if wrong:
            self.provider.refused += [f"{operation} {one}" for one in wrong]
            return 400, problem("; ".join(wrong))
        status, answer = self.provider.answer(operation, names, asked, body)
        if status < 400:
            own = [] if status == spec["status"] else [f"status {status}"]
            own += faults(spec["answer"], answer) if "answer" in spec else []
            assert own == [], (operation, own)
        return status, answer

    def _form(self, schema: dict[str, Any], raw: bytes) -> tuple[dict[str, Any], list[str]]:
        kept: dict[str, Any] = {}
        plain: dict[str, str] = {}

        def on_field(one: Any) -> None:
            kept[one.field_name.decode()] = plain[one.field_name.decode()] = one.value.decode()

        def on_file(one: Any) -> None:
            one.file_object.seek(0)
            kept["file"], kept["file_name"] = one.file_object.read(), one.file_name.decode()
            plain[one.field_name.decode()] = "bytes"

        parse_form(
            {name: value.encode() for name, value in self.headers.items()},
            io.BytesIO(raw),
            on_field,
            on_file,
        )
        wrong = faults(schema, plain)
        if not kept.get("file", b"").startswith(b"%PDF-"):
            wrong.append("file is no PDF")
        return kept, wrong

    def _give(self, status: int, answer: Any, trouble: Trouble) -> None:
        time.sleep(trouble.silence)
        binary = isinstance(answer, bytes)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        if answer is None and trouble.body is None:
            body = b""
        body = (body if trouble.body is None else trouble.body) + b" " * trouble.pad
        kind = "application/pdf" if binary else "application/json"
        try:
            self.send_response(status)
            for name, value in {"Content-Type": kind, **trouble.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + (10 if trouble.cut else 0)))
            self.end_headers()
            pieces = 20 if trouble.between else 1
            size = max(1, -(-len(body) // pieces))
            for start in range(0, len(body), size):
                self.wfile.write(body[start : start + size])
                self.wfile.flush()
                time.sleep(trouble.between)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the caller has gone

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running_provider(now: dt.datetime) -> Iterator[Provider]:
    """A provider that listens on a free port of loopback."""
    provider = Provider(now)
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Answer", (_Answer,), {"provider": provider})
    )
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
