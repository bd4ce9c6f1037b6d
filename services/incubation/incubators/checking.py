"""What incubators need by today's policy, met or missing."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.incubation.bodies import queries as bodies
from services.incubation.incubating.places import taken_places
from services.incubation.incubating.policies import IncubatorPolicies
from services.incubation.incubators import queries
from services.incubation.incubators.rules import Checked, check_incubator, lacking_of
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day


async def check(
    tx: Transaction, row: Record, policies: IncubatorPolicies, now: datetime, *, days: Sequence[date] = ()
) -> tuple[list[Checked], str]:
    """What an incubator needs by today's policy, met or missing; and the policy's id. `days`: on which it has had its
    committee (without any: today). Raises NoPolicy."""
    checked = await check_all(tx, [row], policies, now, days=days)
    return checked[row["id"]], policies.get(row["division"], china_day(now)).id


async def check_all(
    tx: Transaction, rows: Sequence[Record], policies: IncubatorPolicies, now: datetime, *, days: Sequence[date] = ()
) -> dict[UUID, list[Checked]]:
    """The same of each of these incubators, by id. Raises NoPolicy."""
    today = china_day(now)
    known = await bodies.with_parents(tx, {row["committee"] for row in rows if row["committee"] is not None})
    inside = await taken_places(tx, [row["id"] for row in rows])
    return {
        row["id"]: check_incubator(
            queries.incubator_of(row),
            known,
            policies.get(row["division"], today),
            days or (today,),
            now,
            inside=inside.get(row["id"], 0),
        )
        for row in rows
    }


async def refuse_lacking(tx: Transaction, row: Record, policies: IncubatorPolicies, now: datetime, day: date) -> None:
    """Raises IncubatorLacking where an incubator has not what it needs to take somebody in on a day; and NoPolicy."""
    checked, _ = await check(tx, row, policies, now, days=(day,))
    lacking = lacking_of(checked)
    if lacking is not None:
        raise lacking
