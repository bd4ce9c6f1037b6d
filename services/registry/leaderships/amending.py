"""Puts off elections, and corrects what was recorded of leaderships."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.registry.leadership_policies import leadership_policy
from services.registry.leaderships import queries
from services.registry.leaderships.approving import (
    Pair,
    check_approval_of,
    find,
    lock,
    settle,
    since_of,
    step_of,
    subject_of,
    take,
)
from services.registry.leaderships.errors import TermFollowed
from services.registry.leaderships.leadership import Report, current_of
from services.registry.leaderships.rules import check_extension, check_report, explain_extension
from services.registry.leaderships.schemas import LeadershipCorrectionBody, LeadershipExtensionBody
from services.registry.policies import RegistrationPolicies
from shared.contracts.base import Reason
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.versions import Preconditions


async def extend(
    tx: Transaction,
    party_id: UUID,
    number: int,
    body: LeadershipExtensionBody,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Pair:
    """Put off the next election: the present term ends later. Raises TermFollowed besides what `correct` raises."""
    await find(tx, party_id, number)
    async with tx.system_scope():
        held = await lock(tx, party_id, policies)
        party, row = held.party, await take(tx, party_id, number, "extension", if_match)
        current = current_of(await queries.list_approved(tx, party_id), since_of(party))
        if current is None or current.number != number or row["ends_on"] is None:
            raise TermFollowed
        today, ends_on = china_day(now), row["ends_on"]
        usual = ends_on if row["extension"] is None else date.fromisoformat(row["extension"]["usual_end"])
        policy = leadership_policy(policies.leaderships, party["division"], body.approved_on, today)
        errors = check_extension((row["approved_on"], usual, ends_on), body.until, body.approved_on, policy, today)
        if errors:
            raise InvalidInput(errors)
        why = explain_extension(ends_on, body.until, body.approval_number, policy.id, now)
        row |= {
            "ends_on": body.until,
            "extension": {"usual_end": usual.isoformat(), **body.model_dump(mode="json")},
            "reasons": [*row["reasons"], why.model_dump(mode="json")],
            "steps": [*row["steps"], step_of(tx, "extension", now, body.reason)],
        }
        await queries.update(tx, row)
        return await settle(tx, held, number, now)


async def correct(
    tx: Transaction,
    party_id: UUID,
    number: int,
    body: LeadershipCorrectionBody,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Pair:
    """Set right what was recorded of an approved leadership; terms follow, whichever of them it is.

    Raises NotFound, OutsideScope, PreconditionFailed, IllegalTransition, SameHand, PartyOrganizationEnded,
    InvalidInput.
    """
    await find(tx, party_id, number)
    async with tx.system_scope():
        held = await lock(tx, party_id, policies)
        party, row = held.party, await take(tx, party_id, number, "correction", if_match)
        given = body.given()
        before = {name: row[name] for name in given}
        changed: Record = {**row, **given}
        today, subject = china_day(now), await subject_of(tx, party)
        policy = leadership_policy(policies.leaderships, party["division"], changed["held_on"], today)
        figures = (changed[name] for name in ("due", "present", "candidates", "elected", "full_members"))
        reported = Report(row["method"], changed["held_on"], *figures)
        taken_over = row["steps"][0]["step"] == "take_over"
        checked = check_report(reported, subject, policy, today, now, taken_over=taken_over)
        approved, ends_on = await check_approval_of(tx, held, changed, reported, subject, now)
        errors = [*checked.errors, *approved.errors]
        extension = changed["extension"]
        if extension is not None and ends_on is not None:
            # It stays, and counts from the usual end as it is now.
            until = max(ends_on + timedelta(days=1), date.fromisoformat(extension["until"]))
            found = check_extension((today, ends_on, ends_on), until, today, policy, today)
            errors += [FieldError("/approved_on", one.detail, one.facts) for one in found]
        if errors:
            raise InvalidInput(errors)
        facts = {"fields": sorted(given), "before": _plain(before), "by": tx.access.actor}
        why = Reason(rule="R-leadership", outcome="corrected", facts=facts, as_of=now)
        changed |= _ends(changed, ends_on) | {
            "warnings": [one.stored() for one in (*checked.warnings, *approved.warnings)],
            "reasons": [*row["reasons"], *(one.model_dump(mode="json") for one in (why, approved.reason))],
            "steps": [*row["steps"], step_of(tx, "correction", now, body.reason)],
        }
        await queries.update(tx, changed)
        return await settle(tx, held, number, now)


def _ends(changed: Record, ends_on: date | None) -> Record:
    """The last day of a corrected term: an extension stays, and counts from the term's usual end as it is now."""
    extension = changed["extension"]
    if extension is None or ends_on is None:
        return {"ends_on": ends_on, "extension": None}
    until = max(ends_on, date.fromisoformat(extension["until"]))
    return {"ends_on": until, "extension": {**extension, "usual_end": ends_on.isoformat()}}


def _plain(values: Record) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
