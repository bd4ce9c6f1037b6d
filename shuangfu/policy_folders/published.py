"""Where a file differs from the published version that this program ships."""

from shared.field.strict.strict_yaml import load_strict
from shared.settings import REPOSITORY_POLICIES
from shuangfu.policy_folders.comparing import values_of
from shuangfu.policy_folders.sealing import ENDS, seal_of
from shuangfu.policy_folders.versions import Version


def first_change(version: Version, seal: str) -> tuple[str, str]:
    """The place of the first difference and both values; empty where the program ships no version of this seal."""
    shipped = REPOSITORY_POLICIES / version.file
    was = load_strict(shipped.read_text(encoding="utf-8")) if shipped.exists() else {}
    if seal_of(was) != seal:
        return "", ""
    before, after = dict(values_of(was)), dict(values_of(version.content))
    changed = [one for one in {**before, **after} if one not in ENDS and before.get(one) != after.get(one)]
    return changed[0], f": {before.get(changed[0], '-')} became {after.get(changed[0], '-')}"
