"""Lets the coverage of organizations without members follow the area that they are in (S15)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import structlog

from services.incubation.area_branches import queries as branches
from services.incubation.area_branches.actions import Placing, cover, place_of
from services.incubation.area_branches.queries import Drawn, Place
from services.incubation.areas.rules import Outline, explain
from services.incubation.formation.queries.area_cases import find_area_decisions, find_leaving
from services.incubation.policies import FormationPolicies
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day

log = structlog.get_logger(__name__)


async def move_covered(
    tx: Transaction,
    organization_ids: Sequence[UUID],
    outlines: Mapping[str, Mapping[str, Outline]],
    now: datetime,
    policies: FormationPolicies,
) -> None:
    """Have those of these organizations that another area covers covered by the one that they are in.

    Where an area has no Party organization yet, it is formed by the case that had the first of them covered; whom no
    case had covered (it was taken over) stays where it is until there is one. Whom an approved case has covered
    otherwise is left to that, though the registry has not recorded it yet.
    """
    if not organization_ids:
        return
    misplaced = await branches.list_misplaced(tx, organization_ids)
    leaving = await find_leaving(tx, [row["id"] for row in misplaced]) if misplaced else set()
    misplaced = [row for row in misplaced if row["id"] not in leaving]
    if not misplaced:
        return
    decided = await find_area_decisions(tx, [row["id"] for row in misplaced])
    groups: dict[Place, list[Record]] = {}
    named: dict[Place, tuple[str, str | None]] = {}
    for row in misplaced:
        drawn = None if row["code"] is None else Drawn(row["code"], row["name"])
        place, name, street = place_of(row["division"], row["street"], drawn)
        groups.setdefault(place, []).append(row)
        named[place] = name, street
    standing = await branches.branches_of(tx, list(groups))
    placings = []
    for place, rows in sorted(groups.items()):
        decision = next((decided[row["id"]] for row in rows if row["id"] in decided), None)
        if place not in standing and decision is None:
            log.info("area_without_party_organization", place=place[1], organizations=len(rows))
            continue
        outline = outlines.get(place[0], {}).get(place[1])
        reasons = [] if outline is None else explain(outline, place[0], policies.areas)
        ids = [row["id"] for row in rows]
        decision_id = decision or rows[0]["area_id"] or standing[place]
        placings.append(Placing(place, *named[place], ids, decision_id, reasons, china_day(now)))
    if placings:
        moved = await cover(tx, placings, now)
        asked = {
            one: moved[placing.place].party_organization_id for placing in placings for one in placing.organizations
        }
        await branches.note_asked(tx, asked)
