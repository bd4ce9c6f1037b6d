"""The ledger: verify it."""

import asyncio

import typer

from services.funding.ledger.verifying import Verified
from services.funding.ledger.verifying import verify as verify_ledger
from shared.audit.operations import operator_access
from shared.db.paging import keep_one_snapshot
from shared.db.session import Database
from shared.settings import ServiceSettings
from shuangfu.commands.places import Data, one_sentence, settings_of
from shuangfu.showing import plain

app = typer.Typer(help="The ledger: verify.", no_args_is_help=True)


@app.callback()
def ledger() -> None:
    """Commands on the ledger."""


@app.command()
def verify(data: Data = None) -> None:
    """Fold every entry and compare with what is kept; exit code 1 where anything differs.

    Sums of transactions, balances of accounts, reversals, and what months had when they were locked: each finding names
    its transaction, or its account and division. Nothing is changed.
    """
    with settings_of(data, ["funding"]) as settings, one_sentence("ledger verify"):
        found = asyncio.run(_verify(settings["funding"]))
    if found.holds:
        typer.echo(f"{found.transactions} transactions, {found.entries} entries and {found.balances} balances hold")
        return
    for name, examples in found.findings.items():
        typer.echo(plain("\n  ".join([f"{len(examples)} {name}:", *examples]), keep="\n"))
    raise typer.Exit(1)


async def _verify(settings: ServiceSettings) -> Verified:
    database = Database(settings.database_url, pool_size=1, access=operator_access("funding"))
    try:
        async with database.transaction() as tx:
            await keep_one_snapshot(tx)
            return await verify_ledger(tx)
    finally:
        await database.close()
