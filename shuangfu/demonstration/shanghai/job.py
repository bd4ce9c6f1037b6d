"""Shanghai's job over HTTP: foundings, dues that are refunded, and runs of the schemes S26 to S29."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import httpx

from shared.field.calendar import china_day
from shuangfu.demonstration.actors import Report, slug_of
from shuangfu.demonstration.findings import DemoFailed, Json
from shuangfu.demonstration.founding import WAIT_SECONDS, Founding
from shuangfu.demonstration.paying import pay
from shuangfu.demonstration.shanghai.dues import DUES, REFUNDS, Holder, claim, find_holders, record_year
from shuangfu.demonstration.shanghai.findings import ShanghaiFindings

_MEMBERS = ("S26", "sh-2015-members")
_SCHEMES = (_MEMBERS, ("S27", "sh-2015-secretaries"), ("S28", "sh-2015-start-up"), ("S29", "sh-2015-larger"))
"""Schemes that are run, by their rules. S27 and S28 have no amounts: they are refused until somebody gives them."""
_MONTHLY = ("sh-2015-secretaries",)


class ShanghaiJob(Founding[ShanghaiFindings]):
    """Founded on the year's first day, its dues recorded by quarter; paid for the next year by its last day's members.

    Shanghai's source rates nobody, so there are no stars.
    """

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
        super().__init__(ShanghaiFindings(), client, tokens, year, report, document=document, wait_seconds=wait_seconds)

    def run(self, file: Path) -> ShanghaiFindings:
        """Everything. Raises DemoFailed, httpx.HTTPError, TimeoutError."""
        if self._year >= china_day(datetime.now(UTC)).year:
            raise DemoFailed(f"--year {self._year}: the dues of a year are certified once it is over")
        self.found(file)
        self._await_members()
        self._refund()
        self._run_schemes()
        self._pay()
        self._read_back()
        return self.findings

    def _founding_day(self, organizations: Sequence[str]) -> str:
        """The year's first day, or that on which the last of them was registered."""
        return max(date(self._year, 1, 1), *map(self._registered.__getitem__, organizations)).isoformat()

    def _await_members(self) -> None:
        """Foundings and counts come to funding by events: the dry run of S26 shows when everybody is known."""
        last = date(self._year, 12, 31).isoformat()
        wanted = sum(1 for one in self.findings.party_organizations if one["established_on"] <= last)

        def known() -> int:
            lines = self._run(*_MEMBERS, dry_run=True).get("lines", [])
            facts = [line["reasons"][0]["facts"] for line in lines]
            return sum(1 for one in facts if "not_counted" not in one and "members" in one)

        self._await("foresee", known, wanted)

    def _refund(self) -> None:
        actors, findings = self._actors, self.findings
        holders = find_holders(findings.party_organizations, findings.organizations)
        years = {one["holder_id"]: one for one in actors.list_all(DUES, year=self._year)}
        claims = {one["dues_id"]: one for one in actors.list_all(REFUNDS, year=self._year)}
        certified: list[tuple[Holder, Json]] = []
        for done, holder in enumerate(holders, start=1):
            certified.append((holder, record_year(actors, holder, self._year, years.get(holder.id))))
            self._report("dues", done, len(holders))
        for done, (holder, year) in enumerate(certified, start=1):
            findings.refunds[year["id"]] = claim(actors, holder, year, done, claims)
            self._report("claim", done, len(certified))

    def _run_schemes(self) -> None:
        for done, (rule, scheme) in enumerate(_SCHEMES, start=1):
            self.findings.runs.append(self._run(rule, scheme))
            self._report("run", done, len(_SCHEMES))

    def _run(self, rule: str, scheme: str, *, dry_run: bool = False) -> Json:
        """A run for all of the demonstration's divisions, or the problem where the scheme is not active."""
        found: Json = {"rule": rule, "scheme": scheme}
        period: Json = {"month": f"{self._year}-12"} if scheme in _MONTHLY else {"year": self._year + 1}
        for division in self._divisions:
            body = {**period, "division": division, "dry_run": dry_run}
            path = f"/funding/v1/schemes/{scheme}/runs"
            answer = self._actors.post("officer", path, body, refusals=("scheme-not-active",))
            if slug_of(answer) is not None:
                return {**found, "problem": answer}
            found["lines"] = [*found.get("lines", []), *answer["lines"]]
        return found

    def _pay(self) -> None:
        grants = self._own_grants()
        for done, grant in enumerate(grants, start=1):
            pay(self._actors, grant)
            self._report("pay", done, len(grants))

    def _own_grants(self) -> list[Json]:
        """What the claims and runs raised, now or before: others' grants are not the demonstration's to pay."""
        lines = (line for run in self.findings.runs for line in run.get("lines", []))
        own = {one.get("grant_id") for one in (*self.findings.refunds.values(), *lines)}
        return [one for one in self._actors.list_all("/funding/v1/grants") if one["id"] in own]

    def _read_back(self) -> None:
        actors, findings = self._actors, self.findings
        self._read_back_founded()
        findings.dues = list(actors.list_all(DUES, year=self._year))
        findings.grants = self._own_grants()
