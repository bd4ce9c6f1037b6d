"""Decides grants again where a scheme was loaded after evaluations were completed."""

import asyncio
from collections import Counter
from typing import Annotated

import typer

from services.funding.grants.redeciding import Redecision
from services.funding.grants.redeciding import redecide as redecide_grants
from services.funding.policies import read_schemes
from shared.audit.operations import operator_access, record_action
from shared.db.base import utc_now
from shared.db.session import Database
from shared.field.divisions import scope_prefix
from shared.field.errors import FieldError
from shared.settings import ServiceSettings
from shuangfu.commands.places import Data, DryRun, one_sentence, settings_of

app = typer.Typer(help="Grants: decide again what found no scheme.", no_args_is_help=True)


@app.callback()
def funding() -> None:
    """Commands of the funding service."""


@app.command()
def redecide(
    division: Annotated[str | None, typer.Option(help="Only this division or prefix.")] = None,
    year: Annotated[int | None, typer.Option(help="Only this rated year.")] = None,
    data: Data = None,
    dry_run: DryRun = False,
) -> None:
    """Decide again the evaluations for which no scheme was in force, where one is now.

    Prints each decision as it is now, and the sum by outcome. The grants take the usual steps afterwards.
    """
    try:
        prefix = None if division is None else scope_prefix(division)
    except FieldError as error:
        typer.echo(f"not a division: {error}", err=True)
        raise typer.Exit(2) from error
    with settings_of(data, ["funding"]) as settings, one_sentence("funding redecide"):
        found, left = asyncio.run(_redecide(settings["funding"], prefix, year, dry_run=dry_run))
    for one in found:
        amount = "-" if one.amount_fen is None else f"{one.amount_fen} fen"
        typer.echo(f"{one.evaluation_id} {one.division} {one.year}: none -> {one.outcome} {amount} {one.policy or '-'}")
    sums = ", ".join(f"{count} {outcome}" for outcome, count in sorted(Counter(one.outcome for one in found).items()))
    typer.echo(f"{len(found)} decisions {'would be' if dry_run else 'were'} made again: {sums or 'none'}")
    if left:
        typer.echo(f"{left} are left: run it again")


async def _redecide(
    settings: ServiceSettings, division: str | None, year: int | None, *, dry_run: bool
) -> tuple[list[Redecision], int]:
    database = Database(settings.database_url, pool_size=1, access=operator_access("funding"))
    try:
        async with database.transaction() as tx:
            schemes = read_schemes(settings.policies)
            found, left = await redecide_grants(
                tx, schemes=schemes, division=division, year=year, now=utc_now(), dry_run=dry_run
            )
            if not dry_run:
                figures = Counter(one.outcome for one in found)
                arguments = {"division": division, "year": year}
                await record_action(tx, "funding redecide", arguments=arguments, figures=figures)
            return found, left
    finally:
        await database.close()
