"""Recommends, visits, assesses and commends: load, decide by the rule, save, publish."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.evaluation.interests.queries import declared_in, declared_interest
from services.evaluation.selections import errors as e
from services.evaluation.selections import queries, rules
from services.evaluation.selections.errors import NotEligible, SelectionExists, SelectionsUnderWay
from services.evaluation.selections.policies import SelectionPolicy
from services.evaluation.selections.rules import TRANSITIONS
from services.evaluation.selections.schemas import (
    CommendationBody,
    PublicityBody,
    RecommendationBody,
    SelectionAssessmentBody,
    VisitBody,
)
from services.evaluation.selections.stepping import Book, policy_of, publish, take, total_of
from shared.contracts.base import Reason
from shared.contracts.evaluation import Tier
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.access import check_reach
from shared.problems.duties import ConflictOfInterest
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.transitions import move, states_before
from shared.problems.versions import Preconditions


async def recommend(tx: Transaction, body: RecommendationBody, book: Book, now: datetime) -> UUID:
    """Recommend for a year, once; what was withdrawn may be recommended again, for another tier too.

    Raises InvalidInput, OutsideScope, NoSelectionPolicy, SelectionExists, NotEligible, ConflictOfInterest.
    """
    party = await queries.party_of(tx, body.party_organization_id)
    if party is None:
        raise InvalidInput([FieldError("/party_organization_id", e.NO_PARTY)])
    check_reach(tx.access, party["division"])
    errors = rules.check_days(("/recommended_on", body.recommended_on), today=china_day(now))
    errors += rules.check_year(body.year, body.recommended_on)
    if party["dissolved_on"] is not None:
        errors.append(FieldError("/party_organization_id", e.ENDED))
    if errors:
        raise InvalidInput(errors)
    policy = policy_of(book, party["division"], body.recommended_on)
    # One at a time with the commendations of the scope.
    await queries.lock_seats(tx, rules.scope_of(policy.parameters, body.tier, party["division"]))
    if await declared_interest(tx, tx.access.actor, party["id"]):
        raise ConflictOfInterest
    rating = await queries.latest_rating(tx, party["id"], body.year)
    why = _check_eligible(policy, body.tier, rating, now)
    row = {
        "id": new_id(),
        "year": body.year,
        "division": party["division"],
        "party_organization_id": party["id"],
        "tier": body.tier,
        "state": "recommended",
        "recommended_on": body.recommended_on,
        "ground": body.ground,
        "evaluation_id": None if rating is None else rating["id"],
        "publicity": [],
        "reasons": [why.model_dump(mode="json")],
        "steps": [{"step": "recommendation", "at": now.isoformat(), "by": tx.access.actor, "note": body.note}],
        "policy": policy.id,
        "version": 1,
        "sequence": 0,
    }
    stored = await queries.recommend(tx, row, states_before(TRANSITIONS, "recommendation"))
    if stored is None:
        existing = await queries.find(tx, party["id"], body.year)
        raise SelectionExists(year=body.year, selection_id="-" if existing is None else str(existing["id"]))
    return stored


async def visit(
    tx: Transaction, selection_id: UUID, body: VisitBody, book: Book, now: datetime, if_match: Preconditions | None
) -> None:
    """Raises NotFound, PreconditionFailed, IllegalTransition, SameHand, ConflictOfInterest, InvalidInput."""
    found, state, policy = await take(tx, selection_id, "visit", book, if_match)
    last = ("/visited_on", body.visited_on)
    errors = rules.check_days(("/recommended_on", found["recommended_on"]), last, today=china_day(now))
    if body.visitors < policy.parameters.visitors_min:
        least = policy.parameters.visitors_min
        errors.append(FieldError("/visitors", e.TOO_FEW_VISITORS, (("least", least),)))
    if errors:
        raise InvalidInput(errors)
    visited = body.model_dump(mode="json", exclude={"note"})
    await queries.save(tx, selection_id, {"state": state, "visit": visited}, step="visit", now=now, note=body.note)


async def assess(
    tx: Transaction,
    selection_id: UUID,
    body: SelectionAssessmentBody,
    book: Book,
    now: datetime,
    if_match: Preconditions | None,
) -> None:
    """Raises as `visit`."""
    found, state, policy = await take(tx, selection_id, "assessment", book, if_match)
    visited = date.fromisoformat(found["visit"]["visited_on"])
    errors = rules.check_days(("/visited_on", visited), ("/assessed_on", body.assessed_on), today=china_day(now))
    party, recused = found["party_organization_id"], body.recused or 0
    if body.members_present > body.members_due:
        errors.append(FieldError("/members_present", e.MORE_THAN_DUE))
    elif not rules.has_quorum(policy.parameters, body.members_present - recused, body.members_due):
        errors.append(FieldError("/members_present", e.NO_QUORUM))
    if body.recused is None and await declared_in(tx, [party]):
        errors.append(FieldError("/recused", e.RECUSAL_UNSAID))
    if errors:
        raise InvalidInput(errors)
    assessed = body.model_dump(mode="json", exclude={"note"}) | {"recused": recused, "total": f"{body.total:.2f}"}
    values = {"state": state, "assessment": assessed}
    await queries.save(tx, selection_id, values, step="assessment", now=now, note=body.note)


async def commend(
    tx: Transaction,
    selection_id: UUID,
    body: CommendationBody,
    book: Book,
    now: datetime,
    if_match: Preconditions | None,
) -> None:
    """Commend, or pass over where the seats are not enough; what follows for management is published.

    Raises as `visit`, OutsideScope where the caller does not see all who compete, NotEligible where its rating was
    corrected since, and SelectionsUnderWay.
    """
    found, commended, policy = await take(tx, selection_id, "commendation", book, if_match)
    tier = found["tier"]
    scope = rules.scope_of(policy.parameters, tier, found["division"])
    check_reach(tx.access, scope)
    assessed = date.fromisoformat(found["assessment"]["assessed_on"])
    errors = rules.check_days(("/assessed_on", assessed), ("/commended_on", body.commended_on), today=china_day(now))
    errors += rules.check_managed(body.managed_from, body.commended_on)
    if errors:
        raise InvalidInput(errors)
    await queries.lock_seats(tx, scope)
    rating = await queries.latest_rating(tx, found["party_organization_id"], found["year"])
    why = _check_eligible(policy, tier, rating, now)
    waiting = await queries.count_under_way(tx, found, scope)
    if waiting:
        raise SelectionsUnderWay(scope=scope, tier=tier, count=waiting)
    rivals = await queries.rivals_of(tx, found, scope)
    total = total_of(found)
    inside, reasons = rules.place(total, rivals, policy.parameters, policy.id, tier, now)
    reasons = [why, *reasons]
    values: dict[str, Any] = {"state": commended}
    if not inside:
        values["state"] = move(TRANSITIONS, found["state"], "passing_over")
    else:
        of = policy.parameters.tiers[tier]
        values["management"] = {
            "mode": of.mode,
            "level": of.level,
            "demonstration_site": of.demonstration_site,
            "commended_on": body.commended_on.isoformat(),
            "managed_from": (body.managed_from or body.commended_on).isoformat(),
        }
        values["sequence"] = found["sequence"] + 1
    await queries.save(tx, selection_id, values, step="commendation", now=now, note=body.note, reasons=reasons)
    if inside:
        await publish(tx, found, values, reasons, now)


def _check_eligible(policy: Policy[SelectionPolicy], tier: Tier, rating: Record | None, now: datetime) -> Reason:
    """Why the latest rating is enough for a tier. Raises NotEligible."""
    why = rules.why_eligible(policy.parameters, policy.id, tier, rating, now)
    if why.outcome != "eligible":
        least = policy.parameters.tiers[tier].stars_at_least
        raise NotEligible(tier=tier, stars_at_least=least, star="-" if rating is None else rating["star"])
    return why


async def withdraw(
    tx: Transaction, selection_id: UUID, reason: str, book: Book, now: datetime, if_match: Preconditions | None
) -> None:
    """Take a recommendation back. Raises NotFound, PreconditionFailed, IllegalTransition."""
    _, state, _ = await take(tx, selection_id, "withdrawal", book, if_match)
    await queries.save(tx, selection_id, {"state": state}, step="withdrawal", now=now, note=reason)


async def make_known(
    tx: Transaction, selection_id: UUID, body: PublicityBody, book: Book, now: datetime, if_match: Preconditions | None
) -> None:
    """Record a channel or form by which a commended one was made known (H30). Raises as `visit`."""
    found, state, _ = await take(tx, selection_id, "publicity", book, if_match)
    commended = date.fromisoformat(found["management"]["commended_on"])
    errors = rules.check_days(("/commended_on", commended), ("/on", body.on), today=china_day(now))
    if (body.channel is None) == (body.form is None):
        errors.append(FieldError("/channel", e.ONE_OF_BOTH))
    of_partner = rules.check_partner(body.form, body.partner_id, found["party_organization_id"])
    errors += of_partner
    if body.partner_id is not None and not of_partner and await queries.party_of(tx, body.partner_id) is None:
        errors.append(FieldError("/partner_id", e.NO_PARTY))
    if errors:
        raise InvalidInput(errors)
    publicity = [*found["publicity"], body.model_dump(mode="json") | {"recorded_at": now.isoformat()}]
    values = {"state": state, "publicity": publicity}
    await queries.save(tx, selection_id, values, step="publicity", now=now, note=None)


async def get(tx: Transaction, selection_id: UUID) -> Record:
    """One selection. Raises NotFound."""
    row = await queries.get(tx, selection_id)
    if row is None:
        raise NotFound(what="selection")
    return row
