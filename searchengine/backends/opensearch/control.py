"""The control document of an index: its last commit, what comes next, and the writer's lease.

It is one document of an index of its own, changed only where nobody else changed it meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from searchengine.backends.fields import IndexSettings
from searchengine.backends.opensearch.cluster import Cluster, ConflictError
from searchengine.backends.opensearch.mapping import (
    FORMAT,
    OLDEST_FORMAT,
    check_format,
    check_meta,
    index_body,
    vectors_of,
    vocabularies_body,
    vocabularies_of,
)
from searchengine.backends.vectors.passages import VectorModel
from searchengine.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    InputError,
)

#: A writer that is not heard of for so many seconds has gone.
LEASE_SECONDS = 60.0
_RENEWALS = 4
_ID = "control"


@dataclass(frozen=True, slots=True)
class Lease:
    """Who writes, and until when (seconds since 1970) unless it is heard of again."""

    holder: str
    host: str
    process: int
    until: float

    def holds(self) -> bool:
        """Return whether it still keeps others out."""
        if time.time() >= self.until:
            return False
        return self.host != socket.gethostname() or _runs(self.process)


class Part(NamedTuple):
    """A part of the vocabularies: its name, and how many terms it has."""

    name: str
    terms: int


class Vectors(NamedTuple):
    """What made the vectors of an index, and how many documents have some."""

    fingerprint: str
    dimensions: int
    documents: int

    @property
    def model(self) -> VectorModel:
        """What made them."""
        return VectorModel(self.fingerprint, self.dimensions)


@dataclass(frozen=True, slots=True)
class Begun:
    """A commit that is being sent: where its changes wait, and what holds once it has ended.

    ``holder`` names the spool, in ``folder`` of ``host``. Its ``mark`` is the same whoever ends it.
    """

    holder: str
    host: str
    folder: str
    mark: str
    next_seq: int
    settings: IndexSettings


@dataclass(frozen=True, slots=True)
class Control:
    """What the control document says.

    ``commit`` and ``mark`` name the last commit, which has so many ``documents``; ``next_seq`` is
    the place of the next document in the order of adding, ``index`` the index of the documents,
    ``parts`` those of its vocabularies. ``begun`` is a commit that has not ended, ``installing``
    while it is being made visible. ``vectors`` is None until documents get some.
    """

    index: str
    settings: IndexSettings
    commit: int = 0
    mark: str = "0"
    documents: int = 0
    next_seq: int = 0
    begun: Begun | None = None
    installing: bool = False
    lease: Lease | None = None
    format: int = FORMAT
    parts: tuple[Part, ...] = ()
    vectors: Vectors | None = None

    @property
    def version(self) -> str:
        """What names the commit."""
        return f"{self.commit:x}-{self.mark}"

    @property
    def is_written(self) -> bool:
        """Whether there is a writer, as far as one can tell."""
        return self.lease is not None and self.lease.holds()

    @property
    def state(self) -> tuple[str, str]:
        """What names the commit and where it is read: the same commit may be made anew."""
        return self.version, self.index


class ControlDocument:
    """Reads and changes the control document of one index.

    Only of one of today's format, unless it is read ``to_upgrade`` it.
    """

    def __init__(self, cluster: Cluster, *, to_upgrade: bool = False) -> None:
        #: Whether it is read to make the index anew.
        self.to_upgrade = to_upgrade
        self._cluster = cluster
        self._name = cluster.address.name
        self._path = f"/{self._name}-control/_doc/{_ID}"
        self._changing = threading.Lock()

    def read(self) -> Control:
        """Return what it says at this moment.

        Raises :class:`IndexNotFoundError` if there is none, and :class:`InputError` if another
        program has made the index.
        """
        try:
            return self._read()[0]
        except IndexNotFoundError:
            if self.exists(self._name):
                raise InputError(
                    f"there is an index {self._name!r} that another program made: choose another "
                    "name"
                ) from None
            raise

    def exists(self, name: str) -> bool:
        """Return whether the cluster has an index or an alias of that name."""
        try:
            self._cluster.request("GET", f"/{name}/_settings")
        except IndexNotFoundError:
            return False
        return True

    def meta(self, control: Control) -> Mapping[str, Any]:
        """Return what the mapping of the index of the documents says of itself.

        Raises :class:`IndexDamagedError` if that index is gone.
        """
        try:
            found = self._cluster.request("GET", f"/{control.index}/_mapping")
        except IndexNotFoundError as error:
            raise IndexDamagedError(
                f"the documents of {self._name!r} are gone with the index {control.index}: bring "
                f"that back, or DELETE /{self._name}-control and index anew"
            ) from error
        meta: Mapping[str, Any] = found[control.index]["mappings"].get("_meta", {})
        return meta

    def check_index(self, control: Control) -> None:
        """Raise :class:`IndexDamagedError` unless the index of the documents is as we made it.

        One that is to be upgraded may be of an earlier version.
        """
        meta = self.meta(control)
        if not self.to_upgrade:
            check_meta(meta, self._name)

    def check_vocabularies(self, control: Control) -> None:
        """Raise :class:`IndexDamagedError` if the index of the vocabularies is gone."""
        index = vocabularies_of(control.index)
        if not self.exists(index):
            raise IndexDamagedError(
                f"the vocabularies of {self._name!r} are gone with the index {index}: run "
                "'searchengine rebuild', which makes them anew"
            )

    def create(self, settings: IndexSettings, shards: int, replicas: int) -> None:
        """Make the index, its control document and its alias, if they are not there.

        Whoever is first to write the control document has made the index; others leave nothing.
        Stopped before that, there is no index.
        """
        try:
            self.read()
        except IndexNotFoundError:
            pass
        else:
            return
        index = new_name(self._name)
        self._cluster.make_index(index, index_body(settings, shards, replicas))
        self._cluster.make_index(vocabularies_of(index), vocabularies_body(replicas))
        kept = {
            "settings": {"number_of_shards": 1, "number_of_replicas": replicas},
            "mappings": {"enabled": False},
        }
        control = Control(index, settings, mark=secrets.token_hex(4))
        self._cluster.make_index(f"{self._name}-control", kept)
        # Another may be quicker, or no answer came and it was sent again.
        with contextlib.suppress(ConflictError):
            self._cluster.request("PUT", f"/{self._name}-control/_create/{_ID}", _to_json(control))
        if self.read().index == index:
            self._cluster.request("PUT", f"/{index}/_alias/{self._name}")
        else:
            for one in (vocabularies_of(index), index):
                self._cluster.request("DELETE", f"/{one}")

    def remove(self) -> str:
        """Delete the index, its alias and its control document, unless somebody writes.

        Returns the name of what was behind the alias.
        """
        _, control = self.acquire()
        self.drop_all_but("")
        self._cluster.request("DELETE", f"/{self._name}-control")
        return control.index

    def drop_all_but(self, index: str) -> None:
        """Delete whatever indices are, or were to be, behind the alias, but for ``index``."""
        found = self._cluster.request("GET", f"/{self._name}-*/_settings")
        for one in found:
            kept = (index, vocabularies_of(index), vectors_of(index))
            if _is_made_name(self._name, one) and one not in kept:
                self._cluster.request("DELETE", f"/{one}")

    def change(self, holder: str, change: Callable[[Control], Control]) -> Control:
        """Change what it says and return that; the lease is renewed with it.

        Raises :class:`IndexLockedError` where ``holder`` no longer has the lease.
        """
        with self._changing:
            for _ in range(_RENEWALS):
                control, place = self._read()
                _check(control, holder)
                changed = change(replace(control, lease=_lease(holder)))
                try:
                    self._write(changed, place)
                except ConflictError:
                    continue
                return changed
        raise IndexLockedError("others keep changing the index: try again")

    def acquire(self) -> tuple[str, Control]:
        """Take the lease; return its holder's name and what the document says.

        Raises :class:`IndexLockedError` while another has it.
        """
        control, place = self._read()
        lease = control.lease
        if lease is not None and lease.holds():
            left = max(1, round(lease.until - time.time()))
            raise IndexLockedError(
                f"a writer on {lease.host} (process {lease.process}) has the index: try again "
                f"when it is done, or in {left} seconds if it has gone"
            )
        holder = secrets.token_hex(8)
        taken = replace(control, lease=_lease(holder))
        try:
            self._write(taken, place)
        except ConflictError as error:
            # What was written may have been sent again, where no answer came.
            if self.read().lease != taken.lease:
                raise IndexLockedError("another writer was quicker: try again") from error
        return holder, taken

    def check(self, holder: str) -> None:
        """Raise :class:`IndexLockedError` unless ``holder`` has the lease."""
        _check(self._read()[0], holder)

    def renew(self, holder: str) -> None:
        """Say that ``holder`` is still there."""
        self.change(holder, lambda control: control)

    def release(self, holder: str) -> None:
        """Give the lease back."""
        self.change(holder, lambda control: replace(control, lease=None))

    def _read(self) -> tuple[Control, dict[str, str]]:
        found = self._cluster.request("GET", self._path)
        control = _from_json(
            found.get("_source", {}), self._name, OLDEST_FORMAT if self.to_upgrade else FORMAT
        )
        place = {
            "if_seq_no": str(found["_seq_no"]),
            "if_primary_term": str(found["_primary_term"]),
        }
        return control, place

    def _write(self, control: Control, place: dict[str, str]) -> None:
        self._cluster.request("PUT", self._path, _to_json(control), place)


def new_name(name: str) -> str:
    """Return the name of another index behind the alias ``name``."""
    return f"{name}-{time.strftime('%Y%m%d%H%M%S')}-{secrets.token_hex(3)}"


def _is_made_name(name: str, index: str) -> bool:
    made = rf"{re.escape(name)}-[0-9]{{14}}-[0-9a-f]{{6}}(-lexicon|-vectors)?"
    return re.fullmatch(made, index) is not None


def _lease(holder: str) -> Lease:
    return Lease(holder, socket.gethostname(), os.getpid(), time.time() + LEASE_SECONDS)


def _check(control: Control, holder: str) -> None:
    if control.lease is None or control.lease.holder != holder:
        raise IndexLockedError(
            "another writer has taken over, for this one was not heard of for "
            f"{LEASE_SECONDS:.0f} seconds: begin anew"
        )


def _to_json(control: Control) -> dict[str, Any]:
    begun = control.begun
    return {
        "format": control.format,
        "index": control.index,
        "settings": control.settings.to_json(),
        "commit": control.commit,
        "mark": control.mark,
        "documents": control.documents,
        "next_seq": control.next_seq,
        "begun": begun and {**asdict(begun), "settings": begun.settings.to_json()},
        "installing": control.installing,
        "parts": control.parts,
        "lease": control.lease and asdict(control.lease),
        **({"vectors": control.vectors} if control.vectors else {}),
    }


def _from_json(value: dict[str, Any], name: str, oldest: int) -> Control:
    try:
        if not oldest <= int(value["format"]) <= FORMAT:
            check_format(int(value["format"]), name)
        lease, begun = value["lease"], value.get("begun")
        return Control(
            **{**value, "settings": _settings(value)}
            | {"lease": lease and Lease(**lease)}
            | {"begun": begun and Begun(**begun | {"settings": _settings(begun)})}
            | {"parts": tuple(Part(*one) for one in value.get("parts", ()))}
            | {"vectors": Vectors(*value["vectors"]) if value.get("vectors") else None}
        )
    except (KeyError, TypeError, ValueError) as error:
        raise IndexDamagedError(
            f"the control document of {name!r} was made by another program: choose another name"
        ) from error


def _settings(value: dict[str, Any]) -> IndexSettings:
    return IndexSettings.from_json(value["settings"])


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
