"""Records annual inspections: the one action behind the PUT and the batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.registry.civil_years.policies import StandingPolicies
from services.registry.inspections import queries
from services.registry.inspections.inspection import Found, Inspection
from services.registry.inspections.rules import check_owed, duty_of, find_errors, find_year_errors, found_of
from services.registry.inspections.schemas import InspectionLine
from services.registry.organizations.organization import Organization
from services.registry.organizations.queries import lock_by_uscc
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.field.uscc import normalize
from shared.problems.problems import InvalidInput, NotFound, Problem
from shared.problems.versions import Preconditions, check_version

Key = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one entry: the inspection as it is then, whether it is new, or why it was not taken."""

    inspection: Inspection | None
    new: bool = False
    problem: Problem | None = None


async def record(
    tx: Transaction,
    entries: Sequence[InspectionLine],
    policies: StandingPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None = None,
    year_pointer: str = "/year",
) -> list[Recorded]:
    """Record a list, in its order; an entry that is refused does not hold up the others, a later one sees the earlier.

    The same again changes nothing. `if_match` is of the only one, and raises PreconditionFailed; `year_pointer` says
    where the year stands in the request.
    """
    # What is no code is nobody's: PostgreSQL refuses the whole list for a NUL in one of them.
    codes = {code for one in entries if (code := normalize(one.uscc)).isalnum()}
    organizations = {one.uscc: one for one in await lock_by_uscc(tx, sorted(codes))}
    stored = await queries.lock(tx, [one.id for one in organizations.values()])
    known: dict[Key, Inspection] = dict(stored)
    results = []
    for entry in entries:
        organization = organizations.get(normalize(entry.uscc))
        try:
            if organization is None:
                raise NotFound(what="organization")
            wanted = _decide(tx, entry, organization, policies, now, year_pointer)
        except Problem as problem:
            results.append(Recorded(None, problem=problem.without_chain()))
            continue
        key = (organization.id, entry.year)
        before = known.get(key)
        check_version(if_match, None if before is None else before.version)
        if before is None:
            known[key] = wanted
        elif before.found != _kept(before, wanted, entry):
            known[key] = before.revised(replace(wanted, found=_kept(before, wanted, entry)))
        results.append(Recorded(known[key], new=before is None))
    await _write(tx, stored, known)
    return results


def _kept(before: Inspection, wanted: Inspection, entry: InspectionLine) -> Found:
    """What is wanted; without a day of the conclusion the one that was recorded stays."""
    if entry.concluded_on is None and before.found.outcome == wanted.found.outcome:
        return replace(wanted.found, concluded_on=before.found.concluded_on)
    return wanted.found


def _decide(
    tx: Transaction,
    entry: InspectionLine,
    organization: Organization,
    policies: StandingPolicies,
    now: datetime,
    year_pointer: str,
) -> Inspection:
    """The inspection that an entry describes. Raises InvalidInput, NotInspected."""
    today = china_day(now)
    if errors := find_year_errors(entry.year, policies.first_year, today, year_pointer):
        raise InvalidInput(errors)
    content = organization.content
    policy = policies.measures_of(content.division, entry.year)
    ended_by = organization.ended()
    duty = duty_of(content, entry.year, policy, now, charity=entry.charity, ended_by=ended_by)
    duty = check_owed(entry, duty, content, entry.year, ended_by)
    if errors := find_errors(entry, duty, today):
        raise InvalidInput(errors)
    found, reasons = found_of(entry, duty, now)
    return Inspection(new_id(), organization.id, content.division, entry.year, found, [*reasons], tx.access.actor, now)


async def _write(tx: Transaction, stored: Mapping[Key, Inspection], known: Mapping[Key, Inspection]) -> None:
    await queries.insert(tx, [one for key, one in sorted(known.items()) if key not in stored])
    changed = [one for key, one in known.items() if key in stored and one is not stored[key]]
    await queries.update(tx, sorted(changed, key=lambda one: one.id))
