"""Imports a file over HTTP and shows the row-level report."""

from collections.abc import Mapping
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
    file: Annotated[Path, typer.Argument(help="xlsx, csv or ndjson", exists=True, dir_okay=False)],
    url: Annotated[str, typer.Option(help="The gateway.")] = "http://127.0.0.1:8000",
    token: Annotated[str, typer.Option(envvar="SHUANGFU_TOKEN", help="A registrar's bearer token.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Check only; save nothing.")] = False,
) -> None:
    """Import registrations from a file; exit code 1 where rows were refused."""
    if not token:
        typer.echo("shuangfu import: no token: give --token, or SHUANGFU_TOKEN (`shuangfu token` issues one)", err=True)
        raise typer.Exit(2)
    try:
        found, errors = _import(file, url, token, dry_run=dry_run)
    except httpx.HTTPStatusError as failed:
        typer.echo(f"shuangfu import: {failed.response.status_code}: {_sentence(failed.response)}", err=True)
        raise typer.Exit(1) from failed
    # A URL that is none raises InvalidURL, a token with line breaks ValueError; neither message repeats the token.
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, ValueError) as failed:
        what = str(failed) if isinstance(failed, httpx.HTTPError | OSError) else "the URL or the token is malformed"
        typer.echo(f"shuangfu import: {plain(url)}: {plain(what)}", err=True)
        raise typer.Exit(1) from failed
    typer.echo(plain(f"{found['state']}: {found['counts']}"))
    table = Table("row", "code", "field", "problem", title="Refused rows")
    for error in errors:
        problem = error["problem"]
        for one in problem["errors"] or [{"pointer": "", "detail": problem["detail"]}]:
            add_row(table, error["row"], error["uscc"] or "", one["pointer"], one["detail"])
    if errors:
        Console().print(table)
        raise typer.Exit(1)


def _import(file: Path, url: str, token: str, *, dry_run: bool) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The import when it is finished, and its refused rows. Raises httpx's errors, TimeoutError."""
    headers = {"Authorization": f"Bearer {token}"}
    with (
        httpx.Client(base_url=url, timeout=60, headers=headers) as client,
        Progress(console=console, transient=True) as progress,
    ):
        task = progress.add_task("import", total=None)

        def show(counts: Mapping[str, int]) -> None:
            progress.update(task, completed=counts["done"], total=counts["total"] or None)

        found = follow_import(client, file, dry_run=dry_run, on_progress=show)
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
