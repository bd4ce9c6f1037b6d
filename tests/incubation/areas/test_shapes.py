"""Shapes of divisions: policy data, dated, with a tag; shipped for Hangzhou and Shanghai, whole and apart."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError
from shapely import Polygon

from services.incubation.territory.shapes import ShapesPolicy, read_shapes, shapes_on, tag_of
from shared.field import divisions
from shared.settings import REPOSITORY_POLICIES
from tests.incubation.conftest import Incubation

ON = date(2026, 3, 1)
SQUARE = [[120.0, 30.0], [120.1, 30.0], [120.1, 30.1]]


@pytest.mark.parametrize(("prefix", "count"), [("3301", 13), ("31", 16), ("330106", 1), ("3302", 0), (None, 29)])
def test_shapes__are_shipped_of_every_district(prefix: str | None, count: int) -> None:
    found = shapes_on(read_shapes(REPOSITORY_POLICIES, REPOSITORY_POLICIES), prefix, ON)
    assert len(found) == count
    assert all(shape.invented and shape.outlines[0][0] == shape.outlines[0][-1] for shape in found)
    if prefix in ("3301", "31"):
        assert [shape.division for shape in found] == sorted(one.code for one in divisions.counties(prefix, ON))
    grounds = [Polygon(ring) for shape in found for ring in shape.outlines]
    assert all(ground.is_valid for ground in grounds)
    overlaps = [a.intersection(b).area for n, a in enumerate(grounds) for b in grounds[:n]]
    assert max(overlaps, default=0) < 1e-4, "neighbours meet at their borders, up to the rounding"


def test_shapes__go_by_the_day_and_the_more_particular_region(tmp_path: Path) -> None:
    head = "id: {id}\nregion: '{region}'\neffective_from: {since}\neffective_to: null\nsource: x\nparameters:\n"
    shapes = "  invented: false\n  shapes: {{'{code}': [{ring}]}}\n"
    for number, (region, since, code, ring) in enumerate(
        (("33", "2020-01-01", "330106", SQUARE), ("3301", "2026-04-01", "330106", [*SQUARE, [120.0, 30.1]]))
    ):
        text = head.format(id=f"s{number}", region=region, since=since) + shapes.format(code=code, ring=ring)
        folder = tmp_path / region
        folder.mkdir()
        (folder / "division_shapes.yaml").write_text(text)
    book = read_shapes(tmp_path, REPOSITORY_POLICIES)
    [earlier], [later] = (shapes_on(book, "33", day) for day in (date(2026, 3, 31), date(2026, 4, 1)))
    assert (earlier.policy, len(earlier.outlines[0])) == ("s0", 4)
    assert (later.policy, len(later.outlines[0])) == ("s1", 5)
    assert tag_of([earlier]) != tag_of([later])
    assert shapes_on(book, "33", date(2019, 1, 1)) == []


@pytest.mark.parametrize(
    "shapes",
    [
        {},
        {"990199": [SQUARE]},
        {"3301": [SQUARE]},
        {"330106": []},
        {"330106": [SQUARE[:2]]},
        {"330106": [[[1, 2]] * 3]},
    ],
)
def test_shapes__of_no_division_or_of_no_ground_are_refused(shapes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ShapesPolicy.model_validate({"invented": True, "shapes": shapes})


async def test_shapes__are_answered_as_geojson_with_a_tag(incubation: Incubation) -> None:
    path = "/v1/division-shapes"
    first = await incubation.http.get(path, params={"division": "3301"})
    assert first.status_code == 200, first.text
    features = first.json()["features"]
    assert (first.json()["type"], len(features)) == ("FeatureCollection", 13)
    [xihu] = [one for one in features if one["id"] == "330106"]
    assert (xihu["properties"]["name_zh"], xihu["geometry"]["type"]) == ("西湖区", "MultiPolygon")
    tag = first.headers["ETag"]
    again = await incubation.http.get(path, params={"division": "3301"}, headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    other = await incubation.http.get(path, params={"division": "330106"}, headers={"If-None-Match": tag})
    assert (other.status_code, len(other.json()["features"])) == (200, 1)
    assert (await incubation.http.get(path, params={"on": "2010-01-01"})).json()["features"] == []
