"""Documents as clients ask for them and see them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from shared.db.session import Record
from shared.documents.actions import Request
from shared.documents.content import Content, Printed, written_number
from shared.documents.kinds import DocumentName, SubjectType
from shared.documents.rules import ACTOR_COLUMNS, DocumentState, barred, next_steps
from shared.problems.inputs import Body, NoValueIsNone
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out

NEEDED: Mapping[str, Permission] = {
    "check": Permission.DOCUMENTS_CHECK,
    "issue": Permission.DOCUMENTS_ISSUE,
    "withdrawal": Permission.DOCUMENTS_DRAFT,
}
"""The permission of each step, as its route asks for it."""
_DONE: Mapping[str, str] = {"drafting": "drafted", "check": "checked", "issue": "issued", "withdrawal": "withdrawn"}
BodyCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
ScanType = Literal["application/pdf", "application/ofd", "image/jpeg", "image/png", "image/tiff"]


class DocumentBody(Body):
    """What document, about whom (an id, a code or a division), and which body issues it (default: the subject's).

    A service adds what its kinds of documents need.
    """

    kind: DocumentName
    subject: Annotated[str, Field(min_length=2, max_length=64)]
    issuer: Annotated[BodyCode | None, NoValueIsNone] = None

    def asked(self) -> Request:
        """The same as an action reads it."""
        given = self.model_dump(mode="json", exclude_none=True, exclude=set(DocumentBody.model_fields))
        return Request(self.kind, self.subject, self.issuer, given)


class DocumentSubjectOut(BaseModel):
    """What a document is about; `id` is null for a division, `reference` is a code, an id or a division."""

    type: SubjectType
    id: UUID | None
    reference: str
    name: str


class DocumentIssuerOut(BaseModel):
    """The body that issues it, by the name that it had when the document was drafted."""

    code: str
    name: str


class DocumentOut(BaseModel):
    """A document; `number` and `issued_on` are null until it is issued."""

    id: UUID
    kind: DocumentName
    title: str
    state: DocumentState
    number: str | None
    issued_on: date | None
    subject: DocumentSubjectOut
    division: str
    issuer: DocumentIssuerOut
    scanned: bool
    version: int


class ScanOut(BaseModel):
    """The scan of the sealed copy; its version is the one that another scan must name."""

    media_type: ScanType
    size_bytes: int
    sha256: str
    filed_by: str
    filed_at: AwareDatetime
    version: int


class DocumentDetailOut(DocumentOut):
    """The same, with what it says, what that was made from, and the steps that it took and may take."""

    content: Content
    facts: dict[str, str]
    policy: str
    history: list[StepOut]
    next_steps: list[NextStepOut]
    scan: ScanOut | None


def document_out(row: Record) -> DocumentOut:
    """A stored document."""
    return DocumentOut.model_validate(_shown(row))


def document_detail_out(row: Record, scan: Record | None, caller: Actor) -> DocumentDetailOut:
    """A stored document and its scan, for a caller."""
    possible = ((step, barred(caller.subject, step, row)) for step in next_steps(row["state"]))
    return DocumentDetailOut.model_validate(
        {
            **_shown(row),
            "content": row["content"],
            "facts": row["facts"],
            "policy": row["policy"],
            "history": _history(row),
            "next_steps": steps_out(possible, NEEDED, caller),
            "scan": scan,
        }
    )


def scan_out(row: Record) -> ScanOut:
    """A stored scan, without its content."""
    return ScanOut.model_validate(row)


def printed(row: Record) -> Printed:
    """A stored document as it is printed."""
    return Printed(Content.model_validate(row["content"]), _number(row), row["issued_on"])


def _shown(row: Record) -> dict[str, Any]:
    subject = {"type": row["subject_type"], "id": row["subject_id"], "reference": row["subject"], "name": row["name"]}
    issuer = {"code": row["issuer"], "name": row["issuer_name"]}
    return {**row, "subject": subject, "issuer": issuer, "number": _number(row)}


def _number(row: Record) -> str | None:
    return None if row["number"] is None else written_number(row["series"], row["year"], row["number"])


def _history(row: Record) -> list[dict[str, Any]]:
    """The steps taken, each with its note."""
    return [
        {"step": step, "at": row[f"{_DONE[step]}_at"], "by": row[column], "note": row["notes"].get(step)}
        for step, column in ACTOR_COLUMNS.items()
        if row[f"{_DONE[step]}_at"] is not None
    ]
