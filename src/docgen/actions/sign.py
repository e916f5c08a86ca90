"""A signer's acts: ask for a code, sign, decline. Each is one committed transaction.

The seal comes after the commit: a signature is never lost because a timestamp is late.
"""

from __future__ import annotations

import secrets
import unicodedata
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from docgen.actions.ceremony import consent_for
from docgen.actions.enter import Seat, seat
from docgen.actions.paper import load
from docgen.actions.ports import Ports
from docgen.actions.post import ask_those_whose_turn_it_is, tell_the_end, to_be_asked
from docgen.actions.record_signature import Act, record_signature
from docgen.actions.seal import seal_pending
from docgen.actions.shown import shown_to
from docgen.errors import Finding, InvalidData, Refused, Unavailable
from docgen.journal import EventType
from docgen.lifecycle import Actor, Status, Step, after
from docgen.mail import compose, texts
from docgen.mail.compose import Message, mask
from docgen.mail.texts import Text
from docgen.records import queries, tables
from docgen.signing.codes import code_hmac, code_matches, new_code
from docgen.signing.drawing import read_drawing

CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
# Codes an address may be sent and not use, over all its agreements: a director who signs a pile of
# them is not who floods a mailbox or guesses.
CODES_PER_WINDOW = 3
CODE_WINDOW = timedelta(minutes=15)
# Over all signers and addresses: a flood stops here, before the mail server's own limit.
CODES_IN_ALL = 300
MAX_REASON = 2000


