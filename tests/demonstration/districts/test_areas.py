"""S15: areas that the demonstration draws once, and whom one of them covers."""

import json
from typing import Any

import httpx

from shuangfu.demonstration.actors import ACTORS, Actors
from shuangfu.demonstration.districts.areas import cover_first, draw, read_areas

DIVISION = "330106"


class District(httpx.BaseTransport):
    """A service that proposes this number of areas, and has two open cases."""

    def __init__(self, proposed: int) -> None:
        self.proposed = [{"number": number + 1} for number in range(proposed)]
        self.areas: list[dict[str, Any]] = []
        self.cases = [{"id": code, "uscc": code, "state": "open"} for code in ("B", "A")]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/adoption"):
            assert not self.areas
            self.areas = [{**one, "organizations": 3} for one in json.loads(request.read())["areas"]]
        elif path.endswith("/approval"):
            next(one for one in self.cases if one["id"] == path.split("/")[-2])["state"] = "approved"
        covered = sum(one["state"] == "approved" for one in self.cases)
        totals = {"areas": len(self.areas), "workers": len(self.areas), "organizations_covered": covered}
        items = self.cases if path.endswith("/formation-cases") else self.areas
        found = {"id": "1", "state": "ready", "areas": self.proposed} if "proposal" in path or ":" in path else totals
        return httpx.Response(200, json={"next_cursor": None, "items": items, **found})


def show(service: District) -> dict[str, Any]:
    actors = Actors(httpx.Client(transport=service, base_url="http://demonstration"), dict.fromkeys(ACTORS, "token"))
    for _ in range(2):
        draw(actors, DIVISION, lambda *_: None)
        cover_first(actors, DIVISION, lambda *_: None)
    return read_areas(actors, [DIVISION, DIVISION])


def test_s15_areas__are_drawn_once_and_cover_the_first_without_members() -> None:
    service = District(2)
    found = {"areas": 2, "workers": 2, "organizations": 6, "organizations_covered": 1}
    assert show(service) == {DIVISION: found}
    assert [one["code"] for one in service.areas] == ["330106-D01", "330106-D02"]
    assert [one["state"] for one in service.cases] == ["open", "approved"]


def test_s15_areas__cover_nobody_where_none_is_drawn() -> None:
    """As where no body has a position."""
    service = District(0)
    assert show(service)[DIVISION]["organizations_covered"] == 0
    assert {one["state"] for one in service.cases} == {"open"}
