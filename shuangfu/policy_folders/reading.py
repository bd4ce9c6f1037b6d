"""Reads a whole folder of policies as the services would, and lists its faults by file."""

import re
from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from services.evaluation.indicator_systems.methods import KINDS as METHODS
from services.evaluation.indicator_systems.reading import FILES as SYSTEM_FILES
from services.evaluation.indicator_systems.reading import in_order
from services.evaluation.indicator_systems.rules import IndicatorSystem
from services.evaluation.policies import EvaluationParameters
from services.evaluation.policy_kinds import POLICY_KINDS as EVALUATION_KINDS
from services.incubation.incubating.assessment_policies import ASSESSMENT_KIND as INCUBATOR_ASSESSMENT_KIND
from services.incubation.incubating.assessment_policies import AssessmentPolicy as IncubatorAssessmentPolicy
from services.incubation.incubating.incubatee_policies import INCUBATEES_KIND, IncubateePolicy
from services.incubation.incubating.policies import INCUBATORS_KIND, IncubatorPolicy
from services.incubation.policies import FORMATION_KIND, FormationPolicy
from services.incubation.routine.activity_policies import ACTIVITIES_KIND, ActivitiesPolicy
from services.incubation.routine.policies import MEETINGS_KIND, MeetingsPolicy
from services.incubation.territory.policies import AREAS_KIND, AreaPolicy
from services.incubation.territory.shapes import SHAPES_KIND, ShapesPolicy
from services.registry.body_policies import BODIES_KIND, BodiesPolicy
from services.registry.civil_years import policies as civil_years
from services.registry.claim_terms.policies import PRECEDENCE_KIND, PrecedencePolicy
from services.registry.import_words import WORDS
from services.registry.leadership_policies import LEADERSHIP_KIND, LeadershipPolicy
from services.registry.policies import REGISTRATION_KIND, RegistrationPolicy
from services.registry.statistic_tables.policies import STATISTIC_TABLES_KIND, StatisticTablesPolicy
from services.registry.survey_terms.policies import SURVEYS_KIND, SurveyPolicy
from services.registry.uncoded.policies import FILED_BODIES_KIND, REVIEWS_KIND, FiledBodiesPolicy, ReviewPolicy
from shared.documents.policies import DOCUMENTS_KIND, DocumentsPolicy
from shared.field.figures.policies import STATISTICS_KIND, StatisticsPolicy
from shared.field.policies import Policy, PolicyHead, to_policy
from shared.field.strict.strict_yaml import load_strict
from shared.field.working_days import WORKING_DAYS_KIND, WorkingDayLists
from shared.superiors.policies import AFFILIATION_KIND, AffiliationPolicy
from shuangfu.policy_folders.funding_kinds import FUNDING_KINDS
from shuangfu.policy_folders.lines import line_of
from shuangfu.policy_folders.published import first_change
from shuangfu.policy_folders.sealing import SEALS, read_seals, seal_of
from shuangfu.policy_folders.versions import SYSTEM_KIND, Fault, PolicyFolder, Version, succession

KINDS: Mapping[str, type[BaseModel]] = {
    FORMATION_KIND: FormationPolicy,
    AREAS_KIND: AreaPolicy,
    SHAPES_KIND: ShapesPolicy,
    **EVALUATION_KINDS,
    **FUNDING_KINDS,
    **{words.form.policy_kind: words for words in WORDS.values()},
    REGISTRATION_KIND: RegistrationPolicy,
    AFFILIATION_KIND: AffiliationPolicy,
    BODIES_KIND: BodiesPolicy,
    DOCUMENTS_KIND: DocumentsPolicy,
    FILED_BODIES_KIND: FiledBodiesPolicy,
    REVIEWS_KIND: ReviewPolicy,
    SURVEYS_KIND: SurveyPolicy,
    STATISTIC_TABLES_KIND: StatisticTablesPolicy,
    LEADERSHIP_KIND: LeadershipPolicy,
    civil_years.INSPECTION_KIND: civil_years.InspectionPolicy,
    civil_years.ASSESSMENT_KIND: civil_years.AssessmentPolicy,
    civil_years.STANDING_KIND: civil_years.StandingPolicy,
    INCUBATORS_KIND: IncubatorPolicy,
    INCUBATOR_ASSESSMENT_KIND: IncubatorAssessmentPolicy,
    INCUBATEES_KIND: IncubateePolicy,
    WORKING_DAYS_KIND: WorkingDayLists,
    STATISTICS_KIND: StatisticsPolicy,
    PRECEDENCE_KIND: PrecedencePolicy,
    MEETINGS_KIND: MeetingsPolicy,
    ACTIVITIES_KIND: ActivitiesPolicy,
}
EXAMPLES = "examples/*/*.yaml"
"""Policies beside those in force: validated, read by no service, there to be copied and tried."""
NEEDED_EVERYWHERE = ("formation", "evaluation")
"""Kinds that every division needs: a policy of region "" must be in force."""
_REGION = re.compile(r"[0-9]{0,6}")


