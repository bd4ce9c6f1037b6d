"""Contents of evidence files go into a backup after the cut, and come back beside those that are there."""

from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from services.evaluation.evidence.store import FolderStore
from shared.settings import TREE
from shuangfu.backups.evidence import EVIDENCE, copy_evidence, restore_evidence
from shuangfu.backups.places import BackupError


async def test_evidence__is_copied_and_restored_by_its_hash(tmp_path: Path) -> None:
    store, backup, place = FolderStore(tmp_path / "live"), tmp_path / "backup", tmp_path / "restored"
    names = sorted([await store.keep(b"one"), await store.keep(b"two")])
    (tmp_path / "live" / names[0][:2] / ".half-written").write_bytes(b"x")
    backup.mkdir()
    assert copy_evidence(tmp_path / "live", backup) == names
    assert sorted(path.name for path in (backup / EVIDENCE).iterdir()) == names
    later = await FolderStore(place).keep(b"later")
    [said] = restore_evidence(backup, names, place)
    assert "2 contents" in said
    restored = FolderStore(place)
    assert {await restored.read(name) for name in names} == {b"one", b"two"}
    assert await restored.read(later) == b"later", "what is there stays"
    (place / names[0][:2] / names[0]).write_bytes(b"damaged")
    restore_evidence(backup, names, place)
    assert sha256(await restored.read(names[0])).hexdigest() == names[0], "a damaged one is put right"


async def test_evidence__that_is_damaged_stops_the_backup(tmp_path: Path) -> None:
    name = await FolderStore(tmp_path / "live").keep(b"one")
    (tmp_path / "live" / name[:2] / name).write_bytes(b"other")
    (tmp_path / "backup").mkdir()
    with pytest.raises(BackupError, match="damaged"):
        copy_evidence(tmp_path / "live", tmp_path / "backup")


def test_evidence__without_a_folder_is_said(tmp_path: Path) -> None:
    assert copy_evidence(None, tmp_path) == []
    assert copy_evidence(tmp_path / "none", tmp_path) == []
    assert restore_evidence(tmp_path, [], None) == []
    [said] = restore_evidence(tmp_path, ["0" * 64], None)
    assert "--evidence" in said


def test_evidence__has_a_volume_where_the_api_writes_and_the_operator_reads() -> None:
    compose = yaml.safe_load((TREE / "deploy" / "docker-compose.yml").read_text("utf-8"))
    mounted = "evidence:/var/lib/shuangfu/evidence"
    for service in ("evaluation-api", "ops"):
        assert mounted in compose["services"][service]["volumes"], service
        assert compose["services"][service]["environment"]["SHUANGFU_EVIDENCE_FOLDER"] == mounted.partition(":")[2]
    assert "evidence" in compose["volumes"]
