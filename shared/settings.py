"""Settings that every service reads from its environment, and secrets from files."""

import json
import os
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.urls import checked, with_password

TREE = Path(__file__).resolve().parents[1]
"""The folder with services, shared, policies, examples: the checkout, or `_tree` of the installed package."""
REPOSITORY_POLICIES = TREE / "policies"


class DatabaseSettings(BaseSettings):
    """A service's database.

    Variables are `SHUANGFU_<NAME>`, for all services of a machine. `SHUANGFU_<SERVICE>_<NAME>` takes precedence for
    one service (see `load`). An empty variable counts as unset.
    """

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    service: str
    database_url: str
    database_password: SecretStr | None = None
    """Password of the URL's user, where the URL has none: so that it can be read from a file."""

    @field_validator("database_url", "admin_database_url", "bus_database_url", check_fields=False)
    @classmethod
    def _is_a_database(cls, url: str | None) -> str | None:
        return url and checked(url)

    @model_validator(mode="after")
    def _password_joins_the_url(self) -> Self:
        self.database_url = with_password(self.database_url, self.database_password)
        return self


class MigrationSettings(DatabaseSettings):
    """Further settings of `shuangfu migrate --all`: an administrator's connection, and the two roles' passwords.

    `database_url` names the database and the runtime role; `database_password` becomes the password of that role.
    """

    admin_database_url: str
    """URL of an administrator of the service's PostgreSQL server, with any database there."""
    admin_database_password: SecretStr | None = None
    owner_password: SecretStr | None = None
    """Without it the owner role cannot log in; the administrator acts as it (SET ROLE)."""

    @model_validator(mode="after")
    def _password_joins_the_admin_url(self) -> Self:
        self.admin_database_url = with_password(self.admin_database_url, self.admin_database_password)
        return self


