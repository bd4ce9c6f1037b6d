"""The civil-affairs door."""

import httpx

from shared.field import uscc
from tests.registry.conftest import registration

CODE = uscc.make("52", "330106", "PDY00101")


async def test_put__new_is_201_and_shown(client: httpx.AsyncClient) -> None:
    response = await client.put(f"/v1/civil-affairs/registrations/{CODE}", json=registration())
    assert response.status_code == 201, response.text
    body = response.json()
    assert body["uscc"] == CODE
    assert body["coverage"] == "uncovered"
    assert body["version"] == 1
    assert response.headers["etag"] == '"1"'
    by_code = await client.get(f"/v1/organizations/{CODE}")
    by_id = await client.get(f"/v1/organizations/{body['id']}")
    assert by_code.json() == by_id.json() == body
