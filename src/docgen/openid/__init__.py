"""Entry through an identity provider: OpenID Connect, authorization code flow with PKCE.

- `journey`: what ties one entry to one browser, from a secret in its cookie;
- `client`: the provider's addresses and keys, the code exchanged, the person named;
- `asking`: one bounded question over HTTP.

Authlib and joserfc live here. Nothing the provider says is believed before its signature, its
issuer, its audience, its dates and its nonce are checked (OpenID Connect Core 1.0, 3.1.3.7).
"""

from docgen.openid.client import Client, Person, Registration
from docgen.openid.journey import Journey

__all__ = ["Client", "Journey", "Person", "Registration"]