class _Head(PolicyHead):
    """Forbids unknown keys: they are misspelt ones."""

    model_config = ConfigDict(extra="forbid")

    parameters: Mapping[str, Any]


def read_folder(folder: Path, today: date) -> PolicyFolder:
    """Read everything; faults in files are returned, not raised."""
    reader = _Reader(folder)
    for path in sorted(folder.rglob("*.y*ml")):
        reader.read(path)
    reader.check_systems()
    reader.check_seals()
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
            text = path.read_text(encoding="utf-8")
            content = load_strict(text)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else None
            self._fault(
                name, f"line {line}" if line else "", f"is no YAML: {getattr(error, 'problem', None) or error}", line
            )
            return
        if not isinstance(content, dict):
            self._fault(name, "", "is no mapping")
            return
        try:
            if fnmatchcase(name, SYSTEM_FILES):
                self._read_system(name, content)
            else:
                self._read_policy(name, content, text)
        except ValidationError as error:
            self._invalid(name, text, error)

    def _read_system(self, name: str, content: dict[str, Any]) -> None:
        system = IndicatorSystem.model_validate(content, extra="forbid")
        self._systems.append(system)
        ends = None if system.year_to is None else date(system.year_to, 12, 31)
        identity = f"{system.type} version {system.version}" + (f" of {system.region}" if system.region else "")
        self._keep(Version(name, SYSTEM_KIND, identity, system.region, date(system.year_from, 1, 1), ends, content))

    def _read_policy(self, name: str, content: dict[str, Any], text: str) -> None:
        is_example = fnmatchcase(name, EXAMPLES)
        folder = "examples/*" if is_example else "*"
        kind = next((kind for kind in KINDS if fnmatchcase(name, f"{folder}/{kind}*.yaml")), None)
        if kind is None or name.count("/") != folder.count("/") + 1:
            wanted = ", ".join(f"<region>/{kind}*.yaml" for kind in KINDS)
            self._fault(name, "", f"no service reads it: files are {wanted}, {SYSTEM_FILES}")
            return
        _Head.model_validate(content)
        try:
            policy = to_policy(content, KINDS[kind])
        except ValidationError as error:
            self._invalid(name, text, error, "parameters")
            return
        if not _REGION.fullmatch(policy.region):
            self._fault(name, "region", "is no prefix of a division code")
        if policy.effective_to is not None and policy.effective_to < policy.effective_from:
            self._fault(name, "effective_to", "lies before effective_from")
        period = (policy.effective_from, policy.effective_to)
        if is_example:
            self._keep(Version(name, f"{kind} example", policy.id, policy.region, *period, content))
            return
        self._policies[kind].append(policy)
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

    def check_seals(self) -> None:
        for kind, file in SEALS.items():
            self._check_seals(kind, file)

    def _check_seals(self, kind: str, file: str) -> None:
        for identity, seal in read_seals(self._folder, file).items():
            version = self.versions.get((kind, identity))
            if version is None:
                self._fault(file, identity, "is sealed and missing: a published version stays")
            elif seal_of(version.content) != seal:
                problem = f"{identity} is sealed: a published version never changes, add a new one"
                where, what = first_change(version, seal)
                self._fault(version.file, where, f"{problem}{what}")

    def check_policies(self, today: date) -> None:
        for version in self.versions.values():
            for other in self.versions.values():
                if succession(version) == succession(other) and version.kind in KINDS and version.id < other.id:
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

    def _invalid(self, file: str, text: str, error: ValidationError, *within: str) -> None:
        for one in error.errors(include_url=False):
            place = (*within, *one["loc"])
            # The name of a method's kind is no key of the file.
            self._fault(
                file, ".".join(map(str, place)), one["msg"], line_of(text, [p for p in place if p not in METHODS])
            )

    def _fault(self, file: str, where: str, problem: str, line: int | None = None) -> None:
        self.faults.append(Fault(file, where, problem, line))
