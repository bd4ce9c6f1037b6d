"""The registry's HTTP side."""

from fastapi import FastAPI

from services.registry.civil_affairs.routes import one as registration
from services.registry.civil_affairs.routes import router as civil_affairs
from services.registry.contacts.routes import router as contacts
from services.registry.imports.routes import MAX_UPLOAD_BYTES
from services.registry.imports.routes import router as imports
from services.registry.organizations.routes import router as organizations
from services.registry.party_organizations.routes import router as party_organizations
from services.registry.policies import read_words
from services.registry.settings import Settings
from shared.bus.worker import Worker
from shared.db.sealing import FieldKeys
from shared.db.session import Database, open_database
from shared.settings import REPOSITORY_POLICIES
from shared.web.app import create_service_app
from shared.web.identity.permissions import Permission


def create_app(settings: Settings, *, worker: Worker | None = None, database: Database | None = None) -> FastAPI:
    """The registry under `/v1`; `worker` where it runs in the same process. Reads the policies."""
    return create_service_app(
        settings,
        database or open_database(settings),
        [registration, civil_affairs, contacts, imports, organizations, party_organizations],
        reads=Permission.REGISTRY_READ,
        state={
            "field_keys": FieldKeys(settings.field_keys_file) if settings.field_keys_file else None,
            "import_words": read_words(settings.policies, REPOSITORY_POLICIES),
        },
        worker=worker,
        streaming={"/v1/civil-affairs/registrations:batch": None, "/v1/imports": MAX_UPLOAD_BYTES},
    )
