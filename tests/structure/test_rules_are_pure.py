"""Rules decide and do nothing else: to import them loads no web framework and no database."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import REPOSITORY

IMPURE = ("fastapi", "starlette", "sqlalchemy", "asyncpg")
PURE = ("rules.py", "policies.py", "sheets.py")
_PROBE = f"""
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    loaded = [one for one in {IMPURE!r} if one in sys.modules]
    if loaded:
        sys.exit(f"{{name}} loads {{', '.join(loaded)}}")
print(len(sys.argv) - 1)
"""


def modules() -> list[str]:
    """Every module of the services that is pure by its name."""
    found = [path for path in (REPOSITORY / "services").rglob("*.py") if path.name in PURE]
    return sorted(".".join(path.relative_to(REPOSITORY).with_suffix("").parts) for path in found)


def probe(names: list[str], folder: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _PROBE, *names], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def test_rules__load_neither_web_nor_database() -> None:
    names = modules()
    assert len(names) >= 12
    done = probe(names)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(len(names))


def test_probe__sees_what_is_loaded_by_a_detour() -> None:
    done = probe(["shared.bus.context", "shared.db.session"])
    assert done.returncode == 1
    assert "shared.db.session loads" in done.stderr
