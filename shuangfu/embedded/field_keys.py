"""The embedded mode's own keys for personal fields. Elsewhere the environment names a file."""

from pathlib import Path

from shared.db.sealing import KeyRing
from shared.private_files import write_private_once


def embedded_field_keys(data: Path) -> Path:
    """The key file of a data directory, created when it is first needed. Without it the contacts are lost."""
    path = data / "field-keys.json"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        write_private_once(path, KeyRing.generate().to_json())
    return path
