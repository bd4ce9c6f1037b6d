"""Drafts documents, takes them from step to step, and files the scans of their sealed copies."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.documents import queries
from shared.documents.composing import Issuer, compose, series_of
from shared.documents.errors import DocumentOutdated, NoSeries, NoTemplate, NotIssued
from shared.documents.kinds import KINDS, DocumentName
from shared.documents.policies import DocumentBook
from shared.documents.rules import TRANSITIONS, DocumentStep, barred
from shared.field.calendar import china_day
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

_NEEDED = Text(zh="“{kind}”须填写此项。", en="'{kind}' needs this.")
_NOT_TAKEN = Text(zh="“{kind}”不使用此项。", en="'{kind}' has no use for this.")


@dataclass(frozen=True, slots=True)
class Request:
    """What a drafter asks for: `given` as JSON has it, by the names of the kind's `needs` and `takes`."""

    kind: DocumentName
    subject: str
    issuer: str | None
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a service knows of a document's subject, and which body issues the document."""

    subject_id: UUID | None
    subject: str
    name: str
    division: str
    issuer: Issuer
    facts: Mapping[str, str]


class Source(Protocol):
    """A service's data, as documents read it."""

    async def gather(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        """Raises NotFound, InvalidInput, and the problems of a subject or an issuer that does not fit."""
        ...


async def draft(tx: Transaction, asked: Request, source: Source, book: DocumentBook, now: datetime) -> UUID:
    """Draft a document: from here on its text is frozen. Returns its id.

    Raises InvalidInput, OutsideScope, NoTemplate, NoSeries, and what gathering raises.
    """
    _check_given(asked)
    today = china_day(now)
    found = await source.gather(tx, asked, today)
    check_reach(tx.access, found.division)
    issuer = found.issuer
    template = book.template(asked.kind, issuer.code, issuer.division, today)
    if template is None:
        raise NoTemplate(kind=asked.kind, issuer=issuer.name)
    rule = book.issuer_rule(issuer.code, issuer.kind, issuer.division, today)
    if rule is None:
        raise NoSeries(issuer=issuer.name)
    content = compose(template[0], rule, issuer, found.facts)
    document_id = new_id()
    await queries.insert_one(
        tx,
        {
            "id": document_id,
            "kind": asked.kind,
            "state": "drafted",
            "division": found.division,
            "subject_type": KINDS[asked.kind].subject,
            "subject_id": found.subject_id,
            "subject": found.subject,
            "name": found.name,
            "title": content.title,
            "issuer": issuer.code,
            "issuer_name": issuer.name,
            "issuer_division": issuer.division,
            "series": series_of(template[0], rule, issuer, today),
            "policy": template[1],
            "given": dict(asked.given),
            "facts": dict(found.facts),
            "content": content.model_dump(mode="json"),
            "drafted_by": tx.access.actor,
            "drafted_at": now,
            "version": 1,
        },
    )
    return document_id


async def take(
    tx: Transaction,
    document_id: UUID,
    step: DocumentStep,
    source: Source,
    now: datetime,
    *,
    note: str | None,
    if_match: Preconditions | None,
) -> None:
    """Check, issue or withdraw a document. When it is issued it gets its date and the next number of its series.

    Raises NotFound, PreconditionFailed, PreconditionRequired, IllegalTransition, SameHand, OutsideScope where the
    issuer's division is not the caller's, DocumentOutdated, and what gathering raises.
    """
    row = await _locked(tx, document_id)
    check_version(if_match, row["version"], required=True)
    state = move(TRANSITIONS, row["state"], step)
    refusal = barred(tx.access.actor, step, row)
    if refusal is not None:
        raise refusal
    today = china_day(now)
    if step != "withdrawal":
        await _check_still_so(tx, row, source, today)
    issued = None
    if step == "issue":
        check_reach(tx.access, row["issuer_division"])
        number = None
        if row["series"] is not None:
            number = await queries.take_number(tx, row["issuer_division"], row["series"], today.year)
        issued = today, number
    await queries.take_step(tx, document_id, step, state=state, note=note, now=now, issued=issued)


async def file_scan(
    tx: Transaction,
    document_id: UUID,
    content: bytes,
    media_type: str,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> tuple[Record, bool]:
    """File the scan of an issued document's sealed copy: what is stored, and whether it is new.

    The same file again changes nothing; another one needs the version of the one before, which is kept. Raises
    NotFound, NotIssued, PreconditionFailed, PreconditionRequired.
    """
    document = await _locked(tx, document_id)
    if document["state"] != "issued":
        raise NotIssued
    last = await queries.last_scan(tx, document_id)
    digest, version = hashlib.sha256(content).hexdigest(), None if last is None else last["version"]
    same = last is not None and last["sha256"] == digest
    check_version(if_match, version, required=last is not None and not same)
    if last is not None and same:
        return last, False
    row = {
        "document_id": document_id,
        "version": 1 if last is None else last["version"] + 1,
        "division": document["division"],
        "media_type": media_type,
        "size_bytes": len(content),
        "sha256": digest,
        "content": content,
        "filed_by": tx.access.actor,
        "filed_at": now,
    }
    await queries.file_scan(tx, row)
    return row, True


async def find(tx: Transaction, document_id: UUID) -> Record:
    """One document. Raises NotFound."""
    row = await queries.get(tx, document_id)
    if row is None:
        raise NotFound(what="document")
    return row


async def _locked(tx: Transaction, document_id: UUID) -> Record:
    row = await queries.lock(tx, document_id)
    if row is None:
        raise NotFound(what="document")
    return row


async def _check_still_so(tx: Transaction, row: Record, source: Source, today: date) -> None:
    """Raises DocumentOutdated where a document would say of its subject, or of its issuer, what is no longer so."""
    if not KINDS[row["kind"]].follows:
        return
    asked = Request(row["kind"], str(row["subject_id"] or row["subject"]), row["issuer"], row["given"])
    found = await source.gather(tx, asked, today)
    now_so = {**found.facts, "issuer": found.issuer.name}
    stored = {**row["facts"], "issuer": row["issuer_name"]}
    if changed := sorted(name for name in now_so.keys() | stored.keys() if now_so.get(name) != stored.get(name)):
        raise DocumentOutdated(changed=changed)


def _check_given(asked: Request) -> None:
    kind = KINDS[asked.kind]
    facts = (("kind", asked.kind),)
    wrong = [(name, _NEEDED) for name in kind.needs - asked.given.keys()]
    wrong += [(name, _NOT_TAKEN) for name in asked.given.keys() - kind.needs - kind.takes]
    if wrong:
        raise InvalidInput([FieldError(f"/{name}", text, facts) for name, text in sorted(wrong)])
