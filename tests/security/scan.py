"""The secret scan: `python -m tests.security.scan` looks through every file that git tracks."""

import subprocess
import sys
from pathlib import Path

from detect_secrets import SecretsCollection
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


def find_secrets(files: list[Path]) -> list[str]:
    """`file:line: kind` of everything that looks like one."""
    found = SecretsCollection()
    with transient_settings({"plugins_used": [{"name": name} for name in PLUGINS]}):
        for file in files:
            found.scan_file(str(file))
    return [f"{name.removeprefix(f'{ROOT}/')}:{secret.line_number}: {secret.type}" for name, secret in found]


if __name__ == "__main__":
    secrets = find_secrets(tracked_files())
    print("\n".join(secrets) or "no secrets found")
    sys.exit(bool(secrets))
