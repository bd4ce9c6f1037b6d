"""The whole job, from a file of registrations to paid grants, by the commands that a user types."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.field import uscc
from shared.field.files.writing import write_table
from shuangfu.embedded.processes import free_port
from shuangfu.services import SERVICES
from tests.running import commands
from tests.running.serving import START_SECONDS, STOP_SECONDS, Server, demo

SHUANGFU = (sys.executable, "-m", "shuangfu")
XIHU, GONGSHU, HUANGPU = "330106", "330105", "310101"
PARK = "示例公益园"
COLUMNS = (
    "uscc",
    "name",
    "kind",
    "division",
    "street",
    "address",
    "carrier",
    "registered_on",
    "full_time_staff",
    "full_members_full_time",
    "full_members",
    "probationary_members",
    "evaluation_type",
    "as_of",
)


def typed(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command as a user types it, not forked from a process that has imported everything."""
    return subprocess.run([*SHUANGFU, *arguments], check=False, capture_output=True, text=True, timeout=600)


class TypedServer(Server):
    """As a user starts it."""

    def launch(self) -> "subprocess.Popen[bytes]":
        """See `Server`."""
        with self.log.open("ab") as output:
            return subprocess.Popen([*SHUANGFU, *self.arguments(self.port)], stdout=output, stderr=output)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = TypedServer(tmp_path_factory.mktemp("serve") / "data")
    try:
        found.start()
        yield found
    finally:
        found.end()


def organization(number: int, division: str, members: int, **changes: Any) -> dict[str, Any]:
    return {
        "uscc": uscc.make("52", division, f"PDY{number:05d}"),
        "name": f"示例社会组织{number}",
        "kind": "social_service_institution",
        "division": division,
        "street": f"示例街道{number}",
        "address": f"示例路 {number} 号",
        "carrier": None,
        "registered_on": "2024-05-01",
        "full_time_staff": 200,
        "full_members_full_time": members,
        "full_members": members,
        "probationary_members": 0,
        "evaluation_type": "T10",
        "as_of": "2025-01-05T09:00:00+08:00",
        **changes,
    }


def sixty() -> list[dict[str, Any]]:
    """60 organizations in two districts of Hangzhou, and one in Shanghai."""
    in_park = {"street": "示例镇", "carrier": PARK}
    made = [
        organization(1, XIHU, 120),
        organization(2, GONGSHU, 55, probationary_members=5),
        *(organization(n, XIHU, 3, full_members_full_time=0) for n in (3, 4, 5)),
        organization(6, GONGSHU, 49),
        *(organization(n, XIHU, 1, **in_park) for n in (7, 8, 9)),
        *(organization(n, GONGSHU, 2, **in_park) for n in (10, 11)),
        organization(12, XIHU, 2),
        *(organization(n, XIHU if n % 2 else GONGSHU, 0) for n in range(13, 61)),
    ]
    assert len(made) == 60
    return [*made, organization(61, HUANGPU, 4)]


