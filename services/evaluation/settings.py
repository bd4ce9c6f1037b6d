"""Evaluation's settings, besides those of every service."""

from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator

from shared.documents.scans import SUFFIXES
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Variables are `SHUANGFU_<NAME>` or `SHUANGFU_EVALUATION_<NAME>`."""

    talk_keys_file: Path | None = None
    """Keys that records of admonition talks are encrypted with, a file of their own; read again when it changes.
    Without it records can be neither stored nor read."""
    evidence_folder: Path | None = None
    """Where the contents of evidence files lie; without it none can be filed."""
    evidence_bucket: str | None = Field(None, pattern=r"^https?://[^/?#@\s]+/[^?#\s]+$")
    """In place of the folder: URL of a bucket that speaks S3, with a prefix or without (`https://host/bucket/prefix`)."""
    evidence_keys_file: Path | None = None
    """The bucket's `access_key` and `secret_key` as JSON, a file of their own; read again with each request."""
    evidence_region: str = "us-east-1"
    """What the bucket calls its region."""
    evidence_bytes: int = Field(20 * 1024 * 1024, ge=1)
    """Largest evidence file."""
    evidence_types: tuple[str, ...] = tuple(SUFFIXES)
    """Media types that are taken, by the content: of those that are known."""
    evidence_scan: tuple[str, ...] = ()
    """A command that reads a file from its standard input before it is kept: exits with 0 (clean) or 1 (refused)."""
    evidence_scan_seconds: float = Field(60.0, gt=0)
    """Longest time that a scan takes; what was not scanned is not kept."""

    @model_validator(mode="after")
    def _one_store(self) -> Self:
        if (self.evidence_bucket is None) != (self.evidence_keys_file is None):
            raise ValueError("evidence_bucket and evidence_keys_file go together")
        return self

    @field_validator("evidence_types")
    @classmethod
    def _known(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted({*types} - {*SUFFIXES})
        if unknown or not types:
            raise ValueError(f"evidence_types are some of {sorted(SUFFIXES)}, not {unknown or 'none'}")
        return types
