"""The embedded mode's own keys for sealed fields. Elsewhere the environment names the files."""

from pathlib import Path

from shared.db.sealing import KeyRing
from shared.private_files import write_private_once


def embedded_field_keys(data: Path) -> Path:
    """The key file of a data directory, created when it is first needed. Without it the contacts are lost."""
    return _created(data, "field-keys.json")


def embedded_account_keys(data: Path) -> Path:
    """The key file of payees' accounts: apart, so that withdrawing keys of contacts cannot lose it."""
    return _created(data, "account-keys.json")


def embedded_talk_keys(data: Path) -> Path:
    """The key file of records of admonition talks, apart for the same reason."""
    return _created(data, "talk-keys.json")


def _created(data: Path, name: str) -> Path:
    path = data / name
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        write_private_once(path, KeyRing.generate().to_json())
    return path
