"""Passwords from files, and `shuangfu migrate --all` on a server that has nothing."""

from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from shared.schema.security import OWNER, RUNTIME
from shared.settings import DatabaseSettings, MigrationSettings, load, load_settings
from shared.urls import driver_url, with_database, with_login
from shuangfu.commands.passwords import join_passwords
from shuangfu.deployment.databases import NotTheRuntimeRole, prepare_database
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import RUNTIME_PASSWORD

DATABASE = "compose_registry"


def migration(server: EmbeddedPostgres, **changes: object) -> MigrationSettings:
    given: dict[str, object] = {
        "service": "registry",
        "database_url": with_login(with_database(server.url(), DATABASE), RUNTIME, ""),
        "database_password": SecretStr(RUNTIME_PASSWORD),
        "admin_database_url": server.url(),
        "owner_password": SecretStr("the owner's"),
        **changes,
    }
    return MigrationSettings(**given)  # type: ignore[arg-type]


async def ask(url: str, statement: str) -> object:
    connection = await asyncpg.connect(driver_url(url))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_migrate_all__makes_everything_from_nothing_and_again(own_server: EmbeddedPostgres) -> None:
    settings = migration(own_server)
    admin = with_database(own_server.url(), DATABASE)
    for _ in range(2):
        await prepare_database(settings)
        assert await ask(settings.database_url, "SELECT count(*) FROM organizations") == 0
    owners = "SELECT array_agg(DISTINCT tableowner::text) FROM pg_tables WHERE schemaname = 'public'"
    assert await ask(admin, owners) == [OWNER]
    plain = f"SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = '{RUNTIME}'"
    assert await ask(admin, plain) is False
    owner = with_login(admin, OWNER, "the owner's")
    assert await ask(owner, "SELECT current_user::text") == OWNER
    leakproof = "SELECT proleakproof FROM pg_proc WHERE proname = 'textlike' AND pronargs = 2"
    assert await ask(admin, leakproof) is True
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(settings.database_url, "DROP TABLE organizations")


@pytest.mark.parametrize("user", ["postgres", OWNER])
async def test_migrate_all__no_service_is_to_run_as_anybody_else(own_server: EmbeddedPostgres, user: str) -> None:
    url = with_login(with_database(own_server.url(), DATABASE), user, "x")
    with pytest.raises(NotTheRuntimeRole):
        await prepare_database(migration(own_server, database_url=url))


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name, value in {
        "SECRETS_DIR": str(tmp_path),
        "DATABASE_URL": "postgresql://shuangfu_runtime@db/general",
        "KAFKA_BOOTSTRAP": "kafka:9092",
        "AUTH_ISSUER": "urn:test",
        "AUTH_JWKS_FILE": "/jwks.json",
        "AUTH_JWKS_URL": "",
        "POOL_SIZE": "",
    }.items():
        monkeypatch.setenv(f"SHUANGFU_{name}", value)
    return monkeypatch


def test_settings__the_password_comes_from_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "shuangfu_database_password").write_text("p@ss:/ word\n")
    settings = load_settings("registry")
    assert settings.database_url == "postgresql://shuangfu_runtime:p%40ss%3A%2F word@db/general"
    url = "postgresql://shuangfu_runtime:own@db/general"  # pragma: allowlist secret
    environment.setenv("SHUANGFU_DATABASE_URL", url)
    assert load_settings("registry").database_url.endswith(":own@db/general"), "what the URL says wins"


def test_settings__a_services_own_file_wins(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "shuangfu_database_password").write_text("general")
    (tmp_path / "shuangfu_funding_database_password").write_text("fundings")
    assert ":fundings@" in load_settings("funding").database_url
    assert ":general@" in load_settings("registry").database_url
    environment.setenv("SHUANGFU_FUNDING_DATABASE_PASSWORD", "of the environment")
    assert ":of the environment@" in load_settings("funding").database_url


def test_settings__an_empty_variable_is_not_given(environment: pytest.MonkeyPatch) -> None:
    settings = load_settings("registry")
    assert settings.auth_jwks_url is None
    assert settings.pool_size == 20


def test_commands__urls_of_the_environment_get_their_passwords(tmp_path: Path) -> None:
    (tmp_path / "shuangfu_database_password").write_text("runtime\n")
    (tmp_path / "shuangfu_admin_database_password").write_text("admin")
    (tmp_path / "shuangfu_funding_database_password").write_text("funding")
    environment = {
        "SHUANGFU_SECRETS_DIR": str(tmp_path),
        "SHUANGFU_REGISTRY_DATABASE_URL": "postgresql://r@db/registry",
        "SHUANGFU_FUNDING_DATABASE_URL": "postgresql://r@db/funding",
        "SHUANGFU_EVALUATION_DATABASE_URL": "postgresql://r:own@db/evaluation",  # pragma: allowlist secret
        "SHUANGFU_INCUBATION_DATABASE_URL": "",
        "SHUANGFU_ADMIN_DATABASE_URL": "postgresql://a@db/postgres",
        "SHUANGFU_FUNDING_ADMIN_DATABASE_URL": "postgresql://a@other/postgres",
        "DATABASE_URL": "postgresql://somebody@else/where",
    }
    before = dict(environment)
    join_passwords(environment)
    assert environment == {
        **before,
        "SHUANGFU_REGISTRY_DATABASE_URL": "postgresql://r:runtime@db/registry",  # pragma: allowlist secret
        "SHUANGFU_FUNDING_DATABASE_URL": "postgresql://r:funding@db/funding",  # pragma: allowlist secret
        "SHUANGFU_ADMIN_DATABASE_URL": "postgresql://a:admin@db/postgres",  # pragma: allowlist secret
        "SHUANGFU_FUNDING_ADMIN_DATABASE_URL": "postgresql://a:admin@other/postgres",  # pragma: allowlist secret
    }


def test_settings__migrating_needs_neither_bus_nor_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGFU_DATABASE_URL", "postgresql://shuangfu_owner:x@db/one")  # pragma: allowlist secret
    assert (
        load(DatabaseSettings, "registry").database_url == "postgresql://shuangfu_owner:x@db/one"
    )  # pragma: allowlist secret
