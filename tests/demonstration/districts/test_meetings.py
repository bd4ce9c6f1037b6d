"""H7: which meetings the demonstration holds, and with whose token."""

import json
from datetime import date
from typing import Any

import httpx

from shuangfu.demonstration.actors import ACTORS, Actors
from shuangfu.demonstration.districts.meetings import meet, read_meetings

COMMITTEE = {"code": "XIHU", "name": "示例党总支", "division": "330106"}
PLACES = (("city", "330100"), ("district", "330106"), ("district", "330105"), ("street", "330106"))


class Meetings(httpx.BaseTransport):
    """A service with the convenors of a city; it keeps what was planned and recorded, and by whom."""

    def __init__(self) -> None:
        self.meetings: list[dict[str, Any]] = []
        self.writers: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/meeting-calendar"):
            entries = [{"level": one, "division": at, "convenor": {"code": f"{one}-{at}"}} for one, at in PLACES]
            return httpx.Response(200, json={"entries": entries})
        if request.method == "GET":
            asked = request.url.params
            items = [one for one in self.meetings if asked.get("level") in (None, one["level"])]
            items = [one for one in items if asked.get("since") in (None, one["planned_on"])]
            return httpx.Response(200, json={"items": items, "next_cursor": None})
        if request.method == "PUT":
            return httpx.Response(201, json={})
        self.writers.append(request.headers["Authorization"].removeprefix("Bearer "))
        body = json.loads(request.read())
        if path.endswith("/minutes"):
            self.meetings[int(path.split("/")[-2])].update(body, state="held")
            return httpx.Response(200, json={})
        self.meetings.append({**body, "id": len(self.meetings), "state": "planned"})
        return httpx.Response(201, json=self.meetings[-1])


def test_h7_meetings__are_held_at_three_levels_by_their_own_officers_and_only_once() -> None:
    service = Meetings()
    actors = Actors(httpx.Client(transport=service, base_url="http://demonstration"), {one: one for one in ACTORS})
    for _ in range(2):
        meet(actors, COMMITTEE, "翠苑街道", date(2025, 12, 31), lambda _, count, wanted: check(count, wanted))
    held = [(one["level"], one["held_on"], len(one["agenda"])) for one in read_meetings(actors, ["330106"])]
    assert held == [
        ("district", "2025-12-30", 1),
        ("city", "2025-12-31", 2),
        ("district", "2025-12-31", 2),
        ("street", "2025-12-31", 2),
    ]
    assert service.writers == ["city_officer"] * 2 + ["own_officer"] * 4 + ["street_officer"] * 2
    assert [len(one["resolutions"]) for one in service.meetings] == [0, 1, 0, 0]


def check(count: Any, wanted: int) -> None:
    assert count() == wanted


def test_h7_meetings__of_a_division_without_officers_of_its_own_are_not_held() -> None:
    service = Meetings()
    actors = Actors(httpx.Client(transport=service, base_url="http://demonstration"), {one: one for one in ACTORS})
    meet(actors, {**COMMITTEE, "division": "310101"}, "外滩街道", date(2025, 12, 31), lambda *_: None)
    assert (service.meetings, read_meetings(actors, ["310101"])) == ([], [])
