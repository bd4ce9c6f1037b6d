"""What the demonstration makes of a graduation's answer."""

import json
from datetime import date
from typing import Any

import httpx
import pytest

from shuangfu.demonstration.actors import ACTORS, Actors
from shuangfu.demonstration.findings import DemoFailed
from shuangfu.demonstration.incubating import IncubatorYear, read_reports

MISSING = {"type": "urn:shuangfu:problem:incubatee-not-mature", "missing": ["P3"], "errors": [{"detail": "组织生活"}]}
ORGANIZATION = {"name": "示例组织1", "uscc": "52330106PDY00001X", "registered_on": "2026-03-01"}


class OneIncubatee(httpx.BaseTransport):
    """A service with one incubatee, which answers its graduation with what its test gives and takes everything else."""

    def __init__(self, status: int, body: Any) -> None:
        self._graduation = (status, body)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/graduation"):
            status, body = self._graduation
            return httpx.Response(status, json=body)
        if path.endswith("/timeline"):
            return httpx.Response(200, json={"entries": []})
        if path.endswith("/incubatees"):
            return httpx.Response(200, json={"items": [{"id": "1", "state": "incubating"}], "next_cursor": None})
        return httpx.Response(200, json={"mature": True})


def incubate(status: int, body: Any) -> list[dict[str, Any]]:
    client = httpx.Client(transport=OneIncubatee(status, body), base_url="http://demonstration")
    actors = Actors(client, dict.fromkeys(ACTORS, "token"))
    committee = {"code": "XIHU", "name": "示例党总支", "division": "330106"}
    year = IncubatorYear(actors, committee, date(2026, 1, 5), date(2026, 11, 29), lambda *_: None)
    year.incubate(ORGANIZATION, 1, "area")
    return year.blocked


def test_graduation__that_is_refused_as_immature_is_shown_with_what_is_missing() -> None:
    assert incubate(200, {"state": "graduated"}) == []
    assert incubate(409, MISSING) == [{"name": "示例组织1", "missing": ["P3"], "why": ["组织生活"]}]


@pytest.mark.parametrize(
    ("status", "body"),
    [(403, {}), (422, MISSING), (500, {}), (409, {**MISSING, "type": "urn:shuangfu:problem:illegal-transition"})],
)
def test_graduation__that_is_refused_for_anything_else_ends_the_demonstration(status: int, body: Any) -> None:
    with pytest.raises(DemoFailed, match="/graduation"):
        incubate(status, body)


class Reporting(httpx.BaseTransport):
    """A service that takes stations and answers reports; it keeps what it was sent."""

    def __init__(self) -> None:
        self.put: list[tuple[str, dict[str, Any]]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            self.put.append((request.url.path, json.loads(request.read())))
            return httpx.Response(201, json=self.put[-1][1])
        return httpx.Response(200, json={"figures": [{"code": "stations", "value": 1}]})


def test_h9_h11_year__has_a_station_and_ends_with_the_yearly_report() -> None:
    service = Reporting()
    actors = Actors(httpx.Client(transport=service, base_url="http://demonstration"), dict.fromkeys(ACTORS, "token"))
    committee = {"code": "XIHU", "name": "示例党总支", "division": "330106"}
    year = IncubatorYear(actors, committee, date(2026, 1, 5), date(2026, 11, 29), lambda *_: None)
    station = year.set_up_station({"street": "翠苑街道"})
    [(path, content)] = service.put
    assert (path, content) == ("/incubation/v1/stations/XIHU-DEMO-1", station)
    assert (station["committee"], station["street"], station["from"]) == ("XIHU", "翠苑街道", "2026-01-05")
    assert read_reports(actors, [{"division": "330106"}] * 2, 2026) == {"330106": {"stations": 1}}
