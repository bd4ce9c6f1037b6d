"""The whole job over HTTP, as a district system would do it; every figure is read back from the services."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from shared.field.divisions import scope_prefix
from shuangfu.commands.files import follow_import, list_errors
from shuangfu.services import SERVICES

WAIT_SECONDS = 120.0
Json = dict[str, Any]
Report = Callable[[str, int, int], None]
"""(step, done, of how many): what the progress display shows."""


class DemoFailed(RuntimeError):  # noqa: N818
    """A step of the demonstration did not come to its end."""


@dataclass(slots=True)
class Findings:
    """What the services said in the end."""

    refused: list[Json] = field(default_factory=list)
    organizations: list[Json] = field(default_factory=list)
    checks: list[Json] = field(default_factory=list)
    plans: list[Json] = field(default_factory=list)
    party_organizations: list[Json] = field(default_factory=list)
    coverage: dict[str, Json] = field(default_factory=dict)
    evaluations: list[Json] = field(default_factory=list)
    grants: list[Json] = field(default_factory=list)
    accounts: list[Json] = field(default_factory=list)
    events: Json = field(default_factory=dict)


HANDS: dict[str, str] = {
    "registrar": "registrar",
    "officer": "district_officer",
    "assessor": "rater",
    "rater": "rater",
    "reviewer": "reviewer",
    "approver": "approver",
    "payer": "payer",
    "auditor": "auditor",
}
"""The hands that the job passes through, and the role of each: duties are segregated by subject."""


_STEPS = (("reviewer", "review"), ("approver", "approval"), ("payer", "payment"))
_STEPS_LEFT = {"raised": _STEPS, "reviewed": _STEPS[1:], "approved": _STEPS[2:]}
"""By the grant's state: an earlier run may have been interrupted."""


