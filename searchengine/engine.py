"""SearchEngine: the facade, for the command, the server and other tools.

Opens an index, gives out views of its commits and the writer, and answers single questions on the
latest commit. Typed, silent, without global state; one engine serves any number of reading threads.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchengine.backends.counts import CacheUse, Histogram, Upgrade
from searchengine.backends.embedded.backend import EmbeddedBackend

# With its own name, for those who open an engine and may not know which kind it is.
from searchengine.backends.embedded.cache_budget import CACHE_BYTES as CACHE_BYTES
from searchengine.backends.fields import DEFAULT_SETTINGS, IndexSettings
from searchengine.backends.opensearch.address import Address, is_address
from searchengine.backends.protocol import Backend, Writer
from searchengine.backends.values import Order, Step
from searchengine.copying import Advance, copy_index
from searchengine.document import Document, id_forms
from searchengine.embedding import Embedder, embed_index
from searchengine.errors import InputError
from searchengine.options import DEFAULT_OPTIONS, FACET_VALUES, SIMILAR, SUGGESTIONS, SearchOptions
from searchengine.query.dates.boost import DateBoost
from searchengine.query.display.results import Explanation, Hit, Results
from searchengine.search_view import SearchView
from searchengine.text.lexicon.synonyms import Synonyms, read_list
from searchengine.text.scan import Span

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from searchengine.backends.embedded.index.backup import Backup
    from searchengine.backends.opensearch.backend import OpenSearchBackend
    from searchengine.options import FilterKeywords, SearchKeywords


class SearchEngine:
    """An index that can be searched and written to. Open one with :meth:`open`.

    Each question is answered on the latest commit; where several must be answered on the same
    one, ask them of an :meth:`open_view`.
    """

    def __init__(self, backend: Backend, synonyms: Synonyms | None = None) -> None:
        """Ask ``backend``, with ``synonyms`` in place of those of the index if they are given."""
        self._backend = backend
        self._synonyms = synonyms
        #: How often to :meth:`refresh`, to follow the commits of others: by what that costs.
        self.refresh_seconds = backend.refresh_seconds

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        create: bool = False,
        settings: IndexSettings = DEFAULT_SETTINGS,
        synonyms: str | os.PathLike[str] | None = None,
        auto_refresh: bool = True,
        cache_bytes: int = CACHE_BYTES,
        shards: int | None = None,
        replicas: int | None = None,
    ) -> SearchEngine:
        """Open the index in directory ``path``, or in a cluster: ``opensearch://HOST:9200/NAME``.

        With ``create`` an empty index is made where there is none, with ``settings``. The list of
        synonyms in the file ``synonyms`` is used in place of the index's own. Without
        ``auto_refresh`` commits of others are seen only after :meth:`refresh`. At most about
        ``cache_bytes`` bytes are kept in memory between searches, of whatever was read or made for
        them; what every search of the last commit needs is kept even if it is more.

        An index that is made in a cluster is cut into ``shards`` (1), each kept on ``replicas``
        (0) further nodes; there ``cache_bytes`` means nothing.

        Raises :class:`IndexNotFoundError` without an index, :class:`IndexDamagedError` for one
        that cannot be read, :class:`IndexUnavailableError` where the cluster does not answer,
        :class:`InputError` for what cannot become an index, or a list that is none.
        """
        own = None if synonyms is None else Synonyms(read_list(synonyms))
        backend: Backend
        if is_address(os.fspath(path)):
            address = str(Address.parse(os.fspath(path)))
            backend = _cluster_engine().open(
                address,
                create=create,
                settings=settings,
                auto_refresh=auto_refresh,
                shards=1 if shards is None else shards,
                replicas=replicas or 0,
            )
        else:
            _check_no_shards(path, shards, replicas)
            backend = EmbeddedBackend.open(
                Path(path),
                create=create,
                settings=settings,
                auto_refresh=auto_refresh,
                cache_bytes=cache_bytes,
            )
        return cls(backend, own)

    @staticmethod
    def remove(path: str | os.PathLike[str]) -> None:
        """Delete the index at ``path``, a directory or an address, with all that it holds.

        Raises :class:`IndexNotFoundError` without one, and :class:`IndexLockedError` while
        somebody writes to it.
        """
        if is_address(os.fspath(path)):
            address = str(Address.parse(os.fspath(path)))
            _cluster_engine().remove(address)
        else:
            EmbeddedBackend.remove(Path(path))

    @staticmethod
    def settle(path: str | os.PathLike[str]) -> bool:
        """End a commit to a cluster that broke off, with what had been sent; the rest is lost.

        Returns whether there was one. Raises :class:`IndexLockedError` while somebody writes.
        """
        address = os.fspath(path)
        return is_address(address) and _cluster_engine().open(address).settle()

    @staticmethod
    def rebuild(
        path: str | os.PathLike[str],
        *,
        if_needed: bool = False,
        shards: int | None = None,
        replicas: int | None = None,
        workers: int = 1,
        progress: Advance | None = None,
    ) -> Upgrade:
        """Make the index at ``path``, a directory or an address, anew from what it stores.

        Others search it meanwhile; stopped at any moment, the old one or the new one answers. With
        ``if_needed`` one that this version reads is not touched. One in a cluster may be cut into
        other ``shards`` and kept on other ``replicas``. ``workers`` processes share the work;
        ``progress`` is called with documents done and their number. Raises what :meth:`open` does,
        and :class:`IndexLockedError` while somebody writes to it.
        """
        if is_address(os.fspath(path)):
            return _cluster_engine().rebuild(
                str(Address.parse(os.fspath(path))),
                if_needed=if_needed,
                shards=shards,
                replicas=replicas,
                workers=workers,
                progress=progress,
            )
        _check_no_shards(path, shards, replicas)
        from searchengine.backends.embedded.index.upgrade import upgrade_index

        return upgrade_index(Path(path), workers=workers, progress=progress, anew=not if_needed)

    def __enter__(self) -> SearchEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index's files; views that are open keep theirs until they are closed.

        Asked afterwards, the engine raises :class:`IndexClosedError`.
        """
        self._backend.close()

    def open_view(self) -> SearchView:
        """Return a view of the latest commit; all its answers are of that one.

        It is a context manager that lets go of the commit at the end.
        """
        return SearchView(self._backend.open_view(), self._synonyms)

    def refresh(self) -> bool:
        """Search the latest commit from now on; return whether there was a new one.

        Only an engine opened without ``auto_refresh`` needs it. Others go on searching meanwhile.
        """
        return self._backend.refresh()

    def version(self) -> str:
        """Return what names the commit that would answer a search now: letters, digits, ``-``."""
        with self.open_view() as view:
            return view.version

    def last_commit(self) -> float | None:
        """Return when the commit that would answer now was made, in seconds since 1970.

        None for an engine that does not tell.
        """
        return self._backend.last_commit() if isinstance(self._backend, EmbeddedBackend) else None

    def document_count(self) -> int:
        """Return how many documents the index has."""
        with self.open_view() as view:
            return view.document_count

    def writer(self, *, workers: int = 1) -> Writer:
        """Return the writer, a context manager with ``add`` and ``delete``.

        It commits when its block ends and forgets everything if the block raises. With more
        ``workers`` large work is shared among so many processes; a script that asks for that
        needs the usual ``if __name__ == "__main__":``. Raises :class:`IndexLockedError` while
        another writer is open.
        """
        return self._backend.writer(workers=workers)

    def configure(self, settings: IndexSettings) -> None:
        """Keep ``settings`` in the index, in a commit of their own.

        Synonyms may change at any time. Raises :class:`InputError` for other fields in an index
        that has documents, and for a list of synonyms that is none.
        """
        Synonyms(settings.synonyms)
        with self.writer() as writer:
            writer.configure(settings)

    def copy_to(
        self,
        target: SearchEngine,
        *,
        replace: bool = False,
        workers: int = 1,
        progress: Advance | None = None,
    ) -> int:
        """Copy everything into the index of ``target``, in one commit; return how many documents.

        Documents keep their order and fingerprints, the index its fields and synonyms. Stopped at
        any moment, the target is as it was or has all of it. With ``replace`` what it had goes in
        the same commit; without, raises :class:`InputError` if it has documents. ``workers`` is as
        for :meth:`writer`; ``progress`` is called with documents done and their number.
        """
        return copy_index(
            self._backend, target._backend, replace=replace, workers=workers, progress=progress
        )

    def embed(
        self, model: Embedder, *, replace: bool = False, progress: Advance | None = None
    ) -> int:
        """Give vectors of ``model`` to every document without any; return how many got some.

        Others may search meanwhile, and see what is done about every 30 seconds; stopped, it goes
        on there the next time. Documents that are indexed later have none until it is called again.
        ``progress`` is called with documents done and their number. Raises :class:`InputError` for
        an index that has vectors of another model, which go if ``replace``, and
        :class:`IndexLockedError` while a writer is open.
        """
        return embed_index(self._backend, model, replace=replace, progress=progress)

    def delete(self, ids: Iterable[str]) -> list[str]:
        """Delete documents, named as for :meth:`get`, in one commit; return ids of no document."""
        ids = list(ids)
        with self.writer() as writer:
            writer.look_up(form for id_ in ids for form in id_forms(id_))
            return [id_ for id_ in ids if not any(map(writer.delete, id_forms(id_)))]

    def verify(self) -> list[str]:
        """Read the whole index; return what is wrong with it, a line a fault."""
        return self._backend.verify()

    def backup(self, path: str | os.PathLike[str]) -> Backup:
        """Copy the latest commit into the folder ``path``, which is missing or empty.

        Others may read and write meanwhile. The copy is an index like this one: whole and checked
        when this returns, and nothing at ``path`` if it raises, unless the disk fails at the very
        last step. Its files share their bytes with those of this index where there are hard links.
        Raises :class:`InputError` for a folder that cannot become one, or an index that is not in
        a folder, :class:`IndexDamagedError` if the index is, :class:`IndexLockedError` while
        another backup is made at ``path``, and :class:`IndexWriteError` if the disk does not let
        it be written.
        """
        from searchengine.pages.history import FILE

        if not isinstance(self._backend, EmbeddedBackend):
            raise InputError(
                "only an index in a folder can be backed up: use 'searchengine copy' for one in a "
                "cluster"
            )
        return self._backend.backup(Path(path), beside=(FILE,))

    def search(
        self,
        query: str,
        options: SearchOptions = DEFAULT_OPTIONS,
        **changes: Unpack[SearchKeywords],
    ) -> Results:
        """Answer :meth:`SearchView.search` on the latest commit."""
        with self.open_view() as view:
            return view.search(query, options, **changes)

    def facets(
        self,
        query: str = "",
        options: SearchOptions = DEFAULT_OPTIONS,
        *,
        names: Sequence[str] | None = None,
        limit: int = FACET_VALUES,
        order: Order = "count",
        **changes: Unpack[FilterKeywords],
    ) -> dict[str, dict[str, int]]:
        """Answer :meth:`SearchView.facets` on the latest commit."""
        with self.open_view() as view:
            return view.facets(query, options, names=names, limit=limit, order=order, **changes)

    def histogram(
        self,
        query: str = "",
        options: SearchOptions = DEFAULT_OPTIONS,
        *,
        by: Step = "month",
        **changes: Unpack[FilterKeywords],
    ) -> Histogram:
        """Answer :meth:`SearchView.histogram` on the latest commit."""
        with self.open_view() as view:
            return view.histogram(query, options, by=by, **changes)

    def explain(
        self,
        query: str,
        id_: str,
        *,
        date_boost: DateBoost | bool | None = None,
        **changes: Unpack[FilterKeywords],
    ) -> Explanation:
        """Answer :meth:`SearchView.explain` on the latest commit."""
        with self.open_view() as view:
            return view.explain(query, id_, date_boost=date_boost, **changes)

    def get(self, id_: str) -> Document:
        """Return a document; raises :class:`DocumentNotFoundError` if there is none.

        Where none has just this id, its letters and marks may be written together or apart.
        """
        with self.open_view() as view:
            return view.get(id_)

    def documents(self) -> Iterator[Document]:
        """Yield every document of the index, all of one commit."""
        with self.open_view() as view:
            yield from view.documents()

    def fingerprints(self) -> Iterator[str]:
        """Yield the fingerprint of each document that was added with one."""
        with self.open_view() as view:
            yield from view.fingerprints()

    def stats(self) -> dict[str, Any]:
        """Return numbers about the index as JSON values."""
        with self.open_view() as view:
            return view.stats()

    def cache_use(self) -> CacheUse | None:
        """Return what is kept in memory between searches, at once; None if nothing ever is."""
        return self._backend.cache_use()

    def suggest(self, prefix: str, *, limit: int = SUGGESTIONS) -> list[str]:
        """Answer :meth:`SearchView.suggest` on the latest commit."""
        with self.open_view() as view:
            return view.suggest(prefix, limit=limit)

    def similar(
        self, id_: str, *, limit: int = SIMILAR, time_limit: float | None = None
    ) -> tuple[Hit, ...]:
        """Answer :meth:`SearchView.similar` on the latest commit."""
        with self.open_view() as view:
            return view.similar(id_, limit=limit, time_limit=time_limit)

    def highlights(self, query: str, text: str, *, correct: bool = True) -> tuple[Span, ...]:
        """Return the spans of ``text`` that ``query`` matches, as a search would mark them.

        ``correct`` is as in :class:`SearchOptions`. Raises :class:`QueryError` for a query that a
        search would refuse.
        """
        with self.open_view() as view:
            return view.highlights(query, [text], correct=correct)[0]


def _check_no_shards(
    path: str | os.PathLike[str], shards: int | None, replicas: int | None
) -> None:
    if shards is not None or replicas is not None:
        raise InputError(
            f"{path} is a folder, which has neither shards nor replicas: leave them out, or "
            "name an index in a cluster (opensearch://HOST:9200/NAME)"
        )


def _cluster_engine() -> type[OpenSearchBackend]:
    """The engine on a cluster, loaded only where one is asked for."""
    from searchengine.backends.opensearch.backend import OpenSearchBackend

    return OpenSearchBackend
