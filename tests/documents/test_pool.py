"""Pool: documents side by side, no more LibreOffice than are needed, one failure harms no other."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from docgen.documents.office import Office
from docgen.documents.pool import Pool
from docgen.errors import Broken, DocgenError, Unavailable
from tests.documents.test_convert import eventually, gone, office_of, text_of
from tests.documents.words import repacked, word

BODY = "word/document.xml"

pytestmark = pytest.mark.slow


def born(pool: Pool) -> list[int]:
    return [office_of(one) for one in pool._all if one._office is not None]


def test_documents_are_made_side_by_side_each_its_own() -> None:
    with Pool(deadline=60, workers=2) as pool, ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda n: pool.to_pdf(word(f"Page {n}.")), range(8)))
        assert [text_of(pdf).strip() for pdf in made] == [f"Page {n}." for n in range(8)]
        assert len(born(pool)) == 2


def test_one_thread_needs_one_libreoffice_and_a_warm_one_is_ready() -> None:
    with Pool(deadline=60, workers=3) as pool:
        pool.warm()
        (first,) = born(pool)
        for _ in range(3):
            pool.to_pdf(word("a"))
        assert born(pool) == [first]


def test_it_has_as_many_as_the_machine_has_cores_unless_told() -> None:
    with Pool(deadline=60) as pool:
        assert pool.size == len(os.sched_getaffinity(0))


def told(pool: Pool, docx: bytes) -> str:
    """The text of the PDF, or why there is none."""
    try:
        return text_of(pool.to_pdf(docx)).strip()
    except DocgenError as error:
        return type(error).__name__


def test_bad_documents_harm_no_other_and_leave_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    offices: list[Office] = []
    begin = Office.__init__

    def noted(office: Office) -> None:
        begin(office)
        offices.append(office)

    monkeypatch.setattr(Office, "__init__", noted)
    children = len(psutil.Process().children(recursive=True))
    bad = {3: b"du texte", 5: word("coupé")[:3000], 8: repacked(word("x"), {BODY: b"<w:document"})}
    # Each converter is hurt once: a document has two attempts, and both are with the same one.
    fatal = {7: (0, signal.SIGKILL), 11: (1, signal.SIGSEGV)}

    def make(n: int) -> str:
        if n in fatal:
            number, how = fatal[n]
            if (office := pool._all[number]._office) is not None:
                os.kill(office.pid, how)
        return told(pool, bad.get(n) or word(f"Page {n}."))

    with Pool(deadline=60, workers=2) as pool, ThreadPoolExecutor(4) as threads:
        pool.warm()
        # In two goes: a document that loses two LibreOffice is said to be lost, and rightly.
        made = list(threads.map(make, range(9))) + list(threads.map(make, range(9, 16)))
    assert made == [Broken.__name__ if n in bad else f"Page {n}." for n in range(16)]
    assert len(offices) > 2
    eventually(lambda: len(psutil.Process().children(recursive=True)) <= children)
    assert not any(office.folder.exists() for office in offices)
    assert not any(path.exists() for office in offices for path in office.sockets)


def test_a_hung_one_is_killed_while_the_other_goes_on() -> None:
    with Pool(deadline=5, workers=2) as pool, ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: pool.to_pdf(word("a")), range(2)))
        first, second = born(pool)
        os.kill(first, signal.SIGSTOP)
        made = list(threads.map(lambda n: pool.to_pdf(word(f"Page {n}.")), range(6)))
        assert [text_of(pdf).strip() for pdf in made] == [f"Page {n}." for n in range(6)]
        assert gone(first)
        assert second in born(pool)


def test_five_hundred_pages_are_made() -> None:
    paragraph = "Une phrase de la convention, qui en compte beaucoup. " * 12
    with Pool(deadline=60, workers=1) as pool:
        pdf = pool.to_pdf(word(*[paragraph] * 3500))
    assert text_of(pdf).count("Une phrase") > 3000


def test_nothing_is_made_after_the_end() -> None:
    with Pool(deadline=60, workers=1) as pool:
        pass
    with pytest.raises(Unavailable, match="arrêté"):
        pool.to_pdf(word("a"))
