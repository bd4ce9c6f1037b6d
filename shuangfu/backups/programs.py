"""Finds pg_dump and pg_restore, checks their version, and runs them."""

import asyncio
import os
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from shuangfu.backups.places import BackupError, Place
from shuangfu.embedded.postgres_programs import programs_folder
from shuangfu.embedded.processes import EmbeddedServerError

_SHOWN_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Programs:
    """The two programs."""

    pg_dump: Path
    pg_restore: Path

    async def dump(self, place: Place, snapshot: str, target: Path) -> None:
        """Dump a database as a snapshot sees it. Raises BackupError."""
        # pg_dump turns row-level security off: rows that the login may not see are an error, not left out.
        options = [f"--snapshot={snapshot}", "--format=custom", "--no-password", f"--file={target}"]
        await _run(self.pg_dump, place, options, f"pg_dump of {place.database}")

    async def restore(self, place: Place, source: Path) -> None:
        """Fill an empty database; owners and privileges become those of the dump. Raises BackupError."""
        # As the superuser: row-level security is forced on the owner, and foreign keys could not be checked.
        options = ["--exit-on-error", "--no-password", "--jobs=2"]
        await _run(self.pg_restore, place, options, f"pg_restore into {place.database}", str(source))


async def find_programs(server_major: int, folder: Path | None = None) -> Programs:
    """The programs of a folder, else of the PATH or the wheel: the first that are not older than the server.

    Raises BackupError.
    """
    seen = []
    for candidate in (folder,) if folder is not None else _folders():
        dump, restore = candidate / "pg_dump", candidate / "pg_restore"
        if not (dump.is_file() and restore.is_file()):
            seen.append(f"{candidate} has none")
            continue
        major = await _major(dump)
        if major >= server_major:
            return Programs(dump, restore)
        seen.append(f"{candidate} has version {major}")
    raise BackupError(f"pg_dump and pg_restore {server_major} or later are needed: {'; '.join(seen)}")


def _folders() -> list[Path]:
    found = []
    on_path = shutil.which("pg_dump")
    if on_path is not None:
        found.append(Path(on_path).parent)
    with suppress(EmbeddedServerError):  # an image without the wheel: only the PATH
        found.append(programs_folder())
    return found or [Path("/usr/bin")]


async def _major(program: Path) -> int:
    process = await asyncio.create_subprocess_exec(program, "--version", stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    found = re.search(rb"\) (\d+)", output)
    if process.returncode or found is None:
        raise BackupError(f"{program} does not print its version")
    return int(found[1])


async def _run(program: Path, place: Place, options: Sequence[str], what: str, *rest: str) -> None:
    url = make_url(place.url)
    host, port = url.host or url.query.get("host"), url.port or url.query.get("port")
    where = {"-h": host, "-p": port, "-U": url.username, "-d": url.database}
    arguments = [str(part) for option, value in where.items() if value for part in (option, value)]
    # The password goes into the environment: every user can read arguments. Other PG* variables are dropped.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    sslmode = url.query.get("sslmode") or url.query.get("ssl")
    given = {"PGPASSWORD": url.password, "PGSSLMODE": sslmode, "LC_ALL": "C.UTF-8"}
    environment |= {name: str(value) for name, value in given.items() if value}
    process = await asyncio.create_subprocess_exec(
        program, *arguments, *options, *rest, env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, errors = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        shown = errors.decode(errors="replace").strip()[-_SHOWN_CHARACTERS:]
        raise BackupError(f"{what} ended with code {process.returncode}: {shown}")
