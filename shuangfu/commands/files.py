"""Imports a file over HTTP and shows the row-level report."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

console = Console(stderr=True)


def import_file(
    file: Annotated[Path, typer.Argument(help="xlsx, csv or ndjson", exists=True, dir_okay=False)],
    url: Annotated[str, typer.Option(help="The gateway.")] = "http://127.0.0.1:8000",
    token: Annotated[str, typer.Option(envvar="SHUANGFU_TOKEN", help="A registrar's bearer token.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Check only; save nothing.")] = False,
) -> None:
    """Import registrations from a file; exit code 1 where rows were refused."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(base_url=url, timeout=60, headers=headers) as client:
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("import", total=None)
            found = follow_import(
                client,
                file,
                dry_run=dry_run,
                on_progress=lambda c: progress.update(task, completed=c["done"], total=c["total"] or None),
            )
        errors = list_errors(client, found["id"])
    typer.echo(f"{found['state']}: {found['counts']}")
    table = Table("row", "code", "field", "problem", title="Refused rows")
    for error in errors:
        problem = error["problem"]
        for one in problem["errors"] or [{"pointer": "", "detail": problem["detail"]}]:
            table.add_row(str(error["row"]), error["uscc"] or "", one["pointer"], one["detail"])
    if errors:
        Console().print(table)
        sys.exit(1)


def follow_import(
    client: httpx.Client,
    file: Path,
    *,
    headers: dict[str, str] | None = None,
    dry_run: bool = False,
    on_progress: Any = None,
    timeout_seconds: float = 600,
) -> dict[str, Any]:
    """Post a file and wait until its import is finished. Raises httpx.HTTPStatusError, TimeoutError."""
    with file.open("rb") as content:
        response = client.post(
            "/registry/v1/imports",
            files={"file": (file.name, content)},
            data={"dry_run": str(dry_run).lower()},
            headers=headers,
        )
    if response.is_error:
        console.print(response.json() if "json" in response.headers.get("content-type", "") else response.text)
    response.raise_for_status()
    found: dict[str, Any] = response.json()
    deadline = time.monotonic() + timeout_seconds
    while found["state"] in ("waiting", "running"):
        if time.monotonic() > deadline:
            raise TimeoutError(f"import {found['id']} is still {found['state']}")
        time.sleep(0.05)
        found = client.get(f"/registry/v1/imports/{found['id']}", headers=headers).raise_for_status().json()
        if on_progress is not None:
            on_progress(found["counts"])
    return found


def list_errors(client: httpx.Client, import_id: str, *, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Every refused row of an import."""
    errors: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        parameters = {"limit": "500"} | ({"cursor": cursor} if cursor else {})
        page = (
            client.get(f"/registry/v1/imports/{import_id}/errors", params=parameters, headers=headers)
            .raise_for_status()
            .json()
        )
        errors += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return errors
