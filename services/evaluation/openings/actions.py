"""Opens a cycle: freezes its rules, then enrols every Party organization that it is for. Closes it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.evaluation.catalogues.policies import AuthoredCatalogue
from services.evaluation.catalogues.rules import freeze
from services.evaluation.consequences.deriving.following import Consequences
from services.evaluation.cycles import queries as cycles
from services.evaluation.cycles.cadence_queries import last_opened
from services.evaluation.cycles.frozen_rules import to_snapshot
from services.evaluation.cycles.rules import TRANSITIONS, State, Step, rated_on, state_of
from services.evaluation.deadlines.rules import working_days_after
from services.evaluation.evaluations.enrolling import enrolment
from services.evaluation.evaluations.enrolling.year_ends import restate_after_year_end
from services.evaluation.evaluations.together import count_decided
from services.evaluation.indicator_systems.rules import SystemBook
from services.evaluation.openings.errors import CityCycleFirst, NoRulesForYear, NotDueThisYear, RatingsNotFinal
from services.evaluation.openings.published import check_published
from services.evaluation.openings.rules import check_window, missing_types
from services.evaluation.policies import EvaluationParameters
from services.evaluation.raters.rules import freeze_raters
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.policies import PolicyBook
from shared.field.working_days import WorkingDaysBook
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version
from shared.superiors.policies import AffiliationPolicies, policy_on

_FULL_CODE = 6  # digits


async def open_cycle(
    tx: Transaction,
    cycle_id: UUID,
    *,
    policies: PolicyBook[EvaluationParameters],
    systems: SystemBook,
    catalogues: PolicyBook[AuthoredCatalogue],
    affiliations: AffiliationPolicies,
    days: WorkingDaysBook,
    note: str | None,
    if_match: Preconditions | None,
    now: datetime,
) -> Record:
    """Freeze the year's rules and enrol.

    Raises NotFound, PreconditionFailed, IllegalTransition, NoRulesForYear, TooEarly, NotDueThisYear, CityCycleFirst,
    PublishedVersionChanged, and InvalidInput where it is late and no note says why.
    """
    cycle, state = await _lock_for(tx, cycle_id, "opening", if_match)
    year, division = cycle["year"], cycle["division"]
    policy = policies.in_force(division, rated_on(year))
    if policy is None:
        raise NoRulesForYear(year=year, division=division, missing="evaluation policy")
    today = china_day(now)
    check_window(year, policy.parameters, today, note)
    cadence = policy.parameters.cadence_years
    last = await last_opened(tx, division, year - cadence + 1, year - 1) if cadence > 1 else None
    if last is not None:
        raise NotDueThisYear(cadence_years=cadence, last=last, next=last + cadence)
    if (
        policy.parameters.city_first
        and len(division) == _FULL_CODE
        and not await cycles.is_enclosed(tx, year, division)
    ):
        raise CityCycleFirst(year=year, division=division)
    of_year = systems.of_year(year, division)
    missing = missing_types(policy.parameters, {system.type for system in of_year})
    if missing:
        raise NoRulesForYear(year=year, division=division, missing=", ".join(missing))
    await check_published(tx, of_year, systems)
    await cycles.freeze_systems(tx, cycle, of_year)
    catalogue = catalogues.in_force(division, rated_on(year))
    working = working_days_after(today, policy.parameters, days.at(division, today))
    raters = freeze_raters(policy_on(affiliations, division, rated_on(year), today))
    snapshot = to_snapshot(policy, None if catalogue is None else freeze(catalogue), working, raters)
    await cycles.save_opening(tx, cycle_id, state=state, policy=snapshot, note=note, now=now)
    await enrolment.enrol_cycles(tx, [cycle_id], now)
    if rated_on(year) < today:
        await cycles.note_up_to_date(tx, [cycle_id], now)
    return await get_cycle(tx, cycle_id)


async def close_cycle(
    tx: Transaction,
    cycle_id: UUID,
    consequences: Consequences,
    *,
    note: str | None,
    if_match: Preconditions | None,
    now: datetime,
) -> Record:
    """From now on nobody is enrolled, nothing is scored or completed; what nobody decided stays as it is.

    Closed before its reference date, its ratings are restated on that day by whom they count for then: refusing would
    hold back a year that is done for the sake of coverages that seldom change. Closed after it, it is brought up to
    date first.

    Raises NotFound, PreconditionFailed, IllegalTransition, RatingsNotFinal.
    """
    cycle, state = await _lock_for(tx, cycle_id, "closing", if_match)
    async with tx.system_scope():
        waiting = await count_decided(tx, cycle_id)
    if waiting:
        raise RatingsNotFinal(count=waiting)
    if cycle["brought_up_to_date_at"] is None and rated_on(cycle["year"]) < china_day(now):
        async with tx.system_scope():
            await _bring_up_to_date(tx, [cycle_id], consequences, now)
    await cycles.save_closing(tx, cycle_id, state=state, note=note, now=now)
    return await get_cycle(tx, cycle_id)


async def bring_up_to_date(tx: Transaction, consequences: Consequences, now: datetime) -> int:
    """Enrol by the state of the reference date where that passed since the opening; returns how many cycles.

    Ratings that were completed before it count for whoever was covered on it. A closed cycle enrols nobody.
    """
    await enrolment.wait_for_projection(tx)
    outdated = await cycles.list_outdated(tx, china_day(now))
    if outdated:
        await _bring_up_to_date(tx, outdated, consequences, now)
    return len(outdated)


async def _bring_up_to_date(
    tx: Transaction, cycle_ids: Sequence[UUID], consequences: Consequences, now: datetime
) -> None:
    await enrolment.enrol_cycles(tx, cycle_ids, now)
    await restate_after_year_end(tx, cycle_ids, consequences, now)
    await cycles.note_up_to_date(tx, cycle_ids, now)


async def get_cycle(tx: Transaction, cycle_id: UUID) -> Record:
    """One cycle. Raises NotFound."""
    cycle = await cycles.get(tx, cycle_id)
    if cycle is None:
        raise NotFound(what="cycle")
    return cycle


async def _lock_for(
    tx: Transaction, cycle_id: UUID, step: Step, if_match: Preconditions | None
) -> tuple[Record, State]:
    """The cycle, locked, and its state after the step, while no event enrols anybody."""
    await enrolment.wait_for_projection(tx)
    cycle = await cycles.get(tx, cycle_id, lock=True)
    if cycle is None:
        raise NotFound(what="cycle")
    check_version(if_match, cycle["version"])
    return cycle, move(TRANSITIONS, state_of(cycle["state"]), step)
