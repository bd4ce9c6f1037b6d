"""Every SELECT of what is entered and of what was locked, and the set-based writes beside them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, and_, bindparam, case, literal_column, select, text
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.types import Uuid

from services.registry.survey_terms.due import whom
from services.registry.survey_terms.figures import FIGURES
from services.registry.surveys.survey import Figures, LastFigures, Return, ReturnState
from services.registry.tables import organizations, survey_locked_returns, survey_lockings, survey_returns, surveys
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.paging import page_by_id, where_given
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_KEYS = ("id", "survey_id", "organization_id", "division")
_WRITTEN = tuple(column.name for column in survey_returns.columns if column.name not in _KEYS)
_NEW = (*_KEYS, *_WRITTEN)
_INSERT = insert_list(survey_returns, _NEW)
_UPDATE = update_list(survey_returns, ("id",), _WRITTEN)
_JSON = ("compared", "reasons", "steps")
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_LOCK = prepare(
    select(survey_returns)
    .where(
        survey_returns.c.survey_id == bindparam("survey", type_=Uuid), survey_returns.c.organization_id == _IDS.any_()
    )
    .order_by(survey_returns.c.id)
    .with_for_update()
)
# The newest round that is locked, and ended before: two rounds with one last day are not each other's last.
_LAST = prepare(
    select(survey_returns, surveys.c.period, surveys.c.reference_day)
    .join(surveys, surveys.c.id == survey_returns.c.survey_id)
    .where(
        survey_returns.c.organization_id == _IDS.any_(),
        surveys.c.state == literal_column("'locked'"),
        surveys.c.reference_day < bindparam("day", type_=Date),
    )
    .ext(distinct_on(survey_returns.c.organization_id))
    .order_by(survey_returns.c.organization_id, surveys.c.reference_day.desc(), surveys.c.id.desc())
)
_NAMED = (
    organizations.c.id.label("organization_id"),
    organizations.c.uscc,
    organizations.c.name,
    organizations.c.kind,
    organizations.c.division,
    organizations.c.street,
)
_STATE = case(
    (survey_returns.c.id.is_(None), "missing"),
    (and_(survey_returns.c.jump, survey_returns.c.word.is_(None)), "jump"),
    (survey_returns.c.confirmed_at.is_not(None), "confirmed"),
    else_="entered",
)
_WHOM = text(whom("organizations", ":within", ":day"))
_OWN = tuple(column for column in survey_returns.columns if column.name not in ("organization_id", "division"))


async def lock(tx: Transaction, survey_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Return]:
    """What is entered of these organizations, locked, by organization."""
    found = [Return.of(row) for row in await tx.records(_LOCK, {"survey": survey_id, "ids": sorted(set(ids))})]
    return {one.organization_id: one for one in found}


async def last_figures(tx: Transaction, survey: Mapping[str, Any], ids: Iterable[UUID]) -> dict[UUID, LastFigures]:
    """The figures of these organizations in the last round that was locked, where they were entered there."""
    rows = await tx.records(_LAST, {"ids": sorted(set(ids)), "day": survey["reference_day"]})
    return {
        row["organization_id"]: LastFigures(row["survey_id"], row["period"], row["reference_day"], Figures.of(row))
        for row in rows
    }


async def insert(tx: Transaction, new: Sequence[Return]) -> None:
    """Store new ones."""
    if new:
        await tx.execute(_INSERT, columns_of([_row(one) for one in new], _NEW))


async def update(tx: Transaction, changed: Sequence[Return]) -> None:
    """Write what changed of those whose rows are locked."""
    if changed:
        await tx.execute(_UPDATE, columns_of([_row(one) for one in changed], ("id", *_WRITTEN)))


def _row(one: Return) -> dict[str, Any]:
    columns = one.columns()
    return columns | {name: None if columns[name] is None else to_json(columns[name]) for name in _JSON}


def _due(survey: Mapping[str, Any]) -> Select[Any]:
    """Whom a round is for, with what was entered; of a locked one those whom it was locked with."""
    own = and_(survey_returns.c.organization_id == organizations.c.id, survey_returns.c.survey_id == survey["id"])
    statement = select(*_NAMED, *_OWN, _STATE.label("return_state")).select_from(
        organizations.outerjoin(survey_returns, own)
    )
    if survey["locking_id"] is not None:
        kept = select(survey_locked_returns.c.organization_id).where(
            survey_locked_returns.c.locking_id == survey["locking_id"]
        )
        return statement.where(organizations.c.id.in_(kept))
    return statement.where(_WHOM.bindparams(within=survey["division"], day=survey["reference_day"]))


async def list_returns(
    tx: Transaction,
    survey: Mapping[str, Any],
    *,
    street: str | None,
    state: ReturnState | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by organization."""
    statement = where_given(_due(survey), {organizations.c.street: street, _STATE: state})
    return await tx.records(page_by_id(statement, organizations.c.id, after, limit))


async def get_return(tx: Transaction, survey: Mapping[str, Any], organization_id: UUID) -> Record | None:
    """One organization of a round, with what was entered."""
    return await tx.record(_due(survey).where(organizations.c.id == organization_id))


async def list_locked(
    tx: Transaction,
    survey_id: UUID,
    number: int,
    *,
    street: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by organization of what was locked, as it was then."""
    kept = survey_locked_returns
    locking = select(survey_lockings.c.id).where(
        survey_lockings.c.survey_id == survey_id, survey_lockings.c.number == number
    )
    statement: Select[Any] = select(
        kept.c.organization_id,
        organizations.c.uscc,
        organizations.c.name,
        kept.c.division,
        kept.c.street,
        kept.c.state,
        *[kept.c[name] for name in FIGURES],
        kept.c.word,
        kept.c.return_version,
    ).join(organizations, organizations.c.id == kept.c.organization_id)
    statement = where_given(statement.where(kept.c.locking_id.in_(locking)), {kept.c.street: street})
    return await tx.records(page_by_id(statement, kept.c.organization_id, after, limit))
