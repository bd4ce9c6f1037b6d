"""Anchors after a restore: the chain continues from the backup's last line, later ones are kept as evidence."""

import shutil
from pathlib import Path

from shared.audit.anchor_checks import differs_from_copy
from shared.audit.anchors import PUBLIC_KEY, Anchors, Examination
from shuangfu.backups.anchors import restore_anchors
from shuangfu.backups.manifest import ANCHORS, Manifest


def anchored(folder: Path, first: int, last: int) -> Anchors:
    anchors = Anchors(folder, "registry")
    for number in range(first, last + 1):
        assert anchors.append({"330106": (number, f"{first}")})
    return anchors


def backed_up(folder: Path, backup: Path) -> Manifest:
    (backup / ANCHORS).mkdir(parents=True)
    names = ["registry.anchors", PUBLIC_KEY]
    for name in names:
        shutil.copyfile(folder / name, backup / ANCHORS / name)
    return Manifest.model_construct(anchors=names)


def sound(anchors: Anchors) -> list[int | None]:
    examination = Examination(anchors)
    numbers = [anchor.number for anchor in examination]
    assert examination.faults == []
    return numbers


def test_restore__the_chain_goes_on_from_the_backups_last_line(tmp_path: Path) -> None:
    anchors = anchored(tmp_path / "live", 1, 2)
    manifest = backed_up(tmp_path / "live", tmp_path / "backup")
    anchored(tmp_path / "live", 3, 4)
    later = tmp_path / "later.anchors"
    shutil.copyfile(anchors.file, later)
    restore_anchors(tmp_path / "backup", manifest, tmp_path / "live")
    anchored(tmp_path / "live", 5, 6)
    assert sound(anchors) == [1, 2, 3, 4]
    assert differs_from_copy(anchors.file, tmp_path / "backup" / ANCHORS / anchors.file.name) is None
    differs = differs_from_copy(anchors.file, later)
    assert differs == "registry.anchors, line 3: the copy has another one there", "a copy of before tells the restore"
    [aside] = (tmp_path / "live").glob("restored-*/registry.anchors.later")
    assert aside.read_bytes() == later.read_bytes()


def test_restore__with_another_key_begins_a_chain_of_its_own(tmp_path: Path) -> None:
    anchored(tmp_path / "live", 1, 2)
    manifest = backed_up(tmp_path / "live", tmp_path / "backup")
    restore_anchors(tmp_path / "backup", manifest, tmp_path / "new")
    anchors = anchored(tmp_path / "new", 3, 4)
    assert sound(anchors) == [1, 2]
    [beside] = (tmp_path / "new").glob("restored-*")
    assert sound(Anchors(beside, "registry")) == [1, 2], "verified by the key beside them"
