"""What a new folder changes, and whether that is allowed: decisions refer to what has taken effect. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from shuangfu.policy_folders.versions import SYSTEM_KIND, PolicyFolder, Version

Effect = Literal["new", "changed", "ended", "removed", "same"]


Figure = tuple[str, Any, Any]
"""Path of a value in the file, what it was, and what it will be; None where there is none."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one version; `refused` is the reason where that is not allowed."""

    effect: Effect
    version: Version
    note: str = ""
    refused: str = ""
    figures: Sequence[Figure] = ()
    """Every value that changes; of a new version every value, of a removed one too."""


def compare_folders(active: PolicyFolder, wanted: PolicyFolder, today: date) -> list[Change]:
    """Every version of both folders, by file; `today` is the day in China."""
    changes = []
    for key in sorted({*active.versions, *wanted.versions}):
        old, new = active.versions.get(key), wanted.versions.get(key)
        if old is None and new is not None:
            note = "takes effect at once" if new.effective_from <= today else ""
            changes.append(Change("new", new, note))
        elif new is None and old is not None:
            reason = "it has taken effect" if old.effective_from <= today else ""
            changes.append(Change("removed", old, refused=reason))
        elif old is not None and new is not None:
            changes.append(_compare(old, new, today))
    changes = [replace(change, figures=_figures(change, active, wanted)) for change in changes]
    return sorted(changes, key=lambda change: (change.version.file, change.version.id))


def _figures(change: Change, active: PolicyFolder, wanted: PolicyFolder) -> list[Figure]:
    key = change.version.key
    was, becomes = (
        dict(values_of(folder.versions[key].content)) if key in folder.versions else {} for folder in (active, wanted)
    )
    paths = {**becomes, **was}
    return [
        (path, was.get(path), becomes.get(path))
        for path in paths
        if path not in was or path not in becomes or was[path] != becomes[path]
    ]


def values_of(content: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Each value with its path; an empty list or mapping is a value."""
    parts: list[tuple[Any, Any]] = []
    if isinstance(content, Mapping):
        parts = list(content.items())
    elif _is_list(content):
        parts = list(enumerate(content))
    for key, value in parts:
        yield from values_of(value, f"{where}.{key}" if where else str(key))
    if not parts:
        yield where, content


def _compare(old: Version, new: Version, today: date) -> Change:
    if old.content == new.content:
        return Change("same", new)
    if old.effective_from > today:
        return Change("changed", new)
    refused = _why_not(old, new, today)
    if refused:
        return Change("changed", new, refused=refused)
    if old.effective_to == new.effective_to:
        return Change("changed", new, "only adds")
    return Change("ended", new, f"until {new.effective_to or 'further notice'}")


def _why_not(old: Version, new: Version, today: date) -> str:
    """Why a version that has taken effect may not become the new one; empty where it may."""
    where = _rewritten(_without_end(old), _without_end(new), today)
    if where is not None:
        return f"it has taken effect, and {where} would change"
    if old.effective_to != new.effective_to:
        # It stays in force on every past day, and what has ended is not revived.
        if old.effective_to is not None and old.effective_to < today:
            return f"it ended on {old.effective_to}"
        if new.effective_to is not None and new.effective_to < _earliest_end(old, today):
            return f"it is in force today: it cannot have ended on {new.effective_to}"
    return ""


def _earliest_end(version: Version, today: date) -> date:
    """Today; of an indicator system the end of last year: a cycle of this year that is open keeps its own copy."""
    return date(today.year - 1, 12, 31) if version.kind == SYSTEM_KIND else today


def _without_end(version: Version) -> Mapping[str, Any]:
    return {key: value for key, value in version.content.items() if key not in ("effective_to", "year_to")}


def _rewritten(old: Any, new: Any, today: date, where: str = "") -> str | None:
    """The path of the first change that is not an addition; None where there are only additions.

    Additions are a new parameter (the program's models define which exist), and a dated entry of a list that takes
    effect later than today.
    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in old:
            found = f"{where}.{key}".lstrip(".")
            if key not in new:
                return found
            inner = _rewritten(old[key], new[key], today, found)
            if inner is not None:
                return inner
        return None
    if _is_list(old) and _is_list(new):
        added = [entry for entry in new if entry not in old]
        kept = [entry for entry in new if entry in old]
        if kept == list(old) and all(_begins_later(entry, today) for entry in added):
            return None
        return where
    return None if old == new else where


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _begins_later(entry: Any, today: date) -> bool:
    begins = entry.get("effective_from") if isinstance(entry, Mapping) else None
    try:
        return begins is not None and date.fromisoformat(str(begins)) > today
    except ValueError:
        return False
