"""The secret scan: `python -m tests.security.scan` looks through every file that git tracks."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.core.scan import get_plugins
from detect_secrets.plugins.base import BasePlugin
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = (
    "AWSKeyDetector",
    "ArtifactoryDetector",
    "BasicAuthDetector",
    "GitHubTokenDetector",
    "JwtTokenDetector",
    "PrivateKeyDetector",
    "SlackDetector",
    "StripeDetector",
)
"""Detectors of known forms; those that guess from entropy take every hash of the lock file for a secret."""


def tracked_files() -> list[Path]:
    """What would be pushed."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    return [ROOT / name.decode() for name in listed.split(b"\0") if name and (ROOT / name.decode()).is_file()]


REWRITTEN = frozenset({".yml", ".yaml", ".ini", ".cfg", ".toml", ".conf", ".env", ".example", ""})
"""Files that the scanner also reads as configuration, value by value: what it finds there need not be in a line."""


def find_secrets(files: list[Path]) -> list[str]:
    """`file:line: kind` of everything that looks like one."""
    found = SecretsCollection()
    with transient_settings({"plugins_used": [{"name": name} for name in PLUGINS]}):
        detectors = list(get_plugins())
        for file in files:
            if file.suffix in REWRITTEN or _holds_a_form(file, detectors):
                found.scan_file(str(file))
    return [f"{name.removeprefix(f'{ROOT}/')}:{secret.line_number}: {secret.type}" for name, secret in found]


def _holds_a_form(file: Path, detectors: Sequence[BasePlugin]) -> bool:
    """Whether some detector finds its form in the text as a whole: looking line by line takes ten times as long."""
    text = file.read_text(encoding="utf-8", errors="replace")
    return any(found for detector in detectors for found in detector.analyze_string(text))


if __name__ == "__main__":
    secrets = find_secrets(tracked_files())
    print("\n".join(secrets) or "no secrets found")
    sys.exit(bool(secrets))
