"""S15: an outline comes as programs export it, and what is wrong is named in its place as it was sent."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.incubation.territory.geojson import GeoJson, one_polygon, polygons_in
from shared.problems.problems import InvalidInput
from shared.problems.validation import field_errors
from tests.incubation.areas.helpers import area, square
from tests.incubation.areas.test_areas import put
from tests.incubation.conftest import Incubation

READER: TypeAdapter[Any] = TypeAdapter(GeoJson)
LINE = [list(one) for one in square()]
POLYGON = {"type": "Polygon", "coordinates": [LINE]}
MULTI = {"type": "MultiPolygon", "coordinates": [[LINE]]}


def feature(geometry: Any, **beside: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": "翠苑一区", "id": 7}, "geometry": geometry, **beside}


def collection(*features: Any, **beside: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **beside}


def crs(name: Any) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


def pointers(given: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        READER.validate_python(given)
    return [one.pointer for one in field_errors(caught.value.errors())]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        (POLYGON, ["/coordinates"]),
        (MULTI, ["/coordinates/0"]),
        ({"type": "MultiPolygon", "coordinates": [[LINE], [LINE]]}, ["/coordinates/0", "/coordinates/1"]),
        (feature(POLYGON), ["/geometry/coordinates"]),
        (feature(MULTI, id="x", title="其他程序的字段", bbox=[1, 2, 3, 4]), ["/geometry/coordinates/0"]),
        (feature(POLYGON, properties=None), ["/geometry/coordinates"]),
        (
            collection(feature(POLYGON), feature(MULTI), name="图层", crs=crs("urn:ogc:def:crs:OGC:1.3:CRS84")),
            ["/features/0/geometry/coordinates", "/features/1/geometry/coordinates/0"],
        ),
    ],
)
def test_s15_geojson__is_read_however_it_is_wrapped(given: Any, where: list[str]) -> None:
    found = list(polygons_in(READER.validate_python(given), ""))
    assert [one.pointer for one in found] == where
    assert all([list(position) for position in one.lines[0]] == LINE for one in found)


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"type": "LineString", "coordinates": LINE}, ""),
        ({"type": "GeometryCollection", "geometries": [POLYGON]}, ""),
        ({"coordinates": [LINE]}, ""),
        ("POLYGON((120.1 30.25))", ""),
        ({**POLYGON, "colour": "red"}, "/colour"),
        (feature(None), "/geometry"),
        (feature({"type": "Point", "coordinates": [120.1, 30.2]}), "/geometry"),
        ({"type": "Feature", "properties": {}}, "/geometry"),
        (feature({**POLYGON, "coordinates": [[[120.1, "30.2"], *LINE[1:]]]}), "/geometry/coordinates/0/0/1"),
        (collection(), "/features"),
        (collection(feature(POLYGON), POLYGON), "/features/1/type"),
        (collection(feature({**MULTI, "coordinates": [[]]})), "/features/0/geometry/coordinates/0"),
        ({**POLYGON, "crs": crs("urn:ogc:def:crs:EPSG::3857")}, "/crs"),
        (collection(feature(POLYGON), crs={"type": "link"}), "/crs"),
    ],
)
def test_s15_geojson__what_is_wrong_is_named_where_it_was_sent(given: Any, where: str) -> None:
    assert where in pointers(given)


@pytest.mark.parametrize(
    "name",
    ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4490", "urn:ogc:def:crs:EPSG:6.9:4326"],
)
def test_s15_geojson__of_longitudes_and_latitudes_may_say_so(name: str) -> None:
    assert READER.validate_python({**POLYGON, "crs": crs(name)}).crs is not None
    assert READER.validate_python({**POLYGON, "crs": None}).crs is None


def test_s15_area__is_one_polygon() -> None:
    several = READER.validate_python(collection(feature(POLYGON), feature(POLYGON)))
    with pytest.raises(InvalidInput) as caught:
        one_polygon(several, "/polygon")
    assert [one.pointer for one in caught.value.errors] == ["/polygon/features/1/geometry/coordinates"]
    assert one_polygon(READER.validate_python(MULTI), "/polygon").pointer == "/polygon/coordinates/0"


async def test_s15_area__is_the_same_however_its_outline_is_wrapped(incubation: Incubation) -> None:
    first = await put(incubation, body=area(polygon=POLYGON))
    assert first.status_code == 201, first.text
    for wrapped in (MULTI, feature(POLYGON), collection(feature(MULTI))):
        again = await put(incubation, body=area(polygon=wrapped))
        assert (again.status_code, again.headers["ETag"]) == (200, '"1"'), again.text
    # Of another size, it is named in the place in which it was sent.
    small = feature({"type": "Polygon", "coordinates": [[list(one) for one in square(wide=100)]]})
    refused = await put(incubation, body=area(polygon=small))
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/polygon/geometry/coordinates"]


@pytest.mark.parametrize("wrapped", [POLYGON, MULTI, feature(POLYGON), collection(feature(POLYGON))])
async def test_s15_boundary__is_recorded_however_it_is_wrapped(incubation: Incubation, wrapped: Any) -> None:
    given = {"source": "示例勘界资料", "boundary": wrapped}
    response = await incubation.http.put("/v1/division-boundaries/330106", json=given)
    assert response.status_code == 201, response.text
    shown = (await incubation.get("/division-boundaries/330106"))["boundary"]
    assert (shown["type"], shown["coordinates"][0][0][0]) == ("MultiPolygon", LINE[0])
