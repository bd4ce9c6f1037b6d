"""What the front end has to know before anybody has signed in: where one signs in, and which region it is for."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shuangfu.console.files import BUILD
from shuangfu.identity.issuing import ISSUER

CLIENT_ID = "shuangfu-console"
SCOPE = "openid profile"


class ConsoleSettings(BaseSettings):
    """Settings of the console; variables are `SHUANGFU_<NAME>`, and an empty one counts as unset."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, env_prefix="SHUANGFU_")

    auth_issuer: str = ISSUER
    """The issuer that the services accept."""
    console_authority: str | None = None
    """Base URL of the OIDC provider, below which its discovery document lies; default: the issuer."""
    console_client_id: str = CLIENT_ID
    """The public client that the console is at the provider."""
    console_scope: str = SCOPE
    """The scopes that it asks for; a provider may need one of its own for the audience."""
    console_build: Path = BUILD
    """The folder with the front end's build."""
    region: Literal["hangzhou", "shanghai"] = "hangzhou"
    """Whose practice the console shows first, and whose seats the issuer for trials offers."""

    @field_validator("console_authority")
    @classmethod
    def _is_a_url(cls, url: str | None) -> str | None:
        if url is not None and not _is_web(url):
            raise ValueError("must be the URL (https://…) of an OIDC provider")
        return url

    @property
    def embedded(self) -> bool:
        """Whether one signs in at our own issuer, for trials."""
        return self.auth_issuer == ISSUER and self.console_authority is None

    @property
    def provider(self) -> str | None:
        """The named provider's URL; None where none can be asked by a browser."""
        named = self.console_authority or self.auth_issuer
        return named if _is_web(named) else None


@dataclass(frozen=True, slots=True)
class Configuration:
    """config.json."""

    authority: str
    client_id: str
    scope: str
    embedded: bool
    region: str

    def as_json(self) -> dict[str, object]:
        """Its members."""
        return asdict(self)


def configuration_for(settings: ConsoleSettings, origin: str) -> Configuration:
    """What a browser gets that has opened the console at an origin (`http://127.0.0.1:8000`)."""
    authority = f"{origin}/identity" if settings.embedded else settings.provider or ""
    return Configuration(
        authority, settings.console_client_id, settings.console_scope, settings.embedded, settings.region
    )


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _is_web(url: str) -> bool:
    parts = urlsplit(url)
    # What else may stand in a host would break out of the policy that names it.
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not set(parts.netloc) & set(" ;,'\"*")
