"""Entries of schemes' lists as clients see and send them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.funding.entries.rules import EntryState
from shared.field.money import LIMIT_FEN
from shared.problems.inputs import Body, Day, NoValueIsNone, Prose

SchemeCode = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]


class SchemeEntryIn(Body):
    """Who is to stand in a scheme's list from a day on; an amount or a category, as the scheme asks for."""

    scheme: SchemeCode
    recipient_id: UUID
    effective_from: Day
    effective_to: Day | None = None
    amount_fen: Annotated[int, Field(gt=0, lt=LIMIT_FEN, strict=True)] | None = None
    category: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,60}$")] | None = None
    not_civil_servant: Annotated[bool, Field(strict=True)] = False
    grounds: Annotated[Prose | None, NoValueIsNone] = None


class SchemeEntryEnding(Body):
    """The last day of an entry and why; one that was not confirmed is withdrawn and needs no day."""

    effective_to: Day | None = None
    note: Prose


class SchemeEntryOut(BaseModel):
    """An entry of a scheme's list, and who answers for it."""

    id: UUID
    scheme: str
    recipient_id: UUID
    recipient_name: str
    division: str
    amount_fen: int | None
    category: str | None
    not_civil_servant: bool
    grounds: str | None
    effective_from: date
    effective_to: date | None
    state: EntryState
    version: int
    entered_by: str
    entered_at: AwareDatetime
    confirmed_by: str | None
    confirmed_at: AwareDatetime | None
    confirmed_note: str | None
    ended_by: str | None
    ended_at: AwareDatetime | None
    ended_because: str | None


def scheme_entry_out(row: Mapping[str, Any]) -> SchemeEntryOut:
    """A stored entry."""
    return SchemeEntryOut.model_validate(dict(row))
