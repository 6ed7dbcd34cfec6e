"""Formats that are XML files in a zip archive: opened within bounds, each fault told as a reason.

Names of elements are compared without their namespaces, which differ between editions of a format.
No entity is expanded and nothing outside the archive is loaded.
"""

from __future__ import annotations

import posixpath
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any

from searchengine.errors import InputError
from searchengine.pages.readers.opened import OpenedFile

#: What one member may have when unpacked, in bytes; texts of a document's size have far less.
MEMBER_MAX = 100_000_000
#: How large such a file may be; most of one with pictures is pictures, which are not unpacked.
PACKAGE_MAX = 500_000_000
ZIP = b"PK\x03\x04"
#: An OLE compound file: an Office file of before 2007, or one that a password encrypts.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

#: An element of lxml, which has no types of its own.
Element = Any


class Package:
    """The members of a zip archive that a format keeps its parts in."""

    def __init__(self, file: OpenedFile, kind: str) -> None:
        """Open ``file``; ``kind`` is what messages call it. Raises :class:`InputError`."""
        self.kind = kind
        try:
            self._archive = zipfile.ZipFile(file.stream)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise InputError(
                f"is no whole {kind} ({error}); it may be cut off: copy or save it anew"
            ) from error
        self._names = {name.lstrip("/"): name for name in self._archive.namelist()}

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._archive.close()

    @property
    def names(self) -> list[str]:
        """The names of the members, as the archive lists them."""
        return list(self._names)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def read(self, name: str) -> bytes:
        """Return the member ``name``; raises :class:`InputError` where that cannot be read."""
        if name not in self._names:
            raise InputError(f"is no {self.kind}: it has no {name}; save it anew")
        try:
            with self._archive.open(self._names[name]) as member:
                data = member.read(MEMBER_MAX + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise InputError(f"is damaged in {name} ({error}); copy or save it anew") from error
        except (RuntimeError, NotImplementedError) as error:  # So zipfile tells of a password.
            raise InputError(f"cannot be unpacked ({error}); save it without a password") from error
        if len(data) > MEMBER_MAX:
            raise InputError(f"unpacks to more than {MEMBER_MAX:,} bytes in {name}; split it")
        return data

    def xml(self, name: str) -> Element:
        """Return the root element of the XML member ``name``."""
        return parse_xml(self.read(name), name)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Return what an Office Open XML part refers to: by id, the kind and the member's name."""
        folder, base = posixpath.split(name)
        path = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, tuple[str, str]] = {}
        for one in self.xml(path).iter("{*}Relationship") if path in self else ():
            if one.get("TargetMode") != "External":
                kind = one.get("Type", "").rpartition("/")[2]
                found[one.get("Id", "")] = (kind, resolve(name, one.get("Target", "")))
        return found

    def main_part(self, default: str) -> str:
        """Return the name of the part that the package is about, mostly ``default``."""
        kinds = dict(self.relations("").values())
        name = kinds.get("officeDocument", default)
        return name if name in self else default


def parse_xml(data: bytes, name: str, *, recover: bool = False) -> Element:
    """Return the root element of ``data``; raises :class:`InputError` where that is no XML."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=recover
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"is damaged: {name} is no XML ({error}); save it anew") from error
    if root is None:
        raise InputError(f"is damaged: {name} holds no element; save it anew")
    return root


def resolve(name: str, target: str) -> str:
    """Return the member that ``target``, a reference in the member ``name``, leads to."""
    target = urllib.parse.unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(name), target)).lstrip("/")


def local(element: Element) -> str:
    """Return an element's name without its namespace; nothing for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """Return the attribute ``name`` in whatever namespace, or an empty string."""
    value = element.get(name)
    if value is None:
        value = next(
            (text for key, text in element.attrib.items() if key.rpartition("}")[2] == name), ""
        )
    return str(value)


def child(element: Element | None, *names: str) -> Element | None:
    """Return the first child of that name, of that its first of the next, or None."""
    for name in names:
        if element is None:
            return None
        element = next((one for one in element if local(one) == name), None)
    return element


def inside(element: Element | None) -> Iterable[Element]:
    """Return what stands in an element; nothing where there is none."""
    return () if element is None else element


def children(element: Element, name: str) -> Iterator[Element]:
    """Yield the children of that name."""
    return (one for one in element if local(one) == name)


def core_properties(package: Package) -> Mapping[str, str]:
    """Return the properties that Office Open XML keeps of a file, by their names."""
    if "docProps/core.xml" not in package:
        return {}
    try:
        root = package.xml("docProps/core.xml")
    except InputError:
        return {}  # What is damaged beside the text does not matter.
    return {local(one): (one.text or "").strip() for one in root}


def refuse_compound(file: OpenedFile) -> None:
    """Raise :class:`InputError` where an OLE compound file is one that a password encrypts."""
    if file.head.startswith(COMPOUND) and _ENCRYPTED in file.read(PACKAGE_MAX):
        raise InputError("is encrypted; save it without a password")
