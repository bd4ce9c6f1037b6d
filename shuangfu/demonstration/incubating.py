"""A full incubator year: everybody enters, is visited each quarter, and graduates once both maturity lists pass."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from shared.field.calendar import china_day, months_after
from shuangfu.demonstration.actors import Actors, Await, Report, slug_of
from shuangfu.demonstration.districts.areas import cover_first, draw
from shuangfu.demonstration.districts.meetings import meet
from shuangfu.demonstration.findings import Findings, Json

INCUBATORS, INCUBATEES = "/incubation/v1/incubators", "/incubation/v1/incubatees"
MOST = 40
"""How many of a district the demonstration lets its incubator take in."""
_ASSESSED = ("O2", "O3", "O4", "P3", "P4")
_SUPPORTS: Sequence[Json] = (
    {"kind": "premises", "area_m2": 300, "content": "共享办公场所和党群活动室（示范）"},
    {"kind": "funds", "amount_fen": 2_000_000, "content": "孵化启动经费（示范）"},
    {"kind": "training", "serves": "party_organization", "participants": 27, "content": "党务实务培训（示范）"},
)
_SCORES = {
    "A1": "15",
    "A2": "10",
    "B1": "12",
    "B2": "9",
    "B3": "10",
    "C1": "10",
    "C2": "5",
    "D1": "10",
    "D2": "4",
    "E1": "4",
}
_SEEN = {"organization": "项目按计划推进（示范）", "party_organization": "党的工作同步开展（示范）"}


class IncubatorYear:
    """One district's incubator through the year; what an earlier run has done stays as it is."""

    def __init__(self, actors: Actors, body: Json, first: date, last: date, wait: Await) -> None:
        self._actors, self._body, self._first, self._last, self._await = actors, body, first, last, wait
        self._code = f"{body['code']}-DEMO"[:40]
        self.blocked: list[Json] = []

    def open(self, capacity: int) -> Json:
        """Record and activate the incubator, record what it gives, assess the year (H3-H6, H8, H10)."""
        path = f"{INCUBATORS}/{self._code}"
        content = {
            "name": self._body["name"].removesuffix("党总支").removesuffix("党委") + "（示范）",
            "division": self._body["division"],
            "committee": self._body["code"],
            "operator": {"name": "示例社会工作服务中心", "outside": True, "grade": "3A"},
            "premises": {"address": "示例路 1 号", "area_m2": 300},
            "capacity": capacity,
            "social_workers": 3,
            "party_social_workers": 1,
        }
        found = self._actors.put("worker", path, content)
        # The superior body comes by an event.
        self._await("incubate", lambda: int(self._actors.get(path)["ready"]), 1)
        if found["state"] == "preparing":
            self._actors.post("officer", f"{path}/activation", {"activated_on": self._first.isoformat()})
            for support in _SUPPORTS:
                self._actors.post("worker", f"{path}/supports", {**support, "given_on": self._first.isoformat()})
        year = f"{path}/assessments/{self._last.year}"
        if not any(self._actors.list_all("/incubation/v1/incubator-assessments", incubator=self._code)):
            self._actors.put("worker", year, {"scores": _SCORES})
            self._actors.post("officer", f"{year}/completion", {})
        return self._actors.get(path)

    def set_up_station(self, organization: Json) -> Json:
        """A station of the incubator's committee in a community of a street (H11)."""
        content = {
            "name": "示例社区党建工作站（示范）",
            "division": self._body["division"],
            "street": organization["street"],
            "community": "示例社区",
            "committee": self._body["code"],
            "from": self._first.isoformat(),
        }
        return self._actors.put("worker", f"/incubation/v1/stations/{self._code}-1", content)

    def incubate(self, organization: Json, number: int, due: str) -> None:
        """Enter, go through the moments, be visited, and graduate: those that are due a branch of their own.

        The first of those that are due an area tries to, and is not mature. What an earlier run left is gone on with.
        """
        known = list(self._actors.list_all(INCUBATEES, organization=organization["uscc"]))
        entered = max(self._first, date.fromisoformat(organization["registered_on"]))
        found = known[0] if known else self._apply(organization, entered)
        path = f"{INCUBATEES}/{found['id']}"
        if found["state"] == "applied":
            panel = {"outcome": "admitted", "decided_on": entered.isoformat(), "present": 5, "in_favour": 5}
            found = self._actors.post("officer", f"{path}/decision", panel)
        if found["state"] == "admitted":
            found = self._actors.post("officer", f"{path}/agreement", _agreement(entered, number))
        if found["state"] != "incubating":
            return
        self._record(path, entered)
        if due == "standalone" or (due == "area" and not self.blocked):
            self._graduate(path, organization, matures=due == "standalone")

    def _apply(self, organization: Json, entered: date) -> Json:
        application = {
            "incubator": self._code,
            "organization": organization["uscc"],
            "applied_on": entered.isoformat(),
            "purpose": "起步发展（示范）",
        }
        return self._actors.post("worker", INCUBATEES, application)

    def _record(self, path: str, entered: date) -> None:
        """The Party organization's entry, and a visit each quarter, as far as they are not recorded yet."""
        entries = self._actors.get(f"{path}/timeline")["entries"]
        done = {one["on"] for one in entries if one["event"] == "visit"}
        if not any(one["moment"] == "entry" and one["track"] == "party_organization" for one in entries):
            moment = {"track": "party_organization", "moment": "entry", "on": entered.isoformat()}
            self._actors.post("worker", f"{path}/milestones", {**moment, "note": "选派党建指导员（示范）"})
        for visited in self._quarters(entered):
            if visited not in done:
                self._actors.post("worker", f"{path}/visits", {"visited_on": visited, **_SEEN})

    def _graduate(self, path: str, organization: Json, *, matures: bool) -> None:
        passed = {code: {"passed": matures or code != "P3", "evidence": "示范材料"} for code in _ASSESSED}
        self._actors.put("worker", f"{path}/maturity", {"items": passed})
        if matures:
            # The Party organization and its leadership come by events.
            self._await("incubate", lambda: int(self._actors.get(f"{path}/maturity", on=self._last)["mature"]), 1)
        graduation = {"graduated_on": self._last.isoformat()}
        problem = self._actors.post("officer", f"{path}/graduation", graduation, refusals=("incubatee-not-mature",))
        if slug_of(problem) is None:
            return
        why = [one["detail"] for one in problem["errors"]]
        self.blocked.append({"name": organization["name"], "missing": problem["missing"], "why": why})

    def _quarters(self, entered: date) -> Iterator[str]:
        for quarter in range(1, 5):
            day = months_after(entered, 3 * quarter)
            if day <= self._last:
                yield day.isoformat()


