"""Affiliations as clients send and see them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.registry.affiliations.timelines import Affiliation
from services.registry.bodies.body import Bodies, Body
from services.registry.bodies.schemas import BodyBriefOut, brief
from services.registry.managements.schemas import ManagedOut
from shared.contracts.base import Reason
from shared.contracts.bodies import AffiliationKind
from shared.problems.inputs import Body as Sent
from shared.problems.inputs import Day, NoValueIsNone, Prose
from shared.problems.reasons import ReasonOut
from shared.superiors.policies import BodyCode

_FROM = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class AffiliationBody(Sent):
    """The body (its code) to which a Party organization belongs from a day on; null is refused: it needs one (S8)."""

    body: BodyCode | None
    kind: AffiliationKind
    from_: Annotated[Day, Field(alias="from")]
    note: Annotated[Prose | None, NoValueIsNone] = None


class AffiliatedOut(BaseModel):
    """The body that a Party organization belongs to, as it is called on the day, and since when."""

    body: str
    name: str
    kind: AffiliationKind
    since: date
    by_default: bool


class AffiliationOut(BaseModel):
    """What a Party organization belongs to from a day to before another, who set it and why."""

    model_config = _FROM

    body: str
    name: str
    kind: AffiliationKind
    from_: date = Field(alias="from")
    until: date | None
    by_default: bool
    note: str | None
    set_by: str
    recorded_at: AwareDatetime
    reasons: list[ReasonOut]


class AffiliationOnOut(BaseModel):
    """On a day: what the Party organization belongs to, and which body rates it (H18), with reasons.

    `version` is the Party organization's.
    """

    on: date
    affiliation: AffiliatedOut | None
    rating_body: BodyBriefOut | None
    management: ManagedOut | None = None
    """Dual or direct management since a commendation (H27-H29); null without one."""
    reasons: list[ReasonOut]
    version: int


def affiliated_out(affiliation: Affiliation | None, bodies: Bodies, on: date) -> AffiliatedOut | None:
    """The affiliation of a day."""
    if affiliation is None:
        return None
    return AffiliatedOut(
        body=affiliation.body,
        name=bodies[affiliation.body].name_on(on),
        kind=affiliation.kind,
        since=affiliation.since,
        by_default=affiliation.by_default,
    )


def affiliation_out(row: Mapping[str, Any], body: Body, on: date) -> AffiliationOut:
    """A stored affiliation, its body by its name of the affiliation's last day, or of `on`."""
    last = on if row["until"] is None else min(on, row["until"])
    return AffiliationOut.model_validate({**row, "name": body.name_on(last), "from": row["since"]})


def affiliation_on_out(
    affiliation: Affiliation | None,
    rater: Body | None,
    why: Reason,
    bodies: Bodies,
    on: date,
    version: int,
    managed: Mapping[str, Any] | None = None,
) -> AffiliationOnOut:
    """Affiliation and rater of a day; the reasons are those of the affiliation, then that of the rater."""
    stored = [] if affiliation is None else affiliation.reasons
    return AffiliationOnOut(
        on=on,
        affiliation=affiliated_out(affiliation, bodies, on),
        rating_body=None if rater is None else brief(rater, on),
        management=None if managed is None else ManagedOut.model_validate({**managed, "selection_id": managed["id"]}),
        reasons=[*(ReasonOut.model_validate(one) for one in stored), ReasonOut.model_validate(why)],
        version=version,
    )
