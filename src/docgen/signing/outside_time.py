"""Time-stamping authorities outside (RFC 3161 servers), tried in order; each answer is checked.

An answer counts when it is granted, for the very hash and nonce that were sent, made with SHA-256
or better, signed by a certificate whose only purpose is timestamping (RFC 3161 §2.3) under a root
that this installation admits, and at an hour close to ours. Whoever fails is named, never
skipped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from docgen.errors import Unavailable
from docgen.signing.over_http import ask, host

SECONDS_TO_ANSWER = 5.0
# As far as the clocks of two machines may honestly differ.
CLOCK_DRIFT = timedelta(minutes=5)
_LARGEST_ANSWER = 100_000
_QUERY = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
_STRONG = frozenset({"sha256", "sha384", "sha512"})


class NoTimestamp(Unavailable):
    """No authority gave a timestamp; `failed` says which were asked, and why each failed."""

    def __init__(self, failed: Sequence[str]) -> None:
        self.failed = tuple(failed)
        super().__init__(
            f"Aucune autorité d’horodatage n’a répondu ({' ; '.join(failed)}).",
            "Le cachet attend ; vérifiez DOCGEN_TSA_URLS et le réseau.",
        )


class AnotherAuthority(Exception):
    """The token is not of the authority or certificate that the seal was prepared for.

    The seal starts again, with `urls`.
    """

    def __init__(self, failed: Sequence[str], urls: Sequence[str]) -> None:
        self.failed = tuple(failed)
        self.urls = tuple(urls)
        super().__init__(urls[0])


class OutsideAuthorities(TimeStamper):
    """RFC 3161 servers, tried in order; the first that answers well keeps the whole seal.

    `context` makes what an answer's certificate is held against; `tokens` keeps one token of each
    authority from seal to seal, for its size and its certificates; `failed` are those that failed
    before. Each server has `seconds` to answer, whole.
    """

    def __init__(
        self,
        urls: Sequence[str],
        now: datetime,
        context: Callable[[], ValidationContext],
        tokens: dict[str, cms.ContentInfo],
        *,
        seconds: float = SECONDS_TO_ANSWER,
        failed: Sequence[str] = (),
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._urls = list(urls)
        self._now = now
        self._context = context
        self._tokens = tokens
        self._seconds = seconds
        self._faults = list(failed)
        self._reckoned_for: str | None = None

    @property
    def answered(self) -> str:
        """The machine whose token it is."""
        return host(self._urls[0])

    @property
    def failed(self) -> tuple[str, ...]:
        """Who was asked before and failed, with the reason."""
        return tuple(self._faults)

    async def async_dummy_response(self, md_algorithm: str) -> cms.ContentInfo:
        if not self._dummy_response_cache:
            kept = self._tokens.get(self._urls[0])
            if kept is None:
                kept = await super().async_dummy_response(md_algorithm)
                self._tokens[self._urls[0]] = kept
            self._register_dummy(md_algorithm, kept)  # type: ignore[no-untyped-call]
            self._reckoned_for = self._urls[0]
        return self._dummy_response_cache[md_algorithm]

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        while self._urls:
            url = self._urls[0]
            if self._reckoned_for not in {None, url}:
                # Another token has another size and other certificates.
                raise AnotherAuthority(self._faults, self._urls)
            try:
                answer = await _ask(url, req, self._seconds)
                await _check(answer, req, self._now, self._context())
            except ValueError as error:
                self._faults.append(f"{host(url)} : {error}")
                self._tokens.pop(url, None)
                del self._urls[0]
                continue
            self._must_fit(url, answer["time_stamp_token"])
            return answer
        raise NoTimestamp(self._faults)

    def _must_fit(self, url: str, token: cms.ContentInfo) -> None:
        """Start again when an authority has changed its certificates since its last token."""
        kept = self._tokens.get(url)
        if self._reckoned_for and kept and _certificates(kept) != _certificates(token):
            self._tokens[url] = token
            raise AnotherAuthority(self._faults, self._urls)


def _certificates(token: cms.ContentInfo) -> set[bytes]:
    return {choice.chosen.dump() for choice in token["content"]["certificates"]}


async def _ask(url: str, request: tsp.TimeStampReq, seconds: float) -> tsp.TimeStampResp:
    """One server's answer, whole, within `seconds`. Raises ValueError."""
    content = await ask(url, seconds, _LARGEST_ANSWER, request.dump(), _QUERY)
    try:
        return tsp.TimeStampResp.load(content, strict=True)
    except ValueError as error:
        raise ValueError("ce n’est pas une réponse d’horodatage") from error


async def _check(
    answer: tsp.TimeStampResp, request: tsp.TimeStampReq, now: datetime, context: ValidationContext
) -> None:
    """Raises ValueError, saying why, when the answer is not a timestamp to rely on."""
    try:
        fault = _fault(answer, request, now) or await _untrusted(answer, request, context)
    except Exception as error:
        # Hostile or damaged bytes make the parsers fail in any way.
        raise ValueError("sa réponse ne se lit pas") from error
    if fault:
        raise ValueError(fault)


def _fault(answer: tsp.TimeStampResp, request: tsp.TimeStampReq, now: datetime) -> str:
    """What is wrong with the answer itself; empty when nothing is."""
    status = answer["status"]
    if status["status"].native not in {"granted", "granted_with_mods"}:
        why = "; ".join(status["status_string"].native or []) or status["fail_info"].native
        return f"refus « {status['status'].native} », {why}"
    token = answer["time_stamp_token"]["content"]
    facts = token["encap_content_info"]["content"].parsed
    if facts["message_imprint"].dump() != request["message_imprint"].dump():
        return "le jeton porte sur une autre empreinte"
    if facts["nonce"].native != request["nonce"].native:
        return "le jeton répond à une autre question"
    used = {one["digest_algorithm"]["algorithm"].native for one in token["signer_infos"]}
    if not used <= _STRONG:
        return f"le jeton est signé avec {', '.join(sorted(used))}, trop faible"
    gap = facts["gen_time"].native - now
    if abs(gap) > CLOCK_DRIFT:
        minutes = round(abs(gap).total_seconds() / 60)
        way = "avance" if gap > timedelta() else "retard"
        return f"son heure est en {way} de {minutes} minutes sur la nôtre"
    return ""


async def _untrusted(
    answer: tsp.TimeStampResp, request: tsp.TimeStampReq, context: ValidationContext
) -> str:
    """Why nobody here should believe who signed the answer; empty when they should."""
    imprint = request["message_imprint"]["hashed_message"].native
    token = answer["time_stamp_token"]["content"]
    try:
        judged = await validate_tst_signed_data(token, context, lambda _algorithm: imprint)
    except SignatureValidationError as error:
        return f"jeton refusé ({error})"
    if not (judged["intact"] and judged["valid"]):
        return "la signature du jeton est fausse"
    if judged["trust_problem_indic"] is not None:
        return (
            "son certificat ne mène pas à une autorité admise, ou n’est pas fait pour horodater "
            "(déposez sa racine dans le dossier « horodatage-racines », à côté des clés)"
        )
    return ""
