"""Evaluation's worker."""

from functools import partial

from services.evaluation.consequences.deriving.following import Consequences
from services.evaluation.consequences.deriving.policies import read_consequence_policies
from services.evaluation.consequences.sealing_old import watch_plain_talks
from services.evaluation.consumers import HANDLERS
from services.evaluation.evaluations.enrolling.moving_old import watch_old_moves
from services.evaluation.openings.reference_dates import watch_reference_dates
from services.evaluation.settings import Settings
from services.evaluation.simulations.computing import run_simulations
from shared.bus.worker import Worker
from shared.db.sealing import FieldKeys
from shared.db.session import Database
from shared.field.working_days import read_working_days
from shared.settings import REPOSITORY_POLICIES
from shared.web.worker import create_service_worker


def create_worker(settings: Settings, database: Database) -> Worker:
    """Relay, consumer, what brings cycles up to date on their reference dates, what-ifs, old talks and old moves."""
    simulations = partial(run_simulations, database, poll_seconds=settings.poll_seconds)
    policies = read_consequence_policies(settings.policies, REPOSITORY_POLICIES)
    consequences = Consequences(policies, read_working_days(settings.policies, REPOSITORY_POLICIES))
    days = partial(watch_reference_dates, database, consequences)
    tasks = [days, simulations, partial(watch_old_moves, database)]
    if settings.talk_keys_file:
        tasks.append(partial(watch_plain_talks, database, FieldKeys(settings.talk_keys_file)))
    return create_service_worker(settings, database, HANDLERS, tasks)
