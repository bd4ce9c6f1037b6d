"""The overlay with a PostgreSQL server for each service: everybody who names one names the same one."""

from typing import Any

import yaml

from shared.urls import with_database
from shuangfu.embedded.connection import database_name
from shuangfu.services import SERVICES
from tests.compose.test_files import DEPLOY, HALVES, ONE_SHOT, REFERENCE, services

APART = tuple(service for service in SERVICES if service != "registry")


def overlay() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "servers-apart.yml").read_text(encoding="utf-8"))
    return found


def default(value: str) -> str:
    found = REFERENCE.fullmatch(value)
    assert found is not None, value
    assert found[2] is not None, value
    return found[2]


def test_servers__each_service_but_one_has_its_own_as_the_first_is() -> None:
    found = overlay()
    servers = {name for name in found["services"] if name.startswith("postgres-")}
    assert servers == {f"postgres-{service}" for service in APART} == set(found["volumes"])
    for name in servers:
        server = found["services"][name]
        assert server["extends"] == {"file": "docker-compose.yml", "service": "postgres"}
        [volume] = server["volumes"]
        # In the place of the first one's, not beside it: the same folder within.
        assert volume == f"{name}:{services()['postgres']['volumes'][0].partition(':')[2]}"
        assert found["services"]["migrate"]["depends_on"][name] == {"condition": "service_healthy"}


def test_servers__everybody_is_given_the_same_urls() -> None:
    found = overlay()["services"]
    for name in HALVES | ONE_SHOT:
        for service in APART:
            given = default(found[name]["environment"][f"SHUANGFU_{service.upper()}_DATABASE_URL"])
            named = f"postgresql+asyncpg://shuangfu_runtime@postgres-{service}:5432/"
            assert given == with_database(named + "postgres", database_name(service)), name
    for name in ONE_SHOT:
        for service in APART:
            given = default(found[name]["environment"][f"SHUANGFU_{service.upper()}_ADMIN_DATABASE_URL"])
            assert given == f"postgresql+asyncpg://postgres@postgres-{service}:5432/postgres", name
