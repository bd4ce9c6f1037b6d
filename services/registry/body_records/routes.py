"""PUT superior bodies, one or a list of them."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from services.registry.bodies.errors import BodyInUse, RoleFixed
from services.registry.bodies.schemas import BodyOut, body_out
from services.registry.body_policies import BodyBody, BodyEntry
from services.registry.body_records.actions import record_bodies
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.problems.access import OutsideScope
from shared.problems.inputs import Body
from shared.problems.problems import InvalidInput, PreconditionFailed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import IfMatch, Tx, answer, problems

router = APIRouter(tags=["bodies"], route_class=GuardedRoute)

MAX_LIST = 500


class BodyList(Body):
    """Bodies to be recorded together, all or none; a parent may stand in the same list."""

    MAX_KEYS = MAX_LIST * 30
    bodies: Annotated[list[BodyEntry], Field(min_length=1, max_length=MAX_LIST)]

    def count_keys(self) -> int:
        """Those of the bodies too."""
        return len(self.model_fields_set) + sum(one.count_keys() for one in self.bodies)


class BodiesOut(BaseModel):
    """What was recorded, in the order of the request; how many bodies are new."""

    bodies: list[BodyOut]
    created: int


@router.put(
    "/bodies/{code}",
    dependencies=[requires(Permission.BODIES_WRITE)],
    response_model=BodyOut,
    responses={
        201: {"model": BodyOut},
        **problems(OutsideScope, RoleFixed, BodyInUse, PreconditionFailed, InvalidInput),
    },
)
async def put_body(
    tx: Tx,
    request: Request,
    code: Annotated[str, Path(description="the body's code", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")],
    if_match: IfMatch,
    body: BodyBody,
) -> Response:
    """Record a superior Party body or working body: 201 new, 200 changed or the same again.

    Its role (kind and level) is fixed, its names are dated. It cannot end while others belong to it.
    """
    now = utc_now()
    entry = BodyEntry.model_construct(code=code, **dict(body))
    [(recorded, new)] = await record_bodies(
        tx, [entry], request.app.state.policies.affiliations, now, if_match=if_match
    )
    return answer(body_out(recorded, china_day(now)), 201 if new else 200, version=recorded.version)


@router.put(
    "/bodies:batch",
    dependencies=[requires(Permission.BODIES_WRITE)],
    response_model=BodiesOut,
    responses=problems(OutsideScope, RoleFixed, BodyInUse, InvalidInput),
)
async def put_bodies(tx: Tx, request: Request, body: BodyList) -> Response:
    """Record a list of bodies, all or none: what is wrong is named by its place in the list."""
    now = utc_now()
    places = [f"/bodies/{place}" for place in range(len(body.bodies))]
    found = await record_bodies(tx, body.bodies, request.app.state.policies.affiliations, now, pointers=places)
    today = china_day(now)
    created = sum(1 for _, new in found if new)
    return answer(BodiesOut(bodies=[body_out(one, today) for one, _ in found], created=created))
