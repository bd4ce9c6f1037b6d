"""A backup, later writes, and a restore, with the commands of the runbook."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx

from shared.field import uscc
from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.services import SERVICES
from tests.compose.stack import Stack
from tests.compose.traffic import DIVISION, registration
from tests.compose.verdict import Verdict

BACKUP = "/var/lib/shuangfu/backups/trial"
STOPPED = ("gateway", *(f"{service}-{half}" for service in SERVICES for half in ("api", "worker")))
KEPT, LOST, NEW = (uscc.make("52", DIVISION, f"PDY{number:05d}") for number in (901, 902, 903))
CHECKED_WITHIN_SECONDS = 60.0
TOKEN_SECONDS = 3600


def restore_a_backup(stack: Stack, verdict: Verdict, issuer: EmbeddedIssuer, *scale: str) -> None:
    """What was written before the backup is there again, what was written after it is not, and events flow.

    Raises StackFailed.
    """
    token = issuer.issue("operator", ["registrar", "district_officer"], [DIVISION], TOKEN_SECONDS)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=stack.url, headers=headers, timeout=40) as client:
        _register(client, verdict, KEPT)
        started = time.monotonic()
        stack.ops("backup", "--to", BACKUP)
        verdict.backup_seconds = time.monotonic() - started
        _register(client, verdict, LOST)
        started = time.monotonic()
        stack.compose("stop", *STOPPED)
        stack.ops("restore", "--from", BACKUP, "--replace")
        stack.up(*scale)
        verdict.restore_seconds = time.monotonic() - started
        for code, wanted in ((KEPT, 200), (LOST, 404)):
            found = client.get(f"/registry/v1/organizations/{code}").status_code
            verdict.hold(f"after the restore, {code}", found, wanted)
        _register(client, verdict, NEW)
        deadline = time.monotonic() + CHECKED_WITHIN_SECONDS
        while not (checks := _checks(client)) and time.monotonic() < deadline:
            time.sleep(0.2)
        verdict.hold("formation checks of what was registered after the restore", checks, 1)
    stack.ops("reconcile")
    stack.ops("audit", "verify")


def _register(client: httpx.Client, verdict: Verdict, code: str) -> None:
    as_of = datetime.now(ZoneInfo("Asia/Shanghai"))
    answer = client.put(f"/registry/v1/civil-affairs/registrations/{code}", json=registration(901, 1, as_of))
    verdict.hold(f"registration of {code}", answer.status_code, 201)


def _checks(client: httpx.Client) -> int:
    answer = client.get("/incubation/v1/formation-checks", params={"organization": NEW})
    return len(answer.raise_for_status().json()["items"])
