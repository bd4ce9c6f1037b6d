"""A session of the committee decides: load all of the scope, compare the list, rate together, save."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.evaluation.catalogues.rules import recorded_of
from services.evaluation.cycles import queries as cycles
from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.cycles.rules import state_of
from services.evaluation.evaluations import queries as evaluations
from services.evaluation.evaluations import together
from services.evaluation.evaluations.rules import earlier_hand, frozen_basis
from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.policies import SessionRules
from services.evaluation.ratings.together import Candidate, Decided, Held, decide_together
from services.evaluation.sessions import queries, rules
from services.evaluation.sessions.errors import NoSession, SessionDiffers
from services.evaluation.sessions.readiness import Ready, own_interests, read_ready
from services.evaluation.sessions.schemas import SessionBody
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import OutsideScope
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import NotFound


async def decide(tx: Transaction, cycle_id: UUID, body: SessionBody, now: datetime) -> Record:
    """Record a session and what follows from the rule for everybody whom it decides; returns the session.

    Raises NotFound, InvalidInput, CycleNotOpen, NoSession, OutsideScope, QuorumMissing, SameHand, ConflictOfInterest,
    and SessionDiffers with every difference between the list and those who wait.
    """
    cycle = await cycles.get(tx, cycle_id)
    if cycle is None:
        raise NotFound(what="cycle")
    said = _said(body)
    opened_at = cycle["opened_at"]
    rules.check_session(
        said,
        both=body.by_list is not None,
        held_on=body.held_on,
        year=cycle["year"],
        opened_on=None if opened_at is None else china_day(opened_at),
        today=china_day(now),
    )
    if cycle["policy"] is None:
        raise CycleNotOpen(state=state_of(cycle["state"]), cycle_id=str(cycle_id))
    policy = FrozenPolicy.model_validate(cycle["policy"])
    session = policy.parameters.session_rules()
    if session is None:
        raise NoSession
    rules.check_quorum(session, said)
    # Lock order: the cycle before its evaluations; one session of a cycle at a time.
    await cycles.hold_open(tx, cycle_id)
    await together.lock_decisions(tx, cycle_id)
    cycle = await cycles.get(tx, cycle_id) or cycle
    systems = {of[1]: one for of, one in (await cycles.systems_of(tx, [cycle_id])).items()}
    ready = await read_ready(tx, cycle, policy, systems, now)
    waiting = [one.waiting for one in ready]
    chosen_ids = {*rules.listed(said, waiting)}
    chosen = [one for one in ready if one.waiting.id in chosen_ids]
    differences = rules.find_differences(said, waiting, session)
    if differences:
        raise SessionDiffers(differences, counted=len(chosen))
    rules.check_decides_what_was_there(body.held_on, [one.waiting for one in chosen])
    division = rules.division_of(
        session,
        cycle["division"],
        [one.waiting.division for one in chosen],
        reached=tx.access.reaches(cycle["division"]),
    )
    if division is None:
        raise OutsideScope(division=cycle["division"])
    _check_actor(tx, cycle, policy, chosen)
    found = await _rate(tx, cycle, policy, session, systems, chosen, now)
    other = rules.find_other_stars(said, {one: decided.rating.star for one, decided in found.items()})
    if other:
        raise SessionDiffers(other, counted=len(chosen))
    row = _row(tx, cycle, division, policy, body, found, now)
    await queries.insert_session(tx, row)
    away = {one.evaluation_id: one.members for one in body.recused}
    await together.save_decisions(
        tx, {one.waiting.id: _kept(one, found[one.waiting.id], row, policy, systems, away) for one in chosen}, now
    )
    return row


def _said(body: SessionBody) -> rules.Said:
    by_list = body.by_list
    return rules.Said(
        None if body.decisions is None else [(one.evaluation_id, one.star) for one in body.decisions],
        None if by_list is None else by_list.type,
        None if by_list is None else by_list.division,
        body.count,
        [(one.evaluation_id, one.members) for one in body.recused],
        body.members_due,
        body.members_present,
    )


def _check_actor(tx: Transaction, cycle: Record, policy: FrozenPolicy, chosen: Sequence[Ready]) -> None:
    """Who records it decides no scope in which he has an interest, and did nothing before that is apart from it."""
    own = own_interests(chosen, tx.access.actor)
    if own:
        raise ConflictOfInterest(own)
    for one in chosen:
        earlier = earlier_hand(
            "completion",
            one.hands,
            tx.access.actor,
            opened_by=cycle["opened_by"],
            separate_duties=policy.parameters.separate_duties,
        )
        if earlier is not None:
            raise SameHand(what="cycle" if earlier == "opening" else "evaluation", earlier=earlier, step="decision")


async def _rate(
    tx: Transaction,
    cycle: Record,
    policy: FrozenPolicy,
    session: SessionRules,
    systems: Mapping[str, ScoringSystem],
    chosen: Sequence[Ready],
    now: datetime,
) -> dict[UUID, Decided]:
    """What the rule gives each of them, among all who share its scope."""
    before: Mapping[UUID, int] = {}
    if policy.parameters.step_up_max is not None:
        parties = [one.party_organization_id for one in chosen]
        before = await evaluations.stars_before(tx, parties, cycle["year"])
    held: dict[rules.Scope, list[Held]] = defaultdict(list)
    for settled in await together.list_settled(tx, cycle["id"]):
        held[rules.scope_of(session, settled.type, settled.division)].append(Held(settled.total, settled.star))
    scopes: dict[rules.Scope, list[Ready]] = defaultdict(list)
    for one in chosen:
        scopes[rules.scope_of(session, one.waiting.type, one.waiting.division)].append(one)
    found: dict[UUID, Decided] = {}
    for scope, members in scopes.items():
        candidates = [
            Candidate(
                one.sheet,
                systems[one.waiting.type],
                one.not_for,
                before.get(one.party_organization_id),
                recorded_of(one.entries),
                one.unsubmitted,
            )
            for one in members
        ]
        name = " ".join((f"{cycle['year']} {cycle['division']}", *scope))
        decided = decide_together(candidates, held[scope], policy.parameters, now, scope=name)
        found |= {one.waiting.id: decision for one, decision in zip(members, decided, strict=True)}
    return found


def _row(
    tx: Transaction,
    cycle: Record,
    division: str,
    policy: FrozenPolicy,
    body: SessionBody,
    found: Mapping[UUID, Decided],
    now: datetime,
) -> Record:
    stars = Counter(one.rating.star for one in found.values())
    return {
        "id": new_id(),
        "cycle_id": cycle["id"],
        "division": division,
        "held_on": body.held_on,
        "members_due": body.members_due,
        "members_present": body.members_present,
        "decided": len(found),
        "fell": sum(bool(one.fell) for one in found.values()),
        "laggards": sum(one.laggard for one in found.values()),
        "stars": {str(star): stars[star] for star in sorted(stars, reverse=True)},
        "policy": policy.id,
        "note": body.note,
        "recorded_at": now,
        "recorded_by": tx.access.actor,
    }


def _kept(
    one: Ready,
    decided: Decided,
    session: Record,
    policy: FrozenPolicy,
    systems: Mapping[str, ScoringSystem],
    away: Mapping[UUID, int],
) -> dict[str, Any]:
    """The decision as its evaluation keeps it."""
    return {
        "session_id": session["id"],
        "held_on": session["held_on"],
        "total": f"{decided.rating.total:.2f}",
        "star": decided.rating.star,
        "fell": list(decided.fell),
        "laggard": decided.laggard,
        "recused": away.get(one.waiting.id, 0),
        "reasons": [reason.model_dump(mode="json") for reason in (*one.found, *decided.rating.reasons)],
        "basis": frozen_basis(one.sheet, systems[one.waiting.type], policy, one.entries, one.unsubmitted),
    }
