"""What Shanghai's demonstration makes of a scheme's run, and whose grants it pays."""

from typing import Any

import httpx
import pytest

from shuangfu.demonstration.actors import ACTORS
from shuangfu.demonstration.findings import DemoFailed
from shuangfu.demonstration.shanghai.job import ShanghaiJob

GRANTS = [{"id": one, "state": "raised"} for one in ("claimed", "run", "another's")]


class Funding(httpx.BaseTransport):
    """Answers each run with what its test gives, and keeps the path of every step that is taken."""

    def __init__(self, status: int, body: Any) -> None:
        self._run = (status, body)
        self.steps: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/runs"):
            status, body = self._run
            return httpx.Response(status, json=body)
        if request.method == "GET":
            return httpx.Response(200, json={"items": GRANTS, "next_cursor": None})
        self.steps.append(path.removeprefix("/funding/v1/grants/"))
        return httpx.Response(200, json={})


def job_on(funding: Funding) -> ShanghaiJob:
    client = httpx.Client(transport=funding, base_url="http://demonstration")
    job = ShanghaiJob(client, dict.fromkeys(ACTORS, "token"), 2025, lambda *_: None)
    job._divisions = ["310101"]
    return job


def test_s27_run__of_a_scheme_that_is_not_active_is_shown_and_any_other_conflict_ends_the_demonstration() -> None:
    refused = {"type": "urn:shuangfu:problem:scheme-not-active", "missing": "amount.fen"}
    job = job_on(Funding(409, refused))
    job._run_schemes()
    assert [one["problem"] for one in job.findings.runs] == [refused] * 4
    other = {"type": "urn:shuangfu:problem:scheme-without-list"}
    with pytest.raises(DemoFailed, match="scheme-without-list"):
        job_on(Funding(409, other))._run_schemes()


def test_pay__is_for_the_grants_of_its_own_claims_and_runs() -> None:
    funding = Funding(200, {"lines": [{"grant_id": "run"}, {"grant_id": None}]})
    job = job_on(funding)
    job.findings.refunds = {"1": {"grant_id": "claimed"}, "2": {"type": "urn:shuangfu:problem:claim-late"}}
    job._run_schemes()
    job._pay()
    assert funding.steps == [
        f"{one}/{step}" for one in ("claimed", "run") for step in ("review", "approval", "payment")
    ]
