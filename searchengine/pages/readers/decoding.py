"""Bytes of a file into text: which encoding, and what to say where that is a guess.

UTF-8 with or without BOM, UTF-16 with or without, UTF-32 with; else, with a warning, damaged
UTF-8, a declared encoding, or windows-1252. The old Vietnamese encodings come out as windows-1252
has their bytes, none of which is lost: they are repaired where every page is. Binary data is
refused.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from searchengine.errors import InputError
from searchengine.text.encodings.charset import western

#: How many bytes are looked at to tell binary from text and to guess an encoding.
SAMPLE = 65_536
#: Of these, at most this share may be control characters that texts do not have.
_CONTROL_SHARE = 0.01
#: Damaged UTF-8 has at most this many bad places for each good character outside ASCII.
_DAMAGE_SHARE = 0.05
#: Other encodings make two or more good characters of UTF-8 by chance only in long texts, among
#: many bad ones.
_GOOD_MIN = 2
#: UTF-16 without BOM: zero bytes stand in one half of the places, hardly ever in the other.
_ZERO_SHARE = 0.2
_STRAY_ZERO_SHARE = 0.01

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x7fELF")
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
#: windows-1252 as browsers have it: a byte without a character of its own is a control character.
_WESTERN = {byte: western(byte) for byte in range(0x80, 0xA0)}


class BinaryError(InputError):
    """The data is not text in any encoding."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and, where its encoding is a guess or something was lost, a warning."""

    text: str
    warning: str = ""


def decode(data: bytes, *, declared: str = "", whole: bool = True) -> Decoded:
    """Return the text that ``data`` holds, line breaks as ``\\n``.

    ``declared`` is an encoding that the data names itself; it is tried before any guess. Without
    ``whole`` the data may end inside a character. Raises :class:`BinaryError` for binary data.
    """
    if data.startswith(_MAGIC):
        raise BinaryError("is binary, not text; convert it to text or HTML first")
    found = (
        _with_bom(data, whole)
        or _utf16_without_bom(data, whole)
        or _utf8(data, whole)
        or _guessed(data, declared)
    )
    text = found.text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text, found.warning)


def _with_bom(data: bytes, whole: bool) -> Decoded | None:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _tolerant(data, encoding, whole, f"damaged {encoding.removesuffix('-sig')}")
    return None


def _tolerant(data: bytes, encoding: str, whole: bool, complaint: str) -> Decoded:
    """Decode with U+FFFD for what is damaged, and say how much that is."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data, final=whole)
    damaged = text.count("\ufffd")
    if not damaged:
        return Decoded(text)
    return Decoded(text, f"{complaint}: {damaged} characters were replaced")


def _utf16_without_bom(data: bytes, whole: bool) -> Decoded | None:
    sample = data[: SAMPLE - SAMPLE % 2]
    if b"\0" not in sample:
        return None
    half = max(1, len(sample) // 2)
    even, odd = (sample[first::2].count(0) / half for first in (0, 1))
    for zeros, others, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros >= _ZERO_SHARE and others <= _STRAY_ZERO_SHARE:
            found = _tolerant(data, encoding, whole, "damaged UTF-16")
            guess = "no byte order mark; read as " + encoding.upper()
            return Decoded(found.text, found.warning or guess)
    raise BinaryError("is binary, not text (it holds NUL bytes); convert it to text first")


def _utf8(data: bytes, whole: bool) -> Decoded | None:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data, final=whole)
    except UnicodeDecodeError:
        _refuse_binary(data)
        found = _tolerant(data, "utf-8", whole, "damaged UTF-8")
        damaged = found.text.count("\ufffd")
        good = sum(not character.isascii() for character in found.text[:SAMPLE]) - damaged
        tolerable = good >= _GOOD_MIN and damaged <= max(1, good * _DAMAGE_SHARE)
        return found if tolerable else None
    _refuse_binary(data)
    return Decoded(text)


def _refuse_binary(data: bytes) -> None:
    sample = data[:SAMPLE]
    if len(_CONTROL.findall(sample)) > len(sample) * _CONTROL_SHARE:
        raise BinaryError("is binary, not text; convert it to text or HTML first")


def _guessed(data: bytes, declared: str) -> Decoded:
    encoding = _known(declared)
    text = (
        data.decode(encoding, "replace") if encoding else data.decode("latin-1").translate(_WESTERN)
    )
    name = encoding or "windows-1252 (Latin-1)"
    warning = f"not UTF-8; read as {name}: check the text, or convert the file to UTF-8"
    return Decoded(text, warning)


def _known(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return ""
    # What declares itself UTF-8 or Latin-1 and got here is mistaken, or means windows-1252.
    return "" if name in ("utf-8", "ascii", "iso8859-1", "cp1252") else name
