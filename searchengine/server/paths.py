"""What a stranger may know of where a document's file lies: nothing above what was indexed.

The API and the page both show paths by :func:`relative_path`; the command shows them whole.
"""

from __future__ import annotations

import os
import unicodedata


def relative_path(id_: str, path: str) -> str:
    """Return the part of a document's ``path`` that is shown to whoever asks over HTTP.

    A file's is its path below the folder that was indexed, which its id is. Any other, such as
    that of a record's file, is the file's name alone. Empty where there is no path.
    """
    parts = path.replace(os.sep, "/")
    composed, own = (unicodedata.normalize("NFC", one) for one in (parts, id_))
    return id_ if composed.endswith(f"/{own}") else parts.rpartition("/")[2]
