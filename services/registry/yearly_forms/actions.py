"""Records yearly forms (S18, S19, S20, S24)."""

from datetime import datetime

from services.registry.organizations.queries import get_by_uscc_or_id, lock_by_uscc
from services.registry.yearly_forms import queries
from services.registry.yearly_forms.rules import STATED, form_errors, reasons_of, year_errors
from services.registry.yearly_forms.schemas import YearlyFormBody
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.problems import InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version


async def record(
    tx: Transaction, reference: str, year: int, body: YearlyFormBody, now: datetime, if_match: Preconditions | None
) -> tuple[Record, bool]:
    """Record what a form states, and whether it is new. The same again changes nothing.

    Raises NotFound, InvalidInput, PreconditionFailed.
    """
    named = await get_by_uscc_or_id(tx, reference)
    found = [] if named is None else await lock_by_uscc(tx, [named.uscc])
    if not found:
        raise NotFound(what="organization")
    [organization] = found
    form, today = {name: getattr(body, name) for name in STATED}, china_day(now)
    errors = year_errors(year, organization.content.registered_on, organization.ended(), today)
    errors = errors or form_errors(form, year, today)
    if errors:
        raise InvalidInput(errors)
    stored = await queries.lock(tx, organization.id, year)
    check_version(if_match, None if stored is None else stored["version"])
    written: Record = {
        **form,
        "reasons": [one.model_dump(mode="json") for one in reasons_of(form, now)],
        "recorded_by": tx.access.actor,
        "recorded_at": now,
    }
    if stored is None:
        owned = {"id": new_id(), "organization_id": organization.id, "division": organization.content.division}
        await queries.insert_one(tx, {**owned, "year": year, **written, "version": 1})
    elif any(stored[name] != form[name] for name in STATED):
        await queries.write(tx, stored["id"], written | {"version": stored["version"] + 1})
    shown = await queries.get(tx, organization.id, year)
    assert shown is not None
    return shown, stored is None
