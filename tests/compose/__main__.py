"""`make compose-test`: the demonstration on the compose deployment while its containers are killed one by one."""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import stamina
from rich.console import Console

from shuangfu.clients.patience import PatientTransport
from shuangfu.commands.demo import EXAMPLE
from shuangfu.demonstration.actors import ACTORS, OWN
from shuangfu.demonstration.job import Job, Report
from shuangfu.demonstration.stars.rating import city_of
from shuangfu.demonstration.tables import summarize
from shuangfu.embedded.issuer import EmbeddedIssuer
from tests.compose.killer import Killer
from tests.compose.recovery import restore_a_backup
from tests.compose.stack import Stack, StackFailed
from tests.compose.traffic import DIVISION, Traffic
from tests.compose.verdict import Verdict, await_drained
from tests.faults.checker import invariants

XIHU = "330106"
TOKEN_SECONDS = 4 * 3600
PATIENCE_SECONDS = 180.0
"""How long a request is repeated,"""
WAIT_SECONDS = 300.0
"""and how long a step may take: CI's machines are small."""
WORKERS = 3
console = Console(width=132)


def run(stack: Stack, verdict: Verdict) -> None:
    """Up, the demonstration under fire, the checks. Breaches are kept in the verdict."""
    verdict.up_seconds = stack.up("--scale", f"incubation-worker={WORKERS}")
    containers = stack.containers()
    console.print(f"up after {verdict.up_seconds:.1f} s: {', '.join(map(str, containers))}")
    verdict.members = await_members(stack)
    issuer = EmbeddedIssuer(stack.trial)
    # The officer opens the city's cycle; everybody else sees the district alone.
    tokens = {
        actor: issuer.issue(
            f"demo-{actor}", [role], OWN.get(actor, [city_of(XIHU) if actor == "officer" else XIHU]), TOKEN_SECONDS
        )
        for actor, role in ACTORS.items()
    }
    traffic = Traffic(stack.url, issuer.issue("civil-affairs", ["registrar"], [DIVISION], TOKEN_SECONDS), verdict.seed)
    killer = Killer(stack, containers, verdict.seed)
    traffic.start()
    started = time.monotonic()
    try:
        summary, verdict.demo_repeats = demonstrate(stack.url, tokens, killer.at)
        verdict.demo_seconds = time.monotonic() - started
        killer.join()
        # What has been paid must be there in the end.
        baseline = asyncio.run(invariants.take_baseline(stack.databases()))
        killer.finish()
    finally:
        killer.join()
        traffic.stop()
        verdict.kills, verdict.writes, verdict.traffic_repeats = killer.kills, len(traffic.log.writes), traffic.repeats
    verdict.breaches += [f"not back: {failure}" for failure in killer.failed]
    verdict.breaches += [f"a write was not taken: {refusal}" for refusal in traffic.refused]
    verdict.hold_fire(len(containers))
    verdict.hold_figures("the", summary)
    verdict.drain_seconds = await_drained(stack.url, tokens["auditor"], stack)
    again, _ = demonstrate(stack.url, tokens, lambda *_: None)
    verdict.hold_figures("a repeated", again)
    settled, _ = asyncio.run(invariants.settle(stack.databases(), seconds=60))
    wire = stack.wire()  # read once nothing is added any more
    report = asyncio.run(invariants.check(stack.databases(), baseline=baseline, log=traffic.log, wire=wire))
    report.settled_seconds = settled
    verdict.hold_report(report, baseline)
    verify_audit(stack, verdict)
    hold_paths(stack.url, tokens["auditor"], verdict)
    restore_a_backup(stack, verdict, issuer, "--scale", f"incubation-worker={WORKERS}")
    restored, _ = demonstrate(stack.url, tokens, lambda *_: None)
    verdict.hold_figures("the restored", restored)


def await_members(stack: Stack, seconds: float = 180) -> int:
    """Members of incubation's group, once all workers have joined. Raises StackFailed."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = stack.groups()
        except StackFailed:  # the broker's tool has its own, shorter timeout
            if time.monotonic() > deadline:
                raise
        else:
            if found.get("incubation", (0, 0))[0] == WORKERS:
                return WORKERS
            if time.monotonic() > deadline:
                raise StackFailed(f"not {WORKERS} incubation workers are in the group: {found}")
        time.sleep(0.5)


def demonstrate(url: str, tokens: dict[str, str], report: Report) -> tuple[dict[str, Any], int]:
    """(the demonstration's summary, how often a request was repeated)."""
    transport = PatientTransport(PATIENCE_SECONDS)
    year = datetime.now(ZoneInfo("Asia/Shanghai")).year - 1
    with httpx.Client(base_url=url, timeout=40, transport=transport) as client:
        findings = Job(client, tokens, year, report, wait_seconds=WAIT_SECONDS).run(EXAMPLE)
    return summarize(findings, 0), transport.repeats


def verify_audit(stack: Stack, verdict: Verdict) -> None:
    """`shuangfu audit verify` as an operator runs it: chains, heads and anchors."""
    try:
        console.print(stack.ops("audit", "verify"))
    except StackFailed as error:
        verdict.breaches.append(f"I7: audit verify: {error}")


def hold_paths(url: str, token: str, verdict: Verdict) -> None:
    """HEAD is answered as GET without a body; a slash too many, or too few, is led nowhere (T61)."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        head = client.head("/registry/v1/organizations")
        verdict.hold("HEAD on a list", (head.status_code, head.content), (200, b""))
        for path in ("/registry/v1", "/registry", "/registry/v1/organizations/", "/funding/docs/", "/healthz/"):
            found = client.get(path, headers={"Host": "elsewhere.example"})
            verdict.hold(f"{path} of another host", (found.status_code, found.headers.get("location")), (404, None))


def image_bytes(image: str) -> int:
    """Memory as Docker counts it."""
    shown = subprocess.run(
        ["docker", "image", "inspect", "-f", "{{.Size}}", image], check=True, capture_output=True, text=True
    )
    return int(shown.stdout)


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="compose-test", description=__doc__)
    parser.add_argument("--image", default=os.environ.get("IMAGE", "shuangfu:local"))
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000, help="order and moments of the kills")
    options = parser.parse_args()
    stamina.instrumentation.set_on_retry_hooks([])  # the table has their number
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the stack is taken down
    verdict = Verdict(options.seed, image_bytes(options.image))
    console.print(f"compose-test of {options.image}, seed {options.seed}")
    with tempfile.TemporaryDirectory(prefix="shuangfu-compose-") as folder:
        stack = Stack(Path(folder), options.image)
        try:
            run(stack, verdict)
        except Exception as error:
            traceback.print_exc()
            verdict.breaches.append(f"the run ended early: {type(error).__name__}: {str(error)[:2000]}")
        finally:
            if verdict.breaches:
                sys.stdout.write(stack.logs() + "\n")
            verdict.show(console)
            stack.down()
    return 1 if verdict.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
