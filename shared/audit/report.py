"""Whether one service's trail holds: its chains, its anchors, and a copy of them."""

from dataclasses import dataclass, field
from pathlib import Path

from shared.audit.anchor_checks import differs_from_copy, verify_anchors
from shared.audit.anchors import PUBLIC_KEY, Anchors, Examination
from shared.audit.causes import verify_causes
from shared.audit.guards import verify_guards
from shared.audit.rows import verify_rows
from shared.audit.trail import Finding, count_rows, verify_chain
from shared.db.session import Database

_NO_ANCHORS = (
    "{state}, and the trail has rows. On a new installation make the first one (`shuangfu audit anchor`; a worker does "
    "when it starts). Otherwise it was removed: look for a copy and compare (`--anchors`)"
)


@dataclass(frozen=True, slots=True)
class AnchorPlaces:
    """Where one service's anchors are, and what is kept elsewhere to compare with."""

    folder: Path | None
    copy: Path | None = None
    public_key: Path | None = None

    def key(self) -> Path | None:
        """The public key to verify with, one that is kept elsewhere first; None: the one beside the anchors."""
        if self.public_key is not None or self.copy is None:
            return self.public_key
        kept = self.copy / PUBLIC_KEY
        return kept if kept.exists() else None


@dataclass(slots=True)
class Report:
    """What was examined, and what does not hold."""

    rows: int
    anchors: int = 0
    findings: list[Finding] = field(default_factory=list)
    """In the trail."""
    faults: list[str] = field(default_factory=list)
    """In the anchors."""
    guards: list[str] = field(default_factory=list)
    """In the triggers and functions that write the trail."""
    notes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Nothing was found."""
        return not self.findings and not self.faults and not self.guards


async def verify_trail(database: Database, service: str, places: AnchorPlaces) -> Report:
    """Verify everything: faults of the anchors do not hide those of the trail. Raises the driver's errors."""
    async with database.transaction() as tx:
        guards, notes, tables = await verify_guards(tx, service)
        findings = [*await verify_chain(tx), *await verify_causes(tx), *await verify_rows(tx, tables)]
        report = Report(await count_rows(tx), findings=findings, guards=guards, notes=notes)
    if places.folder is not None:
        report.anchors = await _examine(database, Anchors(places.folder, service, places.key()), report)
        if report.rows and not report.anchors and not report.faults:
            file = Anchors(places.folder, service).file
            report.faults.append(_NO_ANCHORS.format(state=f"{file} {'holds none' if file.exists() else 'is missing'}"))
    if places.copy is not None:
        await _compare(database, service, places, places.copy, report)
    return report


async def _compare(database: Database, service: str, places: AnchorPlaces, copy: Path, report: Report) -> None:
    kept = Anchors(copy, service, places.key())
    if places.folder is not None:
        differs = differs_from_copy(Anchors(places.folder, service).file, kept.file)
        if differs is None:
            return
        report.faults.append(differs)
    # The file here lacks what the copy has: the trail is compared with the copy as well.
    lines = await _examine(database, kept, report)
    report.anchors = max(report.anchors, lines)


async def _examine(database: Database, anchors: Anchors, report: Report) -> int:
    """Verify one file and compare it with the trail; returns how many lines it has."""
    examination = Examination(anchors)
    found = await verify_anchors(database, examination)
    report.findings += [finding for finding in found if finding not in report.findings]
    report.faults += examination.faults
    if examination.unreported:
        report.faults.append(f"{anchors.file.name}: {examination.unreported} more lines like these")
    if examination.torn:
        report.notes.append(
            f"{anchors.file} ends in the middle of line {examination.lines + 1}: its writing is under way or was "
            "interrupted; the next anchor puts it right"
        )
    return examination.lines
