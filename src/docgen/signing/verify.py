"""Check a signed PDF: bytes, number and order of the signatures, trust, timestamps, level.

What PAdES alone does not see (a whole revision cut off) shows when the caller says which fields
must be signed; what no signature covers (its own padding, trailing bytes) is looked at here.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice, pairwise
from typing import Any

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature

from docgen.signing.ades import conformity
from docgen.signing.authority import asn1_certificate
from docgen.signing.examine import (
    Archive,
    Examined,
    Trust,
    archive_of,
    examine,
    missing_from,
)
from docgen.signing.loop import in_own_loop
from docgen.signing.report import (
    Ades,
    ArchiveTimestamp,
    Coverage,
    Report,
    SignatureCheck,
    TimestampSource,
)

__all__ = ["Report", "SignatureCheck", "check"]

# More signatures than any agreement has signers: each costs the reader's time.
MOST_FIELDS = 60
UNREADABLE = "Ce fichier n’est pas un PDF lisible : il est coupé, abîmé ou d’un autre type."


def check(
    pdf: bytes,
    expected_fields: Sequence[str] | None,
    now: datetime,
    roots: Sequence[x509.Certificate],
    tsa_roots: Sequence[x509.Certificate] = (),
    *,
    ades: bool = False,
) -> Report:
    """Check every signature of the PDF; no bytes can make this raise.

    With `expected_fields`, these and no others must be signed, in this order; without, every
    signature field must be. `roots` may seal and timestamp, `tsa_roots` only timestamp. `ades`
    adds the indication of ETSI EN 319 102-1, which costs about as much time again.
    """
    trust = Trust(tuple(map(asn1_certificate, roots)), tuple(map(asn1_certificate, tsa_roots)), now)
    problems: list[str] = []
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        fields = list(islice(enumerate_sig_fields(reader), MOST_FIELDS + 1))
        if len(fields) > MOST_FIELDS:
            return Report((f"Ce PDF a plus de {MOST_FIELDS} champs de signature.",), ())
        archive = archive_of(reader)
        found = signatures_in(reader, fields, problems)
    except Exception:  # noqa: BLE001 - a damaged PDF makes the reader fail in any way
        return Report((UNREADABLE,), ())
    examined = in_own_loop(_examine_all(pdf, found, trust, archive))
    signed = [one for one in examined if not one.is_timestamp]
    empty = [name for name, value, _ in fields if value is None]
    problems += _presence([one.field for one in signed], empty, expected_fields, archive)
    problems += [problem for one in examined for problem in one.problems]
    lacks = list(_closing(examined, archive, trust))
    problems += lacks
    stamped = bool(examined) and examined[-1].is_timestamp and examined[-1].timestamp is not None
    archival = stamped and archive is not None and not lacks
    verdicts: dict[str, Ades] = {}
    if ades:
        verdicts = in_own_loop(conformity(found, trust, closed=archive is not None))
    reserves = list(_reserves(examined))
    refused = {
        name: verdict.subindication
        for name, verdict in verdicts.items()
        if verdict.indication == "FAILED" or not verdict.bottom_line
    }
    if refused and not problems and _undecided(examined, verdicts, trust):
        reserves.append(
            "La procédure européenne (AdES) ne conclut plus : un certificat d’horodatage a expiré, "
            "et l’état de révocation d’alors n’est pas prouvé. Les horodatages suivants, eux, "
            "sont valables."
        )
    else:
        problems += [
            f"Signature « {name} » : la validation AdES la refuse ({reason})."
            for name, reason in refused.items()
        ]
    read = {one.field for one in examined}
    return Report(
        tuple(dict.fromkeys(problems)),
        tuple(
            _told(one, verdicts.get(one.field), archival=archival and one is signed[-1])
            for one in signed
        ),
        examined[-1].timestamp if stamped else None,
        tuple(_archive_timestamp(one) for one in examined if one.is_timestamp),
        tuple(empty),
        bool(examined) and examined[-1].covers_file,
        tuple(name for name, value, _ in fields if value is not None and name not in read),
        tuple(reserves),
        examined[-1].timestamp_until if examined else None,
    )


def _reserves(examined: Sequence[Examined]) -> Iterator[str]:
    for number, one in enumerate(examined):
        if one.without_time:
            later = next((x.timestamp for x in examined[number + 1 :] if x.timestamp), None)
            known = f"elle existait le {later:%d/%m/%Y}" if later else "sa date n’est pas prouvée"
            yield f"Signature « {one.field} » : mode dégradé, scellée sans horodatage ; {known}."


def _undecided(examined: Sequence[Examined], verdicts: Mapping[str, Ades], trust: Trust) -> bool:
    """Whether the procedure has no verdict for want of a list, after a certificate's end.

    It asks for the list of that time, which the authority did not publish or which a later list
    of the same authority hides from pyHanko; our own examination has found nothing.
    """
    ends = [one.timestamp_until for one in examined[:-1] if one.timestamp_until is not None]
    return any(end < trust.now for end in ends) and all(
        one.indication == "PASSED" or one.subindication == "NO_POE" for one in verdicts.values()
    )


def _told(one: Examined, ades: Ades | None, *, archival: bool) -> SignatureCheck:
    level = "B-B" if one.timestamp is None else "B-LTA" if archival else "B-T"
    return SignatureCheck(
        one.field,
        level,
        one.timestamp,
        one.reason,
        one.sealed_by,
        one.timestamped_by,
        _source(one),
        _coverage(one),
        one.intact,
        one.trusted,
        ades,
    )


def _archive_timestamp(one: Examined) -> ArchiveTimestamp:
    return ArchiveTimestamp(
        one.field,
        one.timestamp,
        one.timestamped_by,
        _source(one),
        _coverage(one),
        one.intact,
        one.trusted,
    )


def _source(one: Examined) -> TimestampSource:
    if one.timestamp is None:
        return ""
    return "internal" if one.timestamped_here else "outside"


def _coverage(one: Examined) -> Coverage:
    if one.covers_file:
        return "file"
    return "revision" if one.covers_revision else "less"


async def _examine_all(
    pdf: bytes, found: Sequence[EmbeddedPdfSignature], trust: Trust, archive: Archive | None
) -> list[Examined]:
    return [await examine(pdf, signature, trust, archive) for signature in found]


def signatures_in(
    reader: PdfFileReader,
    fields: Sequence[tuple[str, object, Any]],
    problems: list[str],
) -> list[EmbeddedPdfSignature]:
    """The filled fields, oldest first; those that can't even be read are named as problems."""
    found = []
    for name, value, reference in fields:
        if value is None:
            continue
        try:
            found.append(EmbeddedPdfSignature(reader, reference, name))
        except Exception:  # noqa: BLE001 - asn1crypto raises ValueError and more on a bad CMS
            problems.append(f"Signature « {name} » : ses octets sont abîmés, elle ne se lit pas.")
    return sorted(found, key=lambda one: int(one.signed_revision))


