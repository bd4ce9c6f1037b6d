"""Makes yearly rounds and opens them: rules are frozen, then everybody whose turn it is gets enrolled."""

from datetime import datetime
from uuid import UUID

from services.evaluation.cycles import queries
from services.evaluation.cycles.errors import CycleExists, NoRulesForYear
from services.evaluation.cycles.rules import STEPS, missing_types, rated_on
from services.evaluation.evaluations import enrolment
from services.evaluation.indicator_systems.rules import SystemBook
from services.evaluation.party_organizations.queries import count_not_rated
from services.evaluation.policies import EvaluationParameters
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.policies import PolicyBook
from shared.problems.problems import IllegalTransition, NotFound
from shared.problems.versions import check_version


async def create(tx: Transaction, *, year: int, division: str, now: datetime) -> Record:
    """A draft. Raises CycleExists."""
    row = {"id": new_id(), "year": year, "division": division, "state": "draft", "version": 1, "created_at": now}
    made = await queries.insert_new(tx, [row])
    stored = await queries.find(tx, year, division)
    assert stored is not None
    if stored["id"] not in made:
        raise CycleExists(year=year, division=division, cycle_id=str(stored["id"]))
    return stored


async def open_cycle(
    tx: Transaction,
    cycle_id: UUID,
    *,
    policies: PolicyBook[EvaluationParameters],
    systems: SystemBook,
    note: str | None,
    if_match: str | None,
    now: datetime,
) -> Record:
    """Freeze the year's rules and enrol. Raises NotFound, IllegalTransition, NoRulesForYear."""
    await enrolment.wait_for_projection(tx)
    cycle = await queries.get(tx, cycle_id, lock=True)
    if cycle is None:
        raise NotFound(what="cycle")
    check_version(if_match, cycle["version"])
    if cycle["state"] not in STEPS["opening"]:
        raise IllegalTransition(state=cycle["state"], action="opening")
    year, division = cycle["year"], cycle["division"]
    policy = policies.in_force(division, rated_on(year))
    if policy is None:
        raise NoRulesForYear(year=year, division=division, missing="evaluation policy")
    of_year = systems.of_year(year)
    missing = missing_types(policy.parameters, {system.type for system in of_year})
    if missing:
        raise NoRulesForYear(year=year, division=division, missing=", ".join(missing))
    await queries.insert_systems(
        tx,
        [
            {
                "cycle_id": cycle_id,
                "type": system.type,
                "version": system.version,
                "division": division,
                "content": system.model_dump_json(),
            }
            for system in of_year
        ],
    )
    frozen = {"id": policy.id, "source": policy.source, "parameters": policy.parameters.model_dump(mode="json")}
    await queries.open_cycle(tx, cycle_id, policy=frozen, note=note, now=now)
    enrolled = await enrolment.enrol_division(tx, cycle_id, now)
    await queries.set_counts(tx, cycle_id, enrolled=enrolled, not_rated=await count_not_rated(tx, cycle_id))
    opened = await queries.get(tx, cycle_id)
    assert opened is not None
    return opened
