"""The registry's background processes."""

from functools import partial

from services.registry.assessment_grades.reviews.opening import Reviewing
from services.registry.body_records.starting import affiliate_the_rest, seed_bodies
from services.registry.civil_years.policies import read_standing_policies
from services.registry.consumers import make_handlers
from services.registry.import_words import read_words
from services.registry.imports.queries import forget_files
from services.registry.imports.runner import run_imports
from services.registry.policies import read_bodies_policies, read_registration_policies
from services.registry.settings import Settings
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.settings import REPOSITORY_POLICIES
from shared.web.worker import create_service_worker


def create_worker(settings: Settings, database: Database) -> Worker:
    """Relay, consumer, and the import runner. Reads the policies."""
    words = read_words(settings.policies, REPOSITORY_POLICIES)
    policies = read_registration_policies(settings.policies, REPOSITORY_POLICIES)
    seeds = read_bodies_policies(settings.policies, REPOSITORY_POLICIES)
    standing = read_standing_policies(settings.policies, REPOSITORY_POLICIES)
    return create_service_worker(
        settings,
        database,
        make_handlers(policies.affiliations, standing),
        [partial(run_imports, database, settings, words, policies)],
        maintenance=[
            partial(forget_files, days=settings.import_file_days),
            *([partial(seed_bodies, seeds=seeds, policies=policies.affiliations)] if settings.seed_bodies else []),
            partial(affiliate_the_rest, policies=policies.affiliations),
            Reviewing(standing),
        ],
    )
