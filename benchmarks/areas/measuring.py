"""Areas (S15): proposed for a district of 170 square kilometres; 200,000 bodies assigned to those that are drawn."""

import random
import time
from uuid import UUID

import asyncpg
import shapely

from benchmarks.areas.measured import Measured
from benchmarks.options import say
from benchmarks.servers import RUNTIME_PASSWORD, Servers
from services.incubation.area_proposals.process import figures_of
from services.incubation.area_proposals.search.proposing import propose_areas
from services.incubation.areas.records import Sketch, draw_areas
from services.incubation.policies import read_formation_policies
from shared.db.access import system_access
from shared.db.base import utc_now
from shared.db.session import Database
from shared.field.calendar import china_day
from shared.schema.security import RUNTIME
from shared.settings import REPOSITORY_POLICIES
from shared.urls import with_login

_DIVISION = "330106"
_WEST, _SOUTH = 120.0, 30.2
_LON_M, _LAT_M = 96_285.0, 110_857.0
"""Metres of a degree there."""
_SIDE_M = 13_038.0
"""Of a square of 170 square kilometres."""
_TILE_M = 1_303.8

Position = tuple[float, float]


async def measure_areas(servers: Servers, *, quick: bool) -> list[Measured]:
    """Both figures; a tenth of the bodies where it is to be quick."""
    part = 10 if quick else 1
    say("proposing areas")
    proposed = _propose(_bodies(20_000 // part))
    say("assigning bodies to areas")
    return [proposed, await _assign(servers, _bodies(200_000 // part))]


def _propose(bodies: list[Position]) -> Measured:
    policy = read_formation_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).areas.get(
        _DIVISION, china_day(utc_now())
    )
    boundary = shapely.Polygon([_at(*corner) for corner in ((0, 0), (_SIDE_M, 0), (_SIDE_M, _SIDE_M), (0, _SIDE_M))])
    started = time.process_time()
    draft = propose_areas(bodies, figures_of(policy.parameters), boundary=boundary)
    seconds = time.process_time() - started
    placed = len(bodies) - len(draft.left)
    return Measured("areas proposed for 170 km²", len(bodies), len(draft.areas), placed, seconds, 30)


async def _assign(servers: Servers, bodies: list[Position]) -> Measured:
    """Bodies are there; then the areas are drawn, which assigns them and states them in events."""
    url = await servers.database("incubation", "incubation_areas")
    admin = await asyncpg.connect(url)
    try:
        await admin.execute("SELECT set_config('shuangfu.scope', '%', false)")
        now = utc_now()
        await admin.copy_records_to_table(
            "filed_bodies",
            columns=["id", "number", "name", "division", "street", "lon", "lat", "filed_on", "sequence"],
            records=[
                (UUID(int=number), f"{number:06d}", "示例团队", _DIVISION, "示例街道", lon, lat, china_day(now), 1)
                for number, (lon, lat) in enumerate(bodies, 1)
            ],
        )
        tiles = round(_SIDE_M / _TILE_M)
        sketches = [
            Sketch(f"{_DIVISION}-T{column:02d}{row:02d}", "示例片区", _tile(column, row), 1, "")
            for column in range(tiles)
            for row in range(tiles)
        ]
        policies = read_formation_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
        access = system_access("incubation", "benchmarks")
        database = Database(with_login(url, RUNTIME, RUNTIME_PASSWORD), pool_size=2, access=access)
        started = time.monotonic()
        try:
            async with database.transaction() as tx:
                await draw_areas(tx, _DIVISION, sketches, china_day(now), policies, now)
        finally:
            await database.close()
        seconds = time.monotonic() - started
        placed = await admin.fetchval("SELECT count(*) FROM area_bodies WHERE area IS NOT NULL")
    finally:
        await admin.close()
    return Measured("bodies assigned to areas", len(bodies), len(sketches), placed, seconds, 60)


def _bodies(count: int) -> list[Position]:
    """A third all over the district, the others around twelve places."""
    chance = random.Random(1)
    places = [(chance.uniform(0, _SIDE_M), chance.uniform(0, _SIDE_M)) for _ in range(12)]
    found: list[Position] = []
    while len(found) < count:
        east, north = chance.uniform(0, _SIDE_M), chance.uniform(0, _SIDE_M)
        if chance.random() > 1 / 3:
            around = chance.choice(places)
            east, north = chance.gauss(around[0], 900), chance.gauss(around[1], 900)
        if 0 <= east < _SIDE_M and 0 <= north < _SIDE_M:
            found.append(_at(east, north))
    return found


def _tile(column: int, row: int) -> list[Position]:
    corners = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    return [_at((column + east) * _TILE_M, (row + north) * _TILE_M) for east, north in corners]


def _at(east: float, north: float) -> Position:
    return round(_WEST + east / _LON_M, 7), round(_SOUTH + north / _LAT_M, 7)
