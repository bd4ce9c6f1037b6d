"""A process that runs imports, as the worker does, in small chunks: to be killed in the middle."""

import asyncio
import json
import os
import sys

from services.registry.import_words import read_words
from services.registry.imports import runner
from services.registry.policies import read_registration_policies
from services.registry.settings import Settings
from shared.db.access import system_access
from shared.db.session import Database
from shared.settings import REPOSITORY_POLICIES

CHUNK_ROWS = 50


async def main() -> None:
    """Until killed."""
    runner.CHUNK_ROWS = CHUNK_ROWS
    settings = Settings(**json.loads(os.environ["REGISTRY_SETTINGS"]))
    database = Database(settings.database_url, access=system_access("registry", "worker"))
    words = read_words(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
    policies = read_registration_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
    await runner.run_imports(database, settings, words, policies)


if __name__ == "__main__":
    asyncio.run(main())
    sys.exit(0)
