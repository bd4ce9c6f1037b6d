"""Opens a cycle: freezes its rules, then enrols every Party organization that it is for."""

from datetime import datetime
from uuid import UUID

from services.evaluation.cycles import queries as cycles
from services.evaluation.cycles.frozen_rules import to_snapshot
from services.evaluation.cycles.rules import TRANSITIONS, rated_on
from services.evaluation.evaluations import enrolment
from services.evaluation.indicator_systems.rules import SystemBook
from services.evaluation.openings.errors import NoRulesForYear
from services.evaluation.openings.rules import missing_types
from services.evaluation.party_organizations.queries import count_not_rated
from services.evaluation.policies import EvaluationParameters
from shared.db.session import Record, Transaction
from shared.field.policies import PolicyBook
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version


async def open_cycle(
    tx: Transaction,
    cycle_id: UUID,
    *,
    policies: PolicyBook[EvaluationParameters],
    systems: SystemBook,
    note: str | None,
    if_match: Preconditions | None,
    now: datetime,
) -> Record:
    """Freeze the year's rules and enrol. Raises NotFound, PreconditionFailed, IllegalTransition, NoRulesForYear."""
    await enrolment.wait_for_projection(tx)
    cycle = await cycles.get(tx, cycle_id, lock=True)
    if cycle is None:
        raise NotFound(what="cycle")
    check_version(if_match, cycle["version"])
    state = move(TRANSITIONS, cycle["state"], "opening")
    year, division = cycle["year"], cycle["division"]
    policy = policies.in_force(division, rated_on(year))
    if policy is None:
        raise NoRulesForYear(year=year, division=division, missing="evaluation policy")
    of_year = systems.of_year(year)
    missing = missing_types(policy.parameters, {system.type for system in of_year})
    if missing:
        raise NoRulesForYear(year=year, division=division, missing=", ".join(missing))
    await cycles.freeze_systems(tx, cycle, of_year)
    await cycles.save_opening(tx, cycle_id, state=state, policy=to_snapshot(policy), note=note, now=now)
    enrolled = await enrolment.enrol_division(tx, cycle_id, now)
    not_rated = await count_not_rated(tx, division, policy.parameters.rated_forms)
    await cycles.save_counts(tx, cycle_id, enrolled=enrolled, not_rated=not_rated)
    opened = await cycles.get(tx, cycle_id)
    assert opened is not None
    return opened
