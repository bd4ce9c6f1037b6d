"""Which Party organizations are being founded, whose term ends, whose has ended: by the policies of their regions."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    String,
    Subquery,
    and_,
    any_,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.registry.leadership_policies import LeadershipPolicies
from services.registry.party_organizations.rules import ELECTING
from services.registry.party_organizations.schemas import TermOut
from services.registry.tables import party_organizations
from shared.contracts.base import PartyState
from shared.db.paging import where_within
from shared.db.session import Record, Transaction
from shared.field.calendar import months_after

TermFilter = Literal["none", "running", "ending", "overdue"]
"""No term known, running, running and to end within the first reminder's months, over without the next."""

_ROW = party_organizations.c
_ACTIVE = and_(
    _ROW.dissolved_on.is_(None), _ROW.state == "active", _ROW.form == any_(literal(list(ELECTING), ARRAY(String)))
)


def first_reminders(policies: LeadershipPolicies, today: date) -> Subquery:
    """The months of the first reminder by region (`region`, `months`)."""
    found = policies.by_region(today)
    regions = literal([one.region for one in found], ARRAY(String))
    months = literal([max(one.parameters.reminder_months) for one in found], ARRAY(Integer))
    return select(
        func.unnest(regions, months).table_valued("region", "months").render_derived(name="first_reminders")
    ).subquery()


def _reminded(policies: LeadershipPolicies, today: date) -> ColumnElement[bool]:
    rows = first_reminders(policies, today)
    months = (
        select(rows.c.months)
        .where(func.starts_with(_ROW.division, rows.c.region))
        .order_by(func.length(rows.c.region).desc())
        .limit(1)
        .scalar_subquery()
    )
    begins = _ROW.term_ends_on - func.make_interval(0, months)
    return literal(today, Date) >= cast(begins, Date)


def in_term(term: TermFilter, policies: LeadershipPolicies, today: date) -> ColumnElement[bool]:
    """The condition of a filter, for those that elect and are active."""
    over = _ROW.term_ends_on < today
    match term:
        case "none":
            return and_(_ACTIVE, _ROW.term_ends_on.is_(None))
        case "running":
            return and_(_ACTIVE, ~over)
        case "ending":
            return and_(_ACTIVE, ~over, _reminded(policies, today))
        case "overdue":
            return and_(_ACTIVE, over)


def in_state(state: PartyState) -> ColumnElement[bool]:
    """The condition of being in a state."""
    return _ROW.state == state


def ends_within(months: int, today: date) -> ColumnElement[bool]:
    """The condition that the term ends within some months from today, or is over."""
    return and_(_ACTIVE, _ROW.term_ends_on <= last_end_within(months, today))


def last_end_within(months: int, today: date) -> date:
    """The last day on which a term may end whose reminder of that number of months has come by today.

    Days at a month's end share the day some months before: on 30 November, 30 and 31 December are both a month off.
    """
    last = months_after(today, months)
    while months_after(last + timedelta(days=1), -months) <= today:
        last += timedelta(days=1)
    return last


def reminder_of(ends_on: date | None, months: Sequence[int], today: date) -> int | None:
    """Which reminder was reached last: its months before the end; None before the first, and after the end."""
    if ends_on is None or ends_on < today:
        return None
    return min((one for one in months if today >= months_after(ends_on, -one)), default=None)


def term_out(row: Record, policies: LeadershipPolicies, today: date) -> TermOut | None:
    """The term of a Party organization's row as clients see it."""
    since, ends_on = row["term_since"], row["term_ends_on"]
    if since is None or ends_on is None:
        return None
    policy = policies.in_force(row["division"], today)
    months = () if policy is None else policy.parameters.reminder_months
    ended = row["dissolved_on"] is not None
    return TermOut(
        since=since,
        ends_on=ends_on,
        overdue=ends_on < today and not ended,
        reminder=None if ended else reminder_of(ends_on, months, today),
    )


async def count(tx: Transaction, division: str, policies: LeadershipPolicies, today: date) -> Record:
    """How many Party organizations of a division are in which state and term, and of how many the secretary is the head
    of the organization too (S31)."""
    statement = select(*_counted(policies, today)).select_from(party_organizations)
    found = await tx.record(where_within(statement, _ROW.division, division))
    assert found is not None
    return found


async def count_by_division(
    tx: Transaction, division: str, policies: LeadershipPolicies, today: date
) -> dict[str, Record]:
    """The same of each division inside, by its code."""
    statement = select(_ROW.division, *_counted(policies, today)).select_from(party_organizations)
    rows = await tx.records(where_within(statement, _ROW.division, division).group_by(_ROW.division))
    return {row["division"]: row for row in rows}


def _counted(policies: LeadershipPolicies, today: date) -> list[ColumnElement[Any]]:
    def of(condition: ColumnElement[bool]) -> ColumnElement[Any]:
        return func.count(case((condition, 1)))

    exists = _ROW.dissolved_on.is_(None)
    return [
        of(exists).label("party_organizations"),
        of(and_(exists, in_state("founding"))).label("founding"),
        of(and_(exists, in_state("active"))).label("active"),
        of(in_term("none", policies, today)).label("term_none"),
        of(in_term("running", policies, today)).label("term_running"),
        of(in_term("ending", policies, today)).label("term_ending"),
        of(in_term("overdue", policies, today)).label("term_overdue"),
        of(and_(exists, in_state("active"), _ROW.secretary_is_head.is_not(None))).label("secretaries_known"),
        of(and_(exists, in_state("active"), _ROW.secretary_is_head.is_(True))).label("secretaries_are_heads"),
    ]
