"""The address of an index on a cluster: ``opensearch://host:9200/name``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchengine.errors import InputError

_ADDRESS = re.compile(r"opensearch(s?)://([^/@]+)/([a-z0-9][a-z0-9_.-]{0,99})/?")
_PORT = 9200


@dataclass(frozen=True, slots=True)
class Address:
    """The hosts of a cluster, each with its port, and the name of an index there."""

    hosts: tuple[str, ...]
    name: str
    secure: bool

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address that ``text`` is; raises :class:`InputError` if it is none."""
        found = _ADDRESS.fullmatch(text)
        if found is None:
            raise InputError(
                f"{text!r} is no address of an index: write opensearch://host:9200/name, the name "
                "in small letters"
            )
        hosts = (host if ":" in host else f"{host}:{_PORT}" for host in found[2].split(","))
        return cls(tuple(hosts), found[3], bool(found[1]))


def is_address(text: str) -> bool:
    """Return whether ``text`` is meant as an address rather than a directory."""
    return "://" in text
