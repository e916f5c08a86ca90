"""How an SMS leaves: through a gateway over HTTP.

Two gateways: one of our own shape, for a relay that the organisation writes (POST of `{"id", "to",
"from", "text"}` under a bearer token), and Brevo's (`POST /v3/transactionalSMS/send`, header
`api-key`), after its published reference; never tried against Brevo itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import httpx

from docgen.errors import Refused, Unavailable
from docgen.mail.compose import mask
from docgen.mail.texts import Text

BREVO = "https://api.brevo.com/v3/transactionalSMS/send"
# What an operator shows in place of a number: 11 letters and digits at most (GSM 03.40 §9.1.2.5).
_SENDER_LENGTH = 11
_TRY_AGAIN = frozenset({401, 402, 403, 408, 425, 429})


@dataclass(frozen=True)
class Gateway:
    """Where SMS are handed over, in which shape and as whom. `timeout` is in seconds."""

    shape: Literal["http", "brevo"]
    url: str
    token: str = field(repr=False)
    sender: str
    timeout: float


def deliver_sms(gateway: Gateway, text: Text, text_id: str) -> None:
    """Hand an SMS to the gateway. Raises Unavailable (try again) or Refused (this one never)."""
    headers, body = _asked(gateway, text, text_id)
    try:
        answer = httpx.post(
            gateway.url, json=body, headers=headers, timeout=gateway.timeout, follow_redirects=False
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(
            "La passerelle SMS ne répond pas.",
            "Vérifier DOCGEN_SMS_URL et le réseau ; l’envoi sera réessayé.",
        ) from error
    if answer.is_success:
        return
    if answer.status_code in _TRY_AGAIN or not answer.is_client_error:
        raise Unavailable(
            f"La passerelle SMS n’a pas pris le message ({answer.status_code}).",
            "Vérifier DOCGEN_SMS_TOKEN et le crédit du compte ; l’envoi sera réessayé.",
        )
    raise Refused(
        f"La passerelle SMS refuse le numéro {mask(text.to)} ({answer.status_code}) : vérifiez-le "
        "auprès de la personne."
    )


def _asked(gateway: Gateway, text: Text, text_id: str) -> tuple[Mapping[str, str], object]:
    sender = sender_name(gateway.sender)
    if gateway.shape == "brevo":
        return {"api-key": gateway.token}, {
            "type": "transactional",
            "sender": sender,
            "recipient": text.to.removeprefix("+"),
            "content": text.body,
            "tag": text_id,
        }
    return {"authorization": f"Bearer {gateway.token}"}, {
        "id": text_id,
        "to": text.to,
        "from": sender,
        "text": text.body,
    }


def sender_name(organisation: str) -> str:
    """The organisation's name as a telephone can show it: « LaMieDePain »."""
    plain = unicodedata.normalize("NFKD", organisation).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    return "".join(word[0].upper() + word[1:] for word in words)[:_SENDER_LENGTH] or "docgen"
