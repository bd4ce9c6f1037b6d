"""No secret is in the repository, and the scanner would find one."""

from pathlib import Path

from tests.security.scan import find_secrets, tracked_files


def test_no_secret_is_tracked() -> None:
    assert find_secrets(tracked_files()) == []


def test_the_scanner_finds_a_private_key(tmp_path: Path) -> None:
    planted = tmp_path / "key.pem"
    planted.write_text("-----BEGIN " + "PRIVATE KEY-----\nMIIB\n")
    assert len(find_secrets([planted])) == 1
