"""A store of evidence in a bucket that speaks Amazon S3's protocol: two calls, signed by its Signature Version 4."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx

from services.evaluation.evidence.errors import EvidenceLost, EvidenceStoreUnavailable
from shared.db.base import utc_now

_ALGORITHM = "AWS4-HMAC-SHA256"
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Keys:
    """Who signs, and in which region."""

    access_key: str
    secret_key: str = field(repr=False)
    region: str

    @classmethod
    def read(cls, path: Path, region: str) -> "Keys":
        """Of a file with `access_key` and `secret_key` as JSON. Raises OSError, ValueError."""
        found = json.loads(path.read_text())
        try:
            return cls(str(found["access_key"]), str(found["secret_key"]), region)
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}: access_key and secret_key are wanted") from error


def sign(method: str, url: str, headers: Mapping[str, str], digest: str, keys: Keys, at: datetime) -> dict[str, str]:
    """All headers of a request without a query, whose body has this SHA-256."""
    parts = urlsplit(url)
    moment = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    signed = {"host": parts.netloc, "x-amz-content-sha256": digest, "x-amz-date": moment}
    signed |= {name.lower(): value.strip() for name, value in headers.items()}
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    canonical = "\n".join([method, quote(parts.path, safe="/-_.~"), "", lines, names, digest])
    scope = f"{moment[:8]}/{keys.region}/s3/aws4_request"
    text = "\n".join([_ALGORITHM, moment, scope, sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{keys.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    credential = f"Credential={keys.access_key}/{scope}"
    signature = f"Signature={hmac.digest(key, text.encode(), 'sha256').hex()}"
    return {**signed, "authorization": f"{_ALGORITHM} {credential}, SignedHeaders={names}, {signature}"}


class S3Store:
    """A store under the URL of a bucket, with a prefix or without (`https://host/bucket/prefix`)."""

    def __init__(
        self, bucket: str, keys_file: Path, region: str, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._bucket, self._keys_file, self._region = bucket.rstrip("/"), keys_file, region
        self._transport = transport

    async def keep(self, content: bytes) -> str:
        """See `EvidenceStore`: the bucket checks the hash, and the same content again changes nothing."""
        digest = sha256(content).hexdigest()
        response = await self._ask("PUT", digest, content)
        if not response.is_success:
            raise EvidenceStoreUnavailable
        return digest

    async def read(self, digest: str) -> bytes:
        """See `EvidenceStore`."""
        response = await self._ask("GET", digest, b"")
        if response.status_code == HTTPStatus.NOT_FOUND:
            raise EvidenceLost
        if not response.is_success:
            raise EvidenceStoreUnavailable
        if sha256(response.content).hexdigest() != digest:
            raise EvidenceLost
        return response.content

    async def _ask(self, method: str, digest: str, content: bytes) -> httpx.Response:
        url = f"{self._bucket}/{digest[:2]}/{digest}"
        try:
            keys = Keys.read(self._keys_file, self._region)  # each time: they are exchanged without a restart
            headers = sign(method, url, {}, sha256(content).hexdigest(), keys, utc_now())
            async with httpx.AsyncClient(timeout=_SECONDS, transport=self._transport) as client:
                return await client.request(method, url, content=content, headers=headers)
        except (httpx.HTTPError, OSError, ValueError) as error:
            raise EvidenceStoreUnavailable from error
