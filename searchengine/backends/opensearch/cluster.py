"""Requests to a cluster: the client, how long it waits, and what its errors mean.

Every error of the transport becomes one of ours with the next step. What is asked is the others'
business.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from searchengine.backends.opensearch.address import Address
from searchengine.deadline import check_time, seconds_left
from searchengine.errors import (
    IndexNotFoundError,
    IndexUnavailableError,
    IndexWriteError,
    InputError,
    SearchEngineError,
)

Json = dict[str, Any]

#: The oldest version that will do.
OLDEST = (2, 19)
#: A request may take so many seconds where no deadline says less.
TIMEOUT = 60.0
#: Further nodes that a request goes to when one does not answer.
RETRIES = 2
_USER, _PASSWORD = "SEARCHENGINE_OPENSEARCH_USER", "SEARCHENGINE_OPENSEARCH_PASSWORD"
_CA = "SEARCHENGINE_OPENSEARCH_CA"


class ContextLostError(IndexUnavailableError):
    """The point in time that a search asked for is no more."""


class ConflictError(SearchEngineError):
    """Another has changed what was to be changed."""

    status = 503


class Cluster:
    """A cluster, as the client of :class:`Address` reaches it; safe for many threads."""

    def __init__(self, address: Address) -> None:
        try:
            from opensearchpy import OpenSearch
        except ImportError as error:
            raise InputError(
                "an index on OpenSearch needs its client: pip install 'searchengine[opensearch]'"
            ) from error
        self.address = address
        user = os.environ.get(_USER)
        hosts = []
        for one in address.hosts:
            host, _, port = one.rpartition(":")
            hosts.append({"host": host.strip("[]"), "port": int(port)})
        authorities = os.environ.get(_CA) if address.secure else None
        if authorities and not os.path.isfile(authorities):
            raise InputError(
                f"there is no file {authorities}: set ${_CA} to one with the certificates that "
                "are trusted"
            )
        self._client = OpenSearch(
            hosts=hosts,
            use_ssl=address.secure,
            verify_certs=address.secure,
            ca_certs=authorities,
            http_auth=(user, os.environ.get(_PASSWORD, "")) if user else None,
            http_compress=False,
            max_retries=RETRIES,
            retry_on_status=(502, 504),
            pool_maxsize=16,
        )

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: Mapping[str, str] | None = None,
        *,
        timeout: float = TIMEOUT,
    ) -> Json:
        """Return the JSON that the cluster answers.

        Raises :class:`IndexUnavailableError` where nobody answers in time, and other errors of
        ours for what is wrong with the index.
        """
        from opensearchpy.exceptions import (
            ConnectionError,
            ConnectionTimeout,
            OpenSearchException,
            SSLError,
            TransportError,
        )

        check_time()
        left = seconds_left()
        wait = timeout if left is None else max(0.01, min(timeout, left))
        try:
            answer = self._client.transport.perform_request(
                method, path, params={**(params or {}), "request_timeout": wait}, body=body
            )
        except ConnectionTimeout as error:
            check_time()
            raise IndexUnavailableError(
                f"the cluster at {self._hosts} did not answer in {wait:.0f} seconds: try again"
            ) from error
        except SSLError as error:
            raise InputError(
                f"{self._hosts} cannot be trusted ({_cause(error)}): set ${_CA} to a file with "
                "the certificate of its authority, and see that the node speaks TLS"
            ) from error
        except ConnectionError as error:
            raise IndexUnavailableError(
                f"no node of the cluster at {self._hosts} can be reached: see that it runs, then "
                "try again"
            ) from error
        except TransportError as error:
            info = error.info if isinstance(error.info, Mapping) else {}
            raise self.told(info.get("error", error.error), int(error.status_code)) from error
        except OpenSearchException as error:
            raise IndexUnavailableError(
                f"the cluster at {self._hosts} cannot be asked ({error}): see its log"
            ) from error
        return answer if isinstance(answer, dict) else {}

    @cached_property
    def major_version(self) -> int:
        """The first number of the cluster's version; InputError for one that will not do."""
        said = self.request("GET", "/").get("version", {})
        name, number = said.get("distribution", "another program"), str(said.get("number", ""))
        found = re.match(r"(\d+)\.(\d+)", number)
        version = tuple(map(int, found.groups())) if found else (0, 0)
        if name != "opensearch" or version < OLDEST:
            raise InputError(
                f"at {self._hosts} there is {name} {number}: an index needs OpenSearch "
                f"{'.'.join(map(str, OLDEST))} or later"
            )
        return version[0]

    def make_index(self, index: str, body: Json) -> None:
        """Make an index unless it is there; it is, too, where a request was sent again for want of
        an answer."""
        with contextlib.suppress(ConflictError):
            self.request("PUT", f"/{index}", body)

    def msearch(self, bodies: Sequence[Json]) -> list[Json]:
        """Return the answers to several searches of points in time, asked in one request."""
        if not bodies:
            return []
        lines = "".join(f"{_HEADER}\n{json.dumps(body)}\n" for body in bodies)
        found: list[Json] = []
        for answer in self.request("POST", "/_msearch", lines)["responses"]:
            if "error" in answer:
                check_time()
                raise self.told(answer["error"], answer.get("status", 500))
            if answer.get("timed_out"):
                raise IndexUnavailableError("the cluster did not search in time: try again")
            found.append(answer)
        return found

    def each(self, index: str, body: Json) -> Iterator[Json]:
        """Yield the hits of a sorted search of what is seen of an index at the moment.

        They come ``size`` at a time.
        """
        body, whole = {**body, "track_total_hits": False}, {"allow_partial_search_results": "false"}
        while True:
            hits = self.request("POST", f"/{index}/_search", body, whole)["hits"]["hits"]
            yield from hits
            if len(hits) < body["size"]:
                return
            body["search_after"] = hits[-1]["sort"]

    @property
    def _hosts(self) -> str:
        return ", ".join(self.address.hosts)

    def told(self, error: Any, status: int) -> SearchEngineError:
        """Return what an error of the cluster means for whoever asked."""
        name = self.address.name
        kinds = set(_kinds(error))
        reason = str(error.get("reason", "")) if isinstance(error, Mapping) else str(error)
        if "search_context_missing_exception" in kinds:
            return ContextLostError("the cluster has let go of this view: open another one")
        if "index_not_found_exception" in kinds:
            return IndexNotFoundError(
                f"there is no index {name!r} at {self._hosts}: create it with "
                "`searchengine index`, or see whether its name is right"
            )
        if "index_closed_exception" in kinds:
            return IndexUnavailableError(
                f"the index {name!r} is closed: open it (POST /{name}/_open), then try again"
            )
        # Without a manager the whole cluster is blocked, for a moment.
        if "cluster_block_exception" in kinds and status != 503:
            remedy = (
                f"free space on the disks of its nodes, then PUT /{name}/_settings "
                '{"index.blocks.read_only_allow_delete": null}'
                if "read-only-allow-delete" in reason
                else f"see index.blocks in GET /{name}/_settings and set them to null"
            )
            return IndexWriteError(
                f"the cluster lets nothing be written to {name!r} ({reason}): {remedy}"
            )
        if "invalid_index_name_exception" in kinds:
            return InputError(f"an index cannot be called {name!r}: {reason}")
        if status in (401, 403):
            return InputError(
                f"the cluster at {self._hosts} does not let us in: set ${_USER} and ${_PASSWORD} "
                "to a user that may read and write the index"
            )
        if status == 413:
            return IndexWriteError(
                f"a document is too large for the cluster at {self._hosts}: raise "
                "http.max_content_length of its nodes, then write again"
            )
        if status == 409 or "resource_already_exists_exception" in kinds:
            return ConflictError(f"another has changed {name!r}: try again")
        if status == 404:
            return IndexNotFoundError(f"there is nothing of {name!r} at {self._hosts}")
        if status in (408, 429, 503) or kinds & _PASSING:
            return IndexUnavailableError(
                f"the cluster at {self._hosts} is too busy or lacks a part of {name!r}: try again"
            )
        return IndexUnavailableError(
            f"the cluster at {self._hosts} answered {status} ({_depth(error)}): see its log"
        )


_HEADER = '{"allow_partial_search_results": false}'
_PASSING = {"es_rejected_execution_exception", "circuit_breaking_exception", "no_shard_available"}


def _causes(error: Any) -> Iterator[Any]:
    """What an error says that it comes from, the deepest first."""
    for key in ("failed_shards", "root_cause", "caused_by", "reason"):
        found = error.get(key) if isinstance(error, Mapping) else None
        if isinstance(found, list):
            yield from found
        elif isinstance(found, Mapping):
            yield found


def _kinds(error: Any) -> Iterator[str]:
    """The types of an error and of all its causes."""
    yield str(error.get("type", "")) if isinstance(error, Mapping) else str(error)
    for cause in _causes(error):
        yield from _kinds(cause)


def _cause(error: Any) -> str:
    """What lies behind an error of TLS, without where in OpenSSL it was found."""
    found = re.search(r"\[SSL[^]]*\] (?:certificate verify failed: )?([^(]+)", str(error))
    return found[1].strip() if found else "TLS failed"


def _depth(error: Any) -> str:
    """The reason that lies deepest."""
    for cause in _causes(error):
        return _depth(cause)
    if isinstance(error, Mapping):
        return f"{error.get('type')}: {error.get('reason')}"
    return str(error)
