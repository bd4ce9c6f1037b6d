"""Records activities of Party organizations, corrects, ends and withdraws them; counts cultivation (H12)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.incubation.activities import double_reports, queries
from services.incubation.activities.lives import Life, end_of_lasting, life_faults, year_faults
from services.incubation.activities.rules import (
    TRANSITIONS,
    ActivityStep,
    end_faults,
    faults_of,
    reason_of,
    twin_faults,
)
from services.incubation.activities.schemas import (
    ActivityBody,
    ActivityCorrection,
    ActivityEnd,
    CultivationBody,
    NewActivity,
)
from services.incubation.meetings.taking import check_done, plain, step_of
from services.incubation.routine.activity_policies import ActivitiesPolicies, ActivitiesPolicy, ActivityKind, policy_of
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.divisions import check_division
from shared.field.errors import FieldError as BrokenValue
from shared.field.policies import Policy
from shared.problems.access import check_reach
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

_NO_KIND = Text(
    zh="没有这类活动。可用的类别：{kinds}。", en="There is no such kind of activity. The kinds are: {kinds}."
)
_NO_PARTY = Text(zh="没有该党组织。", en="There is no such Party organization.")
_ENDED = Text(zh="该活动已于 {until} 终止。", en="The activity ended on {until}.")
_NOT_YET = Text(zh="该年度尚未开始。", en="The year has not begun.")
_CONTENT = ("title", "on_day", "until", "partner", "place", "field", "participants", "service", "party_organizations")


async def record(tx: Transaction, body: NewActivity, policies: ActivitiesPolicies, now: datetime) -> Record:
    """An activity that was, or that goes on. Raises InvalidInput, OutsideScope, NoPolicy."""
    today = china_day(now)
    check_done("/on_day", body.on_day, today)
    try:
        check_division(body.division, body.on_day)
    except BrokenValue as broken:
        raise InvalidInput([field_error("/division", broken)]) from broken
    check_reach(tx.access, body.division)
    policy = policy_of(policies, body.division, body.on_day, today)
    own = new_id()
    decided = await _decided(tx, body.kind, body, policy, now, own)
    row: Record = {
        "id": own,
        "kind": body.kind,
        "division": body.division,
        **decided,
        "state": "recorded",
        "steps": [step_of(tx, "recording", now, None)],
        "version": 1,
        "created_at": now,
    }
    await queries.add(tx, row)
    await double_reports.restate(tx, body.kind, body.party_organizations, {body.on_day.year}, policies, now)
    return row


def regular_kinds(policies: ActivitiesPolicies) -> list[str]:
    """The kinds that any policy has done regularly (S22)."""
    found = (one.parameters.communication for one in policies.policies)
    return sorted({one.kind for one in found if one is not None})


async def _decided(
    tx: Transaction, code: str, body: ActivityBody, policy: Policy[ActivitiesPolicy], now: datetime, own: UUID
) -> dict[str, Any]:
    """The columns that an activity's content and its policy decide. Raises InvalidInput."""
    kind: ActivityKind | None = policy.parameters.kinds.get(code)
    if kind is None:
        known = ", ".join(policy.parameters.kinds)
        raise InvalidInput([FieldError("/kind", _NO_KIND, (("kinds", known),))])
    given = {name: getattr(body, name) for name in _CONTENT}
    known_parties = await queries.known_parties(tx, body.party_organizations)
    faults = faults_of(kind, given, body.party_organizations)
    faults += [
        FieldError(f"/party_organizations/{place}", _NO_PARTY)
        for place, party in enumerate(body.party_organizations)
        if party not in known_parties
    ]
    if not faults:
        lives = [_life(known_parties[party]) for party in body.party_organizations]
        faults = life_faults(lives, body.on_day, body.until, lasting=kind.lasting)
        faults = faults or (end_of_lasting(lives, body.on_day, body.until) if kind.lasting else [])
        # What S23 asks for is the same under whichever title.
        twins = await queries.list_twins(tx, {"kind": code, **given}, untitled=code in policy.parameters.both, but=own)
        faults = faults or twin_faults(body.party_organizations, twins)
    if faults:
        raise InvalidInput(faults)
    reason = reason_of(code, kind, body.participants, policy.id, now)
    return {**given, "lasting": kind.lasting, "policy": policy.id, "reasons": plain([reason])}


