"""Funding's HTTP side."""

from fastapi import FastAPI

from services.funding.appropriations.policies import read_budget_policies
from services.funding.appropriations.routes import policy_router as budget_policies
from services.funding.appropriations.routes import router as appropriations
from services.funding.appropriations.tasks import WAITING as BUDGETS_WAITING
from services.funding.consumers import make_handlers
from services.funding.documents.gathering import FundingSource
from services.funding.documents.performance import PerformanceBooks
from services.funding.documents.policies import read_performance_policies
from services.funding.documents.routes import router as documents
from services.funding.dues.policies import read_dues_policies
from services.funding.dues.refunds.queries import claim_of
from services.funding.dues.refunds.routes import router as refunds
from services.funding.dues.routes import policy_router as dues_policies
from services.funding.dues.routes import router as dues
from services.funding.dues.tasks import WAITING as DUES_WAITING
from services.funding.entries.routes import router as entries
from services.funding.entries.tasks import WAITING as ENTRIES_WAITING
from services.funding.forecasts.routes import router as forecasts
from services.funding.grants.bulk_routes import router as bulk
from services.funding.grants.decision_routes import router as decisions
from services.funding.grants.noticing.routes import router as noticing
from services.funding.grants.noticing.tasks import WAITING as NOTICES_WAITING
from services.funding.grants.paying.routes import router as paying
from services.funding.grants.routes import router as grants
from services.funding.grants.settling.routes import router as settling
from services.funding.grants.settling.tasks import WAITING as SETTLING_WAITING
from services.funding.grants.tasks import WAITING
from services.funding.ledger.charts import read_charts
from services.funding.ledger.periods.routes import router as periods
from services.funding.ledger.posting_routes import charts_router as charts
from services.funding.ledger.posting_routes import router as posting
from services.funding.ledger.routes import router as ledger
from services.funding.payees.routes import router as payees
from services.funding.payees.tasks import WAITING as PAYEES_WAITING
from services.funding.payment_orders.bank_returns.routes import router as bank_returns
from services.funding.payment_orders.checking import check_payee
from services.funding.payment_orders.file_routes import router as payment_files
from services.funding.payment_orders.policies import read_payment_policies
from services.funding.payment_orders.routes import policy_router as payment_policies
from services.funding.payment_orders.routes import router as payment_orders
from services.funding.payment_orders.tasks import WAITING as ORDERS_WAITING
from services.funding.policies import read_schemes
from services.funding.pools.policies import read_pool_policies
from services.funding.pools.queries import pool_upon
from services.funding.pools.routes import policy_router as pool_policies
from services.funding.pools.routes import router as pools
from services.funding.reports.routes import router as reports
from services.funding.runs.routes import router as runs
from services.funding.schemes.routes import router as schemes
from services.funding.settings import Settings
from services.funding.statements.routes import router as statements
from shared.bus.worker import Worker
from shared.db.sealing import FieldKeys
from shared.db.session import Database, open_database
from shared.documents.policies import read_documents
from shared.documents.rendering.process import Renderer
from shared.field.working_days import read_working_days
from shared.settings import REPOSITORY_POLICIES
from shared.web.app import create_service_app
from shared.web.documents.scan_routes import FORM_BYTES, SCAN_PATH
from shared.web.documents.tasks import WAITING as DOCUMENTS_WAITING
from shared.web.identity.permissions import Permission


def create_app(settings: Settings, *, worker: Worker | None = None, database: Database | None = None) -> FastAPI:
    """Funding under `/v1`, with `worker` where it runs in the same process."""
    document_book = read_documents(settings.policies, REPOSITORY_POLICIES)
    schemes_book = read_schemes(settings.policies)
    charts_book = read_charts(settings.policies, REPOSITORY_POLICIES)
    performance = read_performance_policies(settings.policies, REPOSITORY_POLICIES)
    return create_service_app(
        settings,
        database or open_database(settings),
        # Decisions before grants, whose /{grant_id} would take "decisions" for an id.
        [
            schemes,
            runs,
            entries,
            payees,
            bulk,
            decisions,
            grants,
            noticing,
            paying,
            settling,
            charts,
            ledger,
            posting,
            periods,
            dues_policies,
            dues,
            refunds,
            pool_policies,
            pools,
            budget_policies,
            appropriations,
            forecasts,
            payment_policies,
            payment_orders,
            payment_files,
            bank_returns,
            statements,
            reports,
            documents,
        ],
        reads=Permission.GRANTS_READ,
        state={
            "schemes": schemes_book,
            "account_keys": FieldKeys(settings.account_keys_file) if settings.account_keys_file else None,
            "charts": charts_book,
            "working_days": read_working_days(settings.policies, REPOSITORY_POLICIES),
            "dues": read_dues_policies(settings.policies, REPOSITORY_POLICIES),
            "dues_used_by": (claim_of, pool_upon),
            "budgets": read_budget_policies(settings.policies, REPOSITORY_POLICIES),
            "payments": read_payment_policies(settings.policies, REPOSITORY_POLICIES),
            "check_payee": check_payee,
            "document_book": document_book,
            "document_source": FundingSource(document_book, PerformanceBooks(charts_book, schemes_book, performance)),
            "renderer": Renderer(settings.fonts, settings.render_seconds),
            "award_pools": read_pool_policies(settings.policies, REPOSITORY_POLICIES),
        },
        waiting=(
            *WAITING,
            *NOTICES_WAITING,
            *SETTLING_WAITING,
            *ENTRIES_WAITING,
            *PAYEES_WAITING,
            *DUES_WAITING,
            *BUDGETS_WAITING,
            *ORDERS_WAITING,
            *DOCUMENTS_WAITING,
        ),
        handlers=make_handlers(schemes_book, charts_book),
        worker=worker,
        streaming={SCAN_PATH: settings.scan_bytes + FORM_BYTES},
    )
