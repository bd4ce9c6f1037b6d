"""The registry's HTTP side."""

from fastapi import FastAPI

from services.registry.assessment_grades.reviews.routes import router as grade_reviews
from services.registry.assessment_grades.reviews.tasks import WAITING as GRADES_WAITING
from services.registry.assessment_grades.routes import router as assessment_grades
from services.registry.batches.results import Batches
from services.registry.bodies.routes import router as bodies
from services.registry.body_records.routes import router as body_records
from services.registry.civil_affairs.answering import crowd_of
from services.registry.civil_affairs.routes import one as registration
from services.registry.civil_affairs.routes import router as civil_affairs
from services.registry.civil_years.policies import read_standing_policies
from services.registry.code_exceptions.routes import router as code_exceptions
from services.registry.consumers import make_handlers
from services.registry.contacts.routes import router as contacts
from services.registry.corrections.conflict_routes import router as conflicts
from services.registry.corrections.routes import router as corrections
from services.registry.corrections.tasks import WAITING
from services.registry.documents.gathering import RegistrySource
from services.registry.documents.routes import router as documents
from services.registry.documents.tasks import WAITING as DOCUMENTS_WAITING
from services.registry.filed_bodies.routes import router as filed_bodies
from services.registry.import_words import read_words
from services.registry.imports.results.progress import PROGRESS_PATH
from services.registry.imports.results.progress import router as import_progress
from services.registry.imports.results.report_routes import router as import_reports
from services.registry.imports.routes import MAX_UPLOAD_BYTES
from services.registry.imports.routes import router as imports
from services.registry.inspections.routes import batch as inspections_batch
from services.registry.inspections.routes import router as inspections
from services.registry.inspections.tasks import WAITING as INSPECTIONS_WAITING
from services.registry.known_seats import known_seats
from services.registry.leaderships.reports.routes import router as leadership_report
from services.registry.leaderships.routes import router as leaderships
from services.registry.leaderships.tasks import WAITING as LEADERSHIPS_WAITING
from services.registry.lookups.routes import router as organizations
from services.registry.party_organizations.affiliation.routes import router as affiliations
from services.registry.party_organizations.affiliation.tasks import WAITING as AFFILIATIONS_WAITING
from services.registry.party_organizations.routes import router as party_organizations
from services.registry.policies import read_registration_policies
from services.registry.registration_reviews.following_routes import router as review_followings
from services.registry.registration_reviews.routes import router as registration_reviews
from services.registry.registration_reviews.tasks import WAITING as REVIEWS_WAITING
from services.registry.reorganizations.routes import router as reorganizations
from services.registry.saved_views.routes import router as saved_views
from services.registry.settings import Settings
from services.registry.standing.routes import router as standing
from services.registry.statistic_tables.policies import read_statistic_tables
from services.registry.statistics.metric_routes import router as coverage_measures
from services.registry.statistics.routes import router as statistics
from services.registry.statistics.step_routes import router as statistic_steps
from services.registry.statistics.tasks import WAITING as STATISTICS_WAITING
from services.registry.successions.duplicate_routes import router as duplicates
from services.registry.successions.routes import router as successions
from services.registry.successions.tasks import WAITING as DUPLICATES_WAITING
from services.registry.survey_terms.policies import read_survey_policies
from services.registry.surveys.return_routes import BATCH_PATH as SURVEY_BATCH_PATH
from services.registry.surveys.return_routes import router as survey_returns
from services.registry.surveys.routes import router as surveys
from services.registry.surveys.tasks import WAITING as SURVEYS_WAITING
from services.registry.yearly_forms.routes import router as yearly_forms
from shared.bus.worker import Worker
from shared.db.sealing import FieldKeys
from shared.db.session import Database, open_database
from shared.documents.policies import read_documents
from shared.documents.rendering.process import Renderer
from shared.settings import REPOSITORY_POLICIES
from shared.web.app import create_service_app
from shared.web.documents.scan_routes import FORM_BYTES, SCAN_PATH
from shared.web.identity.permissions import Permission


def create_app(settings: Settings, *, worker: Worker | None = None, database: Database | None = None) -> FastAPI:
    """The registry under `/v1`; `worker` where it runs in the same process. Reads the policies."""
    policies = read_registration_policies(settings.policies, REPOSITORY_POLICIES)
    standing_policies = read_standing_policies(settings.policies, REPOSITORY_POLICIES)
    opened = database or open_database(settings)
    return create_service_app(
        settings,
        opened,
        [
            registration,
            affiliations,
            assessment_grades,
            bodies,
            body_records,
            civil_affairs,
            code_exceptions,
            conflicts,
            contacts,
            corrections,
            successions,
            duplicates,
            documents,
            filed_bodies,
            imports,
            import_progress,
            import_reports,
            leadership_report,
            leaderships,
            grade_reviews,
            inspections,
            inspections_batch,
            organizations,
            party_organizations,
            registration_reviews,
            review_followings,
            standing,
            coverage_measures,
            statistics,
            statistic_steps,
            surveys,
            survey_returns,
            yearly_forms,
            reorganizations,
            saved_views,
        ],
        reads=Permission.REGISTRY_READ,
        state={
            "field_keys": FieldKeys(settings.field_keys_file) if settings.field_keys_file else None,
            "batches": Batches(most=settings.batches_at_once, waiting_bytes=settings.batch_waiting_bytes),
            "import_words": read_words(settings.policies, REPOSITORY_POLICIES),
            "standing_policies": standing_policies,
            "statistic_tables": read_statistic_tables(settings.policies, REPOSITORY_POLICIES),
            "survey_policies": read_survey_policies(settings.policies, REPOSITORY_POLICIES),
            "policies": policies,
            "crowd": crowd_of(opened, policies),
            "seats": known_seats(),
            "document_source": RegistrySource(policies.affiliations, policies.leaderships),
            "document_book": read_documents(settings.policies, REPOSITORY_POLICIES),
            "renderer": Renderer(settings.fonts, settings.render_seconds),
        },
        waiting=(
            *WAITING,
            *DUPLICATES_WAITING,
            *DOCUMENTS_WAITING,
            *LEADERSHIPS_WAITING,
            *GRADES_WAITING,
            *REVIEWS_WAITING,
            *INSPECTIONS_WAITING,
            *AFFILIATIONS_WAITING,
            *SURVEYS_WAITING,
            *STATISTICS_WAITING,
        ),
        handlers=make_handlers(policies.affiliations, standing_policies),
        worker=worker,
        streaming={
            "/v1/civil-affairs/registrations:batch": None,
            "/v1/filed-bodies:batch": None,
            "/v1/inspections:batch": None,
            SURVEY_BATCH_PATH: None,
            "/v1/imports": MAX_UPLOAD_BYTES,
            PROGRESS_PATH: 0,
            SCAN_PATH: settings.scan_bytes + FORM_BYTES,
        },
    )