def send_code(ports: Ports, secret: str, now: datetime) -> None:
    """Mail a six-digit code to the signer. Raises Refused (too many) or Unavailable (mail down)."""
    code = new_code(secrets.randbelow)
    since = now - CODE_WINDOW
    with ports.database.write() as session:
        place = seat(session, secret, now, hold=True)
        row, signer = place.agreement, place.signer
        after(Step.SIGN, row.state, Actor.SIGNER)
        if signer.signed_at is not None:
            raise Refused("Vous avez déjà signé ce document.")
        if not signer.address:
            raise Refused("Ce document ne se signe plus par ce lien : appelez votre interlocuteur.")
        if queries.codes_sent_since(session, since) >= CODES_IN_ALL:
            raise Refused("Beaucoup de codes partent en ce moment. Attendez quelques minutes.")
        if queries.codes_unused_since(session, signer, since) >= CODES_PER_WINDOW:
            minutes = int(CODE_WINDOW.total_seconds() // 60)
            raise Refused(
                f"{CODES_PER_WINDOW} codes vous ont déjà été envoyés. Attendez {minutes} minutes, "
                "puis demandez-en un autre ; regardez aussi vos courriels indésirables."
            )
        wanted = tables.Code(
            id=ports.new_id(),
            signer_id=signer.id,
            session_hash=place.session_hash,
            code_hmac=code_hmac(ports.pepper, signer.id, code),
            sent_at=now,
            expires_at=now + CODE_LIFE,
        )
        session.add(wanted)
    letter = _with_code(row, signer, code)
    try:
        ports.post(letter, wanted.id, now)
    except (Unavailable, Refused):
        # A code nobody received must not count against the signer's three.
        with ports.database.write() as session:
            session.delete(session.merge(wanted))
        raise
    channel = "sms" if isinstance(letter, Text) else "courriel"
    with ports.database.write() as session:
        queries.locked(session, row.id)
        queries.signer(session, signer.id).code_sent_at = now
        queries.append(
            session,
            row.id,
            EventType.CODE_SENT,
            now,
            Actor.SIGNER,
            {"signer": signer.id, "channel": channel, "to": mask(signer.address)},
        )


def _with_code(row: tables.Agreement, signer: tables.Signer, code: str) -> Message | Text:
    organisation = load(row).emetteur().raison_sociale
    minutes = int(CODE_LIFE.total_seconds() // 60)
    if signer.address.startswith("+"):
        return texts.code(
            to=signer.address,
            organisation=organisation,
            reference=row.reference,
            code=code,
            minutes=minutes,
        )
    return compose.code(
        to=signer.address,
        nom=signer.name,
        organisation=organisation,
        reference=row.reference,
        code=code,
        minutes=minutes,
    )


def sign(
    ports: Ports,
    secret: str,
    code: str,
    typed_name: str,
    consent: bool,
    now: datetime,
    ip: str,
    agent: str,
    language: str = "fr",
    drawing: str = "",
) -> str:
    """Record the signature, then seal it if that can be done now; the agreement's id.

    `language` is that of the page whose button was pressed; `drawing`, what was drawn on it
    (`signing.drawing`), goes into the visible seal.

    A second click finds the signature there and changes nothing. Raises InvalidData naming a
    field (`consentement`, `code`, `nom`, `dessin`), or Refused when it is too late.
    """
    hand = read_drawing(drawing)
    with ports.database.write() as session:
        place = seat(session, secret, now, hold=True)
        row, signer = place.agreement, place.signer
        if signer.signed_at is not None:
            return row.id
        after(Step.SIGN, row.state, Actor.SIGNER)
        findings = _form_findings(signer, typed_name, consent)
        if signer.address:
            findings += _code_findings(ports, session, place, row, code, now, spend=not findings)
        if not findings:
            consent_given, version = consent_for(signer.route)
            facts = shown_to(signer, queries.events(session, row.id), language)
            if hand:
                facts["drawing"] = queries.keep(session, hand.text.encode(), now, row.id)
            act = Act(
                way=signer.route,
                consent=consent_given,
                consent_version=version,
                typed_name=typed_name.strip(),
                ip=ip,
                agent=agent,
                code_checked=bool(signer.address),
                witness=signer.witness or "",
                identity_check=signer.identity_check or "",
                facts=facts,
            )
            record_signature(session, row, signer, act, now)
    if findings:
        # Raised outside: the try that was spent and its event are committed.
        raise InvalidData(findings)
    ports.pause("sign.committed")
    finish(ports, row.id, now)
    return row.id


def finish(ports: Ports, agreement_id: str, now: datetime) -> None:
    """What follows an act at once when it can, and by the next sweep when it can't."""
    try:
        complete(ports, agreement_id, now)
        seal_pending(ports, agreement_id, now)
    except Unavailable as error:
        # The act is committed: nobody is told that it failed, even when this can't be written.
        with suppress(Unavailable), ports.database.write() as session:
            queries.locked(session, agreement_id).last_error = error.explain()


def complete(ports: Ports, agreement_id: str, now: datetime) -> bool:
    """Claim the completion when all have signed; True for the one caller who got it.

    While some have not, those whose turn has come are asked. Looked at first without holding
    anything: most acts are neither the last one nor the end of a turn.
    """
    ports.pause("sign.complete")
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
        signed = all(signer.signed_at for signer in row.signers)
        if not signed and not to_be_asked(session, row):
            return False
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        claimed = queries.claim_completion(session, agreement_id)
        if claimed:
            queries.append(session, agreement_id, EventType.COMPLETED, now, Actor.SCHEDULE)
        elif row.state is Status.ENVOYE:
            ask_those_whose_turn_it_is(session, ports, row, now)
    return claimed


def decline(ports: Ports, secret: str, reason: str, now: datetime, ip: str, agent: str) -> None:
    """Record a refusal with its reason; the agreement stops there and everyone is told."""
    reason = reason.strip()
    if not reason:
        raise InvalidData(
            [Finding("motif", "error", "motif", "dites en quelques mots pourquoi vous refusez.")]
        )
    if len(reason) > MAX_REASON:
        message = f"{MAX_REASON} caractères au plus."
        raise InvalidData([Finding("motif", "error", "motif", message, allowed=MAX_REASON)])
    with ports.database.write() as session:
        place = seat(session, secret, now, hold=True)
        row, signer = place.agreement, place.signer
        if signer.declined_at is not None:
            return
        if signer.signed_at is not None:
            raise Refused("Vous avez déjà signé ce document : appelez votre interlocuteur.")
        row.status = after(Step.DECLINE, row.state, Actor.SIGNER)
        signer.declined_at = now
        signer.decline_reason = reason
        signer.ip = ip
        signer.user_agent = agent[:300]
        # The reason is the person's words: kept in the record, never in the journal.
        queries.append(
            session, row.id, EventType.DECLINED, now, Actor.SIGNER, {"signer": signer.id}
        )
        tell_the_end(session, ports, row, "declined", now, but=signer)


def _form_findings(signer: tables.Signer, typed_name: str, consent: bool) -> list[Finding]:
    findings = []
    if not consent:
        message = "cochez la case pour donner votre accord."
        findings.append(Finding("consentement", "error", "consentement", message))
    if not _words(typed_name) & _words(signer.name) or len(typed_name) > 300:
        message = f"écrivez votre prénom et votre nom : {signer.name}."
        findings.append(Finding("nom", "error", "nom", message, allowed=signer.name))
    return findings


def _words(name: str) -> set[str]:
    """The words of a name, without accents, case or civility: people don't type like registers."""
    plain = unicodedata.normalize("NFKD", name)
    letters = "".join(c.casefold() if c.isalnum() else " " for c in plain if not _accent(c))
    return set(letters.split()) - {"m", "mme", "mlle", "mr"}


def _accent(character: str) -> bool:
    return unicodedata.combining(character) != 0


def _code_findings(
    ports: Ports,
    session: Session,
    place: Seat,
    row: tables.Agreement,
    code: str,
    now: datetime,
    *,
    spend: bool,
) -> list[Finding]:
    """Check the code against the newest one sent in this session; one try is spent each time.

    With `spend` False the rest of the form is wrong: the code is neither checked nor spent.
    """
    digits = "".join(c for c in code if c.isdigit())
    if len(digits) != 6:
        return [Finding("code", "error", "code", "le code compte six chiffres.")]
    if not spend:
        return []
    sent = queries.last_code(session, place.signer.id)
    ask_again = "demandez un nouveau code."
    if sent is None or sent.session_hash != place.session_hash or sent.used_at is not None:
        return [Finding("code", "error", "code", f"aucun code n’attend ici ; {ask_again}")]
    if sent.expires_at <= now:
        return [Finding("code", "error", "code", f"ce code a expiré ; {ask_again}")]
    if not queries.count_try(session, sent.id, CODE_TRIES):
        return [Finding("code", "error", "code", f"trop d’essais pour ce code ; {ask_again}")]
    if not code_matches(ports.pepper, place.signer.id, digits, sent.code_hmac):
        queries.append(
            session,
            row.id,
            EventType.CODE_FAILED,
            now,
            Actor.SIGNER,
            {"signer": place.signer.id},
        )
        left = CODE_TRIES - sent.tries
        session.refresh(sent)
        left = CODE_TRIES - sent.tries
        more = f"il reste {left} essai{'s' if left > 1 else ''}" if left else ask_again.rstrip(".")
        return [Finding("code", "error", "code", f"ce code n’est pas le bon ; {more}.")]
    queries.use_code(session, sent.id, now)
    return []
