"""Yousign, API v3: advanced and qualified signatures, asked for, followed and fetched.

Source: Yousign's own OpenAPI description (« Public Api v3 », version 3.0), as kept in the public
repository api-evangelist/yousign (openapi/_original/yousign-public-api-v3-openapi.yml, commit
8c5b087e of 22 August 2026), and the guides of https://developers.yousign.com/docs/. What rests on a
guide alone says so where it is used. Never tried against the real API: docs/fournisseur.md lists
what a first trial must look at.
"""

from docgen.signing.providers.yousign.account import NAME, Account, is_sandbox
from docgen.signing.providers.yousign.answer import (
    Decline,
    Document,
    Nature,
    Request,
    RequestStatus,
    Signer,
    SignerStatus,
)
from docgen.signing.providers.yousign.asking import Wire
from docgen.signing.providers.yousign.client import Yousign
from docgen.signing.providers.yousign.order import Invitee, Level, Order, Spot, spot_of
from docgen.signing.providers.yousign.placing import Placed, place
from docgen.signing.providers.yousign.webhook import LARGEST_NOTICE, Forged, Notice, open_notice

__all__ = [
    "LARGEST_NOTICE",
    "NAME",
    "Account",
    "Decline",
    "Document",
    "Forged",
    "Invitee",
    "Level",
    "Nature",
    "Notice",
    "Order",
    "Placed",
    "Request",
    "RequestStatus",
    "Signer",
    "SignerStatus",
    "Spot",
    "Wire",
    "Yousign",
    "is_sandbox",
    "open_notice",
    "place",
    "spot_of",
]
