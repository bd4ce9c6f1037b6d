"""What a scan is, by its content: its name and the type that is claimed for it do not count. Pure."""

import io
import zipfile

SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}
OFD = "application/ofd"
"""GB/T 33190: an archive with OFD.xml at its root."""
KNOWN = "PDF, OFD, JPEG, PNG, TIFF"
SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif", OFD: "ofd"}


def media_type_of(content: bytes) -> str | None:
    """The media type of a scan, None for what is none."""
    found = next((kind for signature, kind in SIGNATURES.items() if content.startswith(signature)), None)
    if found is None and content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                found = OFD if "OFD.xml" in archive.namelist() else None
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            return None
    return found
