"""Incubation's background half."""

from functools import partial

from services.incubation.activities.stating_old import watch_old_activities
from services.incubation.area_proposals.computing import run_proposals
from services.incubation.areas.following import keep_assigning
from services.incubation.consumers import make_handlers
from services.incubation.formation.rechecking import run_rechecks
from services.incubation.joint_plans.computing import run_plans
from services.incubation.policies import read_formation_policies
from services.incubation.routine.activity_policies import read_activities_policies
from services.incubation.settings import Settings
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.settings import REPOSITORY_POLICIES
from shared.web.worker import create_service_worker


def create_worker(settings: Settings, database: Database) -> Worker:
    """Relay, consumer, the computing of plans and proposals, areas day by day, checks again, old activities."""
    policies = read_formation_policies(settings.policies, REPOSITORY_POLICIES)
    plans = partial(
        run_plans, database, policies, seconds=settings.joint_plan_seconds, poll_seconds=settings.poll_seconds
    )
    areas = partial(keep_assigning, database, policies)
    proposals = partial(run_proposals, database, policies, poll_seconds=settings.poll_seconds)
    rechecks = partial(run_rechecks, database, policies)
    activities = read_activities_policies(settings.policies, REPOSITORY_POLICIES)
    old = partial(watch_old_activities, database, activities)
    jobs = [plans, areas, proposals, rechecks, old]
    return create_service_worker(settings, database, make_handlers(policies), jobs)
