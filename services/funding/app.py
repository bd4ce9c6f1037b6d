"""Funding's HTTP side."""

from fastapi import FastAPI

from services.funding.grants.decision_routes import router as decisions
from services.funding.grants.routes import router as grants
from services.funding.grants.tasks import WAITING
from services.funding.ledger.charts import read_charts
from services.funding.ledger.periods.routes import router as periods
from services.funding.ledger.posting_routes import charts_router as charts
from services.funding.ledger.posting_routes import router as posting
from services.funding.ledger.routes import router as ledger
from services.funding.policies import read_schemes
from services.funding.schemes.routes import router as schemes
from services.funding.settings import Settings
from shared.bus.worker import Worker
from shared.db.session import Database, open_database
from shared.settings import REPOSITORY_POLICIES
from shared.web.app import create_service_app
from shared.web.identity.permissions import Permission


def create_app(settings: Settings, *, worker: Worker | None = None, database: Database | None = None) -> FastAPI:
    """Funding under `/v1`, with `worker` where it runs in the same process."""
    return create_service_app(
        settings,
        database or open_database(settings),
        # Decisions before grants, whose /{grant_id} would take "decisions" for an id.
        [schemes, decisions, grants, charts, ledger, posting, periods],
        reads=Permission.GRANTS_READ,
        state={
            "schemes": read_schemes(settings.policies),
            "charts": read_charts(settings.policies, REPOSITORY_POLICIES),
        },
        waiting=WAITING,
        worker=worker,
    )
