"""Ratings: a closed cycle of 40,000 evaluations under another policy, and a cycle of 10,000 over HTTP."""

import time

import asyncpg

from benchmarks.options import say
from benchmarks.ratings.cycle import measure_cycle
from benchmarks.ratings.invented import CYCLE, NOW, evaluations, fill
from benchmarks.ratings.measured import Rated
from benchmarks.servers import RUNTIME_PASSWORD, Servers
from services.evaluation.policies import EvaluationParameters
from services.evaluation.simulations import actions
from services.evaluation.simulations.computing import compute_next
from services.evaluation.simulations.reading import read_books, read_profiles
from services.evaluation.simulations.schemas import SimulationBody
from shared.db.access import system_access
from shared.db.session import Database
from shared.field.policies import PolicyBook
from shared.schema.security import RUNTIME
from shared.settings import REPOSITORY_POLICIES
from shared.urls import with_login

SIMULATION_SECONDS = 20.0


async def measure_ratings(servers: Servers, *, quick: bool) -> list[Rated]:
    """Every figure; a tenth of the evaluations where it is to be quick."""
    return [await _simulate(servers, 40_000 // (10 if quick else 1)), *await measure_cycle(servers, quick=quick)]


async def _simulate(servers: Servers, count: int) -> Rated:
    """From the request to the stored result, in a process of its own as a worker does it."""
    say("inventing a closed cycle")
    url = await servers.database("evaluation", "evaluation_simulations")
    admin = await asyncpg.connect(url)
    try:
        await fill(admin, list(evaluations(count)))
    finally:
        await admin.close()
    say("asking what if")
    access = system_access("evaluation", "benchmarks")
    database = Database(with_login(url, RUNTIME, RUNTIME_PASSWORD), pool_size=3, access=access)
    profiles: PolicyBook[EvaluationParameters] = read_profiles(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
    books = read_books(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
    body = SimulationBody(cycle_id=CYCLE, policy="tianjin-2016", weights={})
    started = time.monotonic()
    try:
        async with database.transaction() as tx:
            asked = await actions.request(tx, body, list(profiles.policies), books, NOW)
        await compute_next(database)
        seconds = time.monotonic() - started
        async with database.transaction() as tx:
            found = await actions.get(tx, asked["id"])
    finally:
        await database.close()
    done = found["evaluations"] if found["state"] == "ready" else 0
    changed = (found["result"] or {}).get("changed", 0)
    return Rated(f"evaluations under another policy ({changed:,} change)", count, done, seconds, SIMULATION_SECONDS)
