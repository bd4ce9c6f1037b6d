"""Imports a file of registrations, and reads what became of its rows."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

POLL_SECONDS = 0.05

Progress = Callable[[Mapping[str, int]], object]
"""Takes the import's counts (`total`, `done` and so on) each time that its state was read."""


def follow_import(
    client: httpx.Client,
    file: Path,
    *,
    headers: dict[str, str] | None = None,
    dry_run: bool = False,
    given: Mapping[str, str] | None = None,
    on_progress: Progress | None = None,
    timeout_seconds: float = 600,
) -> dict[str, Any]:
    """Post a file and wait until its import is finished; returns the import. `given`: `subject`, `as_of`, `division`,
    `sheet`, `datum`.

    Raises httpx.HTTPStatusError (its response holds the problem), httpx.TransportError, TimeoutError.
    """
    with file.open("rb") as content:
        response = client.post(
            "/registry/v1/imports",
            files={"file": (file.name, content)},
            data={"dry_run": str(dry_run).lower(), **(given or {})},
            headers=headers,
        )
    found: dict[str, Any] = response.raise_for_status().json()
    deadline = time.monotonic() + timeout_seconds
    while found["state"] in ("waiting", "running"):
        if time.monotonic() > deadline:
            raise TimeoutError(f"import {found['id']} is still {found['state']}")
        time.sleep(POLL_SECONDS)
        found = client.get(f"/registry/v1/imports/{found['id']}", headers=headers).raise_for_status().json()
        if on_progress is not None:
            on_progress(found["counts"])
    return found


def list_errors(client: httpx.Client, import_id: str, *, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Every row that was refused, or taken with warnings. Raises httpx.HTTPStatusError, httpx.TransportError."""
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
