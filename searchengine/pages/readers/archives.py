"""Zip archives: their members, each read as a file of its own.

A member's id is the archive's, ``!`` and its name. Nothing is written where a member's name says;
what is no document by its name is left out, as in a folder. What an archive unpacks to is bounded:
by how much and how many, and by how many times its own size. Names are stored in UTF-8 or in
whichever code page the packing program had.
"""

from __future__ import annotations

import io
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import IO

from searchengine.errors import InputError
from searchengine.pages.page import Page, Problem
from searchengine.pages.readers.opened import INSIDE, INSIDE_BYTES, OpenedFile, too_much_inside
from searchengine.pages.readers.registry import Reader
from searchengine.pages.selection import no_document

#: What is larger than this when unpacked, and so many times its packed size, is no text: deflate
#: makes at most a thousandth of anything, texts become a third to a tenth, logs a fiftieth.
BOMB_BYTES, BOMB_RATIO = 50_000_000, 200
#: Members are unpacked in memory up to this size, larger ones to a file without a name.
IN_MEMORY = 16_000_000
_BLOCK = 1 << 18

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
#: What other formats that are zip files begin with: the first member's name.
_OTHER_FORMATS = (b"mimetype", b"[Content_Types].xml", b"_rels/", b"META-INF/", b"AndroidManifest")
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
#: The extra field with a member's name in UTF-8.
_UNICODE_PATH = 0x7075
#: Code pages of names without one, in the order in which they are tried: Windows in Vietnam, DOS,
#: Windows in the West.
_CODE_PAGES = ("cp1258", "cp437", "cp1252")


def read_zip(file: OpenedFile) -> Iterator[Page | Problem]:
    """Yield the pages of each member, and the problem with each that cannot be read."""
    try:
        archive = zipfile.ZipFile(file.stream)
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as error:
        raise InputError(f"is no whole zip archive ({error}); copy or download it anew") from error
    with archive:
        members = _members(archive)
        if not members:
            raise InputError("is an empty archive; nothing was read from it")
        bounds = _Bounds(file)
        for name in _documents(members):
            member = members[name]
            if member.flag_bits & _ENCRYPTED_FLAG:
                yield _problem(file, name, "is encrypted; unpack it with its password")
                continue
            bounds.packed += min(member.compress_size, file.size)
            try:
                stream = _unpacked(archive, member, bounds)
            except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError) as error:
                yield _problem(file, name, f"is damaged in its archive ({error}); copy it anew")
            except (NotImplementedError, RuntimeError) as error:
                yield _problem(file, name, f"cannot be unpacked ({error}); unpack the archive")
            else:
                yield from file.read_inside(name, stream)


class _Bounds:
    """How much an archive may unpack to, and has."""

    def __init__(self, file: OpenedFile) -> None:
        self._left = file.allowance.bytes
        self.packed = 0
        self._unpacked = 0

    def count(self, size: int) -> None:
        """Count so many bytes more; raises :class:`InputError` if they are too many."""
        self._unpacked += size
        if self._unpacked > self._left:
            raise too_much_inside()
        if self._unpacked > BOMB_BYTES and self._unpacked > BOMB_RATIO * self.packed:
            raise InputError(
                f"unpacks to more than {BOMB_RATIO} times its size, as no archive of "
                "documents does; unpack what is needed of it"
            )


def member_name(member: zipfile.ZipInfo) -> str:
    """Return what a member is called, with ``/`` and without what leads out of its archive."""
    # The library reads what is not marked as UTF-8 as cp437, which loses nothing.
    name = member.orig_filename
    if not member.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437")
        name = _unicode_path(member, raw) or _decoded(raw)
    name = name.partition("\0")[0].replace("\\", "/")
    return "/".join(part for part in name.split("/") if part not in ("", ".", ".."))


def _unicode_path(member: zipfile.ZipInfo, raw: bytes) -> str:
    """The name in an extra field of its own, if that belongs to the name ``raw``."""
    extra, at = member.extra, 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and len(field) > 5 and field[1:5] == _crc(raw):
            return field[5:].decode("utf-8", "replace")
        at += 4 + size
    return ""


def _crc(raw: bytes) -> bytes:
    return struct.pack("<L", zlib.crc32(raw))


def _decoded(raw: bytes) -> str:
    """A name of which nobody says the encoding: UTF-8, or the page that makes letters of it."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for page in _CODE_PAGES:
        name = unicodedata.normalize("NFC", raw.decode(page, "replace"))
        if all(one.isascii() or one.isalpha() for one in name):
            return name
    return raw.decode("cp437")


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members by name; of several with one name the last, which is what unpacking leaves."""
    members: dict[str, zipfile.ZipInfo] = {}
    for one in archive.infolist():
        name = member_name(one)
        before = members.get(name)
        # One that is listed twice can be opened by its first listing alone.
        if not _is_folder(one) and (not before or before.header_offset != one.header_offset):
            members[name] = one
    return members


def _is_folder(member: zipfile.ZipInfo) -> bool:
    return member.orig_filename.endswith(("/", "\\"))


def _documents(names: Collection[str]) -> Iterator[str]:
    """Those of ``names`` that may be documents, as they and the folders around them are called."""
    beside: dict[str, set[str]] = defaultdict(set)
    for name in names:
        parts = name.lower().split("/")
        for depth, part in enumerate(parts):
            beside["/".join(parts[:depth])].add(part)
    for name in names:
        parts = name.split("/")
        left_out = any(
            part.startswith(".")
            or no_document(
                part,
                is_folder=depth < len(parts) - 1,
                beside=beside["/".join(parts[:depth]).lower()],
            )
            for depth, part in enumerate(parts)
        )
        if name and not left_out:
            yield name


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, bounds: _Bounds) -> IO[bytes]:
    """A member's bytes, counted as they come, whatever the archive says of their number."""
    unpacked: IO[bytes] = io.BytesIO()
    try:
        with archive.open(member) as stream:
            while block := stream.read(_BLOCK):
                bounds.count(len(block))
                if isinstance(unpacked, io.BytesIO) and unpacked.tell() > IN_MEMORY:
                    begun, unpacked = unpacked.getvalue(), tempfile.TemporaryFile()  # noqa: SIM115
                    unpacked.write(begun)
                unpacked.write(block)
    except BaseException:
        unpacked.close()
        raise
    return unpacked


def _problem(file: OpenedFile, name: str, message: str) -> Problem:
    return Problem(f"{file.name}{INSIDE}{name}", None, message)


def _is_archive(head: bytes) -> bool:
    """Whether a file is a zip archive, and not a document of a format that is packed as one."""
    first = head[30 : 30 + max(map(len, _OTHER_FORMATS))]
    return head.startswith(_MAGIC) and not first.startswith(_OTHER_FORMATS)


#: Larger ones than this are seldom documents, and are read through for their hash at every change.
ZIP = Reader("zip", (".zip",), read_zip, _is_archive, INSIDE_BYTES, "unpack it", isolate_above=0)
