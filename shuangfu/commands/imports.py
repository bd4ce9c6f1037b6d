"""Imports a file over HTTP and shows the row-level report."""

import sys
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from shuangfu.clients.imports import follow_import, list_errors

console = Console(stderr=True)


def import_file(
    file: Annotated[Path, typer.Argument(help="xlsx, xls, et, ods, csv, tsv or ndjson", exists=True, dir_okay=False)],
    url: Annotated[str, typer.Option(help="The gateway.")] = "http://127.0.0.1:8000",
    token: Annotated[str, typer.Option(envvar="SHUANGFU_TOKEN", help="A registrar's bearer token.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Check only; save nothing.")] = False,
    as_of: Annotated[str, typer.Option(help="Day of the data, for rows without one.")] = "",
    division: Annotated[str, typer.Option(help="Code or name, for rows without one.")] = "",
    sheet: Annotated[str, typer.Option(help="Name or number of the sheet to read.")] = "",
) -> None:
    """Import registrations from a file; exit code 1 where rows were refused."""
    given = {name: value for name, value in (("as_of", as_of), ("division", division), ("sheet", sheet)) if value}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(base_url=url, timeout=60, headers=headers) as client:
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("import", total=None)
            try:
                found = follow_import(
                    client,
                    file,
                    dry_run=dry_run,
                    given=given,
                    on_progress=lambda c: progress.update(task, completed=c["done"], total=c["total"] or None),
                )
            except httpx.HTTPStatusError as failed:
                _show_problem(failed.response)
                raise
        errors = list_errors(client, found["id"])
    typer.echo(f"{found['state']}: {found['counts']}")
    for line in (found["message"], *found["warnings"], found["problem"] and found["problem"]["detail"]):
        if line:
            typer.echo(line)
    if found["ignored_columns"]:
        typer.echo("not read: " + ", ".join(f"{one['column']} {one['heading']}" for one in found["ignored_columns"]))
    table = Table("row", "code", "field", "problem", title="Refused rows")
    for error in errors:
        problem = error["problem"]
        for one in problem["errors"] or [{"pointer": "", "detail": problem["detail"]}]:
            table.add_row(str(error["row"]), error["uscc"] or "", one["pointer"], one["detail"])
    if errors:
        Console().print(table)
        sys.exit(1)


def _show_problem(response: httpx.Response) -> None:
    console.print(response.json() if "json" in response.headers.get("content-type", "") else response.text)