class ServiceSettings(DatabaseSettings):
    """Settings of all four services; those of a single service are in its own `settings.py`."""

    bus: Literal["kafka", "postgres_log"] = "kafka"
    bus_database_url: str | None = None
    kafka_bootstrap: str | None = None
    kafka_partitions: int = 6
    kafka_replication: int = 1
    kafka_prefix: str = ""
    """Prefix of every topic and group, so that several deployments can share a broker."""
    policies: Path = REPOSITORY_POLICIES
    allow_sample_codes: bool = False
    """Accept organization codes of the custom zone PDY00001-PDY99999 (domain 4.1): samples and tests only."""
    pool_size: int = Field(20, ge=2)
    """Largest number of connections in a pool; API and worker have a pool each. Pooled connections stay open."""
    lock_seconds: float = 10.0
    """Longest wait for a lock of another transaction; then the waiting one is rolled back and retried."""
    idle_transaction_seconds: float = 60.0
    """PostgreSQL ends a transaction that is idle for this long: others may wait for its locks."""
    batch_size: int = 1000
    poll_seconds: float = 1.0
    """How often relay and consumers poll when no wake-up arrives: the fallback, not the usual way."""
    stall_seconds: float = 60.0
    """Liveness fails when there is lag and the position has not moved for this long (design 4.7)."""
    delivery_attempts: int = 5
    replay_days: int = Field(30, ge=7)
    """For how many days published outbox rows are kept; the database refuses fewer than 7."""
    idempotency_days: int = 30
    """For how many days responses to requests with an Idempotency-Key are kept."""
    auth_issuer: str
    """Required `iss` of a token."""
    auth_audience: str = "shuangfu"
    """Required `aud` of a token."""
    auth_jwks_url: str | None = None
    """URL of the issuer's keys: fetched, cached, and fetched again for an unknown key id."""
    auth_jwks_file: Path | None = None
    """A file with the keys, instead of the URL; read again when it changes."""
    auth_algorithms: tuple[str, ...] = ("RS256", "ES256", "EdDSA")
    """Accepted signature algorithms. Never a symmetric one: a public key is no secret."""
    auth_leeway_seconds: int = 30
    auth_roles_claim: str = "roles"
    """The claim with the roles; dots lead into objects (`realm_access.roles`)."""
    auth_divisions_claim: str = "divisions"
    auth_bodies_claim: str = "bodies"
    """The claim with codes of superior bodies that the caller acts for."""
    auth_units_claim: str = "units"
    """The claim with ids of organizations or Party organizations that the caller is narrowed to."""
    audit_anchors: Path | None = None
    """Folder for signed anchors of the audit's heads, outside the database; without it there are no anchors."""
    audit_anchor_seconds: float = 300.0
    max_body_bytes: int = 1024 * 1024
    """Largest body of a request; streams and uploads have limits of their own."""
    request_timeout_seconds: float = 30.0
    feed_waiters: int = 200
    """How many readers of the change feed wait for events at once in one process (`?wait=`); others do not wait."""
    export_timeout_seconds: float = 600.0
    """Longest time until a list is complete as a file (`?format=`)."""
    exports_at_once: int = Field(2, ge=1)
    """Lists that a process writes to files at a time; further ones wait."""
    fonts: Path | None = None
    """Folder with a region's own fonts (仿宋, 小标宋, …): documents are printed with them first, then with those of the
    machine. Without any Chinese font there no document is printed."""
    render_seconds: float = Field(20.0, gt=0)
    """Longest time until a document is rendered as a file."""
    scan_bytes: int = Field(20 * 1024 * 1024, ge=1)
    """Largest scan of a sealed copy."""
    sample_seconds: float = 15.0
    """How often a worker counts its outbox and its open dead letters for /metrics."""
    log_format: Literal["json", "console"] = "json"

    @field_validator("auth_algorithms")
    @classmethod
    def _no_symmetric_algorithm(cls, algorithms: tuple[str, ...]) -> tuple[str, ...]:
        weak = [name for name in algorithms if name.upper() == "NONE" or name.upper().startswith("HS")]
        if weak or not algorithms:
            raise ValueError(f"auth_algorithms must be asymmetric signatures, not {weak or 'none at all'}")
        return algorithms

    @model_validator(mode="after")
    def _keys_are_named(self) -> Self:
        if (self.auth_jwks_url is None) == (self.auth_jwks_file is None):
            raise ValueError("give one of auth_jwks_url, auth_jwks_file (SHUANGFU_AUTH_JWKS_URL, …_FILE)")
        return self

    @field_validator("auth_roles_claim", "auth_divisions_claim", "auth_bodies_claim", "auth_units_claim")
    @classmethod
    def _names_a_claim(cls, name: str) -> str:
        # A URL is a name as a whole; elsewhere an empty part leads nowhere.
        if not name.strip() or name != name.strip() or ("://" not in name and not all(name.split("."))):
            raise ValueError("names no claim")
        return name

    @model_validator(mode="after")
    def _transport_is_complete(self) -> Self:
        if self.bus == "kafka" and not self.kafka_bootstrap:
            raise ValueError("bus=kafka needs kafka_bootstrap (SHUANGFU_KAFKA_BOOTSTRAP)")
        if self.bus == "postgres_log" and not self.bus_database_url:
            raise ValueError("bus=postgres_log needs bus_database_url (SHUANGFU_BUS_DATABASE_URL)")
        if self.bus_database_url:
            self.bus_database_url = with_password(self.bus_database_url, self.database_password)
        return self


Kind = TypeVar("Kind", bound=DatabaseSettings)


def load_settings(service: str, **given: Any) -> ServiceSettings:
    """The settings that all services share, from the environment and the files in SHUANGFU_SECRETS_DIR.

    `given` takes precedence. Raises pydantic's ValidationError, which names what is missing or wrong.
    """
    return load(ServiceSettings, service, **given)


def load(kind: type[Kind], service: str, **given: Any) -> Kind:
    """The same for a service's own class of settings, or for the few that a command needs.

    Raises ValidationError as `load_settings` does, json.JSONDecodeError for a list that is not JSON, OSError for a
    folder or file that cannot be read.
    """
    special = f"SHUANGFU_{service.upper()}_"
    folder = os.environ.get("SHUANGFU_SECRETS_DIR")
    files = [path for path in Path(folder).iterdir() if path.is_file()] if folder else []
    secrets = {path.name.upper(): path for path in files if path.name.upper().startswith(special)}
    found = {name: path.read_text().strip() for name, path in secrets.items()}
    found |= {name: value for name, value in os.environ.items() if name.startswith(special)}
    own: dict[str, Any] = {
        # Lists are JSON, as pydantic reads them in the general variables.
        name.removeprefix(special).lower(): json.loads(value) if value.startswith("[") else value
        for name, value in found.items()
        if value
    }
    return kind(_env_prefix="SHUANGFU_", _secrets_dir=folder, service=service, **{**own, **given})
