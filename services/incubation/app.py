"""Incubation's HTTP side."""

import asyncio

from fastapi import FastAPI

from services.incubation.formation.policy_routes import router as formation_policies
from services.incubation.formation.routes import router as formation
from services.incubation.joint_plans.routes import router as joint_plans
from services.incubation.policies import FormationPolicy
from shared.bus.worker import Worker
from shared.db.session import Database, open_database
from shared.field.policies import read_policies
from shared.settings import ServiceSettings
from shared.web.app import create_service_app
from shared.web.identity.permissions import Permission

_PLANS_AT_ONCE = 2
"""Joint plans that a process computes at a time: each takes a core for seconds."""


def create_app(settings: ServiceSettings, *, worker: Worker | None = None, database: Database | None = None) -> FastAPI:
    """Incubation under `/v1`; `worker` where it runs in the same process."""
    return create_service_app(
        settings,
        database or open_database(settings),
        [formation, formation_policies, joint_plans],
        reads=Permission.FORMATION_READ,
        state={
            "policies": read_policies(settings.policies, "formation", FormationPolicy),
            "planning": asyncio.Semaphore(_PLANS_AT_ONCE),
        },
        worker=worker,
    )
