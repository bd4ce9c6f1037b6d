"""Reads an organization as it was."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from services.registry.lookups.errors import HistoryNotKept, NotRegisteredThen
from services.registry.organizations import versions
from services.registry.organizations.history import version_at
from services.registry.organizations.organization import Organization
from services.registry.party_organizations.covering import form_on
from services.registry.party_organizations.rules import coverage_of
from shared.db.session import Transaction
from shared.field.calendar import CHINA


async def find_as_of(tx: Transaction, stored: Organization, day: date) -> Organization:
    """An organization as it was at the end of a day in China, with what covered it then.

    Raises NotRegisteredThen, HistoryNotKept.
    """
    end = datetime.combine(day + timedelta(days=1), time(), CHINA) - timedelta(microseconds=1)
    replaced = await versions.all_replaced(tx, stored.id)
    then = version_at(replaced, end, version=stored.version, as_of=stored.as_of)
    content = stored.content if then.replaced is None else then.replaced.content
    if content.registered_on > day:
        raise NotRegisteredThen(registered_on=content.registered_on, as_of=day)
    if not then.known:
        raise HistoryNotKept(as_of=day)
    found = stored
    if then.replaced is not None:
        before = [one.content.name for one in replaced if one.version < then.replaced.version]
        found = replace(
            stored,
            content=content,
            as_of=then.replaced.as_of,
            version=then.replaced.version,
            former_names=tuple(name for name in stored.former_names if name in before and name != content.name),
        )
    form = await form_on(tx, stored.id, day)
    return replace(found, coverage=(form and coverage_of(form)) or "uncovered")
