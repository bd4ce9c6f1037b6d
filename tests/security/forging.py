"""Tokens that must not be taken, each wrong in one way."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shuangfu.embedded.issuer import AUDIENCE, ISSUER, EmbeddedIssuer
from tests.conftest import ALL_ROLES

OTHER_KEY = ec.generate_private_key(ec.SECP256R1())


def claims(**changes: Any) -> dict[str, Any]:
    """What a good token of somebody who may do everything says; None leaves a claim out."""
    now = int(time.time())
    found = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "tester",
        "roles": list(ALL_ROLES),
        "divisions": ["33", "31"],
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        **changes,
    }
    return {name: value for name, value in found.items() if value is not None}


def signed(issuer: EmbeddedIssuer, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A token with the issuer's own signature."""
    return jwt.encode(claims(**changes), issuer._key, "ES256", headers={"kid": issuer._key_id, **(header or {})})


def _part(value: dict[str, Any] | bytes) -> bytes:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _by_hand(header: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """A token that no library would make."""
    content = _part(header) + b"." + _part(claims())
    return (content + b"." + _part(sign(content))).decode()


def _with_hmac(issuer: EmbeddedIssuer, secret: bytes, algorithm: str = "HS256") -> str:
    def sign(content: bytes) -> bytes:
        found = hmac.HMAC(secret, hashes.SHA256())
        found.update(content)
        return found.finalize()

    return _by_hand({"alg": algorithm, "typ": "JWT", "kid": issuer._key_id}, sign)


def _public_pem(issuer: EmbeddedIssuer) -> bytes:
    public = issuer._key.public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _public_jwk(issuer: EmbeddedIssuer) -> bytes:
    return json.dumps(json.loads(issuer.jwks_file.read_bytes())["keys"][0]).encode()


def _tampered(issuer: EmbeddedIssuer) -> str:
    header, _, signature = signed(issuer, roles=["operator"]).split(".")
    return f"{header}.{_part(claims()).decode()}.{signature}"


def _own_key_in_header(issuer: EmbeddedIssuer) -> str:
    """Signed by a key that the token itself brings along."""
    own = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(OTHER_KEY.public_key()))
    headers = {"kid": issuer._key_id, "jwk": own, "jku": "http://127.0.0.1:1/keys"}
    return jwt.encode(claims(), OTHER_KEY, "ES256", headers=headers)


def _ago(seconds: int) -> int:
    return int(time.time()) - seconds


def forgeries(issuer: EmbeddedIssuer) -> dict[str, str | None]:
    """What is wrong with it: the token."""
    key = issuer._key_id
    return {
        "no token": None,
        "empty": "",
        "garbage": "garbage",
        "three garbage parts": "a.b.c",
        "expired": signed(issuer, iat=_ago(7200), nbf=_ago(7200), exp=_ago(120)),
        "not yet valid": signed(issuer, nbf=_ago(-7200), exp=_ago(-10800)),
        "without end": signed(issuer, exp=None),
        "without subject": signed(issuer, sub=None),
        "empty subject": signed(issuer, sub=""),
        "wrong issuer": signed(issuer, iss="urn:somebody:else"),
        "without issuer": signed(issuer, iss=None),
        "wrong audience": signed(issuer, aud="another-system"),
        "without audience": signed(issuer, aud=None),
        "alg none": _by_hand({"alg": "none", "typ": "JWT", "kid": key}, lambda _: b""),
        "alg None": _by_hand({"alg": "None", "typ": "JWT"}, lambda _: b""),
        "HS256 with the public PEM": _with_hmac(issuer, _public_pem(issuer)),
        "HS256 with the JWK": _with_hmac(issuer, _public_jwk(issuer)),
        "HMAC that says ES256": _with_hmac(issuer, _public_pem(issuer), "ES256"),
        "unknown key": jwt.encode(claims(), OTHER_KEY, "ES256", headers={"kid": "unknown"}),
        "another key of the same name": jwt.encode(claims(), OTHER_KEY, "ES256", headers={"kid": key}),
        "a key it brings along": _own_key_in_header(issuer),
        "claims changed after signing": _tampered(issuer),
        "the name of a part of the system": signed(issuer, sub="system:funding"),
        "a division that is a pattern": signed(issuer, divisions=["33%"]),
        "the empty division": signed(issuer, divisions=[""]),
    }
