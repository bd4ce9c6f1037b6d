"""What both demonstrations begin with, over HTTP: registrations, checks, foundings, leaderships."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Generic, TypeVar

import httpx

from shared.field.calendar import china_day
from shuangfu.clients.imports import follow_import, list_errors
from shuangfu.demonstration.actors import Actors, Report, described
from shuangfu.demonstration.documents import issue_one
from shuangfu.demonstration.findings import DemoFailed, Founded, Json
from shuangfu.demonstration.leading import lead
from shuangfu.services import SERVICES

WAIT_SECONDS = 120.0
POLL_SECONDS = 0.05
Found = TypeVar("Found", bound=Founded)


class Founding(Generic[Found]):
    """Runs the steps one after the other, each with the token of its actor.

    It may be run again on the same data, in whole or after an interruption: what is done stays as it is.
    """

    def __init__(
        self,
        findings: Found,
        client: httpx.Client,
        tokens: Mapping[str, str],
        year: int,
        report: Report,
        *,
        document: Path | None = None,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self.findings = findings
        self._actors = Actors(client, tokens)
        self._year = year
        self._report = report
        self._document = document
        self._wait_seconds = wait_seconds
        self._divisions: list[str] = []
        self._codes: set[str] = set()
        self._registered: dict[str, date] = {}

    def found(self, file: Path) -> None:
        """From the file to Party organizations that are led. Raises DemoFailed, httpx.HTTPError, TimeoutError."""
        self._import(file)
        self._await_checks()
        self._form()
        self._await_party_organizations()
        self._lead()
        if self._document is not None and self.findings.party_organizations:
            self.findings.document = issue_one(self._actors, self.findings.party_organizations, self._document)
            self._report("issue", 1, 1)

    def _import(self, file: Path) -> None:
        self._report("import", 0, 0)
        client, registrar = self._actors.client, self._actors.headers("registrar")
        try:
            found = follow_import(
                client, file, headers=registrar, on_progress=lambda c: self._report("import", c["done"], c["total"])
            )
        except httpx.HTTPStatusError as error:
            raise DemoFailed(described(error.response)) from error
        rows = list_errors(client, found["id"], headers=registrar)
        self.findings.refused = [row for row in rows if row["severity"] == "refused"]
        if found["state"] != "completed":
            raise DemoFailed(f"the import ended as {found['state']}")
        self.findings.organizations = list(self._actors.list_all("/registry/v1/organizations"))
        self._codes = {organization["uscc"] for organization in self.findings.organizations}
        self._registered = {one["id"]: date.fromisoformat(one["registered_on"]) for one in self.findings.organizations}
        self._divisions = sorted({organization["division"] for organization in self.findings.organizations})
        self._report("import", len(self._codes), len(self._codes))

    def _await_checks(self) -> None:
        def checked() -> int:
            latest: dict[str, Json] = {}
            for check in self._actors.list_all("/incubation/v1/formation-checks"):
                latest.setdefault(check["uscc"], check)
            self.findings.checks = sorted(latest.values(), key=lambda check: str(check["uscc"]))
            return len(latest)

        self._await("check", checked, len(self._codes))

    def _form(self) -> None:
        actors = self._actors
        cases = list(actors.list_all("/incubation/v1/formation-cases", state="open", outcome="standalone"))
        for done, case in enumerate(cases, start=1):
            approval = {"note": "示范", "founded_on": self._founding_day([case["organization_id"]])}
            actors.post("officer", f"/incubation/v1/formation-cases/{case['id']}/approval", approval)
            self._report("approve", done, len(cases))
        for division in self._divisions:
            plan = self._plan(division)
            if plan["proposals"]:
                joined = [one["id"] for proposal in plan["proposals"] for one in proposal["organizations"]]
                approval = {"note": "示范", "founded_on": self._founding_day(joined)}
                plan = actors.post("officer", f"/incubation/v1/joint-plans/{plan['id']}/approval", approval)
            self.findings.plans.append(plan)
        self._report("approve", len(cases), len(cases))

    def _plan(self, division: str) -> Json:
        plan = self._actors.post("officer", path := "/incubation/v1/joint-plans", {"division": division})

        def computed() -> int:
            plan.update(self._actors.get(f"{path}/{plan['id']}"))
            return int(plan["state"] != "computing")

        self._await("approve", computed, 1)
        if plan["state"] != "ready":
            raise DemoFailed(f"joint plan of {division}: {plan['failure']}")
        return plan

    def _founding_day(self, organizations: Sequence[str]) -> str:
        """The year's last day, so that the cycle is for them on whichever day this runs; today, while that is to come.

        Never before the last of them was registered.
        """
        today = china_day(datetime.now(UTC))
        return max(min(date(self._year, 12, 31), today), *map(self._registered.__getitem__, organizations)).isoformat()

    def _await_party_organizations(self) -> None:
        standalone = sum(1 for check in self.findings.checks if check["outcome"] == "standalone")
        joint = sum(len(plan["proposals"]) for plan in self.findings.plans)

        def established() -> int:
            self.findings.party_organizations = list(self._actors.list_all("/registry/v1/party-organizations"))
            return len(self.findings.party_organizations)

        self._await("establish", established, standalone + joint)

    def _lead(self) -> None:
        members = {one["id"]: one["full_members"] for one in self.findings.organizations}
        # Nobody of an area's own elects: whom it covers has no members.
        founding = [
            party
            for party in self.findings.party_organizations
            if party["state"] == "founding" and party["form"] != "area"
        ]
        for done, party in enumerate(founding, start=1):
            lead(self._actors, party, members)
            self._report("lead", done, len(founding))

    def _read_back_founded(self) -> None:
        """Once every event has taken effect."""
        actors, findings = self._actors, self.findings
        self._await("settle", self._unpublished_is_none, 1)
        findings.organizations = list(actors.list_all("/registry/v1/organizations"))
        findings.party_organizations = list(actors.list_all("/registry/v1/party-organizations"))
        findings.coverage = {
            division: actors.get("/registry/v1/coverage", division=division) for division in self._divisions
        }
        findings.accounts = actors.get("/funding/v1/ledger/accounts")["items"]
        counts = [actors.get(f"/{service}/v1/operations/bus") for service in SERVICES]
        names = ("published", "consumed", "dead_letters")
        findings.events = {name: sum(int(count[name]) for count in counts) for name in names}

    def _unpublished_is_none(self) -> int:
        return int(all(self._actors.get(f"/{s}/v1/operations/bus")["unpublished"] == 0 for s in SERVICES))

    def _await(self, step: str, count: Callable[[], int], wanted: int) -> None:
        deadline = time.monotonic() + self._wait_seconds
        while True:
            found = count()
            self._report(step, found, wanted)
            if found >= wanted:
                return
            if time.monotonic() > deadline:
                raise DemoFailed(f"{step}: {found} of {wanted} after {self._wait_seconds:.0f} s")
            time.sleep(POLL_SECONDS)
