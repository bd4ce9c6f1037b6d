"""Every write whose answer has an ETag refuses a version that is not the present one."""

import pytest

from tests.conftest import ALL_ROLES, PROVINCES, TokenFor
from tests.security.test_matrix import ASKED, ask, in_module, problem
from tests.security.walk import GUARDED, Door, described
from tests.security.worlds import World


def answers_with_a_tag(door: Door) -> bool:
    """A write whose answer has an ETag, by the description."""
    answers = described(door)["responses"]
    return door.method != "GET" and any(
        "ETag" in answer.get("headers", ()) for status, answer in answers.items() if status.startswith("2")
    )


WRITES = [pytest.param(door, id=door.name) for door in GUARDED if answers_with_a_tag(door)]


def test_t60_writes__are_found() -> None:
    assert len(WRITES) >= 13


@pytest.mark.parametrize("door", WRITES)
@in_module
async def test_t60_write__of_another_version_is_412(
    worlds: dict[str, World], token_for: TokenFor, subtests: pytest.Subtests, door: Door
) -> None:
    asked = ASKED[door.name].more
    subject = f"precondition-{door.path.rpartition('/')[2]}"
    for version in ('"999"', 'W/"1"', "1"):
        with subtests.test(version):
            more = asked | {"headers": {**asked.get("headers", {}), "If-Match": version}}
            response = await ask(worlds[door.service], door, token_for(ALL_ROLES, PROVINCES, subject), **more)
            assert (response.status_code, problem(response)) == (412, "precondition-failed")


def test_t60_writes__say_so_in_their_description() -> None:
    for param in WRITES:
        [door] = param.values
        assert isinstance(door, Door)
        names = {one["name"].lower() for one in described(door)["parameters"]}
        assert {"if-match", "if-none-match"} <= names, door.name
        assert "412" in described(door)["responses"], door.name
