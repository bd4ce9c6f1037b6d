"""Who takes part in a year's cycle, and who leaves it (H17: once a year each)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.evaluation.cycles.frozen_rules import FrozenRules
from services.evaluation.cycles.queries import frozen_rules
from services.evaluation.deadlines.errors import FoundedInYear
from services.evaluation.deadlines.progress import bar_founded
from services.evaluation.deadlines.rules import due_days
from services.evaluation.evaluations.enrolling import enrolment_queries as queries
from services.evaluation.evaluations.enrolling.enrolment_queries import Candidate
from services.evaluation.evaluations.queries import taken
from services.evaluation.evaluations.rules import TRANSITIONS
from services.evaluation.party_organizations.rules import decide_type
from shared.contracts.base import Reason
from shared.db.base import new_id, to_json
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.transitions import states_before

_LOCK = "pg_advisory_xact_lock{shared}(hashtext('evaluation_enrolment'))"
_SHARED = text(f"SELECT {_LOCK.format(shared='_shared')}")
_EXCLUSIVE = text(f"SELECT {_LOCK.format(shared='')}")


async def hold_back_openings(tx: Transaction) -> None:
    """Take the shared lock before the projection changes.

    An opening either sees the change, or is committed before it, so that the change meets an open cycle.
    """
    await tx.execute(_SHARED)


async def wait_for_projection(tx: Transaction) -> None:
    """Take the exclusive lock before a cycle opens: the projection stands still from its SELECT to its commit."""
    await tx.execute(_EXCLUSIVE)


async def enrol_cycles(tx: Transaction, cycle_ids: Sequence[UUID], now: datetime) -> None:
    """Enrol everybody whom open cycles are for by the state of the reference date, and withdraw everybody else.

    Of no division alone: a Party organization may have moved since.
    """
    async with tx.system_scope():
        await queries.withdraw(tx, "cycles", cycle_ids, states_before(TRANSITIONS, "withdrawal"), now)
        await _enrol(tx, await queries.candidates_of_cycles(tx, cycle_ids), now)


async def follow_in_open_cycles(tx: Transaction, party_organization_ids: Sequence[UUID], now: datetime) -> None:
    """Enrol Party organizations in the open cycles that are for them, withdraw them where none is any more.

    Completed evaluations stay.
    """
    if not party_organization_ids:
        return
    ended = states_before(TRANSITIONS, "withdrawal")
    await queries.withdraw(tx, "party_organizations", party_organization_ids, ended, now)
    await _enrol(tx, await queries.candidates_among(tx, party_organization_ids), now)


async def _enrol(tx: Transaction, candidates: Sequence[Candidate], now: datetime) -> None:
    rules = await frozen_rules(tx, sorted({one.cycle_id for one in candidates})) if candidates else {}
    await queries.enrol(tx, [_new_row(tx, one, rules[one.cycle_id], now) for one in candidates])


def _new_row(tx: Transaction, candidate: Candidate, rules: FrozenRules, now: datetime) -> dict[str, Any]:
    decision = decide_type(candidate.covers, rules.policy.parameters, rules.versions)
    reason = Reason(
        rule="H16",
        outcome=decision.type,
        facts={
            **decision.facts,
            "form": candidate.form,
            "kind": candidate.kind,
            "system_version": rules.versions[decision.type],
            "policy": rules.policy.id,
        },
        as_of=now,
    )
    founded = bar_founded(rules.policy.parameters, candidate.established_on, candidate.year)
    reasons = [reason] if founded is None else [reason, _not_rated(founded, rules, now)]
    return {
        "id": new_id(),
        "cycle_id": candidate.cycle_id,
        "year": candidate.year,
        "party_organization_id": candidate.party_organization_id,
        "division": candidate.division,
        "type": decision.type,
        "state": "enrolled",
        "reasons": to_json([one.model_dump(mode="json") for one in reasons]),
        "sequence": 0,
        "version": 1,
        "enrolled_at": now,
        "steps": to_json(taken(tx, "enrolment", now)),
        "deadlines": to_json(
            due_days(rules.policy.parameters, decision.type, china_day(now), rules.policy.working_days)
        ),
    }


def _not_rated(founded: FoundedInYear, rules: FrozenRules, now: datetime) -> Reason:
    facts = {name: str(value) for name, value in founded.facts.items()} | {"policy": rules.policy.id}
    return Reason(rule="R-founded", outcome="not_rated", facts=facts, as_of=now)
