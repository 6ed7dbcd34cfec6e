"""What has changed since last time: fingerprints of files, and a plan made from two lists of them.

Size and time decide without opening a file; the hash decides where only the time has moved (a
copy, a checkout). For record files the file is what is compared here; its records are told apart
by their own content hashes. Adding, replacing and removing are the engine's business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Changes:
    """What a second run has to look at. ``gone`` are ids of files, the rest are files.

    ``maybe_changed`` have another time or size: those of the same size may still be the same.
    """

    new: tuple[SourceFile, ...]
    maybe_changed: tuple[SourceFile, ...]
    unchanged: tuple[SourceFile, ...]
    gone: tuple[str, ...]


def plan(listing: Iterable[SourceFile], known: Mapping[str, Fingerprint]) -> Changes:
    """Return what differs between the files listed now and those ``known`` (by file id)."""
    new: list[SourceFile] = []
    maybe_changed: list[SourceFile] = []
    unchanged: list[SourceFile] = []
    listed: set[str] = set()
    for file in listing:
        listed.add(file.id)
        before = known.get(file.id)
        if before is None:
            new.append(file)
        elif (before.mtime_ns, before.size) == (file.mtime_ns, file.size):
            unchanged.append(file)
        else:
            maybe_changed.append(file)
    gone = tuple(sorted(known.keys() - listed))
    return Changes(tuple(new), tuple(maybe_changed), tuple(unchanged), gone)


def fingerprint_of(file: SourceFile) -> Fingerprint:
    """Read ``file`` and return its fingerprint; raises OSError where it cannot be read."""
    digest = hashlib.blake2b(digest_size=HASH_BYTES)
    with open(file.path, "rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return Fingerprint(file.mtime_ns, file.size, digest.hexdigest())


def content_hash(data: bytes) -> str:
    """Return the hash that names ``data``, in hexadecimal."""
    return hashlib.blake2b(data, digest_size=HASH_BYTES).hexdigest()
