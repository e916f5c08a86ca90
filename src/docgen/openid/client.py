"""The office as a client of an identity provider: where to send a person, and who came back."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote_plus

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from docgen.errors import Refused
from docgen.openid.asking import ask, unavailable
from docgen.openid.journey import Journey

SCOPE = "openid email profile"
# Signatures of a key that the provider alone holds; a shared secret would let us forge them.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    "Ed25519",
)  # fmt: skip
# Two honest clocks, in seconds.
LEEWAY = 60
# How long what the provider publishes is kept, and how soon an unknown key may make us ask again.
KEPT_FOR, ASKED_EVERY = timedelta(hours=1), timedelta(seconds=30)

_GUARDED = ("https://", "http://127.0.0.1:", "http://localhost:")
_CLIENT_REMEDY = "Vérifier DOCGEN_OIDC_CLIENT_ID et DOCGEN_OIDC_CLIENT_SECRET."


@dataclass(frozen=True)
class Registration:
    """What the provider knows of us, and how far we believe it.

    `name` is what its button says. `trusts_email`: its addresses count although it does not say
    that it verified them; right for an organisation's own provider, never for an open one.
    `timeout`: seconds one question may last.
    """

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    name: str = "votre compte professionnel"
    trusts_email: bool = False
    timeout: float = 10.0


@dataclass(frozen=True)
class Person:
    """Who came back. `key` identifies them for good: SHA-256 of issuer and subject.

    `email` is None when the provider gives no address that may be believed.
    """

    key: str
    email: str | None


class _Published(BaseModel):
    """The provider's description (OpenID Connect Discovery 1.0, 3), what we need of it."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Client:
    """A registered client; safe to share between threads. `now` gives the time in UTC."""

    def __init__(self, registration: Registration, now: Callable[[], datetime]) -> None:
        self.registration = registration
        self._now = now
        self._turn = threading.Lock()
        self._published: tuple[datetime, _Published] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def check(self) -> None:
        """Ask for the description and the keys anew. Raises Unavailable."""
        with self._turn:
            self._published = self._keys = None
        self._key_set(None)

    def address(self, journey: Journey, back: str) -> str:
        """Where to send the person's browser; `back` is where it returns. Raises Unavailable."""
        challenge = create_s256_code_challenge(journey.verifier)  # type: ignore[no-untyped-call]
        found: str = prepare_grant_uri(
            self._description().authorization_endpoint,
            client_id=self.registration.client_id,
            response_type="code",
            redirect_uri=back,
            scope=SCOPE,
            state=journey.state,
            nonce=journey.nonce,
            code_challenge=challenge,
            code_challenge_method="S256",
        )
        return found

    def person(self, journey: Journey, code: str, back: str, issuer: str = "") -> Person:
        """Who the code stands for; `issuer` is what the browser brought with it (RFC 9207).

        Raises Refused (not believed, or too late), Unavailable.
        """
        published = self._description()
        if issuer != published.issuer and (
            issuer or published.authorization_response_iss_parameter_supported
        ):
            raise _disbelieved("elle vient d’un autre fournisseur")
        tokens = self._exchange(published, journey, code, back)
        claims = self._claims(tokens, journey)
        subject = str(claims["sub"])
        said: Mapping[str, object] = claims
        if "email" not in said and published.userinfo_endpoint:
            said = self._user_info(published.userinfo_endpoint, tokens, subject)
        key = hashlib.sha256(f"{published.issuer}\n{subject}".encode()).hexdigest()
        return Person(key, self._believed_email(said))

    def _believed_email(self, said: Mapping[str, object]) -> str | None:
        email = said.get("email")
        verified = said.get("email_verified")
        # Some providers write a boolean as a word.
        sure = verified is True or verified == "true"
        if verified is None:
            sure = self.registration.trusts_email
        return email.strip().casefold() if sure and isinstance(email, str) else None

    def _exchange(
        self, published: _Published, journey: Journey, code: str, back: str
    ) -> Mapping[str, object]:
        ours = self.registration
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": journey.verifier,
        }
        # RFC 6749 2.3.1: both are form-encoded before they are joined.
        encoded = quote_plus(ours.client_id), quote_plus(ours.secret)
        plain = encoded == (ours.client_id, ours.secret)
        offered = published.token_endpoint_auth_methods_supported
        headers = {}
        # Not every provider decodes them: what encoding would change goes in the form if it may.
        if "client_secret_post" in offered and not (plain and "client_secret_basic" in offered):
            form |= {"client_id": ours.client_id, "client_secret": ours.secret}
        else:
            pair = base64.b64encode(":".join(encoded).encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        status, answer = ask(published.token_endpoint, ours.timeout, form, headers)
        if answer.get("error") in {"invalid_client", "unauthorized_client"}:
            raise unavailable(str(answer["error"]), _CLIENT_REMEDY)
        if status != 200:
            raise Refused("Cette entrée a déjà servi ou a trop attendu. Recommencez.")
        return answer

    def _claims(self, tokens: Mapping[str, object], journey: Journey) -> Mapping[str, object]:
        """What the ID token says, once all of it is checked. Raises Refused or Unavailable."""
        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise _disbelieved("il y manque l’identité")
        ours = self.registration
        try:
            try:
                read = jwt.decode(token, self._key_set(None), algorithms=list(ALGORITHMS))
            except InvalidKeyIdError:
                # The provider may have a new key since.
                read = jwt.decode(token, self._key_set(ASKED_EVERY), algorithms=list(ALGORITHMS))
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": ours.issuer},
                    "aud": {"essential": True, "value": ours.client_id},
                    "sub": {"essential": True},
                },
                {
                    "nonce": journey.nonce,
                    "client_id": ours.client_id,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(int(self._now().timestamp()), LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _disbelieved(getattr(error, "description", "") or type(error).__name__) from error
        found: Mapping[str, object] = claims
        return found

    def _user_info(
        self, url: str, tokens: Mapping[str, object], subject: str
    ) -> Mapping[str, object]:
        headers = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
        _, answer = ask(url, self.registration.timeout, headers=headers)
        # OpenID Connect Core 5.3.2: without the same subject, it speaks of somebody else.
        if answer.get("sub") != subject:
            raise _disbelieved("elle parle de quelqu’un d’autre")
        return answer

    def _description(self) -> _Published:
        with self._turn:
            kept, now = self._published, self._now()
            if kept is None or not timedelta() <= now - kept[0] < KEPT_FOR:
                kept = self._published = (now, self._ask_description())
            return kept[1]

    def _ask_description(self) -> _Published:
        ours = self.registration
        url = f"{ours.issuer.rstrip('/')}/.well-known/openid-configuration"
        status, answer = ask(url, ours.timeout)
        try:
            found = _Published.model_validate(answer)
        except ValidationError as error:
            raise unavailable(f"HTTP {status}, description incomplète") from error
        if found.issuer != ours.issuer:
            raise unavailable(
                "il se nomme autrement", f"Donner à DOCGEN_OIDC_ISSUER : {found.issuer[:200]}"
            )
        addresses = [found.authorization_endpoint, found.token_endpoint, found.jwks_uri]
        addresses += [found.userinfo_endpoint] if found.userinfo_endpoint else []
        if not all(one.startswith(_GUARDED) for one in addresses):
            raise unavailable("une de ses adresses n’est pas en https")
        return found

    def _key_set(self, older_than: timedelta | None) -> KeySet:
        """The provider's keys; asked again when those kept are older than that."""
        url = self._description().jwks_uri
        with self._turn:
            kept, now = self._keys, self._now()
            limit = KEPT_FOR if older_than is None else older_than
            if kept is None or not timedelta() <= now - kept[0] < limit:
                kept = self._keys = (now, self._ask_keys(url))
            return kept[1]

    def _ask_keys(self, url: str) -> KeySet:
        _, answer = ask(url, self.registration.timeout)
        keys = answer.get("keys")
        if not isinstance(keys, list):
            raise unavailable("clés illisibles")
        usable = []
        for one in keys:
            # What we can't read (another type, to encrypt) signs nothing for us.
            try:
                if isinstance(one, dict) and one.get("use", "sig") == "sig":
                    usable += KeySet.import_key_set({"keys": [one]}).keys
            except (JoseError, ValueError, TypeError, KeyError):
                continue
        if not usable:
            raise unavailable("aucune clé de signature")
        return KeySet(usable)


def _disbelieved(reason: str) -> Refused:
    return Refused(
        f"La réponse du fournisseur d’identité n’est pas acceptée ({reason}). Recommencez ; si "
        "cela se répète, entrez avec votre mot de passe et dites-le à un administrateur."
    )
