"""Contents of evidence files go into a backup after the cut, and come back beside those that are there."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from services.evaluation.evidence.store import FolderStore
from shared.settings import TREE
from shuangfu.backups.checking import Target
from shuangfu.backups.evidence import EVIDENCE, copy_evidence, restore_evidence
from shuangfu.backups.making import Source, check_source, make_backup
from shuangfu.backups.manifest import read_manifest
from shuangfu.backups.places import BackupError, Place
from shuangfu.backups.restoring import restore
from shuangfu.commands.backups import describe
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import Templates
from tests.operations.backup.deployments import drop_deployment, execute, fetch, make_deployment

OF_EVALUATIONS = "fk_evidence_files_evaluation_id_division_evaluations"
FILED = """
SELECT set_config('shuangfu.scope', '%', false);
INSERT INTO evidence_files (id, evaluation_id, division, stage, code, title, sha256, media_type, bytes, filed_at,
    filed_by, withdrawn_at, withdrawn_by)
VALUES (gen_random_uuid(), gen_random_uuid(), '330106', 'self', 'F1', 't', '{digest}', 'application/pdf', 7, now(),
    'a', {at}, {by})
"""


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


async def test_evidence__without_a_folder_is_said(tmp_path: Path) -> None:
    assert copy_evidence(None, tmp_path) == []
    with pytest.raises(BackupError, match="none does not exist: it was named"):
        copy_evidence(tmp_path / "none", tmp_path)
    with pytest.raises(BackupError, match="none does not exist"):
        await check_source(Source((), "log", evidence=tmp_path / "none"), None)
    assert Source((), "log", evidence=tmp_path / "none", evidence_may_lack=True).evidence_store is None
    assert restore_evidence(tmp_path, [], None) == []
    [said] = restore_evidence(tmp_path, ["0" * 64], None)
    assert "--evidence" in said


@pytest.fixture
async def places(postgres_server: EmbeddedPostgres, templates: Templates) -> AsyncIterator[Sequence[Place]]:
    made = await make_deployment(postgres_server, templates)
    yield made
    await drop_deployment(postgres_server, made[0].database.removesuffix("registry"))


async def test_evidence__goes_through_a_backup_its_checksums_and_a_restore(
    places: Sequence[Place], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live, backup, lost, withdrawn = tmp_path / "live", tmp_path / "backup", "0" * 64, "1" * 64
    kept = await FolderStore(live).keep(b"minutes")
    # Files of no evaluation: what they name is what matters here.
    await execute(places[2].url, f"ALTER TABLE evidence_files DROP CONSTRAINT {OF_EVALUATIONS}")
    for digest, at, by in ((kept, "NULL", "NULL"), (lost, "NULL", "NULL"), (withdrawn, "now()", "'a'")):
        await execute(places[2].url, FILED.format(digest=digest, at=at, by=by))
    with pytest.raises(BackupError, match="away does not exist"):
        await make_backup(Source(places, "log", evidence=tmp_path / "away"), backup)
    manifest = await make_backup(Source(places, "log", evidence=live), backup)
    assert (manifest.evidence, manifest.evidence_missing) == ([kept], [lost])
    describe(manifest)
    said = capsys.readouterr().out
    assert "evidence: 1 contents of files" in said
    assert "evidence: 1 contents that files name are not in the backup" in said
    assert said.rstrip().endswith(lost)
    check = ["sha256sum", "--check", "SHA256SUMS"]
    checked = await asyncio.to_thread(subprocess.run, check, cwd=backup, check=True, capture_output=True, text=True)
    assert f"evidence/{kept}: OK" in checked.stdout

    await restore(backup, Target(places, replace=True))
    [said] = restore_evidence(backup, read_manifest(backup).evidence, tmp_path / "restored")
    assert "1 were restored" in said
    rows = await fetch(places[2].url, "SELECT sha256 FROM evidence_files ORDER BY sha256")
    assert {row["sha256"] for row in rows} == {kept, lost, withdrawn}
    assert await FolderStore(tmp_path / "restored").read(kept) == b"minutes"
    (backup / EVIDENCE / kept).write_bytes(b"other")
    with pytest.raises(BackupError, match=f"evidence/{kept} of the backup is damaged"):
        read_manifest(backup)


def test_evidence__has_a_volume_where_the_api_writes_and_the_operator_reads() -> None:
    compose = yaml.safe_load((TREE / "deploy" / "docker-compose.yml").read_text("utf-8"))
    mounted = "evidence:/var/lib/shuangfu/evidence"
    for service in ("evaluation-api", "ops"):
        assert mounted in compose["services"][service]["volumes"], service
        assert compose["services"][service]["environment"]["SHUANGFU_EVIDENCE_FOLDER"] == mounted.partition(":")[2]
    assert "evidence" in compose["volumes"]
