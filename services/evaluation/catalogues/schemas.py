"""How bonuses and vetoes of a catalogue are recorded and shown."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from services.evaluation.catalogues.rules import kept_entries
from shared.problems.inputs import Body, Day
from shared.problems.language import current_language


class CatalogueEntryBody(Body):
    """An item of the cycle's catalogue, the day on which it occurred, and what shows it."""

    code: Annotated[str, Field(max_length=60)]
    occurred_on: Day
    evidence: Annotated[str, Field(max_length=2000)]


class CatalogueEntriesBody(Body):
    """All bonuses, or all vetoes, in place of those recorded before; an empty list takes them back."""

    items: Annotated[list[CatalogueEntryBody], Field(max_length=50)]


class CatalogueEntryOut(BaseModel):
    """A recorded item with the sentence of its catalogue; `look_back_from`: the first day that counted."""

    code: str
    what: str
    occurred_on: date
    look_back_from: date
    evidence: str


class CatalogueBonusOut(CatalogueEntryOut):
    """A bonus with its points."""

    points: str


class CatalogueVetoOut(CatalogueEntryOut):
    """A veto, and the most stars that it leaves."""

    star_max: int


class RecordedOut(BaseModel):
    """What was recorded by the cycle's catalogue, and its version."""

    catalogue: str
    version: str
    bonuses: list[CatalogueBonusOut]
    vetoes: list[CatalogueVetoOut]


class RecordedNowOut(RecordedOut):
    """The same, and who recorded it last."""

    put_at: datetime
    by: str | None


def recorded_now(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Stored rows as they are shown; None where nothing was recorded."""
    kept = kept_entries(rows)
    if kept is None:
        return None
    last = max(rows, key=lambda row: row["put_at"])
    return {**_said(kept), "put_at": last["put_at"], "by": last["put_by"]}


def recorded_then(basis: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a basis kept, as it is shown."""
    kept = basis.get("catalogue")
    return None if kept is None else _said(kept)


def _said(kept: Mapping[str, Any]) -> dict[str, Any]:
    language = current_language.get()
    said = {kind: [{**one, "what": one["what"][language]} for one in kept[kind]] for kind in ("bonuses", "vetoes")}
    return {**kept, **said}
