"""Records superior bodies; Party organizations that belonged to nobody may find theirs by it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from services.registry.affiliations.queries import count_outside
from services.registry.bodies import queries
from services.registry.bodies.body import Bodies, Body, DatedName, Seat
from services.registry.bodies.errors import BodyInUse, RoleFixed
from services.registry.bodies.rules import department_of, faults_of
from services.registry.body_policies import BodyEntry
from services.registry.party_organizations.affiliation.assigning import affiliate_unaffiliated
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.bodies import BodyRecorded
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.field.divisions import scope_prefix
from shared.field.policies import NoPolicy
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.versions import Preconditions, check_version
from shared.superiors.policies import AffiliationPolicies

SETTLED_AT_ONCE = 5000
RESERVED = frozenset({"coverage", "joint-conference"})
"""Names of reports: no body has one of them as its code."""
_RESERVED = Text(zh="“{code}”是报表的名称，不能作为机构代码。", en="'{code}' names a report, and cannot be a code.")
_TAKEN = Text(zh="代码“{code}”已在其他地区使用。", en="The code '{code}' is in use in another division.")
_TWICE = Text(zh="代码“{code}”在本次请求中出现了不止一次。", en="The request has the code '{code}' more than once.")


async def record_bodies(
    tx: Transaction,
    entries: Sequence[BodyEntry],
    policies: AffiliationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None = None,
    pointers: Sequence[str] | None = None,
) -> list[tuple[Body, bool]]:
    """Record a list of bodies, all or none: each as it is then, and whether it is new; the same again changes nothing.

    `if_match` is of the only one; `pointers` say where each stands in the request. Raises InvalidInput,
    OutsideScope, PreconditionFailed, RoleFixed, BodyInUse.
    """
    if not entries:
        return []
    places = pointers or [""] * len(entries)
    await queries.lock_tree(tx)
    _check_codes(entries, places)
    async with tx.system_scope():
        stored = await queries.by_code(tx, [one.code for one in entries], lock=True)
        around = await queries.around(tx, [one.division for one in entries])
    known = {**around, **stored}
    wanted = [_body(one, stored.get(one.code), policies, china_day(now)) for one in entries]
    _check_access(tx, wanted, stored, places)
    for body in wanted:
        check_version(if_match, stored[body.code].version if body.code in stored else None)
    _check(wanted, {**known, **{body.code: body for body in wanted}}, policies, china_day(now), places)
    changed = [body for body in wanted if body.code in stored and body != stored[body.code]]
    _check_roles(changed, stored)
    await _check_use(tx, changed, {body.code: body for body in wanted}, policies, china_day(now))
    new = [body for body in wanted if body.code not in stored]
    changed = [replace(body, version=body.version + 1) for body in changed]
    await queries.insert(tx, new)
    await queries.update(tx, changed)
    await emit(tx, [_event(body, stored.get(body.code), now) for body in (*new, *changed)])
    if new or changed:
        async with tx.system_scope():
            for prefix in sorted({scope_prefix(body.division) for body in (*new, *changed)}):
                await affiliate_unaffiliated(tx, prefix, policies, now, limit=SETTLED_AT_ONCE)
    now_stored = {body.code: body for body in changed}
    return [(now_stored.get(body.code, body), body.code not in stored) for body in wanted]


def _check_codes(entries: Sequence[BodyEntry], places: Sequence[str]) -> None:
    seen: set[str] = set()
    faults = []
    for one, place in zip(entries, places, strict=True):
        if one.code in RESERVED:
            faults.append(FieldError(f"{place}/code", _RESERVED, (("code", one.code),)))
        if one.code in seen:
            faults.append(FieldError(f"{place}/code", _TWICE, (("code", one.code),)))
        seen.add(one.code)
    if faults:
        raise InvalidInput(faults)


def _check_access(tx: Transaction, wanted: Sequence[Body], stored: Bodies, places: Sequence[str]) -> None:
    for body, place in zip(wanted, places, strict=True):
        check_reach(tx.access, body.division)
        before = stored.get(body.code)
        if before is not None and not tx.access.reaches(before.division):
            raise InvalidInput([FieldError(f"{place}/code", _TAKEN, (("code", body.code),))])


def _check(
    wanted: Sequence[Body], bodies: Bodies, policies: AffiliationPolicies, today: date, places: Sequence[str]
) -> None:
    faults = [
        replace(fault, pointer=place + fault.pointer)
        for body, place in zip(wanted, places, strict=True)
        for fault in faults_of(
            body, bodies, today, civil_affairs=policies.get(body.division, today).parameters.civil_affairs
        )
    ]
    if faults:
        raise InvalidInput(faults)


def _check_roles(changed: Sequence[Body], stored: Bodies) -> None:
    for body in changed:
        before = stored[body.code]
        if (before.kind, before.level) != (body.kind, body.level):
            raise RoleFixed(code=body.code)


async def _check_use(
    tx: Transaction, changed: Sequence[Body], wanted: Mapping[str, Body], policies: AffiliationPolicies, today: date
) -> None:
    """A body cannot end, begin later or move away while others belong to it that it would not hold.

    Raises BodyInUse.
    """
    if not changed:
        return
    below = [wanted.get(child.code, child) for child in await queries.children(tx, [body.code for body in changed])]
    belonging = await count_outside(tx, {body.code: (body.since, body.until) for body in changed})
    for body in changed:
        civil_affairs = policies.get(body.division, today).parameters.civil_affairs
        orphans = [one for one in below if one.parent == body.code and not _holds(body, one, civil_affairs)]
        if orphans or belonging.get(body.code):
            raise BodyInUse(code=body.code, party_organizations=belonging.get(body.code, 0), bodies=len(orphans))


def _holds(parent: Body, child: Body, civil_affairs: str) -> bool:
    """Whether a body below may stay there: to its end, inside the territory, and an incubator's under civil affairs."""
    lasts = parent.until is None or (child.until is not None and child.until <= parent.until)
    fits = child.kind != "incubator_committee" or parent.department == civil_affairs
    return lasts and fits and parent.covers(child.division, child.street)


def _body(entry: BodyEntry, stored: Body | None, policies: AffiliationPolicies, today: date) -> Body:
    """The body that an entry describes, with what it leaves to the policy or to its kind."""
    seat = entry.conference
    policy = policies.in_force(entry.division, today)
    if policy is None:
        raise NoPolicy(f"no affiliation policy for {entry.division} on {today}")
    department = entry.department or department_of(entry.names[-1].name, policy.parameters.departments)
    structure = entry.structure or ("COMMITTEE" if entry.kind == "incubator_committee" else None)
    return Body(
        id=new_id() if stored is None else stored.id,
        code=entry.code,
        names=tuple(DatedName(one.name, one.from_) for one in entry.names),
        level=entry.level,
        kind=entry.kind,
        structure=structure,
        department=department,
        division=entry.division,
        street=entry.street,
        parent=entry.parent,
        since=entry.from_,
        until=entry.until,
        conference=None if seat is None else Seat(seat.role, seat.from_, seat.until),
        version=1 if stored is None else stored.version,
    )


def _event(body: Body, before: Body | None, now: datetime) -> NewEvent:
    payload = BodyRecorded.model_validate(
        {
            name: getattr(body, name)
            for name in BodyRecorded.model_fields
            if name not in ("from_", "names", "conference")
        }
        | {"names": queries.plain_names(body), "conference": queries.plain_seat(body), "from": body.since}
    )
    also = frozenset() if before is None else frozenset({before.division})
    return NewEvent(body.id, body.version, payload, body.division, now, also=also)
