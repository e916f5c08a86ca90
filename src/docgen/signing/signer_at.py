"""PyHanko's signer at our hour, and its errors in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator.errors import PathBuildingError, PathError, ValidationError

from docgen.errors import Broken, Unavailable


@contextmanager
def explained(what: str) -> Iterator[None]:
    """PyHanko's errors in our words; `what` could not be done."""
    try:
        yield
    except TimestampRequestError as error:
        raise Unavailable(
            f"L’horodatage a été refusé ({error}).", "Le cachet attend ; il sera retenté."
        ) from error
    except (PathError, PathBuildingError, ValidationError) as error:
        raise Unavailable(
            f"Le cachet ou l’horodatage ne mène pas à une autorité admise ({error}).",
            "Déposez le certificat racine de l’autorité d’horodatage dans le dossier "
            "« horodatage-racines », à côté des clés.",
        ) from error
    except (SigningError, PdfError, ValueError, LookupError, TypeError) as error:
        raise Broken(what) from error


class SignerAt(PdfSigner):
    """A pyHanko signer whose clock is the caller's."""

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self._now = now

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **options)
        session.system_time = self._now
        return session
