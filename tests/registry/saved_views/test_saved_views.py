"""Saved views: each subject's own, bounded, and without persons' numbers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from services.registry.app import create_app
from services.registry.saved_views.rules import MOST_PARAMETERS, MOST_VIEWS, fault_of, is_page
from shared.field.errors import FieldError
from shared.settings import ServiceSettings

PATH = "/v1/saved-views"


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("", True),
        ("overdue=true&division=330106", True),
        ("q=%E7%A4%BA%E4%BE%8B&kind=foundation&kind=other", True),
        ("state=", True),
        ("state", False),
        ("a b=1", False),
        ("q=%ff", False),
        ("q=%00", False),
        ("Q=1", False),
        ("cursor=WyIx", False),
        ("&".join(f"p{n}=1" for n in range(MOST_PARAMETERS)), True),
        ("&".join(f"p{n}=1" for n in range(MOST_PARAMETERS + 1)), False),
    ],
)
def test_query__is_what_follows_the_question_mark(query: str, fits: bool) -> None:
    assert (fault_of(query) is None) is fits


def test_query__with_a_persons_number_is_refused() -> None:
    with pytest.raises(FieldError, match="personal_number"):
        fault_of("q=138%200013%208000")


@pytest.mark.parametrize(
    ("page", "fits"),
    [
        ("tasks", True),
        ("party-organizations", True),
        ("a", True),
        ("-a", False),
        ("a/b", False),
        ("gradeReviews", True),
        ("页", False),
    ],
)
def test_page__is_named_as_its_address_begins(page: str, fits: bool) -> None:
    assert is_page(page) is fits


@pytest.fixture
async def user(
    settings_for: Callable[[str], Awaitable[ServiceSettings]], token_for: Callable[..., str]
) -> AsyncIterator[Callable[..., Any]]:
    app = create_app(await settings_for("registry"))

    @asynccontextmanager
    async def client_of(subject: str, role: str = "leader") -> AsyncIterator[httpx.AsyncClient]:
        headers = {"Authorization": f"Bearer {token_for(role, ('3301',), subject)}"}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://registry", headers=headers) as client:
            yield client

    async with app.router.lifespan_context(app):
        yield client_of


async def test_views__are_saved_replaced_and_deleted_by_their_owner_alone(user: Callable[..., Any]) -> None:
    async with user("甲") as one, user("乙", "auditor") as other:
        made = await one.put(f"{PATH}/tasks/急 办", json={"query": "?overdue=true"})
        assert (made.status_code, made.headers["etag"], made.json()["query"]) == (200, '"1"', "overdue=true")
        stale = await one.put(f"{PATH}/tasks/急 办", json={"query": ""}, headers={"If-Match": '"2"'})
        assert stale.status_code == 412
        again = await one.put(f"{PATH}/tasks/急 办", json={"query": "mine=true"}, headers={"If-Match": '"1"'})
        assert again.json()["version"] == 2
        assert (await other.put(f"{PATH}/tasks/急 办", json={"query": "x=1"})).json()["version"] == 1
        await one.put(f"{PATH}/grants/待付", json={"query": "state=approved"})
        listed = (await one.get(PATH)).json()["items"]
        assert [(view["page"], view["name"], view["query"]) for view in listed] == [
            ("grants", "待付", "state=approved"),
            ("tasks", "急 办", "mine=true"),
        ]
        assert len((await one.get(PATH, params={"page": "tasks"})).json()["items"]) == 1
        for _ in range(2):
            assert (await one.delete(f"{PATH}/tasks/急 办")).status_code == 204
        assert [view["page"] for view in (await one.get(PATH)).json()["items"]] == ["grants"]
        assert [view["query"] for view in (await other.get(PATH)).json()["items"]] == ["x=1"]


async def test_views__are_bounded_and_name_what_is_wrong(user: Callable[..., Any], subtests: pytest.Subtests) -> None:
    async with user("丙") as client:
        for number in range(MOST_VIEWS):
            assert (await client.put(f"{PATH}/tasks/{number}", json={"query": ""})).status_code == 200
        full = await client.put(f"{PATH}/tasks/再来", json={"query": ""})
        assert (full.status_code, full.json()["type"]) == (409, "urn:shuangfu:problem:too-many-views")
        assert (await client.put(f"{PATH}/tasks/0", json={"query": "a=1"})).status_code == 200
        for path, query, pointer in (
            ("-tasks/甲", "", "/path/page"),
            (f"tasks/{'长' * 41}", "", "/path/name"),
            ("tasks/13800138000", "", "/path/name"),
            ("tasks/甲", "q=13800138000", "/query"),
            ("tasks/甲", "cursor=x", "/query"),
            ("tasks/甲", "a=" + "1" * 1000, "/query"),
        ):
            with subtests.test(f"{path} {query[:20]}"):
                refused = await client.put(f"{PATH}/{path}", json={"query": query})
                assert refused.status_code == 422
                assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]