def find_committees(actors: Actors, divisions: Sequence[str], on: date) -> dict[str, Json]:
    """The incubator's committee of each of these divisions that has one recorded (H5)."""
    found = {}
    for division in divisions:
        for body in actors.list_all(
            "/registry/v1/bodies", division=division, kind="incubator_committee", on=on.isoformat()
        ):
            if body["division"] == division:
                found[division] = body
    return found


def incubate_districts(
    actors: Actors, findings: Findings, divisions: Sequence[str], year: int, wait: Await, report: Report
) -> None:
    """The incubator year of each of these divisions whose incubator's committee is recorded."""
    first, last = date(year, 1, 5), min(date(year, 12, 31), china_day(datetime.now(UTC)))
    due = {check["organization_id"]: check["outcome"] for check in findings.checks}
    for division, body in find_committees(actors, divisions, last).items():
        entering = [
            one
            for one in sorted(findings.organizations, key=lambda one: str(one["uscc"])[8:17])
            if one["division"] == division and date.fromisoformat(one["registered_on"]) <= last
        ][:MOST]
        of_district = IncubatorYear(actors, body, first, last, wait)
        of_district.open(max(len(entering), 1))
        for done, organization in enumerate(entering, start=1):
            of_district.incubate(organization, done, due[organization["id"]])
            report("incubate", done, len(entering))
        findings.incubators.append(of_district.open(max(len(entering), 1)))
        findings.blocked += of_district.blocked
        if entering:
            findings.stations.append(of_district.set_up_station(entering[0]))
            meet(actors, body, entering[0]["street"], last, wait)
        draw(actors, division, wait)
        cover_first(actors, division, wait)


def read_reports(actors: Actors, incubators: Sequence[Json], year: int) -> dict[str, Json]:
    """The yearly report of each division that has one of these incubators: what each figure is (H9)."""
    found = {}
    for division in sorted({one["division"] for one in incubators}):
        report = actors.get(f"/incubation/v1/reports/{year}", division=division)
        found[division] = {one["code"]: one["value"] for one in report["figures"]}
    return found


def _agreement(entered: date, number: int) -> Json:
    day = entered.isoformat()
    until = months_after(entered, 24).isoformat()
    return {"number": f"示范〔{entered.year}〕{number}号", "signed_on": day, "starts_on": day, "ends_on": until}
