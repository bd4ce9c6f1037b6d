"""The audit's anchors after a restore: the backup's take effect, later ones are kept in another folder."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from shuangfu.backups.manifest import ANCHORS, Manifest

PUBLIC_KEY = "anchor-key.pub.pem"


def restore_anchors(source: Path, manifest: Manifest, folder: Path | None) -> Sequence[str]:
    """Put the backup's anchors into the folder of anchors; returns what was done, as sentences.

    Anchors signed after the cut name heads that the restored trail does not have: they are moved to a subfolder, as
    evidence. Where the folder's key is not the one that signed the backup's anchors, or there is none, the backup's
    go to the subfolder as well.
    """
    if not manifest.anchors:
        return ["The backup has no anchors of the audit."]
    if folder is None:
        return ["Anchors of the audit were not restored: no folder was named for them (--anchors)."]
    beside = folder / f"restored-{datetime.now(UTC):%Y%m%d%H%M%S}"
    done = []
    later = [path for path in sorted(folder.glob("*.anchors")) if path.is_file()]
    same_key = (
        (folder / "anchor-key.pem").is_file()
        and (folder / PUBLIC_KEY).is_file()
        and ((folder / PUBLIC_KEY).read_bytes() == (source / ANCHORS / PUBLIC_KEY).read_bytes())
    )
    if later or not same_key:
        beside.mkdir(mode=0o700, parents=True)
    for path in later:
        path.rename(beside / f"{path.name}.later")
    if later:
        done.append(f"Anchors that were there are kept in {beside}.")
    for name in manifest.anchors:
        if not same_key:
            shutil.copyfile(source / ANCHORS / name, beside / name)
        elif name != PUBLIC_KEY:
            shutil.copyfile(source / ANCHORS / name, folder / name)
    if not same_key:
        done.append(
            f"The backup's anchors are in {beside}, to be verified by the key beside them: {folder} does not have "
            "anchor-key.pem that they were signed with, and new ones are signed with its own."
        )
    return done
