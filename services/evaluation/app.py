"""Evaluation's HTTP side."""

from fastapi import FastAPI

from services.evaluation.catalogues.policies import CATALOGUE_KIND, AuthoredCatalogue
from services.evaluation.catalogues.policy_routes import router as rating_catalogues
from services.evaluation.consequences.deriving.following import Consequences
from services.evaluation.consequences.deriving.policies import read_consequence_policies
from services.evaluation.consequences.deriving.policy_routes import router as consequence_policies
from services.evaluation.consequences.routes import router as consequences
from services.evaluation.consequences.tasks import WAITING as CONSEQUENCES
from services.evaluation.consumers import HANDLERS
from services.evaluation.cycles.policy_routes import router as evaluation_policies
from services.evaluation.documents.gathering import EvaluationSource
from services.evaluation.documents.routes import router as documents
from services.evaluation.duty_items.actions import Books
from services.evaluation.duty_items.policies import DUTY_ITEMS_KIND, DutyItemPolicy
from services.evaluation.duty_items.routes import router as duty_items
from services.evaluation.duty_items.tasks import WAITING as DUTY_ITEMS
from services.evaluation.evaluations.completing.routes import router as completions
from services.evaluation.evaluations.listing.routes import router as evaluation_lists
from services.evaluation.evaluations.routes import router as evaluations
from services.evaluation.evaluations.tasks import WAITING as EVALUATIONS
from services.evaluation.extensions.routes import router as extensions
from services.evaluation.extensions.tasks import WAITING as EXTENSIONS
from services.evaluation.indicator_systems.reading import read_indicator_systems
from services.evaluation.indicator_systems.routes import router as indicator_systems
from services.evaluation.interests.routes import router as interests
from services.evaluation.notices.routes import router as notices
from services.evaluation.notices.tasks import WAITING as NOTICES
from services.evaluation.openings.routes import router as openings
from services.evaluation.openings.tasks import WAITING as OPENINGS
from services.evaluation.policies import EvaluationParameters
from services.evaluation.recordings.routes import router as recordings
from services.evaluation.returns.routes import router as returns
from services.evaluation.satisfaction.routes import router as satisfaction
from services.evaluation.score_sheets.routes import MAX_UPLOAD_BYTES, SHEETS_PATH, WORKBOOK_PATH
from services.evaluation.score_sheets.routes import router as score_sheets
from services.evaluation.selections.ending_routes import router as endings
from services.evaluation.selections.policies import SELECTION_KIND, SelectionPolicy
from services.evaluation.selections.routes import router as selections
from services.evaluation.sessions.routes import router as sessions
from services.evaluation.sessions.tasks import WAITING as SESSIONS
from services.evaluation.settings import Settings
from services.evaluation.simulations.reading import read_books, read_profiles
from services.evaluation.simulations.routes import router as simulations
from services.evaluation.uploads.routes import UPLOAD_PATH
from services.evaluation.uploads.routes import router as uploads
from services.evaluation.visits.routes import router as visits
from services.evaluation.visits.tasks import WAITING as VISITS
from shared.bus.worker import Worker
from shared.db.sealing import FieldKeys
from shared.db.session import Database, open_database
from shared.documents.policies import read_documents
from shared.documents.rendering.process import Renderer
from shared.field.policies import read_or_shipped, read_policies
from shared.field.working_days import read_working_days
from shared.settings import REPOSITORY_POLICIES
from shared.superiors.policies import read_affiliation_policies
from shared.web.app import create_service_app
from shared.web.documents.scan_routes import FORM_BYTES, SCAN_PATH
from shared.web.documents.tasks import WAITING as DOCUMENTS
from shared.web.identity.permissions import Permission

_WAITING = (
    *OPENINGS,
    *SESSIONS,
    *NOTICES,
    *EXTENSIONS,
    *VISITS,
    *EVALUATIONS,
    *CONSEQUENCES,
    *DUTY_ITEMS,
    *DOCUMENTS,
)


def create_app(settings: Settings, *, worker: Worker | None = None, database: Database | None = None) -> FastAPI:
    """Evaluation under `/v1`, with `worker` where it runs in the same process. Reads the policies."""
    working_days = read_working_days(settings.policies, REPOSITORY_POLICIES)
    policies = read_consequence_policies(settings.policies, REPOSITORY_POLICIES)
    affiliations = read_affiliation_policies(settings.policies, REPOSITORY_POLICIES)
    document_book = read_documents(settings.policies, REPOSITORY_POLICIES)
    return create_service_app(
        settings,
        database or open_database(settings),
        [
            evaluation_policies,
            rating_catalogues,
            consequence_policies,
            indicator_systems,
            openings,
            extensions,
            sessions,
            evaluation_lists,
            completions,
            evaluations,
            recordings,
            score_sheets,
            uploads,
            visits,
            notices,
            returns,
            satisfaction,
            interests,
            consequences,
            documents,
            simulations,
            selections,
            endings,
            duty_items,
        ],
        reads=Permission.EVALUATION_READ,
        state={
            "evaluation_policies": read_policies(settings.policies, "evaluation", EvaluationParameters),
            "rating_catalogues": read_or_shipped(
                settings.policies, REPOSITORY_POLICIES, CATALOGUE_KIND, AuthoredCatalogue
            ),
            "indicator_systems": read_indicator_systems(settings.policies),
            "consequence_policies": policies.consequences,
            "consequences": Consequences(policies, working_days),
            "selection_policies": read_or_shipped(
                settings.policies, REPOSITORY_POLICIES, SELECTION_KIND, SelectionPolicy
            ),
            "duty_items": Books(
                read_or_shipped(settings.policies, REPOSITORY_POLICIES, DUTY_ITEMS_KIND, DutyItemPolicy),
                affiliations,
            ),
            "affiliation_policies": affiliations,
            "rating_profiles": read_profiles(settings.policies, REPOSITORY_POLICIES),
            "star_effects": read_books(settings.policies, REPOSITORY_POLICIES),
            "talk_keys": FieldKeys(settings.talk_keys_file) if settings.talk_keys_file else None,
            "document_source": EvaluationSource(document_book),
            "document_book": document_book,
            "renderer": Renderer(settings.fonts, settings.render_seconds),
            "working_days": working_days,
        },
        waiting=_WAITING,
        handlers=HANDLERS,
        worker=worker,
        streaming={
            SHEETS_PATH: MAX_UPLOAD_BYTES,
            WORKBOOK_PATH: None,
            SCAN_PATH: settings.scan_bytes + FORM_BYTES,
            UPLOAD_PATH: settings.evidence_bytes + FORM_BYTES,
        },
    )