def _life(party: Record) -> Life:
    return Life(party["established_on"], party["dissolved_on"])


async def _take(tx: Transaction, activity_id: UUID, step: ActivityStep, if_match: Preconditions | None) -> Record:
    """The activity, locked, in the state after a step.

    Raises NotFound, PreconditionFailed, OutsideScope, IllegalTransition.
    """
    row = await queries.get(tx, activity_id, lock=True)
    if row is None:
        raise NotFound(what="activity")
    check_version(if_match, row["version"])
    check_reach(tx.access, row["division"])
    return {**row, "state": move(TRANSITIONS, row["state"], step), "version": row["version"] + 1}


async def _save(tx: Transaction, row: Record, step: ActivityStep, now: datetime, note: str) -> Record:
    row["steps"] = [*row["steps"], step_of(tx, step, now, note)]
    await queries.write(tx, row)
    return row


async def correct(
    tx: Transaction,
    activity_id: UUID,
    body: ActivityCorrection,
    policies: ActivitiesPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """It was recorded wrongly. Raises as `_take` does, and InvalidInput."""
    row = await _take(tx, activity_id, "correction", if_match)
    today = china_day(now)
    check_done("/on_day", body.on_day, today)
    policy = policy_of(policies, row["division"], body.on_day, today)
    parties, years = {*row["party_organizations"], *body.party_organizations}, {row["on_day"].year, body.on_day.year}
    row |= await _decided(tx, row["kind"], body, policy, now, activity_id)
    saved = await _save(tx, row, "correction", now, body.reason)
    await double_reports.restate(tx, row["kind"], parties, years, policies, now)
    return saved


async def end(
    tx: Transaction, activity_id: UUID, body: ActivityEnd, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """It goes on no more. Raises as `_take` does, and InvalidInput."""
    row = await _take(tx, activity_id, "ending", if_match)
    if row["until"] is not None:
        raise InvalidInput([FieldError("/until", _ENDED, (("until", row["until"]),))])
    faults = end_faults(row["on_day"], body.until, lasting=row["lasting"])
    if faults:
        raise InvalidInput(faults)
    return await _save(tx, row | {"until": body.until}, "ending", now, body.reason)


async def withdraw(
    tx: Transaction,
    activity_id: UUID,
    reason: str,
    policies: ActivitiesPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """It was recorded in error, and counts no more. Raises as `_take` does."""
    row = await _save(tx, await _take(tx, activity_id, "withdrawal", if_match), "withdrawal", now, reason)
    await double_reports.restate(tx, row["kind"], row["party_organizations"], {row["on_day"].year}, policies, now)
    return row


async def count_cultivation(
    tx: Transaction,
    party: UUID,
    year: int,
    body: CultivationBody,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> tuple[Record, bool]:
    """A year's counts of a Party organization (H12), and whether there were none before.

    Raises NotFound, OutsideScope, PreconditionFailed, InvalidInput.
    """
    known = (await queries.known_parties(tx, [party])).get(party)
    if known is None or not tx.access.reaches(known["division"]):
        raise NotFound(what="Party organization")
    check_reach(tx.access, known["division"])
    if year > china_day(now).year:
        raise InvalidInput([FieldError("/path/year", _NOT_YET)])
    if faults := year_faults(_life(known), year):
        raise InvalidInput(faults)
    # It may have been counted where the Party organization was before.
    async with tx.system_scope():
        stored = await queries.cultivation_of(tx, [party], year, lock=True)
    check_version(if_match, stored[0]["version"] if stored else None)
    content = {**body.model_dump(), "division": known["division"]}
    if stored and all(stored[0][name] == value for name, value in content.items()):
        return stored[0], False
    row: Record = {
        "id": new_id(),
        "party_organization_id": party,
        "year": year,
        **content,
        "recorded_by": tx.access.actor,
        "recorded_at": now,
        "version": 1,
    }
    async with tx.system_scope():
        return await queries.put_cultivation(tx, row), not stored
