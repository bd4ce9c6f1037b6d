"""The whole job over HTTP, as a district system would do it; every figure is read back from the services."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import httpx

from shuangfu.demonstration.actors import Report
from shuangfu.demonstration.districts.areas import read_areas
from shuangfu.demonstration.districts.meetings import read_meetings
from shuangfu.demonstration.findings import Findings, Json
from shuangfu.demonstration.founding import WAIT_SECONDS, Founding
from shuangfu.demonstration.incubating import INCUBATEES, incubate_districts, read_reports
from shuangfu.demonstration.paying import count_decided, count_settled, pay
from shuangfu.demonstration.stars.rating import city_of, open_cycle, rate
from shuangfu.demonstration.stars.rectifying import read_rectifications, rectify


class Job(Founding[Findings]):
    """Hangzhou's: an incubator's year, stars, and the grants that follow."""

    def __init__(
        self,
        client: httpx.Client,
        tokens: Mapping[str, str],
        year: int,
        report: Report,
        *,
        document: Path | None = None,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        super().__init__(Findings(), client, tokens, year, report, document=document, wait_seconds=wait_seconds)
        self._enrolled: set[str] = set()

    def run(self, file: Path) -> Findings:
        """Everything. Raises DemoFailed, httpx.HTTPError, TimeoutError."""
        self.found(file)
        incubate_districts(self._actors, self.findings, self._divisions, self._year, self._await, self._report)
        self._evaluate()
        self._pay()
        self._read_back()
        return self.findings

    def _evaluate(self) -> None:
        actors = self._actors
        wanted = {
            party["id"]
            for party in self.findings.party_organizations
            if date.fromisoformat(party["established_on"]) <= date(self._year, 12, 31)
        }
        cities = sorted({city_of(division) for division in self._divisions})
        cycles = [open_cycle(actors, city, self._year) for city in cities]
        enrolled: dict[str, Json] = {}

        def count() -> int:
            for cycle in cycles:
                for evaluation in actors.list_all("/evaluation/v1/evaluations", cycle=cycle["id"]):
                    enrolled[evaluation["party_organization_id"]] = evaluation
            return len(wanted & enrolled.keys())

        self._await("enrol", count, len(wanted))
        self._enrolled = set(enrolled)
        parties = {party["id"]: party for party in self.findings.party_organizations}
        systems: dict[tuple[str, str], Json] = {}
        for done, evaluation in enumerate(enrolled.values()):
            self._report("rate", done, len(enrolled))
            if evaluation["state"] == "completed":
                continue
            kind, city = evaluation["type"], city_of(evaluation["division"])
            if (kind, city) not in systems:
                path = f"/evaluation/v1/indicator-systems/{kind}"
                systems[kind, city] = actors.get(path, year=self._year, division=city)
            rate(actors, evaluation, systems[kind, city], parties[evaluation["party_organization_id"]], done)
        self._report("rate", len(enrolled), len(enrolled))

    def _pay(self) -> None:
        actors = self._actors
        # The grant is held first, so that it is the rectification that lets it go on.
        self._await("grant", lambda: count_decided(actors, self._year), len(self._enrolled))
        rectify(actors)
        self._await("grant", lambda: count_settled(actors, self._year), len(self._enrolled))
        grants = list(actors.list_all("/funding/v1/grants", year=self._year))
        for done, grant in enumerate(grants, start=1):
            pay(actors, grant)
            self._report("pay", done, len(grants))

    def _read_back(self) -> None:
        actors, findings = self._actors, self.findings
        self._read_back_founded()
        findings.evaluations = list(actors.list_all("/evaluation/v1/evaluations"))
        findings.rectifications = read_rectifications(actors)
        findings.incubatees = list(actors.list_all(INCUBATEES))
        divisions = [one["division"] for one in findings.incubators]
        findings.meetings, findings.areas = read_meetings(actors, divisions), read_areas(actors, divisions)
        findings.reports = read_reports(actors, findings.incubators, self._year)
        findings.grants = list(actors.list_all("/funding/v1/grants", year=self._year))
