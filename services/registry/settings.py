"""Settings of the registry, besides those of every service."""

from pathlib import Path

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Variables are `SHUANGFU_<NAME>` or `SHUANGFU_REGISTRY_<NAME>`."""

    field_keys_file: Path | None = None
    """Keys that personal fields are encrypted with (`shuangfu keys`); read again when it changes. Without it
    contacts can be neither stored nor read."""
    batches_at_once: int = 32
    """How many batches one process takes at a time; another one is answered 503 with Retry-After."""
    batch_waiting_bytes: int = 64 * 1024 * 1024
    """How many bytes of results may wait for the readers of all batches of a process."""
    batch_patience_seconds: float = 60.0
    """A batch is aborted when its client has read no result for `batch_patience_seconds` while results are waiting."""
    import_file_days: int = Field(default=30, ge=0, le=3650)
    """How long the file of an import with refused rows is kept, for the report as a workbook."""
    seed_bodies: bool = False
    """Whether the bodies of the policies (`bodies.yaml`) are recorded that nobody has recorded yet."""
