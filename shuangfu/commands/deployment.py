"""Prepares the folder of a compose deployment: creates .env and secrets where they are missing."""

from pathlib import Path
from typing import Annotated

import typer

from shuangfu.deployment.secret_files import create_backups_folder, create_secrets, create_trial_issuer
from shuangfu.embedded.issuer import AUDIENCE, ISSUER

JWKS = "/run/shuangfu/jwks/jwks.json"
_TRIAL = f"""
# FOR TRIALS ONLY, added because no identity provider was named: an issuer whose private key lies in secrets/trial.
# Whoever can read that folder can issue tokens for anybody. Put your provider here instead, and delete the folder.
SHUANGFU_AUTH_ISSUER={ISSUER}
SHUANGFU_AUTH_AUDIENCE={AUDIENCE}
SHUANGFU_AUTH_JWKS_FILE={JWKS}
SHUANGFU_ALLOW_SAMPLE_CODES=true
"""


def prepare_deployment(
    folder: Annotated[Path, typer.Argument(help="The folder with .env.example.", exists=True, file_okay=False)],
    into: Annotated[Path | None, typer.Option(help="Where .env and secrets go; default: the folder itself.")] = None,
) -> None:
    """Create .env, secrets and backups/ where they are missing; nothing that exists is changed."""
    target = into or folder
    environment = target / ".env"
    if not environment.exists():
        environment.write_text((folder / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")
        environment.chmod(0o600)
        typer.echo(f"created {environment.name}")
    for name in create_secrets(target / "secrets"):
        typer.echo(f"created secrets/{name}")
    create_backups_folder(target / "backups")
    if not _value(environment, "SHUANGFU_AUTH_ISSUER"):
        with environment.open("a", encoding="utf-8") as file:
            file.write(_TRIAL)
        typer.echo("no identity provider in .env (SHUANGFU_AUTH_ISSUER): an issuer FOR TRIALS ONLY was created")
    if _value(environment, "SHUANGFU_AUTH_ISSUER") == ISSUER:
        create_trial_issuer(target / "secrets")


def _value(environment: Path, name: str) -> str:
    """The last value that an env file sets for a variable; empty where it sets none."""
    lines = environment.read_text(encoding="utf-8").splitlines()
    found = [line.partition("=")[2].strip().strip("\"'") for line in lines if line.startswith(f"{name}=")]
    return found[-1] if found else ""
