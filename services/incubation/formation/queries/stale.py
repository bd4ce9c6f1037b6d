"""Organizations whose latest check was made under another policy than the one in force."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.incubation.formation.queries.conditions import IDS
from services.incubation.organizations.queries import KNOWN
from services.incubation.tables import formation_checks
from shared.db.session import Transaction
from shared.db.statements import prepare

_DIVISIONS = prepare(select(KNOWN.c.division).where(KNOWN.c.status == literal_column("'registered'")).distinct())
_IN_FORCE = (
    func.unnest(bindparam("divisions", type_=ARRAY(Text)), bindparam("policies", type_=ARRAY(Text)))
    .table_valued("division", "policy")
    .render_derived(name="in_force")
)
_LATEST = (
    select(formation_checks.c.policy)
    .where(formation_checks.c.organization_id == KNOWN.c.id)
    .order_by(formation_checks.c.id.desc())
    .limit(literal_column("1"))
    .scalar_subquery()
)
_OF_ALL = (
    select(KNOWN.c.id)
    .join(_IN_FORCE, _IN_FORCE.c.division == KNOWN.c.division)
    .where(KNOWN.c.status == literal_column("'registered'"), _IN_FORCE.c.policy != _LATEST)
    .order_by(KNOWN.c.id)
)
_FIND = prepare(_OF_ALL.where(KNOWN.c.id > bindparam("after")).limit(bindparam("most")))
_AMONG = prepare(_OF_ALL.where(KNOWN.c.id == IDS))


async def list_divisions(tx: Transaction) -> list[str]:
    """The divisions in which organizations are registered."""
    return [row.division for row in await tx.rows(_DIVISIONS)]


async def find_stale(tx: Transaction, in_force: Mapping[str, str], *, after: UUID, most: int) -> list[UUID]:
    """Organizations to check again, by id; `in_force` holds the policy's id by division. One without a check is not
    among them: its first one follows from an event."""
    rows = await tx.rows(_FIND, {**_named(in_force), "after": after, "most": most})
    return [row.id for row in rows]


async def still_stale(tx: Transaction, in_force: Mapping[str, str], organization_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these that nobody has checked meanwhile."""
    rows = await tx.rows(_AMONG, {**_named(in_force), "ids": list(organization_ids)})
    return [row.id for row in rows]


def _named(in_force: Mapping[str, str]) -> dict[str, list[str]]:
    return {"divisions": list(in_force), "policies": list(in_force.values())}
