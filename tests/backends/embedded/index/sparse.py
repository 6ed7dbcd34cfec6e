"""Containers of arrays with gigabytes of nothing in them, which take no room on the disk."""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Behind this 32 bits end.
FAR = 1 << 32


def container(
    path: Path,
    arrays: Mapping[str, NDArray[Any]],
    far: Mapping[str, int],
    facts: Mapping[str, Any],
) -> mmap.mmap:
    """Write a container and map it: of ``far`` sections, so many items of nothing come first."""
    directory: dict[str, Any] = {}
    with path.open("wb") as file:
        file.write(struct.pack("<8sI4x", b"VNARRAYS", 1))
        for name, array in arrays.items():
            start = -(-file.tell() // 64) * 64
            nothing = far.get(name, 0) * array.itemsize
            file.seek(start + nothing)
            file.write(array.tobytes())
            # Of the nothing no checksum: it would take reading it.
            checksum = 0 if nothing else zlib.crc32(array.tobytes())
            dtype = array.dtype.newbyteorder("<").str
            directory[name] = [dtype, start, nothing + array.nbytes, checksum]
        written = json.dumps({"facts": facts, "sections": directory}).encode()
        at = file.tell()
        file.write(written)
        file.write(struct.pack("<QIII4x8s", at, len(written), zlib.crc32(written), 1, b"VNARRAYS"))
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def arrays_of(reader: Any) -> dict[str, NDArray[Any]]:
    """The sections of a container, by name."""
    return {name: np.array(reader.array(name)) for name in reader.names()}
