"""What every service says of its caller and itself: who one is, which rules there are, which policies are in force."""

from datetime import date
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from shared.field.policies import Policy, PolicyBook
from shared.field.rules.book import all_rules
from shared.problems.inputs import Day
from shared.problems.problems import InvalidInput
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import refusal_of, requires, requires_token
from shared.web.identity.granted import permissions_of
from shared.web.identity.known_seats import KnownSeats
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.routes import Lang, Page, answer, problems

P = TypeVar("P", bound=BaseModel)


class MeOut(BaseModel):
    """The caller as the token says; without divisions nothing is seen. `units` is null where nothing narrows.

    `unknown_bodies` and `unknown_units`: those of them that there are not within the divisions; null but in the
    registry, which knows.
    """

    subject: str
    roles: list[str]
    divisions: list[str]
    bodies: list[str]
    units: list[UUID] | None
    unknown_bodies: list[str] | None
    unknown_units: list[UUID] | None
    permissions: list[Permission]


class RuleOut(BaseModel):
    """A rule that decisions name; `figure` is its number as the source or the policy gives it."""

    id: str
    formerly: str | None
    zh: str
    en: str
    source: str
    figure: str | None


class PolicyOut(BaseModel, Generic[P]):
    """A policy: for which region, from when until when, from which source, with which figures."""

    id: str
    region: str
    effective_from: date
    effective_to: date | None
    source: str
    parameters: P


def create_knowledge() -> APIRouter:
    """The caller and the rules, for every valid token."""
    router = APIRouter(route_class=GuardedRoute)

    @router.get("/me", tags=["me"], dependencies=[requires_token()], response_model=MeOut)
    async def get_me(request: Request) -> Response:
        """Who one is here: subject, roles, divisions, bodies, units, and the permissions that they give."""
        actor: Actor = request.state.actor
        seats: KnownSeats | None = getattr(request.app.state, "seats", None)
        unknown = (
            None if seats is None else await seats.unknown(request.app.state.database, request.state.access, actor)
        )
        return answer(
            MeOut(
                subject=actor.subject,
                roles=sorted(actor.roles),
                divisions=list(actor.scope),
                bodies=list(actor.bodies),
                units=None if actor.units is None else [UUID(unit) for unit in actor.units],
                unknown_bodies=None if unknown is None else list(unknown.bodies),
                unknown_units=None if unknown is None else [UUID(unit) for unit in unknown.units],
                permissions=sorted(one for one in permissions_of(actor.roles) if refusal_of(actor, one) is None),
            )
        )

    @router.get("/rules", tags=["rules"], dependencies=[requires_token()], response_model=Page[RuleOut])
    async def list_rules(language: Lang) -> Response:
        """Every rule that a decision's reasons may name, with its text."""
        items = [
            RuleOut(
                id=rule.id,
                formerly=rule.formerly,
                zh=rule.zh,
                en=rule.en,
                source=rule.source_zh if language == "zh" else rule.source_en,
                figure=rule.figure,
            )
            for rule in all_rules()
        ]
        return answer(Page(items=items, next_cursor=None))

    return router


def create_policies(path: str, state: str, model: type[PolicyOut[P]], reads: Permission) -> APIRouter:
    """GET the policies of a kind; `state` names their book among the app's attributes."""
    router = APIRouter(tags=["policies"], route_class=GuardedRoute)

    @router.get(
        path,
        name=f"list_{path.strip('/').replace('-', '_')}",
        dependencies=[requires(reads)],
        response_model=Page[model],  # type: ignore[valid-type]
        responses=problems(InvalidInput),
    )
    async def list_policies(
        request: Request,
        division: DivisionFilter = None,
        on: Annotated[Day | None, Query(description="in force on this day")] = None,
    ) -> Response:
        """Policies for the division, or a part of it, that are in force on the day; all without these."""
        book: PolicyBook[P] = getattr(request.app.state, state)
        return answer(Page(items=[policy_out(one, model) for one in chosen(book, division, on)], next_cursor=None))

    return router


def chosen(book: PolicyBook[P], division: str | None, on: date | None) -> list[Policy[P]]:
    """The policies that concern a division, given as a prefix, and are in force on a day; None matches any."""
    return [
        policy
        for policy in book.policies
        if (division is None or policy.concerns(division)) and (on is None or policy.applies(policy.region, on))
    ]


def policy_out(policy: Policy[P], model: type[PolicyOut[P]]) -> PolicyOut[P]:
    """A policy as clients see it."""
    return model.model_validate(policy, from_attributes=True)