def _presence(
    signed: Sequence[str],
    empty: Sequence[str],
    expected: Sequence[str] | None,
    archive: Archive | None,
) -> Iterator[str]:
    """Number, names and order of the signatures."""
    if expected is not None:
        missing, extra = Counter(expected) - Counter(signed), Counter(signed) - Counter(expected)
        for name in missing:
            why = "son champ est vide" if name in empty else "elle manque ou ne se lit pas"
            yield f"Signature « {name} » : attendue, mais {why}."
        for name in extra:
            yield f"Signature « {name} » : en trop, elle n’est pas attendue."
        if not missing and not extra and list(signed) != list(expected):
            yield (
                f"Les signatures ne sont pas dans l’ordre attendu : {', '.join(signed)} "
                f"au lieu de {', '.join(expected)}."
            )
    elif not signed and not empty:
        yield "Ce PDF ne porte aucune signature."
    # Before the closing, some have yet to sign: only the caller knows who.
    if expected is None or archive is not None:
        for name in empty:
            if expected is None or name not in expected:
                yield f"Le champ « {name} » est vide : une signature manque."


def _closing(examined: Sequence[Examined], archive: Archive | None, trust: Trust) -> Iterator[str]:
    """The newest signature covers the whole file; a closed document ends with its timestamp."""
    if not examined:
        return
    last = examined[-1]
    if not last.covers_file:
        yield (
            f"« {last.field} », la dernière signature, ne couvre pas le fichier entier : des "
            "octets ont été ajoutés ou retirés après elle."
        )
    if archive is not None and not last.is_timestamp:
        yield "L’horodatage de clôture manque : la fin du document a été coupée."
    if archive is None and last.is_timestamp:
        yield "Les certificats et la liste de révocation de la clôture manquent."
    stamps = [one for one in examined if one.is_timestamp]
    for before, after in pairwise(stamps):
        if before.timestamp_until and after.timestamp and before.timestamp_until < after.timestamp:
            yield (
                f"« {after.field} » est venu après la fin du certificat de « {before.field} » "
                f"({before.timestamp_until:%d/%m/%Y}) : entre les deux, rien ne prouvait la date."
            )
    if archive is not None:
        yield from missing_from(archive, examined, trust)
    if last.timestamp_until is not None and last.timestamp_until < trust.now:
        yield (
            f"Le certificat d’horodatage de « {last.field} » a expiré le "
            f"{last.timestamp_until:%d/%m/%Y} : l’horodatage devait être renouvelé avant."
        )
