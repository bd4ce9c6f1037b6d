"""Passwords of the two roles: they log in with them, and no log of the server ever has one."""

import asyncpg
import pytest

from shared.schema.roles import ensure_roles
from shared.schema.security import OWNER, RUNTIME
from shared.urls import driver_url, with_login
from shuangfu.embedded.postgres import EmbeddedPostgres

EVERYTHING_IS_LOGGED = "log_statement=all&log_min_duration_statement=0"


@pytest.mark.parametrize("password", ["plain-Word_1", 'it\'s \\ "quoted" $1', "口令\u00a0ﬁ\u00adx 九"])
async def test_roles__log_in_by_passwords_that_the_servers_log_does_not_have(
    password: str, own_server: EmbeddedPostgres
) -> None:
    url = own_server.url()
    logged = f"{url}{'&' if '?' in url else '?'}{EVERYTHING_IS_LOGGED}"
    before = own_server.log.stat().st_size
    await ensure_roles(logged, owner_password=f"{password}2", runtime_password=password)
    for role, word in ((OWNER, f"{password}2"), (RUNTIME, password)):
        connection = await asyncpg.connect(driver_url(with_login(url, role, word)))
        assert await connection.fetchval("SELECT current_user") == role
        await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(driver_url(with_login(url, RUNTIME, f"{password}2")))
    said = own_server.log.read_bytes()[before:].decode()
    assert "ROLE shuangfu_runtime WITH" in said, "it was logged"
    assert password not in said
    assert password.replace("'", "''") not in said
