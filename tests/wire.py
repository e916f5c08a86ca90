"""A wire between a client and an S3 server, which can cut, flip, lie, drip, or answer by itself."""

from __future__ import annotations

import random
import socket
import threading
import time
from urllib.parse import urlsplit

_ERRORS = {
    "slow down": (503, "SlowDown"),
    "internal": (500, "InternalError"),
    "forbidden": (403, "AccessDenied"),
}


class Wire:
    """`mode` is what goes wrong now, empty for nothing; `hits` counts the requests.

    On what is put: `flip put` (one bit), `cut put` (half of it), `lost reply` (stored, and nothing
    said), `500 after` (stored, and 500 said), `lie` (200 said, and nothing stored). On what is
    got: `cut get`, `flip get`, `drip get` (a byte at a time). `silent`: no answer; `slow down`,
    `internal`, `forbidden`: an error, without asking the server.
    """

    def __init__(self, url: str) -> None:
        self.target = (str(urlsplit(url).hostname), urlsplit(url).port or 80)
        self.mode = ""
        self.hits = 0
        self.rng = random.Random(6)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._handle, args=(client,), daemon=True).start()

    def _handle(self, client: socket.socket) -> None:
        with client:
            client.settimeout(10)
            try:
                self._answer(client)
            except OSError:
                return

    def _answer(self, client: socket.socket) -> None:
        head, body = _request(client)
        self.hits += 1
        mode, putting, getting = self.mode, head.startswith(b"PUT"), head.startswith(b"GET")
        if mode in _ERRORS:
            client.sendall(_error(*_ERRORS[mode]))
            return
        if mode == "silent":
            time.sleep(3)
            return
        if mode == "lie" and putting:
            client.sendall(b'HTTP/1.1 200 OK\r\nETag: "0"\r\nContent-Length: 0\r\n\r\n')
            return
        if mode == "flip put" and putting and body:
            body = self._flipped(body)
        if mode == "cut put" and putting and body:
            body = body[: len(body) // 2]
        reply = self._forward(head + b"\r\n\r\n" + body, cut=mode == "cut put" and putting)
        if mode == "lost reply" and putting:
            return
        if mode == "500 after" and putting:
            client.sendall(_error(500, "InternalError"))
            return
        told, _, content = reply.partition(b"\r\n\r\n")
        if getting and content and told.startswith(b"HTTP/1.1 20") and b"<?xml" not in content[:9]:
            self._give(client, told, content)
        else:
            client.sendall(reply)

    def _give(self, client: socket.socket, told: bytes, content: bytes) -> None:
        """What was got, as the mode leaves it."""
        client.sendall(told + b"\r\n\r\n")
        match self.mode:
            case "cut get":
                client.sendall(content[: len(content) // 2])
            case "flip get":
                client.sendall(self._flipped(content))
            case "drip get":
                for byte in content:
                    client.sendall(bytes([byte]))
                    time.sleep(0.1)
            case _:
                client.sendall(content)

    def _flipped(self, content: bytes) -> bytes:
        changed = bytearray(content)
        changed[self.rng.randrange(len(changed))] ^= 1 << self.rng.randrange(8)
        return bytes(changed)

    def _forward(self, request: bytes, *, cut: bool) -> bytes:
        with socket.create_connection(self.target, timeout=10) as server:
            server.sendall(request)
            if cut:
                server.shutdown(socket.SHUT_WR)
            reply = b""
            while piece := server.recv(65536):
                reply += piece
        return reply


def _error(status: int, code: str) -> bytes:
    body = f"<Error><Code>{code}</Code></Error>".encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


def _request(client: socket.socket) -> tuple[bytes, bytes]:
    """One request: its head as it is to be forwarded, and its body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(65536)
        if not piece:
            raise ConnectionError
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    if b"expect: 100-continue" in lines:
        client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    length = next((int(x.split(b":")[1]) for x in lines if x.startswith(b"content-length")), 0)
    while len(body) < length:
        piece = client.recv(65536)
        if not piece:
            raise ConnectionError
        body += piece
    kept = [x for x in head.split(b"\r\n") if not x.lower().startswith((b"connection", b"expect"))]
    return b"\r\n".join([*kept, b"Connection: close"]), body
