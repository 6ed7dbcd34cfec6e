"""What has changed since last time: fingerprints of files.

Size and time decide without opening a file; the hash decides where only the time has moved (a
copy, a checkout). For record files the file is what is compared here; its records are told apart
by their own content hashes. Adding, replacing and removing are the engine's business.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import IO

from searchengine.pages.folders import SourceFile

#: Bytes of a content hash; 128 bits, as many as no two pages will ever share by chance.
HASH_BYTES = 16
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file as it was when it was read: time (ns since 1970), size (bytes), content hash (hex)."""

    mtime_ns: int
    size: int
    hash: str


#: Of a file that has been read in part: none is ever of this size.
UNFINISHED = Fingerprint(0, -1, "")


def is_unchanged(file: SourceFile, before: Fingerprint) -> bool:
    """Return whether ``file`` is what it was ``before``; reads it only if its time alone moved."""
    if file.size != before.size:
        return False
    if file.mtime_ns == before.mtime_ns:
        return True
    try:
        return fingerprint_of(file).hash == before.hash
    except OSError:
        return False


def fingerprint_of(file: SourceFile) -> Fingerprint:
    """Read ``file`` and return its fingerprint; raises OSError where it cannot be read."""
    with open(file.path, "rb") as stream:
        return Fingerprint(file.mtime_ns, file.size, hash_of(stream))


def hash_of(stream: IO[bytes], begun: bytes = b"") -> str:
    """Return the hash of ``begun`` and what ``stream`` still holds; reads it to its end."""
    digest = hashlib.blake2b(begun, digest_size=HASH_BYTES)
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def content_hash(data: bytes) -> str:
    """Return the hash that names ``data``, in hexadecimal."""
    return hashlib.blake2b(data, digest_size=HASH_BYTES).hexdigest()
