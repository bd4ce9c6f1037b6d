"""Assigns bodies to areas: what changes is stored, stated in bounded events, and covered accordingly."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from services.incubation.areas import assigned, queries
from services.incubation.areas.assigned import Body
from services.incubation.areas.boundaries.queries import shape_of
from services.incubation.areas.moving import move_covered
from services.incubation.areas.queries import Box
from services.incubation.areas.rules import Outline
from services.incubation.policies import FormationPolicies
from services.incubation.territory.lying import assign, find_faults
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.areas import MAX_ASSIGNED, FiledBodiesAssigned, FiledBodyAssigned
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.field.calendar import china_day

_AT_ONCE = 20_000
"""Bodies that one statement writes."""

Outlines = dict[str, dict[str, Outline]]


async def assign_bodies(tx: Transaction, ids: Sequence[UUID], now: datetime, policies: FormationPolicies) -> None:
    """Assign these bodies as they are now. The caller holds their divisions."""
    on = china_day(now)
    bodies = await assigned.bodies_of(tx, ids, on)
    outlines = await queries.list_on(tx, sorted({body.division for body in bodies}), on)
    await _assign(tx, bodies, outlines, now, policies)
    # Also those without a position, in no area by now: a street that has got its Party organization covers them.
    await move_covered(tx, ids, outlines, now, policies)


async def assign_division(
    tx: Transaction, division: str, now: datetime, policies: FormationPolicies, *, box: Box | None = None
) -> None:
    """Assign a division's bodies (with a position in the box) as its areas are today; find its gaps and overlaps.

    The caller holds the division.
    """
    on = china_day(now)
    outlines = await queries.list_on(tx, [division], on)
    await find_division_faults(tx, division, outlines[division], on, policies)
    bodies = await assigned.bodies_in(tx, division, on, box)
    await _assign(tx, bodies, outlines, now, policies)
    await move_covered(tx, [body.id for body in bodies if not body.filed], outlines, now, policies)


async def find_division_faults(
    tx: Transaction, division: str, outlines: Mapping[str, Outline], on: date, policies: FormationPolicies
) -> None:
    """Store the gaps that these outlines leave in a division, and their overlaps."""
    boundary = await shape_of(tx, division)
    shapes = {code: one.drawn.shape for code, one in outlines.items()}
    faults = await asyncio.to_thread(find_faults, shapes, boundary, policies.areas.get(division, on).parameters)
    await assigned.replace_faults(tx, division, faults)


async def _assign(
    tx: Transaction, bodies: Sequence[Body], outlines: Outlines, now: datetime, policies: FormationPolicies
) -> None:
    """Store what changes of these bodies' areas; an area has bodies of its own division alone."""
    on = china_day(now)
    changed: list[tuple[Body, str | None]] = []
    by_division: dict[str, list[Body]] = {}
    for body in bodies:
        by_division.setdefault(body.division, []).append(body)
    for division, own in sorted(by_division.items()):
        shapes = {code: one.drawn.shape for code, one in outlines.get(division, {}).items()}
        here = [body for body in own if body.position is not None]
        near = policies.areas.get(division, on).parameters.near_border_m
        codes = await asyncio.to_thread(assign, [body.position for body in here if body.position], shapes, near)
        target = {body.id: code for body, code in zip(here, codes, strict=True)}
        changed += [(body, target.get(body.id)) for body in own if target.get(body.id) != body.area or body.moved]
    for start in range(0, len(changed), _AT_ONCE):
        await _store(tx, changed[start : start + _AT_ONCE], on, now)


async def _store(tx: Transaction, changed: Sequence[tuple[Body, str | None]], on: date, now: datetime) -> None:
    by_division: dict[str, list[tuple[Body, str | None]]] = {}
    for body, area in changed:
        if body.filed:
            by_division.setdefault(body.division, []).append((body, area))
    lists = [
        (new_id(), division, own[start : start + MAX_ASSIGNED])
        for division, own in sorted(by_division.items())
        for start in range(0, len(own), MAX_ASSIGNED)
    ]
    sequences = await assigned.put(tx, changed, {body.id: subject for subject, _, own in lists for body, _ in own})
    events = []
    for subject, division, own in lists:
        bodies = [
            FiledBodyAssigned.model_construct(id=body.id, sequence=sequences[body.id], area=area) for body, area in own
        ]
        payload = FiledBodiesAssigned.model_construct(id=subject, division=division, on=on, bodies=bodies)
        events.append(NewEvent(subject, 1, payload, division, now))
    await emit(tx, events)
