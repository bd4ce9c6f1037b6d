"""T47: what logs and dead letters tell of an error holds none of the data that it quotes."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import asyncpg
import pytest
import structlog
from pydantic import BaseModel, ValidationError

from shared.telemetry.error_text import describe_error
from shared.telemetry.logs import configure_logs
from tests.shared.telemetry.conftest import CODE, Open

SECRET = "13800000000"


class Counted(BaseModel):
    count: int


def invalid() -> None:
    Counted.model_validate({"count": SECRET + "x"})


def quoted() -> None:
    int(SECRET + "x")


def missing() -> None:
    {}[SECRET]  # type: ignore[index]


def chained() -> None:
    try:
        quoted()
    except ValueError as error:
        raise RuntimeError("no import") from error


def grouped() -> None:
    try:
        quoted()
    except ValueError as error:
        raise ExceptionGroup("several", [error]) from None


@pytest.fixture
def logged() -> Any:
    """What a call that fails is logged as."""
    output = StringIO()
    before = structlog.get_config()
    configure_logs(stream=output)

    def log(call: Callable[[], None]) -> dict[str, Any]:
        try:
            call()
        except Exception:
            structlog.get_logger().exception("failed")
        found: dict[str, Any] = json.loads(output.getvalue())
        return found

    yield log
    structlog.configure(**before)


@pytest.mark.parametrize("call", [invalid, quoted, missing, chained, grouped])
def test_t47_log__tells_where_and_what_kind(logged: Any, call: Callable[[], None]) -> None:
    line = logged(call)
    assert SECRET not in json.dumps(line)
    assert f"in {call.__name__}" in line["exception"]
    kinds = {invalid: "ValidationError: count: int_parsing", missing: "KeyError", chained: "RuntimeError: no import"}
    assert kinds.get(call, "ValueError") in line["exception"]
    if call is chained:
        assert line["exception"].index("ValueError") < line["exception"].index("RuntimeError")


async def test_t47_database__an_error_tells_the_constraint_and_no_value(open_house: Open) -> None:
    async with open_house() as house:
        await house.register()
        with pytest.raises(asyncpg.PostgresError) as raised:
            await house.rows("registry", "INSERT INTO organizations SELECT * FROM organizations")
    assert "already exists" in str(raised.value)
    told = describe_error(raised.value)
    assert "sqlstate=23505" in told
    assert "table_name=organizations" in told
    assert CODE not in told
    assert "already exists" not in told


def test_t47_mismatch__is_told_without_the_value() -> None:
    with pytest.raises(ValidationError) as raised:
        invalid()
    assert describe_error(raised.value) == "ValidationError: count: int_parsing"


def test_t47_other_errors__keep_what_they_say() -> None:
    assert describe_error(ConnectionRefusedError(111, "Connection refused")) == (
        "ConnectionRefusedError: [Errno 111] Connection refused"
    )
