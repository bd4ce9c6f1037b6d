"""The body above a joint branch: who sees to it that one that is too small is mended."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.incubation.formation.superiors.finding import Superiors
from services.incubation.formation.superiors.rules import Above
from services.incubation.joint_branches import queries
from services.incubation.policies import FormationPolicies
from shared.db.session import Record, Transaction
from shared.superiors.rules import Covered


async def above_of(
    tx: Transaction, homes: Mapping[UUID, str], policies: FormationPolicies, now: datetime
) -> dict[UUID, Above]:
    """The body above each of these branches (their divisions by id), whoever sees their units."""
    units: dict[UUID, list[Record]] = defaultdict(list)
    async with tx.system_scope():
        for row in await queries.units_of(tx, sorted(homes)):
            units[row["branch"]].append(row)
    superiors = await Superiors.load(tx, homes.values(), homes.keys(), policies)
    return {
        branch: superiors.above(division, _street(units[branch]), _covers(units[branch]), branch, now)
        for branch, division in homes.items()
    }


def _street(units: Sequence[Record]) -> str | None:
    """Where all of them are in one."""
    streets = {one["street"] for one in units}
    return next(iter(streets)) if len(streets) == 1 else None


def _covers(units: Sequence[Record]) -> list[Covered]:
    return [Covered(one["kind"], one["evaluation_type"], one["name"]) for one in units]
