"""Reads a whole folder of policies as the services would, and lists its faults by file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from services.evaluation.indicator_systems.reading import FILES as SYSTEM_FILES
from services.evaluation.indicator_systems.reading import in_order
from services.evaluation.indicator_systems.rules import IndicatorSystem
from services.evaluation.policies import EvaluationParameters
from services.funding.policies import POLICY_KIND, SchemeParameters
from services.incubation.policies import FormationPolicy
from services.registry.policies import POLICY_KIND as IMPORTS_KIND
from services.registry.policies import ImportWords
from shared.field.policies import Policy, PolicyHead, to_policy
from shared.field.strict_yaml import load_strict

KINDS: Mapping[str, type[BaseModel]] = {
    "formation": FormationPolicy,
    "evaluation": EvaluationParameters,
    POLICY_KIND: SchemeParameters,
    IMPORTS_KIND: ImportWords,
}
NEEDED_EVERYWHERE = ("formation", "evaluation")
"""Kinds that every division needs: a policy of region "" must be in force."""
SYSTEM_KIND = "indicator_system"
_REGION = re.compile(r"[0-9]{0,6}")


class _Head(PolicyHead):
    """Forbids unknown keys: they are misspelt ones."""

    model_config = ConfigDict(extra="forbid")

    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where."""

    file: str
    where: str
    problem: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a policy or of an indicator system, and the days on which it is in force."""

    file: str
    kind: str
    id: str
    region: str
    effective_from: date
    effective_to: date | None
    content: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """What makes two versions of two folders the same one."""
        return self.kind, self.id


@dataclass(frozen=True, slots=True)
class PolicyFolder:
    """Every version of a folder, and its faults."""

    versions: Mapping[tuple[str, str], Version]
    faults: Sequence[Fault]


def read_folder(folder: Path, today: date) -> PolicyFolder:
    """Read everything; faults in files are returned, not raised."""
    reader = _Reader(folder)
    for path in sorted(folder.rglob("*.y*ml")):
        reader.read(path)
    reader.check_systems()
    reader.check_policies(today)
    return PolicyFolder(reader.versions, reader.faults)


class _Reader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.versions: dict[tuple[str, str], Version] = {}
        self.faults: list[Fault] = []
        self._systems: list[IndicatorSystem] = []
        self._policies: dict[str, list[Policy[Any]]] = {kind: [] for kind in KINDS}

    def read(self, path: Path) -> None:
        name = path.relative_to(self._folder).as_posix()
        try:
            content = load_strict(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            where = f"line {mark.line + 1}" if mark else ""
            self._fault(name, where, f"is no YAML: {getattr(error, 'problem', None) or error}")
            return
        if not isinstance(content, dict):
            self._fault(name, "", "is no mapping")
            return
        try:
            if fnmatchcase(name, SYSTEM_FILES):
                self._read_system(name, content)
            else:
                self._read_policy(name, content)
        except ValidationError as error:
            for one in error.errors(include_url=False):
                self._fault(name, ".".join(map(str, one["loc"])), one["msg"])

    def _read_system(self, name: str, content: dict[str, Any]) -> None:
        system = IndicatorSystem.model_validate(content, extra="forbid")
        self._systems.append(system)
        ends = None if system.year_to is None else date(system.year_to, 12, 31)
        identity = f"{system.type} version {system.version}"
        self._keep(Version(name, SYSTEM_KIND, identity, "", date(system.year_from, 1, 1), ends, content))

    def _read_policy(self, name: str, content: dict[str, Any]) -> None:
        kind = next((kind for kind in KINDS if fnmatchcase(name, f"*/{kind}*.yaml")), None)
        if kind is None or name.count("/") != 1:
            wanted = ", ".join(f"<region>/{kind}*.yaml" for kind in KINDS)
            self._fault(name, "", f"no service reads it: files are {wanted}, {SYSTEM_FILES}")
            return
        _Head.model_validate(content)
        try:
            policy = to_policy(content, KINDS[kind])
        except ValidationError as error:
            for one in error.errors(include_url=False):
                self._fault(name, ".".join(map(str, ("parameters", *one["loc"]))), one["msg"])
            return
        if not _REGION.fullmatch(policy.region):
            self._fault(name, "region", "is no prefix of a division code")
        if policy.effective_to is not None and policy.effective_to < policy.effective_from:
            self._fault(name, "effective_to", "lies before effective_from")
        self._policies[kind].append(policy)
        period = (policy.effective_from, policy.effective_to)
        self._keep(Version(name, kind, policy.id, policy.region, *period, content))

    def _keep(self, version: Version) -> None:
        earlier = self.versions.setdefault(version.key, version)
        if earlier is not version:
            self._fault(version.file, "id", f"{version.id} stands in {earlier.file} too")

    def check_systems(self) -> None:
        try:
            in_order(self._systems)
        except ValueError as error:
            self._fault(SYSTEM_FILES, "year_from", str(error))

    def check_policies(self, today: date) -> None:
        for version in self.versions.values():
            for other in self.versions.values():
                same = (version.kind, version.region, version.effective_from) == (
                    other.kind,
                    other.region,
                    other.effective_from,
                )
                if same and version.kind in KINDS and version.id < other.id:
                    self._fault(other.file, "effective_from", f"{version.file} begins for its region on that day too")
        for kind in NEEDED_EVERYWHERE:
            if not any(policy.region == "" and policy.applies("", today) for policy in self._policies[kind]):
                self._fault(f"default/{kind}.yaml", "", f'no {kind} policy of region "" is in force today')
        known = {system.type for system in self._systems}
        for policy in self._policies["evaluation"]:
            parameters: EvaluationParameters = policy.parameters
            missing = sorted({*parameters.default_types.values(), parameters.fallback_type} - known)
            if missing:
                file = self.versions["evaluation", policy.id].file
                self._fault(file, "parameters.default_types", f"no indicator system {', '.join(missing)}")

    def _fault(self, file: str, where: str, problem: str) -> None:
        self.faults.append(Fault(file, where, problem))
