"""The contract of every store: what is put is kept, read back and never replaced."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from docgen.archive.store import Archive, Stored, sha256_of
from docgen.errors import Broken, NotFound

pytestmark = pytest.mark.slow


def key_of(content: bytes, name: str = "evidence", ext: str = "pdf") -> str:
    return f"a/v1/2026/dossier-1/o/{name}.{sha256_of(content)}.{ext}"


def put(archive: Archive, content: bytes, name: str = "evidence") -> Stored:
    return archive.put(key_of(content, name), content, sha256_of(content))


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 10, b"x" * 6_000_000])
def test_what_is_put_is_read_back_to_the_byte(archive: Archive, content: bytes) -> None:
    stored = put(archive, content)
    assert (stored.size, stored.sha256) == (len(content), sha256_of(content))
    assert archive.get(stored) == content
    assert archive.get(stored.key) == content
    archive.read_back(stored)


def test_putting_again_gives_the_same_answer_also_after_a_restart(
    archive: Archive, reopen: Callable[[], Archive]
) -> None:
    first = put(archive, b"abc")
    assert put(archive, b"abc") == first
    assert put(reopen(), b"abc") == first
    assert reopen().get(first) == b"abc"


def test_nothing_wrong_enters(archive: Archive) -> None:
    with pytest.raises(Broken):
        archive.put(key_of(b"abc"), b"abd", sha256_of(b"abd"))
    with pytest.raises(Broken):
        archive.put(key_of(b"abc"), b"abc", sha256_of(b"abd"))
    assert list(archive.list("a/")) == []


OUT_OF_SHAPE = (
    "../x.{}.pdf",
    "/a/x.{}.pdf",
    "a//x.{}.pdf",
    "a/.x/x.{}.pdf",
    "a/X.{}.pdf",
    "a/x\0.{}.pdf",
    "a/é.{}.pdf",
    "a/" + "x" * 600 + ".{}.pdf",
    "a/x.pdf",
    "",
)


def test_a_key_out_of_shape_is_refused_before_any_write(archive: Archive) -> None:
    digest = sha256_of(b"abc")
    for key in OUT_OF_SHAPE:
        with pytest.raises(Broken):
            archive.put(key.format(digest), b"abc", digest)
        with pytest.raises(Broken):
            archive.get(key.format(digest))
    assert list(archive.list("a/")) == []


def test_what_was_never_put_is_not_found(archive: Archive) -> None:
    with pytest.raises(NotFound):
        archive.get(key_of(b"jamais"))
    with pytest.raises(Broken, match="pas gardé"):
        archive.read_back(Stored(key_of(b"jamais"), None, 6, sha256_of(b"jamais")))


def test_keys_are_listed_in_order_by_their_beginning(archive: Archive) -> None:
    keys = sorted(put(archive, bytes([n]), f"role-{n}").key for n in range(5))
    assert list(archive.list("a/v1/2026/dossier-1/")) == keys
    assert list(archive.list("a/v1/2026/dossier-1/o/role-3")) == [keys[3]]
    assert list(archive.list("b/")) == []
    assert list(archive.list("../")) == []


def test_many_writers_of_one_key_all_get_one_answer(archive: Archive) -> None:
    answers: list[Stored] = []
    ready = threading.Barrier(12)

    def write() -> None:
        ready.wait()
        answers.append(put(archive, b"abc"))

    threads = [threading.Thread(target=write) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 12
    assert len(set(answers)) == 1


def test_a_wrong_size_is_seen_when_reading_back(archive: Archive) -> None:
    stored = put(archive, b"abc")
    with pytest.raises(Broken):
        archive.read_back(Stored(stored.key, stored.version_id, 4, stored.sha256))
