"""« Vérifier un document »: what a stranger learns, and above all what a stranger does not."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Callable, Mapping

import pikepdf
import pytest

from docgen.actions.public_check import PublicVerdict, check_upload
from docgen.actions.verdict import SEAL_ONLY
from tests.actions.test_mutations import mutations
from tests.sealed import LATER, Sealed

pytestmark = pytest.mark.slow


def judged(sealed: Sealed, content: bytes, *, known: bool = True) -> PublicVerdict:
    return check_upload(sealed.ports if known else sealed.stranger, content, LATER)


def said(verdict: PublicVerdict) -> str:
    return " ".join([verdict.titre, *(line.text for line in verdict.lines), verdict.niveau])


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"dossier/{name}", content)
    return out.getvalue()


def test_the_document_kept_here_is_intact_and_says_its_level(sealed: Sealed) -> None:
    verdict = judged(sealed, sealed.closed)
    assert verdict.state == "intact"
    assert {line.holds for line in verdict.lines} <= {"oui", "info"}
    assert "Il porte 4 signatures" in said(verdict)
    assert "notre propre horloge" in said(verdict)
    assert "ni une signature avancée, ni une signature qualifiée" in verdict.niveau
    whole = judged(sealed, zipped(sealed.files))
    assert whole.state == "intact"
    assert "Tous les fichiers du dossier sont là" in said(whole)
    evidence = judged(sealed, sealed.files["dossier-de-preuve.pdf"])
    assert evidence.state == "intact"
    assert "Cachet de l’organisation seul" in evidence.niveau


def test_a_signer_s_attestation_is_the_organisation_s_word_and_nobody_s_signature(
    sealed: Sealed,
) -> None:
    own = sealed.files["attestation-de-signature-1.pdf"]
    verdict = judged(sealed, own)
    assert (verdict.state, verdict.niveau) == ("intact", SEAL_ONLY)
    assert judged(sealed, own, known=False).state == "inconnu"
    assert judged(sealed, own + b" ").state == "suspect"


def test_an_earlier_version_a_changed_one_and_a_torn_dossier_are_suspect(sealed: Sealed) -> None:
    earlier = judged(sealed, sealed.states[2])
    assert earlier.state == "suspect"
    assert earlier.titre == "Ce n’est pas la dernière version de ce document"
    added = judged(sealed, sealed.closed + b"\n%")
    assert added.state == "suspect"
    assert "à la fin du fichier" in said(added)
    for _, changed in mutations(sealed.closed, 4):
        assert judged(sealed, changed).state != "intact"
    torn = judged(sealed, zipped({**sealed.files, "journal.json": b"{}"}))
    assert torn.state == "suspect"
    assert "Un fichier du dossier a été changé" in said(torn)


def test_what_we_sealed_and_no_longer_have_is_not_vouched_for(sealed: Sealed) -> None:
    verdict = judged(sealed, sealed.closed, known=False)
    assert verdict.state == "inconnu"
    assert "porte notre cachet" in verdict.titre


def _forged(reference: str) -> bytes:
    """An unsigned PDF that carries a number, as its data does in ours."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["donnees.json"] = f'{{"reference": "{reference}"}}'.encode()
        pdf.docinfo["/Title"] = "Appelez le 06 00 00 00 00"
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _manifested(sealed: Sealed, reference: str) -> bytes:
    """A dossier whose manifest and PDF carry a number, none of it genuine."""
    files = dict(sealed.files)
    manifest = files["manifeste.json"].replace(sealed.reference.encode(), reference.encode())
    return zipped(
        {**files, "manifeste.json": manifest, "convention-signee.pdf": _forged(reference)}
    )


@pytest.mark.parametrize("forge", [lambda _, number: _forged(number), _manifested])
def test_a_forged_file_does_not_find_out_whether_a_number_exists(
    sealed: Sealed, forge: Callable[[Sealed, str], bytes]
) -> None:
    real, invented = sealed.reference, "PMSMP-2026-9999"
    answers = [
        dataclasses.replace(judged(sealed, forge(sealed, number)), empreinte="")
        for number in (real, invented)
    ]
    assert answers[0] == answers[1]
    assert answers[0].state == "inconnu"


def test_no_word_of_the_file_nor_of_the_records_is_on_the_page(sealed: Sealed) -> None:
    sent = [
        sealed.closed,
        sealed.states[1],
        sealed.closed + b"%",
        _forged(sealed.reference),
        zipped({**sealed.files, "<b>lisez-moi</b>.txt": b"Appelez le 06 00 00 00 00"}),
    ]
    for content in sent:
        words = said(judged(sealed, content))
        for secret in (
            sealed.reference,
            "Diallo",
            "Dupont",
            "Signature_1",
            "beneficiaire",
            "06 00 00 00 00",
            "lisez-moi",
            "fatou",
        ):
            assert secret not in words


def test_nonsense_is_answered(sealed: Sealed) -> None:
    for content in (b"", b"x", b"%PDF-1.7\n", b"PK\x03\x04", zipped({"a": b"b"})):
        verdict = judged(sealed, content)
        assert verdict.state == "inconnu"
        assert verdict.titre == "Nous n’avons pas pu lire ce fichier"
