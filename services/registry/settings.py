"""What the registry needs besides what every service does."""

from pathlib import Path

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Variables are `SHUANGFU_<NAME>` or `SHUANGFU_REGISTRY_<NAME>`."""

    field_keys_file: Path | None = None
    """Keys that personal fields are encrypted with (`shuangfu keys`); read again when it changes. Without it no
    contact can be kept or read."""
    batch_patience_seconds: float = 60.0
    """A batch's client that reads no result for this long, while nothing else holds up its lines, is cut off."""
