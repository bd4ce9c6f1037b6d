"""The embedded mode's own issuer: a signing key beside the data, and tokens signed with it.

For demonstrations and first steps on one machine. Elsewhere the environment names an OIDC provider.
"""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.db.base import new_id
from shared.private_files import write_private_once
from shuangfu.identity.issuing import ALGORITHM, ISSUER

__all__ = ["AUDIENCE", "ISSUER", "EmbeddedIssuer", "has_issuer"]

AUDIENCE = "shuangfu"


def has_issuer(data_dir: Path) -> bool:
    """Whether a data directory has an issuer, so that a token of it is one that its server accepts."""
    return (data_dir / "issuer" / "private.pem").is_file()


class EmbeddedIssuer:
    """The issuer of a data directory; its key is created when it is first needed."""

    def __init__(self, data_dir: Path) -> None:
        folder = data_dir / "issuer"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.key_file = folder / "private.pem"
        self.jwks_file = folder / "jwks.json"
        if not self.key_file.exists():
            pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            write_private_once(self.key_file, pem)
        key = serialization.load_pem_private_key(self.key_file.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self._key = key
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key()))
        self._key_id = str(public["x"])[:16]
        entry = {**public, "kid": self._key_id, "alg": ALGORITHM, "use": "sig"}
        # A container gets the folder read-only.
        if not self.jwks_file.exists():
            write_private_once(self.jwks_file, json.dumps({"keys": [entry]}).encode())

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
        """A token for a subject with roles and division prefixes, valid for `seconds` from now.

        It acts for `bodies`, and is narrowed to `units`, where there are any.
        """
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "roles": list(roles),
            "divisions": list(divisions),
            **({"bodies": list(bodies)} if bodies else {}),
            **({"units": list(units)} if units else {}),
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "jti": str(new_id()),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"kid": self._key_id})

    @property
    def jwks(self) -> dict[str, Any]:
        """The public keys, as they are published."""
        found: dict[str, Any] = json.loads(self.jwks_file.read_bytes())
        return found

    def identify(self, authority: str, client: str, claims: Mapping[str, Any], seconds: int) -> str:
        """An id_token of OIDC for a client: it says who signed in, and no service takes it (audience, issuer).

        Its issuer is the authority that the client asked, as OIDC wants; that of access tokens stays `ISSUER`, since
        services verify one issuer, at whatever port or name the server is reached.
        """
        now = int(time.time())
        found = {**claims, "iss": authority, "aud": client, "iat": now, "exp": now + seconds}
        return jwt.encode(found, self._key, algorithm=ALGORITHM, headers={"kid": self._key_id})

    def was_identified(self, token: str, client: str) -> bool:
        """Whether a token is an id_token for the client that this issuer signed; it may have expired."""
        try:
            jwt.decode(
                token, self._key.public_key(), algorithms=[ALGORITHM], audience=client, options={"verify_exp": False}
            )
        except jwt.InvalidTokenError:
            return False
        return True
