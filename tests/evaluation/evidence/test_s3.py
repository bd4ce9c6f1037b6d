"""Evidence in a bucket that speaks S3: how calls are signed, what is kept and read, what a bucket's faults become."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from services.evaluation.evidence.errors import EvidenceLost, EvidenceStoreUnavailable
from services.evaluation.evidence.s3 import Keys, S3Store, sign
from services.evaluation.settings import Settings
from shared.db.base import utc_now

AMAZON = Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
DAY = datetime(2013, 5, 24, tzinfo=UTC)
BUCKET = "http://store.invalid/evidence/shuangfu"


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "signature"),
    [
        (
            "GET",
            "/test.txt",
            {"Range": "bytes=0-9"},
            b"",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT",
            "/test$file.text",
            {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
            b"Welcome to Amazon S3.",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
    ],
)
def test_s3_signature__is_that_of_amazon_s_published_examples(
    method: str, path: str, headers: dict[str, str], body: bytes, signature: str
) -> None:
    url = f"https://examplebucket.s3.amazonaws.com{path}"
    found = sign(method, url, headers, sha256(body).hexdigest(), AMAZON, DAY)["authorization"]
    assert found.rpartition("Signature=")[2] == signature


class Bucket:
    """A bucket in memory, which checks what it is asked as a real one does."""

    def __init__(self, keys: Keys) -> None:
        self.keys, self.contents, self.status = keys, dict[str, bytes](), 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        at = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        digest = sha256(request.content).hexdigest()
        assert abs((utc_now() - at).total_seconds()) < 60
        wanted = sign(request.method, str(request.url), {}, digest, self.keys, at)["authorization"]
        if self.status != 200 or request.headers["authorization"] != wanted:
            return httpx.Response(self.status if self.status != 200 else 403)
        if request.method == "PUT":
            self.contents[request.url.path] = request.content
            return httpx.Response(200)
        content = self.contents.get(request.url.path)
        return httpx.Response(404) if content is None else httpx.Response(200, content=content)


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    path = tmp_path / "bucket-keys.json"
    path.write_text(json.dumps({"access_key": AMAZON.access_key, "secret_key": AMAZON.secret_key}))
    return path


async def test_s3_store__keeps_by_content_and_reports_what_is_lost_or_unavailable(keys_file: Path) -> None:
    bucket = Bucket(AMAZON)
    store = S3Store(f"{BUCKET}/", keys_file, "us-east-1", transport=httpx.MockTransport(bucket))
    digest = await store.keep("会议记录".encode())
    assert await store.keep("会议记录".encode()) == digest
    assert list(bucket.contents) == [f"/evidence/shuangfu/{digest[:2]}/{digest}"]
    assert await store.read(digest) == "会议记录".encode()
    with pytest.raises(EvidenceLost):
        await store.read("0" * 64)
    bucket.contents[f"/evidence/shuangfu/{digest[:2]}/{digest}"] = b"other"
    with pytest.raises(EvidenceLost):
        await store.read(digest)
    bucket.status = 500
    for asked in (store.keep(b"x"), store.read(digest)):
        with pytest.raises(EvidenceStoreUnavailable):
            await asked


BROKEN = ('{"access_key": "A"}', "[]", "", json.dumps({"access_key": "A", "secret_key": "another"}))


@pytest.mark.parametrize("content", BROKEN)
async def test_s3_store__with_other_keys_is_unavailable(tmp_path: Path, content: str) -> None:
    (keys_file := tmp_path / "bucket-keys.json").write_text(content)
    store = S3Store(BUCKET, keys_file, "us-east-1", transport=httpx.MockTransport(Bucket(AMAZON)))
    with pytest.raises(EvidenceStoreUnavailable):
        await store.keep(b"x")
    assert "another" not in repr(Keys("A", "another", "r"))


def test_s3_settings__name_one_store_and_its_keys(tmp_path: Path) -> None:
    given = {
        "service": "evaluation",
        "auth_issuer": "x",
        "auth_jwks_url": "https://store.invalid/keys",
        "bus": "postgres_log",
        "bus_database_url": "postgresql://x/x",
        "database_url": "postgresql://x/x",
        "evidence_bucket": BUCKET,
        "evidence_keys_file": tmp_path / "k",
    }
    assert Settings.model_validate(given).evidence_region == "us-east-1"
    for wrong in (
        {"evidence_keys_file": None},
        {"evidence_bucket": None},
        {"evidence_bucket": "https://store.invalid"},
        {"evidence_bucket": "https://key:secret@store.invalid/bucket"},  # pragma: allowlist secret
    ):
        with pytest.raises(ValidationError):
            Settings.model_validate(given | wrong)
