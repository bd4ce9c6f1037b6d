"""The product's own programs.

An installed wheel has the rest of the product in `_tree`: services, shared, policies, examples. A checkout has it
beside this folder.
"""

import sys
from pathlib import Path

__version__ = "0.1.0"

_FOLDER = Path(__file__).resolve().parent
if (_FOLDER / "_tree").is_dir():
    # First: another package's `services` or `shared` must not be taken for ours.
    sys.path.insert(0, str(_FOLDER / "_tree"))
