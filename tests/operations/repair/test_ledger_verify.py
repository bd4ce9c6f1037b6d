"""`shuangfu ledger verify`: exit code 1 and the accounts named where the ledger does not agree with itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from services.funding.app import create_app
from shared.settings import ServiceSettings
from shuangfu.cli import app
from shuangfu.commands.operations import ledger as command
from tests.conftest import AsAdmin, Hands
from tests.funding.conftest import Funding
from tests.funding.ledger.helpers import LAST_MONTH, posted, reverse, voucher

MONTH = f"{LAST_MONTH:%Y-%m}"
UNGUARDED = "ALTER TABLE ledger_entries DISABLE TRIGGER ALL; ALTER TABLE ledger_transactions DISABLE TRIGGER ALL"


@pytest.fixture
async def funding(
    settings_for: Callable[[str], Awaitable[ServiceSettings]], hands: Hands, as_admin: AsAdmin
) -> AsyncIterator[Funding]:
    made = create_app(await settings_for("funding"))
    transport = httpx.ASGITransport(made, raise_app_exceptions=False)
    async with (
        made.router.lifespan_context(made),
        httpx.AsyncClient(transport=transport, base_url="http://funding", auth=hands) as client,
    ):
        yield Funding(made, client, as_admin)


@pytest.fixture
def run(funding: Funding, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Awaitable[Result]]:
    @contextmanager
    def places(data: Path | None, services: list[str]) -> Iterator[dict[str, ServiceSettings]]:
        yield {"funding": funding.app.state.settings}

    monkeypatch.setattr(command, "settings_of", places)

    async def verify() -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["ledger", "verify"])

    return verify


async def test_i5_what_holds_is_counted(funding: Funding, run: Callable[[], Awaitable[Result]]) -> None:
    ids = await posted(funding, voucher(7), voucher(5, on=LAST_MONTH, reference="V-2"))
    await reverse(funding, ids[:1], 1, 7)
    for step in ("closing", "locking"):
        assert (await funding.http.post(f"/v1/ledger/periods/3301/{MONTH}/{step}", json={})).status_code == 200
    found = await run()
    assert (found.exit_code, found.output) == (0, "3 transactions, 6 entries and 2 balances hold\n")


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        ("UPDATE account_balances SET balance_fen = balance_fen + 1 WHERE account = '1012'", ["1012/330106 (kept 13"]),
        ("DELETE FROM account_balances WHERE account = '4602'", ["4602/330106 (kept 0, folded -12 fen)"]),
        (
            "UPDATE ledger_entries SET debit_fen = debit_fen + 1 WHERE debit_fen = 5",
            [
                "(off by 1 fen)",
                "1012/330106 (kept 12, folded 13 fen)",
                f"1012/330106 ({MONTH}: locked with 5, folded 6",
            ],
        ),
        ("DELETE FROM ledger_entries WHERE debit_fen = 5", ["(posted with 2 entries, has 1)"]),
        ("UPDATE ledger_entries SET account = '1002' WHERE debit_fen = 5", [f"1002/330106 ({MONTH}: locked with 0"]),
        (
            "UPDATE ledger_entries SET source = 'other' WHERE debit_fen = 9 AND account = '4602'",
            ["reversals that do not take back what they name"],
        ),
    ],
)
async def test_i5_what_was_written_past_the_service_is_named(
    funding: Funding, run: Callable[[], Awaitable[Result]], tampering: str, named: list[str]
) -> None:
    ids = await posted(funding, voucher(7), voucher(5, on=LAST_MONTH, reference="V-2"), voucher(9, reference="V-3"))
    assert (await reverse(funding, ids[2:], 1, 9)).status_code == 201
    for step in ("closing", "locking"):
        assert (await funding.http.post(f"/v1/ledger/periods/330106/{MONTH}/{step}", json={})).status_code == 200
    await funding.change("INSERT INTO ledger_accounts VALUES ('1002', '-', '-', 'asset')", UNGUARDED, tampering)
    found = await run()
    assert found.exit_code == 1, found.output
    for one in named:
        assert one in found.output
