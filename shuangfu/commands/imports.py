"""Imports a file over HTTP and shows the row-level report."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import httpx
import orjson
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from shuangfu.clients.imports import follow_import, list_errors
from shuangfu.showing import add_row, plain

console = Console(stderr=True)


def import_file(
    file: Annotated[Path, typer.Argument(help="xlsx, xls, et, ods, csv, tsv or ndjson", exists=True, dir_okay=False)],
    url: Annotated[str, typer.Option(help="The gateway.")] = "http://127.0.0.1:8000",
    token: Annotated[str, typer.Option(envvar="SHUANGFU_TOKEN", help="A registrar's bearer token.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Check only; save nothing.")] = False,
    as_of: Annotated[str, typer.Option(help="Day of the data, for rows without one.")] = "",
    division: Annotated[str, typer.Option(help="Code or name, for rows without one.")] = "",
    sheet: Annotated[str, typer.Option(help="Name or number of the sheet to read.")] = "",
    datum: Annotated[str, typer.Option(help="Datum of the positions: WGS84, CGCS2000, GCJ02 or BD09.")] = "",
    subject: Annotated[str, typer.Option(help="What the rows are records of.")] = "organizations",
) -> None:
    """Import registrations or other records from a file; exit code 1 where rows were refused."""
    if not token:
        typer.echo("shuangfu import: no token: give --token, or SHUANGFU_TOKEN (`shuangfu token` issues one)", err=True)
        raise typer.Exit(2)
    form = {"subject": subject, "as_of": as_of, "division": division, "sheet": sheet, "datum": datum}
    given = {name: value for name, value in form.items() if value}
    try:
        found, errors = _import(file, url, token, given, dry_run=dry_run)
    except httpx.HTTPStatusError as failed:
        typer.echo(f"shuangfu import: {failed.response.status_code}: {_sentence(failed.response)}", err=True)
        raise typer.Exit(1) from failed
    # A URL that is none raises InvalidURL, a token with line breaks ValueError; neither message repeats the token.
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, ValueError) as failed:
        what = str(failed) if isinstance(failed, httpx.HTTPError | OSError) else "the URL or the token is malformed"
        typer.echo(f"shuangfu import: {plain(url)}: {plain(what)}", err=True)
        raise typer.Exit(1) from failed
    typer.echo(plain(f"{found['state']}: {found['counts']}"))
    for line in (found["message"], *found["warnings"], found["problem"] and found["problem"]["detail"]):
        if line:
            typer.echo(plain(line))
    if found["ignored_columns"]:
        ignored = ", ".join(f"{one['column']} {one['heading']}" for one in found["ignored_columns"])
        typer.echo(plain(f"not read: {ignored}"))
    refused = [error for error in errors if error["severity"] == "refused"]
    _show(refused, "Refused rows")
    _show([error for error in errors if error["severity"] == "warning"], "Rows taken with warnings")
    if refused:
        raise typer.Exit(1)


def _show(rows: Sequence[Mapping[str, Any]], title: str) -> None:
    table = Table("row", "code", "field", "problem", title=title)
    for error in rows:
        problem = error["problem"]
        for one in problem["errors"] or [{"pointer": "", "detail": problem["detail"]}]:
            add_row(table, error["row"], error["key"] or "", one["pointer"], one["detail"])
    if rows:
        Console().print(table)


def _import(
    file: Path, url: str, token: str, given: dict[str, str], *, dry_run: bool
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The import when it is finished, and its report by row. Raises httpx's errors, TimeoutError."""
    headers = {"Authorization": f"Bearer {token}"}
    with (
        httpx.Client(base_url=url, timeout=60, headers=headers) as client,
        Progress(console=console, transient=True) as progress,
    ):
        task = progress.add_task("import", total=None)

        def show(counts: Mapping[str, int]) -> None:
            progress.update(task, completed=counts["done"], total=counts["total"] or None)

        found = follow_import(client, file, dry_run=dry_run, given=given, on_progress=show)
        return found, list_errors(client, found["id"])


def _sentence(response: httpx.Response) -> str:
    """What a problem document says, with the fields that it names; else the beginning of the answer."""
    try:
        problem = orjson.loads(response.content)
        said = [str(problem["detail"])]
        said += [f"{one['pointer']}: {one['detail']}" for one in problem.get("errors") or []]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        said = [response.text[:200]]
    return plain(" ".join(said))
