"""Apps of one process share the routes of their service, and nothing else."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from shared.db.session import Database
from shared.web.app import create_service_app
from shared.web.identity.permissions import Permission
from tests.conftest import AsAdmin, Hands
from tests.shared.web.conftest import SettingsFor, client_of, count, execute, router

TABLE = "CREATE TABLE things (number bigint GENERATED ALWAYS AS IDENTITY, name text NOT NULL)"


async def test_apps_of_one_service__write_each_into_its_own_database(
    settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        clients = []
        for changes in ({"max_body_bytes": 1000}, {"max_body_bytes": 20, "policies": tmp_path}):
            settings = (await settings_for("registry")).model_copy(update=changes)
            database = Database(settings.database_url)
            app = create_service_app(settings, database, [router], reads=Permission.REGISTRY_READ)
            await as_admin(database.url, TABLE)
            clients.append(await client_of(app, stack, hands, as_admin))
        first, second = clients
        long, short = {"name": "longer than twenty bytes"}, {"name": "short"}
        assert [(await first.post("/v1/things", json=one)).status_code for one in (long, short)] == [201, 201]
        assert [(await second.post("/v1/things", json=one)).status_code for one in (long, short)] == [413, 201]
        assert [await count(one, "things") for one in clients] == [2, 1]
        assert [(await one.get("/readyz")).status_code for one in clients] == [200, 503], "the second has no policies"
        await execute(second, "ALTER TABLE inbox RENAME TO elsewhere")
        assert [(await one.get("/v1/operations/bus")).status_code for one in clients] == [200, 500]


async def test_apps_of_one_service__are_described_in_the_same_words(settings_for: SettingsFor) -> None:
    settings = await settings_for("registry")
    first, second = (
        create_service_app(settings, Database(settings.database_url), [router], reads=reads)
        for reads in (Permission.REGISTRY_READ, Permission.GRANTS_READ)
    )
    assert _without_permissions(first.openapi()) == _without_permissions(second.openapi())
    assert first.openapi() is not second.openapi()
    assert [one.path for one in first.routes if hasattr(one, "path")] == [
        one.path for one in second.routes if hasattr(one, "path")
    ]


def _without_permissions(described: dict[str, Any]) -> dict[str, Any]:
    """What each app asks for its routes is its own."""
    paths = {
        path: {
            method: {name: value for name, value in operation.items() if name != "x-permissions"}
            for method, operation in operations.items()
        }
        for path, operations in described["paths"].items()
    }
    return described | {"paths": paths}
