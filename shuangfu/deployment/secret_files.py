"""The files of a compose deployment: passwords, keys, an issuer for trials. Created where missing, never changed.

Only the owner can open the folder. The files inside are readable by everybody: containers get them one by one, under
an account that does not exist on the host.
"""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from shared.db.sealing import KeyRing
from shuangfu.embedded.issuer import EmbeddedIssuer

PASSWORDS = ("database-password", "owner-password", "admin-database-password", "grafana-admin-password")
CONTAINER_USER = 10001


def create_secrets(folder: Path) -> list[str]:
    """Create what is missing; returns what was created, relative to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    created = [name for name in PASSWORDS if _keep(folder / name, secrets.token_urlsafe(32).encode())]
    for name in ("field-keys", "account-keys", "talk-keys"):
        keys = folder / name / f"{name}.json"
        if not keys.exists():
            keys.parent.mkdir(exist_ok=True)
            _keep(keys, KeyRing.generate().to_json())
            created.append(f"{name}/{name}.json")
        give_to_container(keys.parent)
    if not (folder / "anchors" / "anchor-key.pem").exists():
        _create_anchor_key(folder / "anchors")
        created.append("anchors/anchor-key.pem")
    for name in ("jwks", "identity"):
        (folder / name).mkdir(exist_ok=True)
    return created


def create_trial_issuer(folder: Path) -> None:
    """Create an issuer for `shuangfu token --data <folder>/trial`; its public keys go where the services read.

    For trials only: whoever can read the folder can issue tokens for anybody.
    """
    issuer = EmbeddedIssuer(folder / "trial")
    public = folder / "jwks" / "jwks.json"
    if not public.exists() or public.read_bytes() != issuer.jwks_file.read_bytes():
        public.unlink(missing_ok=True)
        _keep(public, issuer.jwks_file.read_bytes())
    # The console's container signs with a copy: the key itself is readable for its owner only.
    copied = folder / "identity" / "issuer"
    copied.mkdir(parents=True, exist_ok=True)
    for source in (issuer.key_file, issuer.jwks_file):
        target = copied / source.name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            target.unlink(missing_ok=True)
            _keep(target, source.read_bytes())


def create_backups_folder(folder: Path) -> None:
    """Create a closed folder, and in it the one that the containers' account writes backups to."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_uid == os.geteuid():
        folder.chmod(0o700)
    give_to_container(folder / "kept")


def give_to_container(folder: Path) -> None:
    """Let the containers' account write here. The parent folder must be closed: it keeps others out."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        folder.chmod(0o700)
        os.chown(folder, CONTAINER_USER, CONTAINER_USER)
    elif folder.stat().st_uid == os.geteuid():
        folder.chmod(0o777)


def _create_anchor_key(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _keep(folder / "anchor-key.pub.pem", public)
    _keep(folder / "anchor-key.pem", private)


def _keep(path: Path, content: bytes) -> bool:
    """Write a file unless it exists; returns whether it was written."""
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(content)
    draft.chmod(0o444)
    draft.replace(path)
    return True
