"""The worlds of a run: seeded once, by the worker that needs them first, and copied for each file of tests."""

import pickle
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.services import SERVICES
from tests.conftest import AsAdmin, Hands, Templates, fresh_databases
from tests.running.servers import Servers
from tests.security.worlds import World, count_rows, open_services, seed


@dataclass
class Kept:
    """What a world is besides its database and its files."""

    ids: dict[str, str]
    files: dict[str, bytes]
    state: dict[str, Any]
    """What seeding put into `app.state`: the policies that the tests are to go on with."""


@dataclass
class WorldsOfTheRun:
    """Makes copies of them; each is one caller's own."""

    servers: Servers
    server: EmbeddedPostgres
    templates: Templates
    issuer: EmbeddedIssuer
    hands: Hands
    as_admin: AsAdmin

    @asynccontextmanager
    async def open(self, folder: Path) -> AsyncIterator[dict[str, World]]:
        """The four services with rows in one district; `folder` is for their keys and files."""
        place = self.servers.folder / "worlds"
        await self.templates.keep("worlds", lambda: self._seed(place))
        shutil.copytree(place / "data", folder, dirs_exist_ok=True)
        kept: dict[str, Kept] = pickle.loads((place / "kept").read_bytes())
        async with (
            fresh_databases(self.server, self.templates, of=_template) as make,
            open_services(make, self.issuer, folder) as worlds,
        ):
            for service, world in worlds.items():
                found = kept[service]
                world.ids, world.files = found.ids, found.files
                world.app.state._state.update(found.state)
                world.seeded = await count_rows(world, self.as_admin)
            yield worlds

    async def _seed(self, place: Path) -> None:
        data = place / "data"
        shutil.rmtree(place, ignore_errors=True)  # of an attempt that failed
        data.mkdir(parents=True)
        async with fresh_databases(self.server, self.templates) as make:
            named: dict[str, str] = {}

            async def named_make(service: str) -> str:
                named[service] = await make(service)
                return named[service]

            async with open_services(named_make, self.issuer, data) as worlds:
                before = {service: dict(world.app.state._state) for service, world in worlds.items()}
                await seed(worlds, self.hands, self.as_admin)
                kept = {
                    service: Kept(world.ids, world.files, _changed(before[service], world.app.state._state))
                    for service, world in worlds.items()
                }
            (place / "kept").write_bytes(pickle.dumps(kept))  # first what may fail: the next attempt seeds again
            for service in SERVICES:
                await self.templates.copy(named[service], _template(service))


def _template(service: str) -> str | None:
    """The name of the seeded database; None of what has no rows."""
    return f"worlds_{service}" if service in SERVICES else None


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in after.items() if value is not before.get(name)}
