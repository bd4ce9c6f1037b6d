"""Preloaded last by the process that commands are forked from (`commands`): what none of them need do again."""

import gc

from shared.schema.migrate import revisions
from shuangfu.interfaces import app_of
from shuangfu.services import SERVICES

for service in SERVICES:  # its routes, which FastAPI works on for tenths of a second, and its migrations
    app_of(service)
    revisions(service)
# Or else each would go through all that was imported, and so copy it.
gc.collect()
gc.freeze()
