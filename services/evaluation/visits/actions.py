"""Draws whom the teams visit, and records what they found."""

from datetime import datetime
from uuid import UUID

from services.evaluation.cycles import queries as cycles
from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.cycles.rules import state_of
from services.evaluation.evaluations import queries as evaluations
from services.evaluation.evaluations import together
from services.evaluation.evaluations.rules import Evaluation, stored_as
from services.evaluation.evaluations.stepping import check_rater, lock_for
from services.evaluation.evidence.naming import find_unknown_files
from services.evaluation.interests.queries import declared_in
from services.evaluation.on_site import queries, rules
from services.evaluation.on_site.errors import NoOnSiteChecks, NothingToDraw, SampleDrawn
from services.evaluation.sheets.facts import read_facts
from services.evaluation.sheets.rules import facts_to_json
from services.evaluation.stage_policies import OnSiteRules
from services.evaluation.visits.schemas import OnSiteBody, SampleBody
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import OutsideScope
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_names_version, check_version


async def draw_sample(tx: Transaction, cycle_id: UUID, body: SampleBody, now: datetime) -> Record:
    """Draw the sample of a cycle within the caller's divisions, once; returns it.

    Raises NotFound, CycleNotOpen, NoOnSiteChecks, NothingToDraw, SampleDrawn, OutsideScope.
    """
    cycle = await cycles.get(tx, cycle_id)
    if cycle is None:
        raise NotFound(what="cycle")
    await cycles.hold_open(tx, cycle_id)
    await together.lock_decisions(tx, cycle_id)
    cycle = await cycles.get(tx, cycle_id) or cycle
    if cycle["state"] != "open":
        raise CycleNotOpen(state=state_of(cycle["state"]), cycle_id=str(cycle_id))
    on_site = FrozenPolicy.model_validate(cycle["policy"]).parameters.on_site
    if on_site is None:
        raise NoOnSiteChecks
    undecided = await together.list_undecided(tx, cycle_id)
    if not undecided:
        raise NothingToDraw
    division = cycle["division"]
    if not tx.access.reaches(division):
        divisions = {one for _, one in undecided}
        if len(divisions) > 1:
            raise OutsideScope(division=division)
        [division] = divisions
    earlier = await queries.find_sample(tx, cycle_id, division)
    if earlier is not None:
        raise SampleDrawn(division=division, seed=earlier["seed"])
    ids = [one for one, _ in undecided]
    drawn = rules.draw(ids, on_site, body.seed)
    row = {
        "id": new_id(),
        "cycle_id": cycle_id,
        "division": division,
        "seed": body.seed,
        "sample_bp": on_site.sample_bp,
        "among": len(ids),
        "among_digest": rules.digest_of(ids),
        "drawn": [str(one) for one in drawn],
        "note": body.note,
        "drawn_at": now,
        "drawn_by": tx.access.actor,
    }
    await queries.insert_sample(tx, row, drawn)
    return row


async def put_check(
    tx: Transaction, evaluation_id: UUID, body: OnSiteBody, *, if_match: Preconditions | None, now: datetime
) -> None:
    """Record what a team found; the same again changes nothing, another check names the version that it replaces.

    Raises NotFound, PreconditionFailed, PreconditionRequired, IllegalTransition, CycleNotOpen, NoOnSiteChecks,
    FoundedInYear, SameHand, ConflictOfInterest, and InvalidInput with all faults.
    """
    check_names_version(if_match)
    evaluation, state = await lock_for(tx, evaluation_id, "scoring", if_match)
    on_site = evaluation.policy.parameters.on_site
    if on_site is None:
        raise NoOnSiteChecks
    if (barred := evaluation.progress(()).bars("on_site")) is not None:
        raise barred
    await check_rater(tx, evaluation, "on_site")
    given = {code: one.model_dump() for code, one in body.findings.items()}
    sheet, errors = read_facts(given, evaluation.system, evaluation.rated(), bonus=(), vetoes=(), supplemented=True)
    errors += await find_unknown_files(tx, evaluation_id, None, given)
    errors = [FieldError(f"/findings{one.pointer}", one.detail, one.facts) for one in errors]
    if not given:
        errors += rules.find_silence(evaluation.system, body.note)
    errors += await _find_errors(tx, evaluation, body, on_site, now)
    if errors:
        raise InvalidInput(errors)
    content = {
        "team": body.team,
        "visited_on": body.visited_on,
        "findings": facts_to_json(sheet.facts),
        "note": body.note,
    }
    stored = (await queries.checks_of(tx, [evaluation_id])).get(evaluation_id)
    if stored is not None and stored["put_at"] is not None:
        if all(stored[name] == content[name] for name in content):
            return
        check_version(if_match, evaluation.version, required=True)
    row = {"evaluation_id": evaluation_id, "division": evaluation.division, "put_at": now, "put_by": tx.access.actor}
    await queries.save_check(tx, row | content)
    steps = evaluations.with_step(tx, "on_site", now, body.note)
    await evaluations.save(tx, evaluation_id, {**stored_as(state), "steps": steps})


async def _find_errors(
    tx: Transaction, evaluation: Evaluation, body: OnSiteBody, on_site: OnSiteRules, now: datetime
) -> list[FieldError]:
    party, enrolled_at = evaluation.party_organization_id, evaluation.enrolled_at
    assert enrolled_at is not None
    interested = (await declared_in(tx, [party])).get(party, ())
    sheets = (await evaluations.sheets(tx, [evaluation.id]))[evaluation.id]
    assessed = [
        one for sheet in sheets if sheet["stage"] == "self" for one in (*sheet["hands"], sheet["put_by"]) if one
    ]
    return rules.find_errors(
        body.team,
        body.visited_on,
        on_site,
        actor=tx.access.actor,
        interested=interested,
        self_assessed=assessed,
        opened_on=china_day(enrolled_at),
        today=china_day(now),
    )
