"""Edits a plan's proposals by hand: units move, proposals are split and merged; each is validated again at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.incubation.formation.queries import joint_cases
from services.incubation.formation.rules import JointCase
from services.incubation.joint_plans import jobs, queries
from services.incubation.joint_plans.actions import WholePlan, find_existing, get_plan, lock_ready
from services.incubation.joint_plans.documents import explained, organizations_of, stored_aims, why_of
from services.incubation.joint_plans.errors import LimitBroken, ProposalOutdated
from services.incubation.joint_plans.limits import candidate_of, find_broken, limits_of
from services.incubation.joint_plans.rules import TRANSITIONS
from services.incubation.joint_plans.search.candidates import Existing, Places
from services.incubation.joint_plans.search.describing import describe
from services.incubation.joint_plans.search.draft import Draft
from services.incubation.joint_plans.search.neighbours import find_neighbours
from services.incubation.joint_plans.search.reasons import LOST, SET_ASIDE
from services.incubation.policies import FormationPolicies, FormationPolicy
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions

_ITSELF = Text(zh="不能与自身合并。", en="A proposal does not take over itself.")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a proposal: organizations that join it from wherever they are, that are set aside, that become a
    proposal of their own; a proposal that it takes over as a whole; or `renew`: whoever does not wait for a joint
    branch of the plan's division any more leaves it. One of these is given."""

    add: Sequence[UUID] = ()
    remove: Sequence[UUID] = ()
    split: Sequence[UUID] = ()
    merge: UUID | None = None
    renew: bool = False


async def edit_proposal(
    tx: Transaction,
    plan_id: UUID,
    proposal_id: UUID,
    edit: Edit,
    *,
    if_match: Preconditions | None,
    policies: FormationPolicies,
) -> WholePlan:
    """Apply the edit, and validate each proposal that it touches on the rows as they are now.

    What people edited or set aside stays so when a plan is computed on its basis. A proposal that is outdated is
    proposed again where the edit leaves it valid. Raises NotFound, PreconditionFailed,
    PlanNotReady, IllegalTransition for what is decided already, ProposalOutdated where an organization has no open
    joint case of the plan's division any more, or the branch that was to take it in is gone or full, LimitBroken,
    InvalidInput for a merge with itself, NoPolicy.
    """
    now = utc_now()
    plan = await lock_ready(tx, plan_id, if_match)
    if plan.id != plan_id:
        raise NotFound(what="joint plan")
    whole = await get_plan(tx, plan_id)
    rows = {row["id"]: row for row in whole.proposals}
    held = {row["id"]: {UUID(one["id"]): one["uscc"] for one in row["organizations"]} for row in whole.proposals}
    unplaced = {UUID(one["id"]): one for one in whole.plan["unplaced"]}
    if proposal_id not in rows or (edit.merge is not None and edit.merge not in rows):
        raise NotFound(what="joint proposal")
    if edit.merge == proposal_id:
        raise InvalidInput([FieldError("/merge", _ITSELF)])
    fresh = new_id()
    after = _apply(held, {one: row["uscc"] for one, row in unplaced.items()}, proposal_id, edit, fresh)
    touched = [one for one in after if after[one] != held.get(one, {}) or (edit.renew and one == proposal_id)]
    states = {one: move(TRANSITIONS, rows[one]["state"], "edit") for one in touched if one in rows}
    policy = policies.get(plan.division, china_day(now))
    units = {**held[proposal_id], **{unit: code for one in touched for unit, code in after[one].items()}}
    cases = await joint_cases.lock_joint_cases(tx, list(units))
    lost = {unit for unit in units if unit not in cases or not cases[unit].division.startswith(plan.division)}
    if edit.renew:
        after[proposal_id] = {unit: code for unit, code in after[proposal_id].items() if unit not in lost}
    into = {one: _existing(rows.get(one)) for one in touched if after[one]}
    existing = await find_existing(tx, [one for one in into.values() if one is not None], policy, plan.division)
    gone = [
        code
        for one, branch in into.items()
        for unit, code in after[one].items()
        if (branch is not None and branch not in existing) or unit in lost
    ]
    if gone:
        raise ProposalOutdated(codes=", ".join(gone))
    written = {
        one: _describe(after[one], cases, None if branch is None else existing[branch], policy, now)
        for one, branch in into.items()
    }
    await queries.rewrite_proposals(
        tx,
        [{"id": one, "state": states[one], **row} for one, row in written.items() if one in rows],
        [one for one in touched if not after[one]],
    )
    if fresh in written:
        position = 1 + max(row["position"] for row in rows.values())
        place = {"id": fresh, "plan_id": plan_id, "position": position, "division": plan.division, "state": "proposed"}
        await queries.insert_proposals(tx, [{**place, **written[fresh]}])
    aside = {
        unit: {"id": unit, "uscc": code, "why": explained(LOST if unit in lost else SET_ASIDE, now)}
        for unit, code in held[proposal_id].items()
        if unit in edit.remove or (edit.renew and unit in lost)
    }
    placed = {unit for units in after.values() for unit in units}
    left = [row for unit, row in unplaced.items() if unit not in placed] + list(aside.values())
    upper_bound = whole.plan["upper_bound"]
    await queries.fill_plan(tx, plan_id, covered=len(placed), upper_bound=upper_bound, unplaced=to_json(left))
    edited = await get_plan(tx, plan_id)
    await jobs.set_reached(tx, plan_id, stored_aims(edited.proposals))
    return await get_plan(tx, plan_id)


def _apply(
    held: Mapping[UUID, Mapping[UUID, str]],
    unplaced: Mapping[UUID, str],
    proposal: UUID,
    edit: Edit,
    fresh: UUID,
) -> dict[UUID, dict[UUID, str]]:
    """Who is in which proposal after the edit. Raises NotFound for an organization that is not where it should be."""
    after = {one: dict(units) for one, units in held.items()}
    here = after[proposal]
    if edit.merge is not None:
        here.update(after[edit.merge])
        after[edit.merge] = {}
    for unit in edit.add:
        source = next((units for units in after.values() if unit in units), None)
        if source is None and unit not in unplaced:
            raise NotFound(what="organization")
        here[unit] = unplaced[unit] if source is None else source.pop(unit)
    for unit in (*edit.remove, *edit.split):
        if unit not in here:
            raise NotFound(what="organization")
    if edit.split:
        after[fresh] = {unit: here.pop(unit) for unit in edit.split}
    for unit in edit.remove:
        del here[unit]
    return {one: dict(sorted(units.items(), key=lambda pair: pair[1])) for one, units in after.items()}


def _existing(row: Record | None) -> UUID | None:
    found = row["why"].get("existing") if row is not None else None
    return UUID(found) if found else None


def _describe(
    units: Mapping[UUID, str],
    cases: Mapping[UUID, JointCase],
    existing: Existing | None,
    policy: Policy[FormationPolicy],
    now: datetime,
) -> dict[str, Any]:
    """The columns of an edited proposal. Raises LimitBroken."""
    limits = limits_of(policy.parameters)
    candidates = [candidate_of(cases[one], code, policy, now) for one, code in units.items()]
    broken = find_broken(candidates, limits, existing)
    if broken is not None:
        raise LimitBroken(broken)
    draft = Draft(find_neighbours(Places(candidates, limits, [existing] if existing else [])))
    branch = tuple(range(len(draft.places.candidates)))
    draft.settle((), [branch])
    [proposal] = describe(draft, fixed=True)
    return {
        "organizations": to_json(organizations_of(proposal)),
        "full_members": proposal.full_members,
        "why": to_json(why_of(proposal, policy, now)),
    }
