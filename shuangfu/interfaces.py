"""The stored OpenAPI documents: `python -m shuangfu.interfaces` (`make openapi`) writes them, if they only grew.

`services/<service>/openapi.json` is what `/v1/openapi.json` serves; vendors generate clients from it.
"""

import json
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from shared.settings import ServiceSettings
from shared.web.describing.growth import find_breaking_changes
from shuangfu.services import SERVICES, load, settings_kind

SERVICES_FOLDER = Path(__file__).resolve().parents[1] / "services"
_NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:1/none"


def stored_path(service: str, folder: Path = SERVICES_FOLDER) -> Path:
    """The file with a service's document."""
    return folder / service / "openapi.json"


def app_of(service: str) -> FastAPI:
    """A service's app, only to be looked at: nothing is connected to."""
    settings: ServiceSettings = settings_kind(service)(
        service=service,
        database_url=_NOWHERE,
        bus="postgres_log",
        bus_database_url=_NOWHERE,
        auth_issuer="urn:nobody",
        auth_jwks_file=Path("/nowhere"),
    )
    return load(service).create_app(settings)


def document_of(service: str) -> dict[str, Any]:
    """A service's document as it is served."""
    found: dict[str, Any] = app_of(service).openapi()
    return found


def render(document: dict[str, Any]) -> str:
    """The document as it is stored: sorted by name, but for the fields of a model, which keep the model's order."""
    return json.dumps(_in_order(document), ensure_ascii=False, indent=1) + "\n"


def _in_order(value: Any, name: str = "") -> Any:
    if isinstance(value, list):
        return [_in_order(one) for one in value]
    if not isinstance(value, dict):
        return value
    names = value if name == "properties" else sorted(value)
    # A field may be called as its container is.
    return {one: _in_order(value[one], "" if name == "properties" else one) for one in names}


def main() -> int:
    """The command."""
    documents = {service: document_of(service) for service in SERVICES}
    stored = {service: stored_path(service) for service in SERVICES}
    broken = [
        f"{service}: {change}"
        for service, path in stored.items()
        if path.exists()
        for change in find_breaking_changes(json.loads(path.read_text(encoding="utf-8")), documents[service])
    ]
    for change in broken:
        print(change, file=sys.stderr)
    if broken and "--anyway" not in sys.argv:
        print("Nothing was written: interfaces only grow. Keep what clients rely on.", file=sys.stderr)
        return 1
    for service, path in stored.items():
        path.write_text(render(documents[service]), encoding="utf-8")
    print(f"{len(documents)} documents in services/*/openapi.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
