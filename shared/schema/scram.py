"""What PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5802), computed here: the password never leaves us."""

import hashlib
import hmac
import secrets
import stringprep
import unicodedata
from base64 import b64encode

ITERATIONS = 4096
"""PostgreSQL's own number (`scram_iterations`); passwords of ours are random, so more would guard nothing."""


def scram_verifier(password: str) -> str:
    """With a salt of its own each time. Its characters need no quoting in SQL but the quotes around it."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", _prepared(password), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt_text, stored_text, server_text = (b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${ITERATIONS}:{salt_text}${stored_text}:{server_text}"


def _prepared(password: str) -> bytes:
    """As clients prepare what is typed (SASLprep, RFC 4013): other spaces are spaces, invisible marks are left out."""
    mapped = "".join(
        " " if stringprep.in_table_c12(character) else character
        for character in password
        if not stringprep.in_table_b1(character)
    )
    return unicodedata.normalize("NFKC", mapped).encode()
