"""The one family of errors that the package raises on purpose.

Every message is a single line that says what went wrong and what to do next; callers who want
to catch everything of ours catch :class:`SearchEngineError`. Nothing here formats tracebacks.
"""

from __future__ import annotations


class SearchEngineError(Exception):
    """Root of all errors of this package; the message says what to do next."""

    #: What an HTTP answer or a ``--json`` failure reports.
    status = 400


class InputError(SearchEngineError):
    """A path, record or option given by the caller cannot be used."""


class QueryError(SearchEngineError):
    """A query is empty or beyond a limit; no other query text is ever refused."""


class IndexNotFoundError(SearchEngineError):
    """There is no index where one was looked for."""

    status = 404


class DocumentNotFoundError(SearchEngineError):
    """No document has the given id."""

    status = 404


class IndexClosedError(SearchEngineError):
    """The engine, or the view of it, was closed before it was asked."""

    status = 500


class TimeLimitError(SearchEngineError):
    """An answer took longer than it was allowed to."""

    status = 503


class IndexLockedError(SearchEngineError):
    """Another writer holds the index."""

    status = 503


class IndexUnavailableError(SearchEngineError):
    """What keeps the index does not answer, or cannot now; the same may work a little later."""

    status = 503


class IndexWriteError(SearchEngineError):
    """The disk does not let the index be written: it is full, say; the last commit stands."""

    status = 500


class IndexDamagedError(SearchEngineError):
    """A file of the index cannot be read; the message names the file and the remedy."""

    status = 500


class SegmenterError(SearchEngineError):
    """The word segmenter's model is missing or not the one that this code can read."""

    status = 500
