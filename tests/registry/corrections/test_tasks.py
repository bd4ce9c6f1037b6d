"""What waits in the registry: open conflicts, for who sees either side."""

import httpx

from tests.registry.helpers import code, put


async def test_task__is_an_open_conflict(client: httpx.AsyncClient) -> None:
    await put(client, code(1))
    refused = await put(client, code(1), full_members=9)
    [task] = (await client.get("/v1/tasks")).json()["items"]
    assert (task["kind"], task["waits_for"]) == ("conflict.resolution", "registrar")
    assert task["subject"]["id"] == refused.json()["conflict"]
    assert task["link"] == f"/registry/v1/conflicts/{refused.json()['conflict']}"
    resolution = {"take": "stored", "reason": "经核对原始登记档案"}
    done = await client.post(f"/v1/conflicts/{task['subject']['id']}/resolution", json=resolution)
    assert done.status_code == 200, done.text
    assert (await client.get("/v1/tasks")).json()["items"] == []