class Job:
    """Runs the steps one after the other, each with the token of its hand.

    It may be run again on the same data, in whole or after an interruption: what is done stays as it is.
    """

    def __init__(
        self,
        client: httpx.Client,
        tokens: Mapping[str, str],
        year: int,
        report: Report,
        *,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._client = client
        self._tokens = tokens
        self._year = year
        self._report = report
        self._wait_seconds = wait_seconds
        self._divisions: list[str] = []
        self._codes: set[str] = set()
        self.findings = Findings()

    def run(self, file: Path) -> Findings:
        """Everything. Raises DemoFailed, httpx.HTTPError."""
        self._import(file)
        self._await_checks()
        self._form()
        self._await_party_organizations()
        self._evaluate()
        self._pay()
        self._read_back()
        return self.findings

    def _import(self, file: Path) -> None:
        self._report("import", 0, 0)
        registrar = self._headers("registrar")
        found = follow_import(
            self._client, file, headers=registrar, on_progress=lambda c: self._report("import", c["done"], c["total"])
        )
        self.findings.refused = list_errors(self._client, found["id"], headers=registrar)
        if found["state"] != "completed":
            raise DemoFailed(f"the import ended as {found['state']}")
        self.findings.organizations = list(self._all("/registry/v1/organizations"))
        self._codes = {organization["uscc"] for organization in self.findings.organizations}
        self._divisions = sorted({organization["division"] for organization in self.findings.organizations})
        self._report("import", len(self._codes), len(self._codes))

    def _await_checks(self) -> None:
        wanted = len(self._codes)

        def checked() -> int:
            latest: dict[str, Json] = {}
            for check in self._all("/incubation/v1/formation-checks"):
                latest.setdefault(check["uscc"], check)
            self.findings.checks = sorted(latest.values(), key=lambda check: str(check["uscc"]))
            return len(latest)

        self._await("check", checked, wanted)

    def _form(self) -> None:
        cases = list(self._all("/incubation/v1/formation-cases", state="open", outcome="standalone"))
        for done, case in enumerate(cases, start=1):
            self._post("officer", f"/incubation/v1/formation-cases/{case['id']}/approval", {"note": "示范"})
            self._report("approve", done, len(cases))
        for division in self._divisions:
            plan = self._post("officer", "/incubation/v1/joint-plans", {"division": division})
            if plan["proposals"]:
                plan = self._post("officer", f"/incubation/v1/joint-plans/{plan['id']}/approval", {"note": "示范"})
            self.findings.plans.append(plan)
        self._report("approve", len(cases), len(cases))

    def _await_party_organizations(self) -> None:
        standalone = sum(1 for check in self.findings.checks if check["outcome"] == "standalone")
        joint = sum(len(plan["proposals"]) for plan in self.findings.plans)

        def established() -> int:
            self.findings.party_organizations = list(self._all("/registry/v1/party-organizations"))
            return len(self.findings.party_organizations)

        self._await("establish", established, standalone + joint)

    def _evaluate(self) -> None:
        wanted = {party["id"] for party in self.findings.party_organizations}
        cycles = [self._open_cycle(division) for division in self._divisions]
        enrolled: dict[str, Json] = {}

        def count() -> int:
            for cycle in cycles:
                for evaluation in self._all("/evaluation/v1/evaluations", cycle=cycle["id"]):
                    enrolled[evaluation["party_organization_id"]] = evaluation
            return len(wanted & enrolled.keys())

        self._await("enrol", count, len(wanted))
        systems: dict[str, Json] = {}
        for done, evaluation in enumerate(enrolled.values()):
            self._report("rate", done, len(enrolled))
            if evaluation["state"] == "completed":
                continue
            kind = evaluation["type"]
            if kind not in systems:
                systems[kind] = self._get(f"/evaluation/v1/indicator-systems/{kind}", year=self._year)
            self._rate(evaluation, systems[kind], done)
        self._report("rate", len(enrolled), len(enrolled))

    def _open_cycle(self, division: str) -> Json:
        """The year's round of a division, open. An earlier run may have made it."""
        found = self._all("/evaluation/v1/cycles", division=division, year=self._year)
        cycle = next((cycle for cycle in found if cycle["division"] == division), None)
        if cycle is None:
            cycle = self._post("officer", "/evaluation/v1/cycles", {"year": self._year, "division": division})
        if cycle["state"] == "draft":
            cycle = self._post("officer", f"/evaluation/v1/cycles/{cycle['id']}/opening", {})
        return cycle

    def _rate(self, evaluation: Json, system: Json, place: int) -> None:
        """Invented scores, spread so that the stars differ; each stage a little stricter than the one before."""
        for stage, share in (("self", 97), ("group", 95), ("committee", 93)):
            share_of_points = Decimal(share - 9 * (place % 3)) / 100
            scores = {
                indicator["code"]: str(_hundredths(Decimal(indicator["points"]) * share_of_points))
                for level in system["levels"]
                for indicator in level["indicators"]
            }
            url = f"/evaluation/v1/evaluations/{evaluation['id']}/scores/{stage}"
            hand = "assessor" if stage == "self" else "rater"
            self._checked(self._client.put(url, json={"scores": scores}, headers=self._headers(hand)))
        self._post("rater", f"/evaluation/v1/evaluations/{evaluation['id']}/completion", {})

    def _pay(self) -> None:
        wanted = len(self.findings.party_organizations)
        decisions = "/funding/v1/grants/decisions"
        self._await("grant", lambda: sum(1 for _ in self._all(decisions, year=self._year)), wanted)
        grants = list(self._all("/funding/v1/grants", year=self._year))
        for done, grant in enumerate(grants, start=1):
            for hand, step in _STEPS_LEFT.get(grant["state"], ()):
                self._post(hand, f"/funding/v1/grants/{grant['id']}/{step}", {})
            self._report("pay", done, len(grants))

    def _read_back(self) -> None:
        findings = self.findings
        self._await("settle", self._unpublished_is_none, 1)
        findings.organizations = list(self._all("/registry/v1/organizations"))
        findings.party_organizations = list(self._all("/registry/v1/party-organizations"))
        findings.coverage = {
            division: self._get("/registry/v1/coverage", division=division) for division in self._divisions
        }
        findings.evaluations = list(self._all("/evaluation/v1/evaluations"))
        findings.grants = list(self._all("/funding/v1/grants", year=self._year))
        findings.accounts = self._get("/funding/v1/ledger/accounts")["items"]
        counts = [self._get(f"/{service}/v1/operations/bus") for service in SERVICES]
        findings.events = {
            name: sum(int(count[name]) for count in counts) for name in ("published", "consumed", "dead_letters")
        }

    def _unpublished_is_none(self) -> int:
        return int(all(self._get(f"/{s}/v1/operations/bus")["unpublished"] == 0 for s in SERVICES))

    def _await(self, step: str, count: Callable[[], int], wanted: int) -> None:
        deadline = time.monotonic() + self._wait_seconds
        while True:
            found = count()
            self._report(step, found, wanted)
            if found >= wanted:
                return
            if time.monotonic() > deadline:
                raise DemoFailed(f"{step}: {found} of {wanted} after {self._wait_seconds:.0f} s")
            time.sleep(0.05)

    def _headers(self, hand: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[hand]}"}

    def _get(self, path: str, **parameters: object) -> Json:
        return self._checked(self._client.get(path, params=_text(parameters), headers=self._headers("auditor")))

    def _post(self, hand: str, path: str, body: Json) -> Json:
        headers = {"Idempotency-Key": str(uuid4()), **self._headers(hand)}
        return self._checked(self._client.post(path, json=body, headers=headers))

    def _checked(self, response: httpx.Response) -> Json:
        if response.is_error:
            raise DemoFailed(f"{response.request.method} {response.request.url.path}: {response.text[:500]}")
        found: Json = response.json()
        return found

    def _all(self, path: str, **parameters: object) -> Iterator[Json]:
        cursor: str | None = None
        while True:
            page = self._get(path, limit=500, **parameters, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return


def common_division(divisions: Sequence[str]) -> str:
    """The prefix that all share, for a heading."""
    prefixes = {scope_prefix(division) for division in divisions}
    return prefixes.pop() if len(prefixes) == 1 else ", ".join(sorted(prefixes))


def _hundredths(points: Decimal) -> Decimal:
    return points.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _text(parameters: Json) -> dict[str, str]:
    return {name: str(value) for name, value in parameters.items()}
