"""Verifies, exports and anchors the audit trail that `security_ddl`'s triggers write."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import jwt
import orjson
import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from sqlalchemy import text

from shared.db.session import Database, Transaction
from shared.private_files import write_private_once
from shared.telemetry.metrics import AUDIT_ANCHORED

# Written out here, not by the database's own function: who can rewrite rows can rewrite a function.
_DIGEST = (
    "sha256(COALESCE(previous, ''::bytea) || convert_to(jsonb_build_array(division, number, "
    "extract(epoch FROM at)::text, actor, authority, door, operation, object_type, object_id, diff, policy, "
    "request_id, tx::text)::text, 'UTF8'))"
)
_BROKEN_LINKS = text(
    "SELECT division, number, expected_number, object_type, object_id, at, number <> expected_number AS gap "
    "FROM (SELECT *, lag(hash) OVER chain AS previous, COALESCE(lag(number) OVER chain, 0) + 1 AS expected_number "
    "      FROM audit_log WINDOW chain AS (PARTITION BY division ORDER BY number)) AS linked "
    "WHERE number <> expected_number OR hash <> DIGEST ORDER BY division, number".replace("DIGEST", _DIGEST)
)
_BROKEN_HEADS = text(
    "SELECT h.division, h.number, l.number AS last_number, h.hash = l.hash AS same "
    "FROM audit_heads h FULL JOIN (SELECT DISTINCT ON (division) division, number, hash FROM audit_log "
    "ORDER BY division, number DESC) l USING (division) "
    "WHERE h.number IS DISTINCT FROM l.number OR h.hash IS DISTINCT FROM l.hash"
)
ALGORITHM = "EdDSA"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the trail does not hold, and what that means."""

    division: str
    number: int
    kind: str
    detail: str


async def verify_chain(tx: Transaction) -> list[Finding]:
    """Check every link of every chain, and that each chain ends where its head says."""
    findings = []
    for row in await tx.rows(_BROKEN_LINKS):
        if row.gap:
            missing = f"{row.expected_number}…{row.number - 1}"
            detail = f"rows {missing} are gone, or their order was changed"
            findings.append(Finding(row.division, row.expected_number, "deleted", detail))
        else:
            detail = f"{row.object_type} {row.object_id} at {row.at.isoformat()}: this row or the one before was edited"
            findings.append(Finding(row.division, row.number, "edited", detail))
    for row in await tx.rows(_BROKEN_HEADS):
        detail = f"the head names row {row.number}, the last row is {row.last_number}"
        place = (row.last_number or 0) + 1
        findings.append(Finding(row.division, place, "truncated", detail))
    return findings


async def count_rows(tx: Transaction) -> int:
    """How many rows the trail has."""
    return int(await tx.scalar(text("SELECT count(*) FROM audit_log")))


async def read_heads(tx: Transaction) -> dict[str, tuple[int, str]]:
    """Each chain's last number and hash."""
    rows = await tx.rows(text("SELECT division, number, hash FROM audit_heads ORDER BY division"))
    return {row.division: (row.number, bytes(row.hash).hex()) for row in rows}


class Anchors:
    """Heads kept outside the database, each line signed: whoever rewrites a whole chain cannot rewrite these.

    `<folder>/<service>.anchors` has a JWS a line; the key lies in `<folder>/anchor-key.pem` (made when first
    needed) and its public half in `anchor-key.pub.pem`, which alone is needed to verify.
    """

    def __init__(self, folder: Path, service: str) -> None:
        self._folder = folder
        self._service = service
        self.file = folder / f"{service}.anchors"

    def append(self, heads: dict[str, tuple[int, str]]) -> bool:
        """Sign and keep heads, unless the last line says the same; True where a line was added."""
        last = self.read()[-1:] if self.file.exists() else []
        shown = {division: list(head) for division, head in heads.items()}
        if last and last[0]["heads"] == shown:
            return False
        claims = {"service": self._service, "iat": int(time.time()), "heads": shown}
        line = jwt.encode(claims, self._private_key(), algorithm=ALGORITHM)
        with self.file.open("a", encoding="ascii") as target:
            target.write(line + "\n")
            target.flush()
            os.fsync(target.fileno())
        return True

    def read(self) -> list[dict[str, Any]]:
        """Every anchor, oldest first. Raises jwt.InvalidTokenError where a line was touched."""
        if not self.file.exists():
            return []
        key = serialization.load_pem_public_key((self._folder / "anchor-key.pub.pem").read_bytes())
        assert isinstance(key, ed25519.Ed25519PublicKey)
        return [
            jwt.decode(line, key, algorithms=[ALGORITHM])
            for line in self.file.read_text(encoding="ascii").splitlines()
            if line
        ]

    def _private_key(self) -> ed25519.Ed25519PrivateKey:
        """The one key of all services: whoever comes first makes it, and its public half comes of what is stored."""
        path, public_path = self._folder / "anchor-key.pem", self._folder / "anchor-key.pub.pem"
        if not path.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = ed25519.Ed25519PrivateKey.generate()
            form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            write_private_once(path, made.private_bytes(*form))
        key = serialization.load_pem_private_key(path.read_bytes(), None)
        assert isinstance(key, ed25519.Ed25519PrivateKey)
        if not public_path.exists():
            public_form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            write_private_once(public_path, key.public_key().public_bytes(*public_form))
        return key