def test_h32_a_file_of_61_is_paid_by_kind_and_region(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "sixty.xlsx"
    file.write_bytes(write_table(COLUMNS, [*sixty(), {**organization(62, XIHU, 3), "kind": "unknown"}]))
    found = demo("--url", server.url, "--data", str(server.data), "--input", str(file), "--year", "2025")
    assert found["organizations"] == 61
    assert found["refused_rows"] == 1
    # Standalone: a committee, a general branch, four branches, one in Shanghai; joint: one in each district.
    assert found["party_organizations"] == {"standalone": 7, "joint": 2, "led": 9}
    assert found["covered_organizations"] == 7 + 5
    assert found["evaluations_completed"] == 9
    branches = 4 + 2
    assert found["grants"] == {"raised": 8, "paid": 8, "total_fen": 2_000_000 + 1_000_000 + branches * 300_000}
    assert found["events"]["dead_letters"] == 0

    parties = {party["id"]: party for party in server.get("/registry/v1/party-organizations", limit=500)["items"]}
    grants = server.get("/funding/v1/grants", year=2025, limit=500)["items"]
    paid = Counter((parties[grant["recipient_id"]]["kind"], grant["amount_fen"]) for grant in grants)
    assert paid == {("COMMITTEE", 2_000_000): 1, ("GENERAL", 1_000_000): 1, ("BRANCH", 300_000): 6}
    assert {grant["state"] for grant in grants} == {"paid"}
    [shanghai] = [party for party in parties.values() if party["division"] == HUANGPU]
    assert shanghai["id"] not in {grant["recipient_id"] for grant in grants}, "no Hangzhou money for Shanghai"
    covered = Counter(cover["uscc"] for party in parties.values() for cover in party["covers"])
    assert len(covered) == 12
    assert set(covered.values()) == {1}, "S13: an organization counts once"
    balances = [account["balance_fen"] for account in server.get("/funding/v1/ledger/accounts")["items"]]
    assert sum(balances) == 0

    # S10 by region: full members in all here, among full-time staff there; each decision names its rule.
    lone = uscc.make("52", XIHU, "PDY00003")
    check = server.get("/incubation/v1/formation-checks", organization=lone)
    assert (check["outcome"], check["policy"]) == ("standalone", "hz-2013-formation")
    assert [reason["rule"] for reason in check["reasons"]] == ["S10"]
    pending = server.get("/incubation/v1/formation-cases", state="open", limit=500)["items"]
    assert Counter(case["outcome"] for case in pending) == {"area": 48, "joint": 1}


def test_demo__again_on_the_same_data_finds_the_same(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "sixty.xlsx"
    file.write_bytes(write_table(COLUMNS, sixty()))
    options = ("--url", server.url, "--data", str(server.data), "--input", str(file), "--year", "2025")
    before, after = demo(*options), demo(*options)
    assert before["grants"] == {"raised": 8, "paid": 8, "total_fen": 4_800_000}
    assert {**after, "seconds": 0} == {**before, "seconds": 0}, "not one event more"


def test_audit__holds_after_the_job_and_is_exported(server: Server) -> None:
    verified = typed("audit", "verify", "--data", str(server.data))
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert [line.partition(":")[0] for line in verified.stdout.splitlines()] == list(SERVICES)
    assert all(" rows and " in line and line.endswith("hold") for line in verified.stdout.splitlines())
    exported = commands.run("audit", "export", "--data", str(server.data), "--service", "funding")
    assert exported.returncode == 0, exported.stderr
    rows = [json.loads(line) for line in exported.stdout.splitlines()]
    steps = {(row["actor"], row["diff"]["after"].get("step")) for row in rows if row["object_type"] == "grant_steps"}
    assert {("demo-reviewer", "review"), ("demo-approver", "approval"), ("demo-payer", "payment")} <= steps
    raised = [row for row in rows if row["object_type"] == "grants" and row["operation"] == "insert"]
    assert all(row["actor"] == "system:funding" and row["event_ids"] for row in raised)


def test_serve__a_second_one_on_the_same_data_is_refused(server: Server) -> None:
    started = time.monotonic()
    done = commands.run(*server.arguments(free_port()), seconds=START_SECONDS)
    assert done.returncode not in (0, None)
    assert "in use" in done.stderr
    assert str(server.data) in done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - started < START_SECONDS / 2
    assert server.get("/readyz")["status"] == "ok", "the first one goes on"


def test_serve__a_taken_port_is_refused(server: Server, tmp_path: Path) -> None:
    arguments = ("serve", "--port", str(server.port), "--data", str(tmp_path / "data"))
    done = commands.run(*arguments, seconds=START_SECONDS)
    assert done.returncode not in (0, None)
    assert f"port {server.port} cannot be used" in done.stderr


def test_serve__ends_on_sigterm_and_keeps_its_data(server: Server) -> None:
    code = uscc.make("52", XIHU, "PDY00900")
    body = {name: value for name, value in organization(900, XIHU, 3, street="文新街道").items() if name != "uscc"}
    put = httpx.put(
        f"{server.url}/registry/v1/civil-affairs/registrations/{code}",
        json=body,
        headers=server.bearer("registrar"),
        timeout=20,
    )
    assert put.status_code == 201, put.text
    started = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - started < STOP_SECONDS
    server.start()
    assert server.get(f"/registry/v1/organizations/{code}") == put.json()
    # What was committed but perhaps not yet published takes effect after the restart.
    deadline = time.monotonic() + 60
    while not (checks := server.get("/incubation/v1/formation-checks", organization=code))["items"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert checks["outcome"] == "standalone"
    assert len(checks["items"]) == 1
    assert server.stop() == 0
