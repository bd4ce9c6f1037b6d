"""Reads organizations as they were."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from services.registry.lookups.errors import HistoryNotKept, NotRegisteredThen
from services.registry.organizations import versions
from services.registry.organizations.history import Replaced, Then, version_at
from services.registry.organizations.organization import Organization
from services.registry.organizations.queries import list_by_id
from services.registry.party_organizations.covering import forms_on
from services.registry.party_organizations.rules import coverage_of
from shared.contracts.base import Form
from shared.db.session import Transaction
from shared.field.calendar import CHINA


def end_of(day: date) -> datetime:
    """The last instant of a day in China."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA) - timedelta(microseconds=1)


async def find_as_of(tx: Transaction, stored: Organization, day: date) -> Organization:
    """An organization as it was at the end of a day in China, with what covered it then.

    Raises NotRegisteredThen, HistoryNotKept.
    """
    replaced = (await versions.all_replaced(tx, [stored.id]))[stored.id]
    then = version_at(replaced, end_of(day), version=stored.version, as_of=stored.as_of)
    content = stored.content if then.replaced is None else then.replaced.content
    if content.registered_on > day:
        raise NotRegisteredThen(registered_on=content.registered_on, as_of=day)
    if not then.known:
        raise HistoryNotKept(as_of=day)
    return _as_of(stored, replaced, then, (await forms_on(tx, [stored.id], day)).get(stored.id))


async def list_as_of(tx: Transaction, ids: Sequence[UUID], day: date) -> list[Organization]:
    """Organizations as they were at the end of a day, in the order of their ids.

    Of one whose history begins later, what it was first known as: its `as_of` lies after the day.
    """
    stored = await list_by_id(tx, ids)
    replaced, forms = await versions.all_replaced(tx, ids), await forms_on(tx, ids, day)
    found = []
    for one in stored:
        then = version_at(replaced[one.id], end_of(day), version=one.version, as_of=one.as_of)
        found.append(_as_of(one, replaced[one.id], then, forms.get(one.id)))
    return found


def _as_of(stored: Organization, replaced: Sequence[Replaced], then: Then, form: Form | None) -> Organization:
    found = stored
    if then.replaced is not None:
        content = then.replaced.content
        before = [one.content.name for one in replaced if one.version < then.replaced.version]
        found = replace(
            stored,
            content=content,
            as_of=then.replaced.as_of,
            version=then.replaced.version,
            former_names=tuple(name for name in stored.former_names if name in before and name != content.name),
        )
    return replace(found, coverage=(form and coverage_of(form)) or "uncovered")
