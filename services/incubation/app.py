"""Incubation's HTTP side."""

from fastapi import FastAPI

from services.incubation.activities.routes import policy_router as activity_policies
from services.incubation.activities.routes import router as activities
from services.incubation.activities.tasks import WAITING as ACTIVITIES_WAITING
from services.incubation.activities.year_routes import router as year_work
from services.incubation.area_proposals.routes import router as area_proposals
from services.incubation.areas.boundaries.routes import router as division_boundaries
from services.incubation.areas.boundaries.shape_routes import router as division_shapes
from services.incubation.areas.routes import router as areas
from services.incubation.areas.totals.routes import router as area_totals
from services.incubation.consumers import make_handlers
from services.incubation.documents.gathering import IncubationSource
from services.incubation.documents.routes import blanks as blank_documents
from services.incubation.documents.routes import router as documents
from services.incubation.formation.policy_routes import router as formation_policies
from services.incubation.formation.routes import router as formation
from services.incubation.formation.terms.tasks import WAITING
from services.incubation.incubatees.routes.closing import router as incubator_closing
from services.incubation.incubatees.routes.reading import policies as incubatee_policies
from services.incubation.incubatees.routes.reading import router as incubatees
from services.incubation.incubatees.routes.recording import router as incubatee_records
from services.incubation.incubatees.routes.stepping import router as incubatee_steps
from services.incubation.incubatees.tasks import WAITING as INCUBATEES_WAITING
from services.incubation.incubating.assessment_policies import read_assessment_policies
from services.incubation.incubating.incubatee_policies import read_incubatee_policies
from services.incubation.incubating.policies import read_incubator_policies
from services.incubation.incubators.assessments.routes import policies as assessment_policies
from services.incubation.incubators.assessments.routes import router as assessments
from services.incubation.incubators.routes import policies as incubator_policies
from services.incubation.incubators.routes import router as incubators
from services.incubation.incubators.supports.routes import router as supports
from services.incubation.incubators.tasks import WAITING as INCUBATORS_WAITING
from services.incubation.joint_branches.routes import router as joint_branches
from services.incubation.joint_branches.tasks import WAITING as JOINT_BRANCHES_WAITING
from services.incubation.joint_plans.routes import router as joint_plans
from services.incubation.meetings.calendar_routes import policy_router as meeting_policies
from services.incubation.meetings.calendar_routes import router as meeting_calendar
from services.incubation.meetings.resolution_routes import router as resolutions
from services.incubation.meetings.routes import router as meetings
from services.incubation.meetings.tasks import WAITING as MEETINGS_WAITING
from services.incubation.policies import read_formation_policies
from services.incubation.reports.routes import router as reports
from services.incubation.routine.activity_policies import read_activities_policies
from services.incubation.routine.policies import read_meetings_policies
from services.incubation.stations.routes import router as stations
from services.incubation.territory.shapes import read_shapes
from shared.bus.worker import Worker
from shared.db.session import Database, open_database
from shared.documents.policies import read_documents
from shared.documents.rendering.process import Renderer
from shared.field.figures.policies import read_statistics_policies
from shared.settings import REPOSITORY_POLICIES, ServiceSettings
from shared.web.app import create_service_app
from shared.web.documents.scan_routes import FORM_BYTES, SCAN_PATH
from shared.web.documents.tasks import WAITING as DOCUMENTS_WAITING
from shared.web.identity.permissions import Permission


def create_app(settings: ServiceSettings, *, worker: Worker | None = None, database: Database | None = None) -> FastAPI:
    """Incubation under `/v1`; `worker` where it runs in the same process."""
    of_formation = read_formation_policies(settings.policies, REPOSITORY_POLICIES)
    of_incubatees = read_incubatee_policies(settings.policies, REPOSITORY_POLICIES)
    document_book = read_documents(settings.policies, REPOSITORY_POLICIES)
    return create_service_app(
        settings,
        database or open_database(settings),
        [
            blank_documents,
            documents,
            formation,
            formation_policies,
            incubatee_policies,
            incubatee_records,
            incubatee_steps,
            incubatees,
            incubator_closing,
            incubator_policies,
            incubators,
            joint_branches,
            joint_plans,
            assessments,
            assessment_policies,
            activities,
            activity_policies,
            meeting_calendar,
            meeting_policies,
            meetings,
            reports,
            resolutions,
            stations,
            year_work,
            supports,
            area_totals,
            areas,
            area_proposals,
            division_boundaries,
            division_shapes,
        ],
        reads=Permission.FORMATION_READ,
        state={
            "policies": of_formation,
            "assessment_policies": read_assessment_policies(settings.policies, REPOSITORY_POLICIES),
            "incubatee_policies": of_incubatees,
            "incubator_policies": read_incubator_policies(settings.policies, REPOSITORY_POLICIES),
            "activities": read_activities_policies(settings.policies, REPOSITORY_POLICIES),
            "document_source": IncubationSource(of_incubatees, of_formation, document_book),
            "document_book": document_book,
            "division_shapes": read_shapes(settings.policies, REPOSITORY_POLICIES),
            "renderer": Renderer(settings.fonts, settings.render_seconds),
            "meetings": read_meetings_policies(settings.policies, REPOSITORY_POLICIES),
            "statistics": read_statistics_policies(settings.policies, REPOSITORY_POLICIES),
        },
        waiting=(
            *WAITING,
            *JOINT_BRANCHES_WAITING,
            *INCUBATORS_WAITING,
            *INCUBATEES_WAITING,
            *MEETINGS_WAITING,
            *ACTIVITIES_WAITING,
            *DOCUMENTS_WAITING,
        ),
        handlers=make_handlers(of_formation),
        worker=worker,
        streaming={SCAN_PATH: settings.scan_bytes + FORM_BYTES},
    )
