"""`shuangfu prepare`: settings and secrets of a new deployment."""

import os
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from shared.audit.anchors import Anchors
from shared.db.sealing import read_key_file
from shared.settings import ServiceSettings
from shared.web.identity.tokens import TokenVerifier
from shuangfu.commands.deployment import prepare_deployment
from shuangfu.deployment.secret_files import CONTAINER_USER, PASSWORDS, create_backups_folder
from shuangfu.embedded.issuer import AUDIENCE, ISSUER, EmbeddedIssuer
from tests.conftest import REPOSITORY

DEPLOY = REPOSITORY / "deploy"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_prepare__makes_what_is_missing_and_changes_nothing_after_that(tmp_path: Path) -> None:
    prepare_deployment(DEPLOY, into=tmp_path)
    first = contents(tmp_path)
    passwords = {first[f"secrets/{name}"] for name in PASSWORDS}
    assert len(passwords) == len(PASSWORDS)
    assert min(len(password) for password in passwords) >= 32
    prepare_deployment(DEPLOY, into=tmp_path)
    assert contents(tmp_path) == first


def test_prepare__others_on_the_host_are_kept_out_and_containers_can_read(tmp_path: Path) -> None:
    prepare_deployment(DEPLOY, into=tmp_path)
    secrets = tmp_path / "secrets"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    for name in (
        *PASSWORDS,
        "anchors/anchor-key.pem",
        "jwks/jwks.json",
        "field-keys/field-keys.json",
        "talk-keys/talk-keys.json",
    ):
        assert stat.S_IMODE((secrets / name).stat().st_mode) == 0o444, name
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


@pytest.mark.parametrize("account", [None, 65534])
def test_prepare__backups_are_the_containers_to_write_and_closed_to_others(account: int | None) -> None:
    """As whoever runs the tests, and as an operator who is not root (which root can play)."""
    if account is not None and os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    # Not in pytest's own folder: that is closed to the other account.
    with TemporaryDirectory() as place:
        backups = Path(place) / "backups"
        if account is not None:
            os.chown(place, account, -1)
            os.seteuid(account)
        try:
            for _ in range(2):
                create_backups_folder(backups)
            owner = os.geteuid()
        finally:
            os.seteuid(os.getuid())
        outer, inner = backups.stat(), (backups / "kept").stat()
        assert (outer.st_uid, stat.S_IMODE(outer.st_mode)) == (owner, 0o700), "others do not get past it"
        theirs = inner.st_uid == CONTAINER_USER and stat.S_IMODE(inner.st_mode) == 0o700
        assert theirs if owner == 0 else stat.S_IMODE(inner.st_mode) == 0o777


def test_prepare__keys_are_what_the_services_read(tmp_path: Path) -> None:
    prepare_deployment(DEPLOY, into=tmp_path)
    assert read_key_file(tmp_path / "secrets" / "field-keys" / "field-keys.json").active == "k1"
    anchors = Anchors(tmp_path / "secrets" / "anchors", "registry")
    assert anchors.append({"330106": (1, "00")})
    assert len(list(anchors.read())) == 1


async def test_prepare__without_a_provider_an_issuer_for_trials_is_made(tmp_path: Path) -> None:
    prepare_deployment(DEPLOY, into=tmp_path)
    text = (tmp_path / ".env").read_text()
    assert "FOR TRIALS ONLY, added" in text
    assert f"\nSHUANGFU_AUTH_ISSUER={ISSUER}\n" in text
    token = EmbeddedIssuer(tmp_path / "secrets" / "trial").issue("somebody", ["auditor"], ["33"], 60)
    settings = ServiceSettings(
        service="registry",
        database_url="postgresql://unused",
        kafka_bootstrap="unused:0",
        auth_issuer=ISSUER,
        auth_audience=AUDIENCE,
        auth_jwks_file=tmp_path / "secrets" / "jwks" / "jwks.json",
    )
    caller = await TokenVerifier(settings).verify(token)
    assert caller.subject == "somebody"


def test_prepare__with_a_provider_there_is_no_such_issuer(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SHUANGFU_AUTH_ISSUER=https://id.example.gov.cn/realms/city\n")
    prepare_deployment(DEPLOY, into=tmp_path)
    assert (tmp_path / ".env").read_text() == "SHUANGFU_AUTH_ISSUER=https://id.example.gov.cn/realms/city\n"
    assert not (tmp_path / "secrets" / "trial").exists()
    assert list((tmp_path / "secrets" / "jwks").iterdir()) == []


@pytest.mark.parametrize("name", PASSWORDS)
def test_prepare__a_secret_that_was_taken_away_is_made_again(tmp_path: Path, name: str) -> None:
    prepare_deployment(DEPLOY, into=tmp_path)
    before = contents(tmp_path)
    (tmp_path / "secrets" / name).unlink()
    prepare_deployment(DEPLOY, into=tmp_path)
    after = contents(tmp_path)
    assert {key for key in after if after[key] != before[key]} == {f"secrets/{name}"}
