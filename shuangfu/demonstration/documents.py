"""One founding with its document (D18): the approval is drafted, checked and issued by three, and printed."""

from collections.abc import Sequence
from pathlib import Path

from shuangfu.demonstration.actors import Actors
from shuangfu.demonstration.findings import Json

_DOCUMENTS = "/registry/v1/documents"
_KIND = "founding_approval"
_STEPS = {"drafted": ("reviewer", "check"), "checked": ("approver", "issue")}


def issue_one(actors: Actors, parties: Sequence[Json], file: Path) -> Json:
    """The approval of the first founding by name, written to a file; `file` is null where there is no Chinese font."""
    issued = _issue(actors, min(parties, key=lambda one: str(one["name"])))
    return {**issued, "file": str(file) if _save(actors, issued, file) else None}


def _issue(actors: Actors, party: Json) -> Json:
    """The issued approval of a founding; an earlier run may have stopped in between."""
    about = actors.list_all(_DOCUMENTS, kind=_KIND, about=party["id"])
    document = next((one for one in about if one["state"] != "withdrawn"), None)
    if document is None:
        document = actors.post("officer", _DOCUMENTS, {"kind": _KIND, "subject": party["id"]})
    while document["state"] in _STEPS:
        actor, step = _STEPS[document["state"]]
        path = f"{_DOCUMENTS}/{document['id']}/{step}"
        document = actors.post(actor, path, None, if_match=document["version"])
    return document


def _save(actors: Actors, document: Json, file: Path) -> bool:
    """Write the document as a PDF; False where the server has no Chinese font to print it."""
    content = actors.download(f"{_DOCUMENTS}/{document['id']}", format="pdf")
    if content is None:
        return False
    file.write_bytes(content)
    return True
