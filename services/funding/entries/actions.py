"""Entries of schemes' lists: entered by one person, confirmed by another, ended with a last day."""

from datetime import date, datetime
from uuid import UUID

from services.funding.amount_rules import WITH_ENTRIES
from services.funding.coverage import queries as coverage
from services.funding.entries import queries
from services.funding.entries.errors import SchemeNotActive, SchemeWithoutList
from services.funding.entries.rules import Entry, confirm, end, find_faults
from services.funding.policies import Scheme, SchemeParameters, Schemes, find_scheme
from shared.db.session import Transaction
from shared.problems.problems import InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version


async def enter(tx: Transaction, entry: Entry, schemes: Schemes) -> Entry:
    """Keep an entry that another person will confirm; its recipient must be one that the caller sees.

    Raises NotFound, SchemeNotActive, SchemeWithoutList, InvalidInput.
    """
    party = (await coverage.load(tx, [entry.recipient_id])).get(entry.recipient_id)
    if party is None:
        raise NotFound(what="Party organization")
    name = party.name or str(party.id)
    entry = Entry(**{**vars(entry), "division": party.division, "recipient_name": name})
    faults = find_faults(entry, _list_of(entry, schemes))
    if faults:
        raise InvalidInput(faults)
    await queries.insert_one(tx, entry)
    return entry


async def confirm_entry(
    tx: Transaction,
    entry_id: UUID,
    now: datetime,
    schemes: Schemes,
    if_match: Preconditions | None,
    note: str | None = None,
) -> Entry:
    """Confirm it: from then on it counts. Its figures are checked again, by the scheme as it is by now.

    Raises NotFound, PreconditionFailed, and what `rules.confirm` and `enter` do.
    """
    seen = await queries.get(tx, entry_id)
    if seen is None:
        raise NotFound(what="entry")
    await queries.wait_for_list(tx, seen.scheme)
    entry = await queries.lock(tx, entry_id)
    if entry is None:
        raise NotFound(what="entry")
    check_version(if_match, entry.version)
    parameters = _list_of(entry, schemes)
    faults = find_faults(entry, parameters)
    if faults:
        raise InvalidInput(faults)
    # The list is the region's, which may be wider than what the caller sees.
    async with tx.system_scope():
        others = await queries.confirmed(tx, entry.scheme)
    confirmed = confirm(entry, tx.access.actor, now, parameters, others, note)
    await queries.save(tx, confirmed)
    return confirmed


async def end_entry(
    tx: Transaction, entry_id: UUID, now: datetime, last_day: date | None, because: str, if_match: Preconditions | None
) -> Entry:
    """End a confirmed entry with its last day, or withdraw one that was not confirmed.

    Raises NotFound, PreconditionFailed, IllegalTransition, SameHand, EntryOver, InvalidInput.
    """
    entry = await queries.lock(tx, entry_id)
    if entry is None:
        raise NotFound(what="entry")
    check_version(if_match, entry.version)
    ended = end(entry, tx.access.actor, now, last_day, because)
    await queries.save(tx, ended)
    return ended


def _list_of(entry: Entry, schemes: Schemes) -> SchemeParameters:
    scheme: Scheme | None = find_scheme(schemes, entry.scheme, entry.division, entry.effective_from)
    if scheme is None:
        raise NotFound(what="scheme")
    parameters = scheme.parameters
    if parameters.amount.rule not in WITH_ENTRIES:
        raise SchemeWithoutList(scheme=entry.scheme)
    if not parameters.active:
        raise SchemeNotActive(scheme=entry.scheme, missing=", ".join(parameters.unstated()))
    return parameters
