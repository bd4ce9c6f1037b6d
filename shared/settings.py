"""Settings that every service reads from its environment (or from files, for secrets)."""

import json
import os
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.urls import with_password

REPOSITORY_POLICIES = Path(__file__).resolve().parents[1] / "policies"


class DatabaseSettings(BaseSettings):
    """A service's database.

    Variables are `SHUANGFU_<NAME>`, for all services of a machine. Where a service needs its own value, the
    more specific `SHUANGFU_<SERVICE>_<NAME>` wins (see `load_settings`). An empty one counts as not given.
    """

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    service: str
    database_url: str
    database_password: SecretStr | None = None
    """Of the URL's user, where the URL has none: so that it can come from a file."""

    @model_validator(mode="after")
    def _password_joins_the_url(self) -> Self:
        self.database_url = with_password(self.database_url, self.database_password)
        return self


class MigrationSettings(DatabaseSettings):
    """What `shuangfu migrate --all` needs besides: an administrator's way in, and the two roles' passwords.

    `database_url` names the database and the runtime role; `database_password` is what that role is given.
    """

    admin_database_url: str
    """An administrator of the service's PostgreSQL server; any database there."""
    admin_database_password: SecretStr | None = None
    owner_password: SecretStr | None = None
    """Without it the owner cannot log in: the administrator acts as it."""

    @model_validator(mode="after")
    def _password_joins_the_admin_url(self) -> Self:
        self.admin_database_url = with_password(self.admin_database_url, self.admin_database_password)
        return self


class ServiceSettings(DatabaseSettings):
    """What all four services need; what one of them needs besides lies in its own `settings.py`."""

    bus: Literal["kafka", "postgres_log"] = "kafka"
    bus_database_url: str | None = None
    kafka_bootstrap: str | None = None
    kafka_partitions: int = 6
    kafka_replication: int = 1
    kafka_prefix: str = ""
    """Stands before every topic and group, so that several deployments can share a broker."""
    policies: Path = REPOSITORY_POLICIES
    allow_sample_codes: bool = False
    """Accept organization codes of the custom zone PDY00001-PDY99999 (domain 4.1): samples and tests only."""
    pool_size: int = Field(20, ge=2)
    """Database connections in a service's pool at most (one for its API, one for its worker); none is closed again."""
    lock_seconds: float = 10.0
    """Longest wait for another transaction's lock; then the waiting one gives up what it holds, and comes again."""
    idle_transaction_seconds: float = 60.0
    """A transaction whose process stands still for so long is ended by PostgreSQL: others wait for its locks."""
    batch_size: int = 1000
    poll_seconds: float = 1.0
    """How long relay and consumers sleep when no wake-up comes: the fallback, not the usual way."""
    stall_seconds: float = 60.0
    """Lag with an unmoved position for so long fails liveness (design 4.7)."""
    delivery_attempts: int = 5
    replay_days: int = 30
    """Published outbox rows are kept for so many days."""
    idempotency_days: int = 30
    """Answers to requests with an Idempotency-Key are kept for so many days."""
    auth_issuer: str
    """`iss` that a token must carry."""
    auth_audience: str = "shuangfu"
    """`aud` that a token must carry."""
    auth_jwks_url: str | None = None
    """Where the issuer publishes its keys; fetched, cached, and fetched again for a key that is not known."""
    auth_jwks_file: Path | None = None
    """The keys as a file, instead of the URL; read again when it changes."""
    auth_algorithms: tuple[str, ...] = ("RS256", "ES256", "EdDSA")
    """Accepted signatures. Never a symmetric one: a public key is no secret."""
    auth_leeway_seconds: int = 30
    auth_roles_claim: str = "roles"
    """Where roles stand in a token; dots go into objects (`realm_access.roles`)."""
    auth_divisions_claim: str = "divisions"
    audit_anchors: Path | None = None
    """Where signed anchors of the audit's heads are kept, outside the database; none are made without it."""
    audit_anchor_seconds: float = 300.0
    max_body_bytes: int = 1024 * 1024
    """Largest body of a request; streams and files have limits of their own."""
    request_timeout_seconds: float = 30.0
    sample_seconds: float = 15.0
    """How often a worker reads the depth of its outbox and its open dead letters for /metrics."""
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
    """The settings that all services have, from the environment and the files of SHUANGFU_SECRETS_DIR; `given` wins.

    Raises pydantic's ValidationError, which names what is missing.
    """
    return load(ServiceSettings, service, **given)


def load(kind: type[Kind], service: str, **given: Any) -> Kind:
    """The same for a service's own kind of settings, or the few that a command needs."""
    special = f"SHUANGFU_{service.upper()}_"
    folder = os.environ.get("SHUANGFU_SECRETS_DIR")
    files = [path for path in Path(folder).iterdir() if path.is_file()] if folder else []
    secrets = {path.name.upper(): path for path in files if path.name.upper().startswith(special)}
    found = {name: path.read_text().strip() for name, path in secrets.items()}
    found |= {name: value for name, value in os.environ.items() if name.startswith(special)}
    own: dict[str, Any] = {
        # Lists are JSON here as in the general variables.
        name.removeprefix(special).lower(): json.loads(value) if value.startswith("[") else value
        for name, value in found.items()
        if value
    }
    return kind(_env_prefix="SHUANGFU_", _secrets_dir=folder, service=service, **{**own, **given})
