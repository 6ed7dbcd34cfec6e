"""The address of an index in an OpenSearch cluster: ``opensearch://host:9200/name``.

Several hosts are nodes of one cluster, ``opensearchs://`` is TLS. User and password are no part of
it, for others can see a command line. What is at an address is not looked at here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchengine.errors import InputError

#: The port of a host that is given without one.
PORT = 9200
#: What the name of an index may have, in bytes. A cluster takes 255; names of ours that begin with
#: it need the rest.
MAX_NAME_BYTES = 200
#: Said of whatever is no address, and the beginning of most next steps.
FORM = "opensearch://HOST:9200/NAME"

_SCHEMES = {"opensearch": False, "opensearchs": True}
#: A scheme has two letters at least: one is a drive.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://(.*)", re.DOTALL)
#: With fewer slashes it is surely a slip, and would make a folder of that name.
_SLIP = re.compile(r"opensearchs?:", re.IGNORECASE)
_HOST = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]{1,5}))?")
_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_FORBIDDEN = re.compile(r'[\\/*?"<>|,#:\s\x00-\x1f\x7f]')
_CREDENTIALS = (
    "user and password do not belong in an address, which others can see: set "
    "SEARCHENGINE_OPENSEARCH_USER and SEARCHENGINE_OPENSEARCH_PASSWORD, and leave out what stands "
    "before the @"
)


def is_address(text: str) -> bool:
    """Return whether ``text`` is meant as an address: anything else is the path of a folder.

    Also what has an unknown scheme, or too few slashes: :meth:`Address.parse` says so.
    """
    return bool(_SCHEME.match(text) or _SLIP.match(text))


@dataclass(frozen=True, slots=True)
class Address:
    """Where an index is: the nodes of its cluster (``"h:9200"``), its name, and whether by TLS."""

    hosts: tuple[str, ...]
    name: str
    secure: bool

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address that ``text`` says; raises :class:`InputError` if it says none."""
        found = _SCHEME.fullmatch(text)
        if "@" in text:  # Not repeated: it may hold a password.
            raise InputError(_CREDENTIALS)
        if found is None:
            raise InputError(f"{text!r} is no address: write {FORM}, with two slashes")
        scheme, rest = found.groups()
        if scheme.lower() not in _SCHEMES:
            raise InputError(
                f"no index is reached by {scheme}://: write {FORM} (opensearchs:// for TLS), or "
                "the path of a folder"
            )
        hosts, _, name = rest.partition("/")
        if not name:
            raise InputError(f"{text!r} names no index: write {FORM}")
        return cls(
            tuple(dict.fromkeys(_host(one, text) for one in hosts.split(","))),
            _name(name),
            _SCHEMES[scheme.lower()],
        )

    def __str__(self) -> str:
        """Return it as it is written, each host with its port."""
        return f"opensearch{'s' * self.secure}://{','.join(self.hosts)}/{self.name}"


def _host(given: str, text: str) -> str:
    """One host with its port."""
    found = _HOST.fullmatch(given.strip())
    if found is not None:
        host, port = found[1].lower(), int(found[2] or PORT)
        if 0 < port < 65536 and _is_host(host):
            return f"{host}:{port}"
    raise InputError(
        f"{given!r} in {text!r} is no host: write HOST or HOST:PORT, IPv6 in brackets, a comma "
        "between several"
    )


def _is_host(host: str) -> bool:
    if not host.startswith("["):
        return _HOST_NAME.fullmatch(host) is not None
    import ipaddress  # Most starts of the command need no address.

    try:
        ipaddress.IPv6Address(host[1:-1])
    except ValueError:
        return False
    return True


def _name(name: str) -> str:
    """The name of an index, if an index may have it."""
    fault = ""
    wrong = _FORBIDDEN.search(name)
    if wrong:
        fault = f"has {wrong[0]!r} in it"
    elif name != name.lower():
        fault = "has capitals in it"
    elif name[0] in "-_+" or name in (".", ".."):
        fault = f"begins with {name[0]!r}"
    elif len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        fault = f"is longer than {MAX_NAME_BYTES} bytes"
    if fault:
        raise InputError(
            f"an index in a cluster cannot be called {name[:MAX_NAME_BYTES]!r}, which {fault}: "
            "use small letters, digits, - and ., such as news-2024"
        )
    return name
