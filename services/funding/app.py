"""Funding's HTTP side."""

from fastapi import FastAPI

from services.funding.dues.routes import router as dues
from services.funding.dues.tasks import WAITING as DUES_WAITING
from services.funding.entries.routes import router as entries
from services.funding.entries.tasks import WAITING as ENTRIES_WAITING
from services.funding.grants.bulk_routes import router as bulk
from services.funding.grants.decision_routes import router as decisions
from services.funding.grants.routes import router as grants
from services.funding.grants.tasks import WAITING
from services.funding.ledger.routes import router as ledger
from services.funding.payees.routes import router as payees
from services.funding.payees.tasks import WAITING as PAYEES_WAITING
from services.funding.policies import read_schemes
from services.funding.runs.routes import router as runs
from services.funding.schemes.routes import router as schemes
from services.funding.settings import Settings
from shared.bus.worker import Worker
from shared.db.sealing import FieldKeys
from shared.db.session import Database, open_database
from shared.web.app import create_service_app
from shared.web.identity.permissions import Permission


def create_app(settings: Settings, *, worker: Worker | None = None, database: Database | None = None) -> FastAPI:
    """Funding under `/v1`, with `worker` where it runs in the same process."""
    return create_service_app(
        settings,
        database or open_database(settings),
        # Decisions before grants, whose /{grant_id} would take "decisions" for an id.
        [schemes, runs, entries, dues, payees, bulk, decisions, grants, ledger],
        reads=Permission.GRANTS_READ,
        state={
            "schemes": read_schemes(settings.policies),
            "account_keys": FieldKeys(settings.account_keys_file) if settings.account_keys_file else None,
        },
        waiting=(*WAITING, *ENTRIES_WAITING, *PAYEES_WAITING, *DUES_WAITING),
        worker=worker,
    )
