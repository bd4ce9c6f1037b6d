"""What the service knows of incubatees' organizations, and the moments that follow from it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Date, bindparam, cast, func, literal, select, true, union_all
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.incubation.formation.queries.checks import checked_of
from services.incubation.incubatees.incubatee import Known
from services.incubation.organizations.party_facts import FACTS
from services.incubation.organizations.queries import KNOWN
from services.incubation.tables import incubatees, milestones
from shared.db.session import Transaction

_CHECKED = checked_of(KNOWN.c.id)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_KNOWN = (
    select(
        KNOWN.c.id,
        KNOWN.c.uscc,
        KNOWN.c.name,
        KNOWN.c.division,
        KNOWN.c.status,
        KNOWN.c.registered_on,
        KNOWN.c.coverage,
        _CHECKED.c.due,
        _CHECKED.c.checked_on,
        FACTS.c.id.label("party_id"),
        FACTS.c.name.label("party_name"),
        FACTS.c.established_on,
        FACTS.c.state.label("party_state"),
        FACTS.c.term_since,
        FACTS.c.term_ends_on,
    )
    .select_from(KNOWN)
    .outerjoin(_CHECKED, true())
    .outerjoin(FACTS, FACTS.c.id == KNOWN.c.covered_by)
    .where(KNOWN.c.id == _IDS.any_())
)
_OF_KNOWN = tuple(Known.__dataclass_fields__)


async def deregistered(tx: Transaction, organization_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these organizations that are deregistered now, by id: an older event tells only that they were."""
    statement = select(KNOWN.c.id).where(KNOWN.c.id == _IDS.any_(), KNOWN.c.status == "deregistered")
    return [row.id for row in await tx.rows(statement.order_by(KNOWN.c.id), {"ids": list(organization_ids)})]


async def called_now(tx: Transaction, organization_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """The code and name that those of these organizations have now which an incubatee calls otherwise."""
    statement = (
        select(KNOWN.c.id, KNOWN.c.uscc, KNOWN.c.name)
        .join(incubatees, incubatees.c.organization_id == KNOWN.c.id)
        .where(KNOWN.c.id == _IDS.any_(), (incubatees.c.name != KNOWN.c.name) | (incubatees.c.uscc != KNOWN.c.uscc))
    )
    return {row.id: (row.uscc, row.name) for row in await tx.rows(statement, {"ids": list(organization_ids)})}


async def known_of(tx: Transaction, organization_id: UUID | None) -> Known:
    """What is known of an organization, wherever it is registered: its incubator may be of another division."""
    if organization_id is None:
        return Known()
    async with tx.system_scope():
        row = await tx.record(_KNOWN, {"ids": [organization_id]})
    return Known() if row is None else Known(**{name: row[name] for name in _OF_KNOWN if row[name] is not None})


def _marks() -> CompoundSelect[Any]:
    """As `rules.known_marks` and the milestones have it."""

    def mark(track: str, moment: str, day: ColumnElement[Any]) -> tuple[Any, ...]:
        return incubatees.c.id, literal(track).label("track"), literal(moment).label("moment"), day.label("on_day")

    registered = select(*mark("organization", "registration", KNOWN.c.registered_on)).join_from(
        incubatees, KNOWN, KNOWN.c.id == incubatees.c.organization_id
    )
    entered = select(*mark("organization", "entry", incubatees.c.entered_on))
    day = func.coalesce(KNOWN.c.registered_on, _CHECKED.c.checked_on)
    checked = (
        select(*mark("party_organization", "registration", cast(day, Date)))
        .join_from(incubatees, KNOWN, KNOWN.c.id == incubatees.c.organization_id)
        .join(_CHECKED, true())
    )
    recorded = select(milestones.c.incubatee_id, milestones.c.track, milestones.c.moment, milestones.c.on_day).where(
        milestones.c.withdrawn_at.is_(None)
    )
    return union_all(recorded, registered, entered, checked)


def _lagging() -> str:
    """Each moment that one track has gone through and the other has not: since when (`ahead`), as `in_step` has it."""
    marks = _marks().subquery("marks")
    organization, party = (
        func.min(marks.c.on_day).filter(marks.c.track == track) for track in ("organization", "party_organization")
    )
    found = (
        select(marks.c.incubatee_id, marks.c.moment, func.coalesce(organization, party).label("ahead"))
        .group_by(marks.c.incubatee_id, marks.c.moment)
        .having((organization.is_(None)) != (party.is_(None)))
    )
    return str(found.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[no-untyped-call]


LAGGING = _lagging()
"""As SQL, for the tasks."""