async def verify_anchors(tx: Transaction, anchors: Sequence[dict[str, Any]]) -> list[Finding]:
    """Check that every anchored head is still in the trail, number and hash."""
    wanted = [
        (division, number, digest, anchor["iat"])
        for anchor in anchors
        for division, (number, digest) in anchor["heads"].items()
        if number
    ]
    if not wanted:
        return []
    rows = await tx.rows(
        text(
            "SELECT u.division, u.number, u.anchored_at, l.hash IS NULL AS gone "
            "FROM unnest(CAST(:d AS text[]), CAST(:n AS bigint[]), CAST(:h AS text[]), CAST(:t AS bigint[])) "
            "AS u(division, number, digest, anchored_at) "
            "LEFT JOIN audit_log l ON l.division = u.division AND l.number = u.number "
            "WHERE l.hash IS NULL OR encode(l.hash, 'hex') <> u.digest ORDER BY u.division, u.number"
        ),
        {
            "d": [division for division, *_ in wanted],
            "n": [number for _, number, *_ in wanted],
            "h": [digest for *_, digest, _ in wanted],
            "t": [at for *_, at in wanted],
        },
    )
    return [
        Finding(
            row.division,
            row.number,
            "truncated" if row.gone else "rewritten",
            f"an anchor of {datetime.fromtimestamp(row.anchored_at).astimezone().isoformat()} says otherwise",
        )
        for row in rows
    ]


async def export_rows(
    database: Database, *, division: str | None, since: datetime | None, until: datetime | None
) -> AsyncIterator[bytes]:
    """The trail as NDJSON, chain by chain, with the ids of the events that caused each change."""
    last: tuple[str, int] = ("", 0)
    while True:
        async with database.transaction() as tx:
            rows = await tx.records(
                text(
                    "SELECT l.division, l.number, l.at, l.actor, l.authority, l.door, l.operation, l.object_type, "
                    "l.object_id, l.diff, l.policy, l.request_id, l.tx::text AS tx, encode(l.hash, 'hex') AS hash, "
                    "CASE WHEN l.actor LIKE 'system:%' THEN ARRAY(SELECT i.event_id::text FROM inbox i "
                    # The hour too: on the server that a backup was restored to, transactions are counted anew.
                    "WHERE i.tx = l.tx AND i.claimed_at BETWEEN l.at - interval '1 hour' AND l.at "
                    "LIMIT 1000) ELSE '{}' END AS event_ids FROM audit_log l "
                    "WHERE (l.division, l.number) > (:division, :number) AND l.division LIKE :scope "
                    "AND (CAST(:since AS timestamptz) IS NULL OR l.at >= :since) "
                    "AND (CAST(:until AS timestamptz) IS NULL OR l.at < :until) "
                    "ORDER BY l.division, l.number LIMIT 1000"
                ),
                {
                    "division": last[0],
                    "number": last[1],
                    "scope": (division or "") + "%",
                    "since": since,
                    "until": until,
                },
            )
        for row in rows:
            yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        if not rows:
            return
        last = rows[-1]["division"], rows[-1]["number"]


def describe(findings: Sequence[Finding]) -> str:
    """Findings as lines for people."""
    return "\n".join(f"{f.kind} at {f.division} #{f.number}: {f.detail}" for f in findings)


async def anchor_heads(database: Database, folder: Path, service: str) -> bool:
    """Anchor the heads as they are now; True where they had moved."""
    async with database.transaction() as tx:
        heads = await read_heads(tx)
    return await asyncio.to_thread(Anchors(folder, service).append, heads)


async def keep_anchoring(database: Database, folder: Path, service: str, seconds: float) -> None:
    """The schedule: anchor again and again, until cancelled."""
    while True:
        try:
            await anchor_heads(database, folder, service)
            AUDIT_ANCHORED.labels(service).set_to_current_time()
        except Exception as error:
            # The trail itself goes on; a missing anchor only widens the gap until the next one.
            log.error("audit_not_anchored", service=service, error=repr(error)[:200])
        await asyncio.sleep(seconds)
