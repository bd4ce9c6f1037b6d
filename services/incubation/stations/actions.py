"""Records stations, and who manages the members of which unit there (H11)."""

from datetime import date, datetime, timedelta
from uuid import UUID

from services.incubation.bodies import queries as bodies
from services.incubation.meetings.taking import plain, step_of
from services.incubation.organizations.queries import find_organization, lock_organizations, standing_on
from services.incubation.routine.activity_policies import ActivitiesPolicies, policy_of
from services.incubation.stations import queries
from services.incubation.stations.errors import StationInUse
from services.incubation.stations.rules import Station, Unit, end_fault, managed_reason, station_faults, unit_faults
from services.incubation.stations.schemas import ManagedUnitBody, ManagementEnd, StationBody
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.divisions import check_division
from shared.field.errors import FieldError as BrokenValue
from shared.problems.access import check_reach
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version

_TAKEN = Text(zh="代码“{code}”已在其他地区使用。", en="The code '{code}' is in use in another division.")
_NO_ORGANIZATION = Text(zh="没有该社会组织。", en="There is no such organization.")
_OVER = Text(zh="已于 {until} 结束。", en="It ended on {until}.")


async def put_station(
    tx: Transaction,
    code: str,
    body: StationBody,
    policies: ActivitiesPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> bool:
    """Record a station, or change it; whether it is new. The same again changes nothing.

    Raises InvalidInput, OutsideScope, PreconditionFailed, StationInUse, NoPolicy.
    """
    today = china_day(now)
    check_reach(tx.access, body.division)
    stored = await queries.lock(tx, code)
    if stored is not None and not tx.access.reaches(stored["division"]):
        raise InvalidInput([FieldError("/path/code", _TAKEN, (("code", code),))])
    check_version(if_match, None if stored is None else stored["version"])
    try:
        check_division(body.division, max(today, body.from_))
    except BrokenValue as broken:
        raise InvalidInput([field_error("/division", broken)]) from broken
    content: Record = {**body.model_dump(exclude={"from_"}), "since": body.from_}
    if stored is not None and all(stored[name] == value for name, value in content.items()):
        return False
    station = Station(body.division, body.street, body.committee, body.from_, body.until)
    policy = policy_of(policies, body.division, body.from_, today)
    faults = list(station_faults(station, await bodies.by_code(tx, [body.committee]), policy.parameters))
    if faults:
        raise InvalidInput(faults)
    if stored is None:
        await queries.add(tx, {"id": new_id(), "code": code, **content, "version": 1, "created_at": now})
        return True
    await _check_use(tx, stored, station, code, today)
    await queries.write(tx, {**stored, **content, "version": stored["version"] + 1})
    return False


async def _check_use(tx: Transaction, stored: Record, station: Station, code: str, today: date) -> None:
    """Units that are managed there keep their committee, their place and their days. Raises StationInUse."""
    now = (station.committee, station.division, station.street)
    moved = (stored["committee"], stored["division"], stored["street"]) != now
    units = await queries.count_beyond(tx, stored["id"], station.since, station.until, today if moved else None)
    if units:
        raise StationInUse(code=code, units=units)


async def manage(
    tx: Transaction, code: str, body: ManagedUnitBody, policies: ActivitiesPolicies, now: datetime
) -> Record:
    """Two bodies manage a unit's members from a day on; where others did, they do until that day.

    Raises NotFound, OutsideScope, InvalidInput, NoPolicy.
    """
    today = china_day(now)
    stored = await queries.lock(tx, code)
    if stored is None or not tx.access.reaches(stored["division"]):
        raise NotFound(what="station")
    check_reach(tx.access, stored["division"])
    station = Station(stored["division"], stored["street"], stored["committee"], stored["since"], stored["until"])
    organization = await _organization(tx, body.organization)
    before = await queries.last(tx, organization["id"])
    free_from = None if before is None else _free_from(before)
    same = before is not None and before["until"] is None and _pair(before) == (stored["id"], body.territorial)
    unit = Unit(
        organization["division"],
        organization["status"],
        free_from,
        organization["registered_on"],
        before["since"] if before is not None and same else None,
        await _then(tx, organization["id"], body.from_),
    )
    policy = policy_of(policies, station.division, body.from_, today)
    found = await bodies.by_code(tx, [body.territorial])
    faults = list(unit_faults(station, unit, body.territorial, body.from_, found, policy.parameters))
    if faults:
        raise InvalidInput(faults)
    if before is not None and before["until"] is None:
        async with tx.system_scope():
            await _end(tx, before, body.from_, now, f"→ {code}")
    row: Record = {
        "id": new_id(),
        "station_id": stored["id"],
        "organization_id": organization["id"],
        "division": station.division,
        "committee": station.committee,
        "territorial": body.territorial,
        "since": body.from_,
        "until": None,
        "reasons": plain([managed_reason(station.committee, body.territorial, policy, now)]),
        "steps": [step_of(tx, "recording", now, None)],
        "version": 1,
    }
    await queries.add_unit(tx, row)
    return await _shown(tx, row["id"])


async def _organization(tx: Transaction, reference: str) -> Record:
    """Locked, so that it is not deregistered and does not move meanwhile. Raises InvalidInput."""
    found = await find_organization(tx, reference)
    if found is not None:
        async with tx.system_scope():
            await lock_organizations(tx, [found["id"]])
        found = await find_organization(tx, str(found["id"]))
    if found is None:
        raise InvalidInput([FieldError("/organization", _NO_ORGANIZATION)])
    return found


async def _then(tx: Transaction, organization_id: UUID, day: date) -> tuple[bool | None, str | None]:
    """Whether it was registered on a day, and where it was."""
    found = await standing_on(tx, organization_id, day)
    return (None, None) if found is None else (found.registered, found.division)


def _pair(period: Record) -> tuple[UUID, str]:
    """At which station a unit is managed, and by which body of the territory."""
    return period["station_id"], period["territorial"]


def _free_from(period: Record) -> date:
    """The first day on which another period may begin: one that goes on is ended by it, after a day at least."""
    ended: date | None = period["until"]
    return period["since"] + timedelta(days=1) if ended is None else ended


async def end_management(
    tx: Transaction, unit_id: UUID, body: ManagementEnd, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """It is managed there no more. Raises NotFound, PreconditionFailed, OutsideScope, InvalidInput."""
    row = await queries.get_unit(tx, unit_id, lock=True)
    if row is None:
        raise NotFound(what="managed unit")
    check_version(if_match, row["version"])
    check_reach(tx.access, row["division"])
    if row["until"] is not None:
        raise InvalidInput([FieldError("/until", _OVER, (("until", row["until"]),))])
    fault = end_fault(row["since"], body.until)
    if fault is not None:
        raise InvalidInput([fault])
    await _end(tx, row, body.until, now, body.reason)
    return await _shown(tx, unit_id)


async def _end(tx: Transaction, row: Record, until: date, now: datetime, why: str) -> None:
    steps = [*row["steps"], step_of(tx, "ending", now, why)]
    await queries.write_unit(tx, {**row, "until": until, "steps": steps, "version": row["version"] + 1})


async def _shown(tx: Transaction, unit_id: UUID) -> Record:
    found = await queries.get_unit(tx, unit_id)
    assert found is not None
    return found
