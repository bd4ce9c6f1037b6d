"""Runs schemes; decides grants again where a scheme was loaded after evaluations were completed."""

import asyncio
from collections import Counter
from typing import Annotated

import typer
from pydantic import ValidationError

from services.funding.grants.redeciding import Redecision
from services.funding.grants.redeciding import redecide as redecide_grants
from services.funding.ledger.charts import read_charts
from services.funding.policies import read_schemes
from services.funding.runs.actions import run_scheme
from services.funding.runs.lines import Ran
from services.funding.runs.schemas import RunIn
from shared.audit.operations import operator_access, record_action
from shared.db.base import utc_now
from shared.db.session import Database
from shared.field.divisions import scope_prefix
from shared.field.errors import FieldError
from shared.problems.problems import Problem
from shared.settings import REPOSITORY_POLICIES, ServiceSettings
from shuangfu.commands.places import Data, DryRun, one_sentence, settings_of

app = typer.Typer(help="Grants: run a scheme, decide again what found none.", no_args_is_help=True)


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
    prefix = _prefix(division)
    with settings_of(data, ["funding"]) as settings, one_sentence("funding redecide"):
        found, left = asyncio.run(_redecide(settings["funding"], prefix, year, dry_run=dry_run))
    for one in found:
        amount = "-" if one.amount_fen is None else f"{one.amount_fen} fen"
        typer.echo(f"{one.evaluation_id} {one.division} {one.year}: none -> {one.outcome} {amount} {one.policy or '-'}")
    sums = ", ".join(f"{count} {outcome}" for outcome, count in sorted(Counter(one.outcome for one in found).items()))
    typer.echo(f"{len(found)} decisions {'would be' if dry_run else 'were'} made again: {sums or 'none'}")
    if left:
        typer.echo(f"{left} are left: run it again")


@app.command()
def run(
    scheme: Annotated[str, typer.Argument(help="The scheme's code.")],
    year: Annotated[int | None, typer.Option(help="The year that is paid for.")] = None,
    month: Annotated[str | None, typer.Option(help="The month, of a scheme that is paid monthly: 2026-03.")] = None,
    division: Annotated[str | None, typer.Option(help="Only this division or prefix.")] = None,
    data: Data = None,
    dry_run: DryRun = False,
) -> None:
    """Decide for all whom a scheme may concern, and raise what they are entitled to.

    Prints each decision, and the sum by outcome. A repeated run raises nothing twice; the grants take the usual steps.
    """
    prefix = _prefix(division)
    try:
        asked = RunIn(year=year, month=month)
    except ValidationError as error:
        typer.echo("not a year, or not a month as 2026-03", err=True)
        raise typer.Exit(2) from error
    with settings_of(data, ["funding"]) as settings, one_sentence("funding run"):
        try:
            ran = asyncio.run(_run(settings["funding"], scheme, asked, prefix, dry_run=dry_run))
        except Problem as problem:
            faults = "".join(f" {fault.detail.en}" for fault in problem.errors)
            typer.echo(f"{problem.document('en')['detail']}{faults}", err=True)
            raise typer.Exit(1) from problem
    for one in ran.lines:
        amount = "-" if one.amount_fen is None else f"{one.amount_fen} fen"
        differs = f" (the grant has {one.granted_fen} fen)" if one.differs else ""
        typer.echo(f"{one.recipient_id} {one.division} {one.period}: {one.outcome} {amount}{differs}")
    sums = ", ".join(f"{count} {outcome}" for outcome, count in sorted(ran.outcomes.items()))
    typer.echo(f"{'would be' if dry_run else 'was'} raised: {ran.total_fen} fen ({sums or 'nobody'})")
    if ran.left:
        typer.echo(f"{ran.left} are left: run it again")


async def _run(settings: ServiceSettings, scheme: str, asked: RunIn, division: str | None, *, dry_run: bool) -> Ran:
    database = Database(settings.database_url, pool_size=1, access=operator_access("funding"))
    try:
        async with database.transaction() as tx:
            ran = await run_scheme(
                tx,
                scheme,
                schemes=read_schemes(settings.policies),
                division=division,
                year=asked.year,
                month=asked.month_of_year(),
                now=utc_now(),
                dry_run=dry_run,
                charts=read_charts(settings.policies, REPOSITORY_POLICIES),
            )
            if not dry_run:
                arguments = {"scheme": scheme, "year": asked.year, "month": asked.month, "division": division}
                await record_action(tx, "funding run", arguments=arguments, figures=dict(ran.outcomes))
            return ran
    finally:
        await database.close()


def _prefix(division: str | None) -> str | None:
    try:
        return None if division is None else scope_prefix(division)
    except FieldError as error:
        typer.echo(f"not a division: {error}", err=True)
        raise typer.Exit(2) from error


async def _redecide(
    settings: ServiceSettings, division: str | None, year: int | None, *, dry_run: bool
) -> tuple[list[Redecision], int]:
    database = Database(settings.database_url, pool_size=1, access=operator_access("funding"))
    try:
        async with database.transaction() as tx:
            schemes = read_schemes(settings.policies)
            found, left = await redecide_grants(
                tx,
                schemes=schemes,
                division=division,
                year=year,
                now=utc_now(),
                dry_run=dry_run,
                charts=read_charts(settings.policies, REPOSITORY_POLICIES),
            )
            if not dry_run:
                figures = Counter(one.outcome for one in found)
                arguments = {"division": division, "year": year}
                await record_action(tx, "funding redecide", arguments=arguments, figures=figures)
            return found, left
    finally:
        await database.close()
