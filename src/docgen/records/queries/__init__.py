"""Every query. Functions take an open session; who commits is who opened it."""

from docgen.records.queries.agreements import (
    agreement,
    agreement_by_reference,
    agreements,
    claim_completion,
    ids_in,
    ids_to_expire,
    ids_to_seal,
    live_request,
    locked,
    move,
    next_number,
)
from docgen.records.queries.content import (
    add_revision,
    advance_document,
    content,
    keep,
    revisions,
)
from docgen.records.queries.events import (
    append,
    events,
)
from docgen.records.queries.outbox import (
    due_messages,
    message,
    waiting_messages,
    want_message,
)
from docgen.records.queries.templates import (
    latest_template,
    template_uses,
    template_version,
    template_versions,
)
from docgen.records.queries.visits import (
    codes_sent_since,
    count_try,
    last_code,
    link,
    revoke_links,
    signer,
    signing_session,
    use_code,
)

__all__ = [
    "add_revision",
    "advance_document",
    "agreement",
    "agreement_by_reference",
    "agreements",
    "append",
    "claim_completion",
    "codes_sent_since",
    "content",
    "count_try",
    "due_messages",
    "events",
    "ids_in",
    "ids_to_expire",
    "ids_to_seal",
    "keep",
    "last_code",
    "latest_template",
    "link",
    "live_request",
    "locked",
    "message",
    "move",
    "next_number",
    "revisions",
    "revoke_links",
    "signer",
    "signing_session",
    "template_uses",
    "template_version",
    "template_versions",
    "use_code",
    "waiting_messages",
    "want_message",
]
