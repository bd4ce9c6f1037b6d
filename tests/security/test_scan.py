"""No secret is in the repository, and the scanner would find one."""

from pathlib import Path

import pytest

from tests.security.scan import find_secrets, tracked_files


def test_no_secret_is_tracked() -> None:
    assert find_secrets(tracked_files()) == []


def test_the_scanner_finds_a_private_key(tmp_path: Path) -> None:
    planted = tmp_path / "key.pem"
    planted.write_text("-----BEGIN " + "PRIVATE KEY-----\nMIIB\n")
    assert len(find_secrets([planted])) == 1


@pytest.mark.parametrize("name", ["client.py", "README.md", "settings.yaml", "rows.json", "Dockerfile"])
def test_the_scanner_finds_a_password_whatever_the_file(name: str, tmp_path: Path) -> None:
    planted = tmp_path / name
    planted.write_text("a: 1\nurl: postgresql://somebody:" + "pa55word@elsewhere/db\nb: 2\n")
    assert len(find_secrets([planted])) == 1
