"""What the body above of cases and of joint branches follows from, whoever sees it."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.incubation.area_branches.actions import place_of
from services.incubation.area_branches.queries import branches_of, find_drawn
from services.incubation.formation.queries.conditions import IDS, OF_ORGANIZATION
from services.incubation.formation.superiors.rules import Affiliated
from services.incubation.organizations.party_facts import FACTS
from services.incubation.organizations.queries import COVERING, KNOWN
from services.incubation.tables import case_occasions, formation_cases
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_CASE, _EARLIER = formation_cases.c, formation_cases.alias("earlier")
# The standalone Party organization that it had last, and that its approval restores.
_FORMER = (
    select(COVERING.c.id)
    .join(_EARLIER, _EARLIER.c.party_organization_id == COVERING.c.id)
    .where(
        _EARLIER.c.organization_id == _CASE.organization_id,
        _EARLIER.c.outcome == literal_column("'standalone'"),
        COVERING.c.form.is_(None),
    )
    .order_by(_EARLIER.c.id.desc())
    .limit(literal_column("1"))
    .scalar_subquery()
)
_PARTY = func.coalesce(
    _CASE.party_organization_id,
    case((case_occasions.c.occasion == literal_column("'kind'"), case_occasions.c.concerns)),
    case((_CASE.outcome == literal_column("'standalone'"), _FORMER)),
)
_CASES = prepare(
    select(
        _CASE.id,
        _CASE.organization_id,
        _CASE.division,
        _CASE.street,
        _CASE.outcome,
        _CASE.state,
        _CASE.due_on,
        _CASE.deferred_until,
        KNOWN.c.name,
        KNOWN.c.kind,
        KNOWN.c.evaluation_type,
        _PARTY.label("party"),
    )
    .join(KNOWN, OF_ORGANIZATION)
    .outerjoin(case_occasions, case_occasions.c.case_id == _CASE.id)
    .where(_CASE.id == IDS)
)
_AFFILIATED = prepare(
    select(FACTS.c.id, FACTS.c.affiliated_to, FACTS.c.affiliated_since).where(
        and_(FACTS.c.id == bindparam("ids", type_=ARRAY(Uuid)).any_(), FACTS.c.affiliated_to.is_not(None))
    )
)
Parties = Mapping[UUID, Affiliated]
"""What Party organizations belong to, by their ids."""


async def list_cases(tx: Transaction, case_ids: Sequence[UUID]) -> list[Record]:
    """These cases with what their organizations are, and the Party organization that each is about (`party`), as far as
    there is one: of an area, that of the place."""
    async with tx.system_scope():
        rows = await tx.records(_CASES, {"ids": list(case_ids)})
        areas = [row for row in rows if row["outcome"] == "area" and row["party"] is None]
        if areas:
            drawn = await find_drawn(tx, [row["organization_id"] for row in areas])
            places = {
                row["id"]: place_of(row["division"], row["street"], drawn.get(row["organization_id"]))[0]
                for row in areas
            }
            branches = await branches_of(tx, sorted(set(places.values())))
            rows = [row | {"party": branches.get(places[row["id"]])} if row["id"] in places else row for row in rows]
    return rows


async def affiliations_of(tx: Transaction, party_organization_ids: Collection[UUID]) -> Parties:
    """What these Party organizations belong to, as the registry stated last."""
    if not party_organization_ids:
        return {}
    async with tx.system_scope():
        rows = await tx.rows(_AFFILIATED, {"ids": sorted(party_organization_ids)})
    return {row.id: Affiliated(row.id, row.affiliated_to, row.affiliated_since) for row in rows}
