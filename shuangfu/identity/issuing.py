"""What the provider needs of an issuer, and the name that services know it by."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

ISSUER = "urn:shuangfu:embedded"
"""The issuer of access tokens: the same at whatever port or name the server is reached."""
ALGORITHM = "ES256"


class Issuer(Protocol):
    """Signs tokens: see `shuangfu.embedded.issuer`."""

    @property
    def jwks(self) -> dict[str, Any]:
        """The public keys."""
        ...

    def issue(
        self,
        subject: str,
        roles: Sequence[str],
        divisions: Sequence[str],
        seconds: int,
        *,
        bodies: Sequence[str] = (),
        units: Sequence[str] = (),
    ) -> str:
        """An access token."""
        ...

    def identify(self, authority: str, client: str, claims: Mapping[str, Any], seconds: int) -> str:
        """An id_token."""
        ...

    def was_identified(self, token: str, client: str) -> bool:
        """Whether it is an id_token of this issuer's for the client."""
        ...
