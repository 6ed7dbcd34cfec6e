"""Templates and static files, both read from the package once.

No path is ever taken from a request: a file is found by its name in a table made at the start.
Every template escapes what it is given; there is no way around it in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

_MEDIA_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages refer to."""

    content: bytes
    media_type: str


def _assets() -> dict[str, Asset]:
    found = {}
    for file in files("searchengine.server").joinpath("static").iterdir():
        media_type = _MEDIA_TYPES.get(file.name.rpartition(".")[2])
        if media_type is not None:
            found[file.name] = Asset(file.read_bytes(), media_type)
    return found


def _version(assets: Mapping[str, Asset]) -> str:
    digest = hashlib.sha256()
    for name in sorted(assets):
        digest.update(name.encode() + b"\0" + assets[name].content + b"\0")
    return digest.hexdigest()[:12]


ASSETS: Mapping[str, Asset] = _assets()
#: The folder that the static files seem to lie in; another one as soon as any of them changes.
STATIC = f"/static/{_version(ASSETS)}"

_environment = Environment(
    loader=PackageLoader("searchengine.server", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["static"] = STATIC


def render(template: str, context: Mapping[str, Any] | None = None, **values: Any) -> str:
    """Return a template filled in."""
    return _environment.get_template(template).render({**(context or {}), **values})
